"""The Celery edge: what Flower is told, and that nothing is published."""

from collections.abc import Iterator

import pytest
from celery import Celery
from celery.exceptions import Retry

from pipeline.errors import Transient
from pipeline.ingest.work import Bench, Work
from pipeline.store import ledger
from pipeline.tasks.app import TICK, make_app
from pipeline.tasks.base import DeadDeliveryError
from pipeline.tasks.worker import Worker
from tests.support.world import World


class OpenWorker(Worker):
    """A worker on the test's own container."""

    def __init__(self, world: World) -> None:
        super().__init__(world.settings)
        self._made = world.container, world.bench


@pytest.fixture
def worker(world: World) -> OpenWorker:
    return OpenWorker(world)


@pytest.fixture
def app(worker: OpenWorker) -> Iterator[Celery]:
    app = make_app("memory://", worker)
    yield app
    app.close()


def run(app: Celery, name: str, event_id: int, attempt: int = 1) -> None:
    task = app.tasks[name]
    task.apply(kwargs={"event_id": str(event_id), "attempt": attempt}, throw=True)


def test_a_task_works_its_delivery(world: World, app: Celery) -> None:
    posted = world.post("c1")
    world.due()
    run(app, "comments.moderate", posted)
    run(app, "comments.moderate", posted)
    with world.database.read() as db:
        (row,) = ledger.of_event(db, posted)
    assert (row.state, row.attempts) == ("done", 1)


def test_a_parked_one_is_retry_with_nothing_published(
    world: World, worker: OpenWorker, app: Celery
) -> None:
    def parked(_: Work) -> None:
        raise Transient("rate limited", delay=900)

    container = world.container
    bench = Bench(
        container.database,
        {"comments.moderate": parked},
        lease=container.lease,
        clock=world.clock,
        jitter=lambda: 1.0,
    )
    worker._made = container, bench
    posted = world.post("c1")
    world.due()
    with pytest.raises(Retry) as caught:
        app.tasks["comments.moderate"].run(event_id=str(posted), attempt=1)
    assert (caught.value.message, caught.value.when) == ("rate limited", 900)
    with app.connection_for_write() as connection:
        channel = connection.channel()
        assert channel.queue_declare(queue="comments").message_count == 0


def test_a_dead_one_fails_and_says_only_where_to_look(world: World, app: Celery) -> None:
    posted = world.send("comment.edited", {"id": "nobody", "text": "A secret thought."}).event_id
    world.due()
    with pytest.raises(DeadDeliveryError) as caught:
        app.tasks["comments.moderate"].run(event_id=str(posted), attempt=1)
    assert str(posted) in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_tick_takes_its_slot_once(world: World, app: Celery) -> None:
    app.tasks[TICK].apply(kwargs={"job": "sweep"}, throw=True)
    app.tasks[TICK].apply(kwargs={"job": "sweep"}, throw=True)
    (first,) = world.due()
    assert first.handler == "control.sweep"
    world.clock.advance(minutes=10)
    app.tasks[TICK].apply(kwargs={"job": "sweep"}, throw=True)
    # The second waits: the first is unfinished, and of the same subject.
    assert [due.event_id for due in world.due()] == [first.event_id]


def test_an_hour_without_beat_is_one_run_per_job(world: World, app: Celery) -> None:
    app.tasks[TICK].apply(kwargs={"job": "prune"}, throw=True)
    world.work()
    world.clock.advance(hours=5)
    for _ in range(5):
        app.tasks[TICK].apply(kwargs={"job": "prune"}, throw=True)
    assert [result.ending.value for result in world.work()] == ["done"]


def test_a_worker_that_was_not_opened_says_so(world: World) -> None:
    with pytest.raises(RuntimeError, match="open"):
        _ = Worker(world.settings).bench
