"""Starts a set of processes in stages, keeps it running, stops it in order."""

import gc
import selectors
import signal
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from itertools import chain
from time import monotonic
from typing import TextIO

from pipeline.supervisor.child import Child, fork_child
from pipeline.supervisor.lifeline import Lifeline
from pipeline.supervisor.member import Means, Member, Phase
from pipeline.supervisor.output import Console
from pipeline.supervisor.pace import DEFAULT_PACE, Pace
from pipeline.supervisor.service import Unit
from pipeline.supervisor.signals import STOP, SignalSocket
from pipeline.supervisor.transcript import Transcript

STOPPED, FAILED = 0, 1
_OWN_NAME = "up"


def _nothing() -> None:
    """Do nothing: what happens on readiness if nobody asked for more."""


class Supervisor:
    """A set of processes: `stages` start one after the other, the members of a stage at once.

    A stage waits until all before it are ready. `stop_order` names every unit; one is gone before
    the next is asked; without it, the reverse of the start. `on_ready` is called once, when all
    are ready for the first time. `private` descriptors are closed in every child (a lock's, say).
    `clock` gives seconds and never goes back.
    """

    def __init__(  # noqa: PLR0913 - each is a choice of its own, all but two with a default
        self,
        stages: Sequence[Sequence[Unit]],
        *,
        out: TextIO,
        stop_order: Sequence[str] | None = None,
        on_ready: Callable[[], None] = _nothing,
        private: Iterable[int] = (),
        pace: Pace = DEFAULT_PACE,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        names = [unit.name for unit in chain.from_iterable(stages)]
        order = names[::-1] if stop_order is None else list(stop_order)
        if len({*names, _OWN_NAME}) != len(names) + 1 or sorted(order) != sorted(names):
            raise ValueError(f"stages name {names}, stop order {order}: each name once in both")
        self._console = Console(out, [*names, _OWN_NAME])
        self._selector = selectors.PollSelector()  # unlike epoll, nothing a child could inherit
        means = Means(self._fork, self._selector, self._tell, pace)
        pending = [
            [Member(unit, means, Transcript(self._console, unit.name)) for unit in stage]
            for stage in stages
        ]
        self._members = list(chain.from_iterable(pending))
        by_name = {member.unit.name: member for member in self._members}
        self._stop_order = deque(by_name[name] for name in order)
        self._pending = deque(pending)
        self._started: list[Member] = []
        self._on_ready, self._private, self._clock = on_ready, tuple(private), clock
        self._stopping = False
        self._exit_code = STOPPED

    def run(self) -> int:
        """Start the set and watch it until it has stopped.

        SIGTERM, SIGINT or SIGHUP stop it; a second SIGINT kills what is left. Returns 0 after a
        requested stop, 1 when a unit could not be started or had to be killed by the second SIGINT.
        Must be called in the main thread, and in a process with no other.
        """
        with ExitStack() as stack:
            self._signals = stack.enter_context(SignalSocket())
            self._lifeline = Lifeline()
            stack.callback(self._lifeline.close)
            stack.callback(self._selector.close)
            stack.callback(self._kill_all)
            self._selector.register(self._signals.reader, selectors.EVENT_READ, self._take_signals)
            # What exists now is never collected: a collection would touch, and so copy, every page
            # that the children share with this process.
            gc.freeze()
            self._watch()
        return self._exit_code

    def _watch(self) -> None:
        self._advance(self._clock())
        while not self._done:
            self._wait()
            now = self._clock()
            for member in self._members:
                member.step(now)
            self._advance(now)

    @property
    def _done(self) -> bool:
        return self._stopping and all(member.phase is Phase.DOWN for member in self._members)

    def _wait(self) -> None:
        now = self._clock()
        due = [time for member in self._members if (time := member.wake_at(now)) is not None]
        patience = max(0.0, min(due) - now) if due else None
        for key, _ in self._selector.select(patience):
            key.data(self._clock())

    def _advance(self, now: float) -> None:
        if not self._stopping:
            self._look_for_trouble()
        if self._stopping:
            self._stop_next(now)
        else:
            self._start_next(now)

    def _look_for_trouble(self) -> None:
        hopeless = [member.unit.name for member in self._members if member.hopeless]
        if hopeless:
            self._exit_code = FAILED
            self._begin_stop(f"{', '.join(hopeless)} could not be started; see its lines above")
        elif self._console.broken:
            self._exit_code = FAILED
            self._begin_stop("nobody reads this output any more")

    def _start_next(self, now: float) -> None:
        while all(member.settled for member in self._started):
            if not self._pending:
                on_ready, self._on_ready = self._on_ready, _nothing
                on_ready()
                return
            stage = self._pending.popleft()
            self._started += stage
            for member in stage:
                member.start(now)

    def _stop_next(self, now: float) -> None:
        while self._stop_order:
            self._stop_order[0].stop(now)
            if self._stop_order[0].phase is not Phase.DOWN:
                return
            self._stop_order.popleft()

    def _begin_stop(self, reason: str) -> None:
        self._tell(f"{reason}: stopping")
        self._stopping = True
        for member in self._members:
            member.retire()

    def _take_signals(self, _now: float) -> None:
        for number in self._signals.take():
            if number in STOP and not self._stopping:
                self._begin_stop(signal.Signals(number).name)
            elif number == signal.SIGINT:
                self._tell("SIGINT again: killing what is left")
                self._exit_code = FAILED
                self._kill_all()

    def _kill_all(self) -> None:
        for member in self._members:
            member.kill()

    def _fork(self, unit: Unit) -> Child:
        pipes = {key.fd for key in self._selector.get_map().values()}
        return fork_child(
            unit, self._lifeline, pipes.union(self._signals.descriptors, self._private)
        )

    def _tell(self, line: str) -> None:
        self._console.write(_OWN_NAME, [line])
