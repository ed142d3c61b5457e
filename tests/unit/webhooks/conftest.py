"""Doors on a real database, with a real group-commit writer."""

from collections.abc import Iterator

import pytest

from pipeline.webhooks.comment_door import CommentDoor
from pipeline.webhooks.door import WebhookDoor
from pipeline.webhooks.writer import Writer
from tests.support.world import World


@pytest.fixture
def writer(world: World) -> Iterator[Writer]:
    writer = Writer(world.database, clock=world.clock, wake=lambda: None)
    writer.start()
    yield writer
    writer.stop()


@pytest.fixture
def door(world: World, writer: Writer) -> WebhookDoor:
    return WebhookDoor(world.settings, writer, world.container.ids, world.clock)


@pytest.fixture
def comment_door(world: World, writer: Writer) -> CommentDoor:
    return CommentDoor(world.settings, writer, world.container.ids, world.clock)
