"""One unit of the set through its life: starting, ready, failed, started again, stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from selectors import EVENT_READ, BaseSelector

from pipeline.supervisor.child import Child
from pipeline.supervisor.exits import describe_exit
from pipeline.supervisor.pace import History, Pace
from pipeline.supervisor.service import Program, Unit
from pipeline.supervisor.transcript import Transcript

_PROBE_EVERY = 0.02


class Phase(Enum):
    """Where a member is in its life."""

    DOWN = "down"
    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    """SIGTERM was sent: the set stops, or the start took too long."""
    WAITING = "waiting"
    """Failed; it is started again at its time."""


@dataclass(frozen=True)
class Means:
    """What a supervisor lends its members."""

    fork: Callable[[Unit], Child]
    selector: BaseSelector
    tell: Callable[[str], None]
    """Prints a line in the supervisor's own name."""
    pace: Pace


class Member:
    """A unit and the child that runs it now. `now` is the supervisor's clock, in seconds."""

    def __init__(self, unit: Unit, means: Means, transcript: Transcript) -> None:
        self.unit = unit
        self.phase = Phase.DOWN
        self._fork, self._selector = means.fork, means.selector
        self._tell, self._pace = means.tell, means.pace
        self._transcript = transcript
        self._history = History()
        self._wanted = False
        self._child: Child | None = None
        self._ready_since: float | None = None
        self._due = 0.0
        self._mendable = True

    @property
    def settled(self) -> bool:
        """Those that come after need not wait: it serves, or it is optional and has failed."""
        return self.phase is Phase.READY or (self.unit.optional and self._history.failures > 0)

    @property
    def hopeless(self) -> bool:
        """It never served, is not optional and has failed too often."""
        return not self.unit.optional and self._history.hopeless(self._pace)

    def start(self, now: float) -> None:
        """Start a child. If the system refuses, that counts as a failure like any other."""
        self._wanted = True
        self._ready_since = None
        self._transcript.begin()
        try:
            child = self._fork(self.unit)
        except OSError as error:
            self._fail(f"could not be started: {error.strerror}", now)
            return
        self._child = child
        self._enter(Phase.STARTING, now + self.unit.ready_within)
        self._selector.register(child.output, EVENT_READ, partial(self._take_output, child))
        self._selector.register(child.ready, EVENT_READ, partial(self._take_ready, child))

    def retire(self) -> None:
        """Do not start it again: if it ends now, it stays down."""
        self._wanted = False
        if self._child is None:
            self.phase = Phase.DOWN

    def stop(self, now: float) -> None:
        """Ask the child to stop; `step` kills it when its grace is over."""
        self.retire()
        if self._child is not None and self.phase is not Phase.STOPPING:
            self._terminate(self._child, now)

    def kill(self) -> None:
        """End the child at once; `step` notes its end."""
        self.retire()
        if self._child is not None:
            self._child.kill()

    def step(self, now: float) -> None:
        """Do what is due: note an end, ask the probe, run out of patience, start again."""
        if self._child is not None:
            self._watch(self._child, now)
        elif self.phase is Phase.WAITING and now >= self._due:
            self.start(now)

    def wake_at(self, now: float) -> float | None:
        """When `step` has something to do again, if nothing happens before."""
        if self.phase in (Phase.DOWN, Phase.READY):
            return None
        if self.phase is Phase.STARTING and isinstance(self.unit, Program):
            return min(self._due, now + _PROBE_EVERY)
        return self._due

    def _watch(self, child: Child, now: float) -> None:
        status = child.reap()
        if status is not None:
            self._bury(child, describe_exit(status), now)
        elif self.phase is Phase.STARTING:
            self._watch_start(child, now)
        elif self.phase is Phase.STOPPING and now >= self._due:
            self._tell(f"{self.unit.name} did not stop within {self.unit.grace:g} s: killing it")
            child.kill()
            self._due = now + self.unit.grace

    def _watch_start(self, child: Child, now: float) -> None:
        if isinstance(self.unit, Program) and self.unit.probe():
            self._serve(now)
        elif now >= self._due:
            limit = self.unit.ready_within
            self._tell(f"{self.unit.name} was not ready within {limit:g} s: stopping it")
            self._terminate(child, now)

    def _take_output(self, child: Child, _now: float) -> None:
        chunk = child.read()
        if chunk:
            self._transcript.feed(chunk)
        elif chunk == b"":  # it closed its streams, and may live on
            self._release(child, child.output)

    def _take_ready(self, child: Child, now: float) -> None:
        announced = child.announced()
        self._release(child, child.ready)
        if announced and self.phase is Phase.STARTING:
            self._serve(now)

    def _release(self, child: Child, pipe: int) -> None:
        self._selector.unregister(pipe)
        child.close(pipe)

    def _serve(self, now: float) -> None:
        self._ready_since = now
        self._mendable = True
        self._enter(Phase.READY, now)
        self._tell(f"{self.unit.name} is ready")

    def _terminate(self, child: Child, now: float) -> None:
        child.terminate()
        self._enter(Phase.STOPPING, now + self.unit.grace)

    def _bury(self, child: Child, how: str, now: float) -> None:
        self._transcript.end(child.read_last())
        for pipe in tuple(child.pipes):
            self._release(child, pipe)
        self._child = None
        if self._wanted:
            self._fail(f"ended with {how}", now)
        else:
            self.phase = Phase.DOWN

    def _fail(self, how: str, now: float) -> None:
        ready_for = None if self._ready_since is None else now - self._ready_since
        self._history = self._history.failed(ready_for, self._pace)
        delay = 0.0 if ready_for is None and self._mended() else self._pace.delay(self._failures)
        when = "giving up" if self.hopeless else f"starting it again in {delay:g} s"
        before = " before it was ready" if ready_for is None else ""
        self._tell(f"{self.unit.name} {how}{before}; {when} (failure {self._failures} in a row)")
        self._enter(Phase.WAITING, now + delay)

    def _mended(self) -> bool:
        mend = self.unit.mend if isinstance(self.unit, Program) and self._mendable else None
        repair = mend(list(self._transcript.recent)) if mend else None
        if repair:
            self._tell(repair)
            # Once between two times of serving: a repair that doesn't help must not go on at once.
            self._mendable = False
        return bool(repair)

    @property
    def _failures(self) -> int:
        return self._history.failures

    def _enter(self, phase: Phase, due: float) -> None:
        self.phase = phase
        self._due = due
