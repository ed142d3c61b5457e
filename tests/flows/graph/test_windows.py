"""Eight workers, one credential: the window is never asked past its end."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from pipeline.domain.graph.kinds import JobState
from pipeline.store.graph import jobs
from pipeline.store.graph.lists import ListRow
from tests.simulators.x.faults import Fault
from tests.support.reading import Reading

pytestmark = pytest.mark.services
Open = Callable[..., Reading]
LISTS = 60
LIMIT = 25


def _many(reading: Open, **more: int) -> tuple[Reading, list[ListRow]]:
    owners = [str(n) for n in range(1, LISTS + 1)]
    edges = [(str(9000 + n), owner) for owner in owners for n in range(3)]
    on = reading(edges, limits={"followers": LIMIT}, **more)
    return on, [on.keep(owner) for owner in owners]


def _ask_all(on: Reading, rows: list[ListRow]) -> None:
    with on.world.database.write() as db:
        for row in rows:
            on.graph.sync(db, row, None)


def _all_done(on: Reading, rows: list[ListRow]) -> bool:
    with on.world.database.read() as db:
        return not jobs.count_open(db) and len(rows) == LISTS


def test_alone_it_is_never_refused(reading: Open) -> None:
    on, rows = _many(reading)
    _ask_all(on, rows)
    for _ in range(400):
        on.work_in_threads(8)
        if _all_done(on, rows):
            break
        on.world.clock.advance(seconds=20)
    assert _all_done(on, rows)
    assert on.refused() == 0
    assert on.x.simulator.report.total("followers").asked == LISTS


def test_beside_another_program_it_is_refused_once_a_window_at_most(reading: Open) -> None:
    on, rows = _many(reading)
    on.x.simulator.faults.add([Fault("foreign", value=1.0)])
    _ask_all(on, rows)
    windows: dict[int, int] = {}
    for _ in range(800):
        before = on.refused()
        on.work_in_threads(8)
        window = on.x.simulator._gate.windows._open["app:app", "followers"].reset
        windows[window] = windows.get(window, 0) + on.refused() - before
        if _all_done(on, rows):
            break
        on.world.clock.advance(seconds=20)
    assert _all_done(on, rows)
    assert max(windows.values()) <= 1
    assert len(windows) >= 4


def test_after_a_reset_they_come_back_apart(reading: Open) -> None:
    on, rows = _many(reading)
    _ask_all(on, rows)
    on.work_in_threads(8)
    with on.world.database.read() as db:
        waiting = [job for job in jobs.open_jobs(db, limit=100) if job.state == JobState.OPEN]
    assert waiting
    times = [job.not_before for job in waiting]
    assert max(times) - min(times) >= timedelta(seconds=10)
    assert all(job.out_until is None for job in waiting)
