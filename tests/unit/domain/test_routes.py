"""The table of routes: every name in it exists on the other side."""

from pipeline.broker import make_celery
from pipeline.domain import events
from pipeline.domain.backoff import FIRST_S, LONGEST_S, delay_after
from pipeline.domain.routes import ATTEMPTS, QUEUES, ROUTES, attempts_for, routes_for
from pipeline.ingest.retention import PASSING
from pipeline.ingest.upkeep import SCHEDULE
from pipeline.settings import Settings
from pipeline.tasks.app import TICK, make_app
from pipeline.tasks.handlers import HANDLERS
from pipeline.tasks.worker import Worker
from tests.support.world import World

ALL = [route for routes in ROUTES.values() for route in routes]


def test_every_route_has_a_handler_and_every_handler_a_route() -> None:
    assert {route.handler for route in ALL} == set(HANDLERS)


def test_every_route_goes_to_a_queue_that_workers_declare() -> None:
    declared = {queue.name for queue in make_celery("memory://").conf.task_queues}
    assert {route.queue for route in ALL} <= set(QUEUES) == declared


def test_every_handler_is_a_registered_task_and_its_queue_is_its_noun(world: World) -> None:
    app = make_app("memory://", Worker(world.settings))
    assert {*HANDLERS, TICK} <= set(app.tasks)
    assert all(route.handler.split(".")[0] == route.queue for route in ALL)


def test_beat_asks_for_jobs_that_have_a_route() -> None:
    assert all(routes_for(f"tick.{job.name}") for job in SCHEDULE)


def test_every_comment_type_from_outside_has_a_shape_and_a_route() -> None:
    assert all(routes_for(type_) for type_ in events.SHAPES)
    assert {type_ for type_ in events.INTERNAL if routes_for(type_)} == PASSING


def test_delays_double_up_to_the_longest_and_never_vanish() -> None:
    assert attempts_for("comments.moderate") > 1
    assert delay_after(1, jitter=1.0) == FIRST_S
    assert delay_after(2, jitter=1.0) == 2 * FIRST_S
    assert delay_after(1, jitter=0.0) == FIRST_S / 2
    assert delay_after(10_000, jitter=1.0) == LONGEST_S


def test_settings_of_celery_carry_no_pickle() -> None:
    conf = make_celery("memory://").conf
    assert conf.accept_content == ["json"]
    assert Settings.__struct_config__.frozen


def test_every_exception_to_the_attempts_names_a_handler() -> None:
    assert set(ATTEMPTS) <= set(HANDLERS)
