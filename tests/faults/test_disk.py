"""A disk with no room: 503, no partial rows, and all is well once there is room again."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.harness import Installation, settle_in
from tests.support.harness_processes import Nursery, Running
from tests.support.harness_senders import Message, comment, post
from tests.support.harness_watch import Watch, refused_for_now

pytestmark = pytest.mark.faults

Install = Callable[..., Installation]
NO_REDIS = "redis+socket:///nowhere/none.sock?virtual_host=0"


def test_a_full_file_is_503_without_partial_rows_and_recovers(install: Install) -> None:
    home = install(NO_REDIS)
    web = home.start("web")
    assert post(home.port, comment(0)).status == 202
    taken = _until_refused(web, home)
    _unlimited(web)
    assert post(home.port, comment("later")).status == 202
    _whole(home, {*taken, "msg_0", "msg_later"})


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root may mount; test_a_full_file… shows the same without a disk")
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], check=False)  # noqa: S603 - a found executable, fixed words
    if made.returncode:
        pytest.skip("this sandbox lets nobody mount")
    yield place
    subprocess.run(["umount", "-l", place], check=True)  # noqa: S603, S607 - what was mounted above


def test_a_full_disk_is_503_without_partial_rows_and_recovers(
    small_disk: Path, nursery: Nursery
) -> None:
    home = Installation(nursery, settle_in(small_disk / "home", NO_REDIS))
    home.start("web")
    taken = [post(home.port, comment(0)).status]
    assert taken == [202]
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 65_536))
    refused = [post(home.port, message) for message in _large(100)]
    assert {answer.status for answer in refused} == {202, 503}
    refused_for_now(refused[-1])
    ballast.unlink()
    assert post(home.port, comment("later")).status == 202
    accepted = {f"msg_{n}" for n, answer in enumerate(refused, 1) if answer.status == 202}
    _whole(home, {*accepted, "msg_0", "msg_later"})
    home.close()


def _whole(home: Installation, expected: set[str]) -> None:
    """Every event that was acknowledged has its delivery, none that was refused left a row."""
    watch = Watch(home)
    assert set(watch.stored()) == expected
    assert watch.rows("SELECT count(*) FROM delivery") == [(len(expected),)]
    assert watch.rows("PRAGMA integrity_check") == [("ok",)]


def _large(number: int) -> list[Message]:
    return [comment(n, text="word " * 3000) for n in range(1, number + 1)]


def _until_refused(web: Running, home: Installation) -> list[str]:
    """Let no file of the process grow, then send until it refuses; the ids that were taken."""
    sizes = [path.stat().st_size for path in home.place.folder.glob("afterword.db*")]
    _, hard = resource.prlimit(web.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(web.pid, resource.RLIMIT_FSIZE, (max(sizes) + 65_536, hard))
    taken = []
    for message in _large(200):
        answer = post(home.port, message)
        if answer.status != 202:
            refused_for_now(answer)
            return taken
        taken.append(message.id)
    raise AssertionError("the limit on its files did not stop it")


def _unlimited(web: Running) -> None:
    _, hard = resource.prlimit(web.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(web.pid, resource.RLIMIT_FSIZE, (hard, hard))
