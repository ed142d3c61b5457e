"""Lists that are read from the simulated X, and what both sides know afterwards."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from pipeline.domain.graph.kinds import Direction, EndReason, Mode
from pipeline.ingest.graph.service import Wish
from pipeline.store.graph import accounts, jobs, lists, spans, stories
from pipeline.store.graph.jobs import JobRow
from pipeline.store.graph.lists import ListRow
from tests.simulators.x.server import SimulatedX
from tests.support.world import World


class Reading:
    """Afterword on one side, the simulated X on the other, one clock."""

    def __init__(self, world: World, x: SimulatedX) -> None:
        self.world = world
        self.x = x
        self.graph = world.container.graph
        self.credential = self.graph.credentials.choose("x")

    def keep(self, owner: str, direction: Direction = Direction.FOLLOWERS) -> ListRow:
        """Keep a list; how long it is nobody knows before it is read."""
        with self.world.database.write() as db:
            ord_ = accounts.ordinals(db, "x", [owner])[owner]
            row = accounts.get(db, ord_)
            assert row is not None
            self.graph.keep(db, row, direction, self.credential, Wish())
            found = lists.get(db, ListRow(ord_, direction, "").key)
        assert found is not None
        return found

    def sync(self, row: ListRow, mode: Mode | None = None) -> JobRow:
        """Ask for a reading and work everything that is due."""
        with self.world.database.write() as db:
            current = lists.get(db, row.key)
            assert current is not None
            job = self.graph.sync(db, current, mode)
        assert job is not None
        self.world.work()
        return self.job(job)

    def job(self, job: JobRow) -> JobRow:
        """A job as it is now."""
        with self.world.database.read() as db:
            found = jobs.get(db, job.id)
        assert found is not None
        return found

    def wait(self, *, step: timedelta, times: int) -> None:
        """Let time pass, with beat's tick and everything it brings about."""
        for _ in range(times):
            self.world.clock.now += step
            self.world.tick("graph")

    def work_in_threads(self, threads: int) -> int:
        """Work everything that is due with as many workers; how many steps were begun."""
        worked = 0
        with ThreadPoolExecutor(threads) as pool:
            while due := self.world.due():
                worked += len(list(pool.map(self.world.bench.work, due)))
        return worked

    def known(self, row: ListRow) -> set[str]:
        """Members as far as Afterword knows, by native id."""
        with self.world.database.read() as db:
            found = accounts.many(db, spans.current(db, row.key))
        return {each.native_id for each in found.values()}

    def truth(self, owner: str, direction: Direction = Direction.FOLLOWERS) -> set[str]:
        """Members as X would show them."""
        return set(self.x.world.members(owner, direction))

    def ended(self, row: ListRow) -> dict[str, EndReason]:
        """Members that are gone, and why."""
        with self.world.database.read() as db:
            told = stories.of_list(db, row.key)
            known = accounts.many(db, told)
        return {
            known[member].native_id: EndReason(story[-1].end_reason)
            for member, story in told.items()
            if story[-1].to_hi is not None and story[-1].end_reason is not None
        }

    def charged(self, endpoint: str | None = None) -> int:
        """Resources that X charged for."""
        return self.x.simulator.report.total(endpoint).charged

    def refused(self) -> int:
        """Answers 429."""
        return self.x.simulator.report.total().statuses["429"]


def followers(owner: str, members: Iterable[str]) -> Sequence[tuple[str, str]]:
    """Edges of a list, oldest first."""
    return [(member, owner) for member in members]


def numbers(count: int, first: int = 1000) -> list[str]:
    """So many ids."""
    return [str(first + n) for n in range(count)]
