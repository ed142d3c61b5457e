"""Which files of an X archive are opened, and what they tell together."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.domain.graph.kinds import Direction
from pipeline.errors import Rejected
from pipeline.ingest.graph.members import opened
from pipeline.ingest.graph.snapshot import Snapshot, snapshot_of
from tests.support.archives import (
    MADE,
    OWNER,
    account,
    archive,
    files_of,
    manifest,
    part,
    unpacked,
    zipped,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FOLLOWERS, FOLLOWING = Direction.FOLLOWERS, Direction.FOLLOWING
MAY_BE_OPENED = {"account.js", "follower.js", "follower-part1.js", "following.js", "manifest.js"}


class Watched:
    """Files in memory that fail whoever opens one that is nobody's business."""

    where = "a.zip"

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self.names = frozenset(files)
        self.made: datetime | None = MADE

    def read(self, name: str) -> bytes:
        assert name.rpartition("/")[2] in MAY_BE_OPENED, f"{name} was opened"
        return self._files[name]

    def modified_at(self, name: str) -> datetime | None:
        assert name.endswith("account.js")
        return self.made


def read(files: Mapping[str, bytes], at: datetime | None = None) -> Snapshot:
    return snapshot_of(Watched(files), at=at, now=NOW)


def test_both_lists_are_read_and_nothing_else() -> None:
    found = read(files_of(["1", "2"], ["2"]))
    assert (found.owner.native_id, found.owner.handle) == (OWNER, "kim")
    assert found.at == MADE
    assert {way: each.ids for way, each in found.lists.items()} == {
        FOLLOWERS: ("1", "2"),
        FOLLOWING: ("2",),
    }


@pytest.mark.parametrize("folder", ["", "twitter-2026-05-01-42/"])
def test_a_top_folder_makes_no_difference(tmp_path: Path, folder: str) -> None:
    path = zipped(tmp_path / "a.zip", files_of(["1"]), folder=folder)
    with opened(path) as members:
        assert snapshot_of(members, at=None, now=NOW).lists[FOLLOWERS].ids == ("1",)


def test_a_folder_is_as_good_as_a_zip(tmp_path: Path) -> None:
    for root in (unpacked(tmp_path / "a", files_of(["1"])), tmp_path / "a/data", tmp_path):
        with opened(root) as members:
            assert snapshot_of(members, at=None, now=NOW).lists[FOLLOWERS].ids == ("1",)


def test_the_manifest_s_files_are_trusted_over_those_that_lie_around() -> None:
    files = files_of(["1"])
    stray = files | {"data/follower-part7.js": b"not of this archive"}
    assert read(stray).lists[FOLLOWERS].ids == ("1",)


def test_without_a_manifest_the_parts_are_found_by_name() -> None:
    files = files_of(["1"]) | {"data/follower-part1.js": part("follower", ["2"], 1)}
    del files["data/manifest.js"]
    assert read(files).lists[FOLLOWERS].ids == ("1", "2")


def test_an_archive_of_old_has_its_files_at_the_top() -> None:
    files = {"account.js": account(), "follower.js": part("follower", ["1"])}
    assert read(files).lists[FOLLOWERS].ids == ("1",)


def test_a_manifest_can_t_have_other_files_opened() -> None:
    for name in ("direct-messages.js", "../../etc/follower.js", "following.js"):
        told = {"follower": [(name, 1)]}
        files = files_of(["1"], ["1"]) | {"data/manifest.js": manifest(told)}
        if name.startswith(".."):
            assert read(files).lists[FOLLOWERS].ids == ("1",)  # its last part is all that counts
        else:
            with pytest.raises(Rejected, match="as a file of 'follower'"):
                read(files)


def test_entries_that_the_manifest_counts_and_nobody_finds_are_told() -> None:
    files = files_of(["1"]) | {"data/manifest.js": manifest({"follower": [("follower.js", 5)]})}
    found = read(files).lists[FOLLOWERS]
    assert (found.untold, found.is_whole) == (4, False)


def test_one_of_several_parts_says_so() -> None:
    assert read(files_of(["1"], partial=True)).is_partial


def _without(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.pop(name) and None


def _other_owner(files: dict[str, bytes]) -> None:
    files["data/account.js"] = account("43")


def _twice(files: dict[str, bytes]) -> None:
    files["old/data/account.js"] = account()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_without("data/account.js"), "no X archive: it has no data/account.js"),
        (_without("data/follower.js"), "lacks follower.js"),
        (_other_owner, "of two accounts"),
        (_twice, "several archives"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    damage: Callable[[dict[str, bytes]], None], said: str
) -> None:
    files = files_of(["1"])
    damage(files)
    with pytest.raises(Rejected, match=said):
        read(files)


def test_an_archive_without_lists_is_refused() -> None:
    with pytest.raises(Rejected, match="holds neither"):
        read(files_of())


def test_the_time_is_the_manifest_s_else_the_files_unless_it_is_given() -> None:
    given = datetime(2026, 4, 1, tzinfo=UTC)
    assert read(files_of(["1"], at=MADE - timedelta(days=1))).at == MADE - timedelta(days=1)
    assert read(files_of(["1"], at=None)).at == MADE
    assert read(files_of(["1"]), at=given).at == given


def test_a_time_that_nobody_tells_has_to_be_given() -> None:
    files = Watched(files_of(["1"], at=None))
    files.made = None
    with pytest.raises(Rejected, match="add --at TIME"):
        snapshot_of(files, at=None, now=NOW)


@pytest.mark.parametrize("made", [datetime(1999, 1, 1, tzinfo=UTC), NOW + timedelta(days=1)])
def test_a_time_that_can_t_be_is_refused(made: datetime) -> None:
    with pytest.raises(Rejected, match="can't be: add --at TIME"):
        read(files_of(["1"], at=made))


def test_an_archive_is_read_from_its_zip(tmp_path: Path) -> None:
    with opened(archive(tmp_path / "a.zip", None, ["7"])) as members:
        found = snapshot_of(members, at=None, now=NOW)
    assert set(found.lists) == {FOLLOWING}
