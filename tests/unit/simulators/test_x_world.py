"""The simulated network: edges from both ends, states, time."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulators.x.graph import read_edges
from tests.simulators.x.history import history, truth
from tests.simulators.x.kinds import Change, Direction, Kind, State
from tests.simulators.x.made_up import edges as made_up
from tests.simulators.x.world import World

TEXT = "# who follows whom\n1 2\n3 2\n\n1 2\n2 2\n4 2\n"
KINDS = (Kind.FOLLOW, Kind.UNFOLLOW, Kind.SUSPEND, Kind.DELETE, Kind.REINSTATE, Kind.PROTECT)
PEOPLE = st.sampled_from("123456")
CHANGES = st.builds(
    Change, st.floats(0, 100), st.sampled_from((*KINDS, *KINDS[:2] * 2)), PEOPLE, PEOPLE
)


@pytest.mark.parametrize("name", ["edges.txt", "edges.txt.gz"])
def test_an_edge_list_is_read_plain_or_packed(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(TEXT.encode()) if name.endswith(".gz") else TEXT.encode())
    world = World.load(path)
    assert world.members("2", "followers") == ["4", "3", "1"]
    assert world.members("1", "following") == ["2"]
    assert world.first_positions == 3


def test_accounts_that_are_no_numbers_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "edges.txt"
    path.write_text("1 two\n")
    with pytest.raises(ValueError, match="no edge between numbers: 1 two"):
        list(read_edges(path))


@settings(max_examples=30)
@given(st.lists(CHANGES, max_size=40))
def test_both_ends_of_every_edge_agree_and_the_hidden_are_counted(changes: list[Change]) -> None:
    world = World([("1", "2"), ("3", "2"), ("2", "3"), ("4", "3")])
    world.schedule(changes)
    world.catch_up(100)
    ends: dict[Direction, set[tuple[str, str]]] = {}
    for side in Direction:
        members = {owner: world.truth(owner, side) for owner in "123456"}
        ends[side] = {(owner, each.id) for owner, them in members.items() for each in them}
        for owner, them in members.items():
            node = world.graph.node_of(owner)
            gone = [each.id for each in them if each.state in {State.SUSPENDED, State.DELETED}]
            assert world.graph.list_of(node, side).hidden == len(gone)
            assert world.size(node, side) == len(world.members(owner, side))
            assert [each.position for each in them] == sorted(
                (each.position for each in them), reverse=True
            )
    turned = {(member, owner) for owner, member in ends[Direction.FOLLOWERS]}
    assert ends[Direction.FOLLOWING] == turned


@settings(max_examples=30)
@given(st.lists(CHANGES, max_size=40))
def test_the_history_replayed_gives_the_truth(changes: list[Change]) -> None:
    world = World([("1", "2"), ("3", "2"), ("4", "2")])
    world.schedule(changes)
    world.catch_up(100)
    told = history(world, "2", Direction.FOLLOWERS)
    members, gone = list(told["initial"]), set()
    for event in told["events"]:
        if event["kind"] == "follow":
            members.insert(0, event["source"])
        elif event["kind"] == "unfollow":
            members.remove(event["source"])
        elif event["kind"] in {"suspend", "delete"}:
            gone.add(event["source"])
        elif event["kind"] == "reinstate":
            gone.discard(event["source"])
    now = truth(world, "2", Direction.FOLLOWERS)
    assert now["ids"] == [member for member in members if member not in gone]
    assert [member["id"] for member in now["members"]] == members


@settings(max_examples=30)
@given(st.lists(CHANGES, max_size=20), st.lists(st.floats(0, 100), max_size=5))
def test_it_does_not_matter_how_often_time_is_looked_at(
    changes: list[Change], looks: list[float]
) -> None:
    worlds = [World([("1", "2"), ("3", "2")]) for _ in range(2)]
    for world in worlds:
        world.schedule(changes)
    for look in sorted(looks):
        worlds[0].catch_up(look)
    for world in worlds:
        world.catch_up(100)
    assert worlds[0].events == worlds[1].events


def test_what_has_no_effect_is_no_event() -> None:
    world = World([("1", "2")], start=0.0)
    changes = [
        Change(0, Kind.FOLLOW, "1", "2"),
        Change(0, Kind.UNFOLLOW, "2", "1"),
        Change(0, Kind.FOLLOW, "2", "2"),
        Change(0, Kind.REINSTATE, "1"),
        Change(0, Kind.SUSPEND, "404"),
        Change(0, Kind.UNFOLLOW, "1", "404"),
    ]
    assert world.apply(changes) == 0
    assert world.events == []


def test_the_suspended_follow_nobody_and_are_followed_by_nobody_new() -> None:
    world = World([("1", "2")], start=0.0)
    assert world.apply([Change(0, Kind.SUSPEND, "1")]) == 1
    tries = [Change(0, Kind.FOLLOW, "1", "3"), Change(0, Kind.FOLLOW, "3", "1")]
    assert world.apply(tries) == 0


def test_a_suspension_that_ends_leaves_a_protected_account_protected() -> None:
    world = World([("1", "2")], start=0.0)
    states = []
    for kind in (Kind.PROTECT, Kind.SUSPEND, Kind.REINSTATE, Kind.UNPROTECT):
        world.apply([Change(0, kind, "1")])
        states.append(world.state(world.graph.node_of("1")))
    assert states == [State.PROTECTED, State.SUSPENDED, State.PROTECTED, State.ACTIVE]


def test_a_change_to_come_waits_for_its_time() -> None:
    world = World([("1", "2")], start=0.0)
    assert world.apply([Change(60, Kind.FOLLOW, "3", "2")]) == 0
    world.catch_up(59)
    assert world.members("2", "followers") == ["1"]
    assert world.catch_up(60) == 1
    assert world.members("2", "followers") == ["3", "1"]


def test_a_made_up_world_is_the_same_for_the_same_seed() -> None:
    first, second, other = (list(made_up(200, seed=seed)) for seed in (1, 1, 2))
    assert first == second != other
    world = World(first)
    sizes = sorted((size for size, _ in world.graph.sizes(Direction.FOLLOWERS)), reverse=True)
    assert sizes[0] > 5 * sizes[len(sizes) // 2]
