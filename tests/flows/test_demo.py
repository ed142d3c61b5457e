"""`make demo`: a sample fit to be shipped, a set that touches nothing else, an honest report."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipeline.config import load_settings
from pipeline.demo.sample import message, pages, read_sample
from pipeline.demo.scratch import environment, free_ports, write_settings
from pipeline.domain import events

ROOT = Path(__file__).parents[2]
PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+|\+?\d[\d ().-]{8,}\d|facebook|instagram|twitter|/user/", re.IGNORECASE
)


def test_the_sample_is_of_the_size_and_labels_it_says() -> None:
    rows = read_sample()
    assert len(rows) == 240
    assert sum(row.is_spam for row in rows) == 120
    assert len(pages(rows)) == 6


def test_nobody_can_be_found_by_the_sample() -> None:
    rows = read_sample()
    assert [row.text for row in rows if PERSONAL.search(row.text)] == []
    assert len({row.name for row in rows}) == len(rows)


def test_a_reply_comes_after_the_harmless_comment_it_answers_on_its_page() -> None:
    before = {}
    for row in read_sample():
        assert row.id not in before
        if row.parent is not None:
            parent = before[row.parent]
            assert (parent.page, parent.is_spam) == (row.page, False)
        before[row.id] = row


def test_each_row_is_an_event_that_is_taken() -> None:
    for row in read_sample():
        body = message(row, "http://127.0.0.1:8000").body
        data = body.partition(b'"data":')[2][:-1]
        fact = events.check(events.COMMENT_POSTED, data)
        assert fact.text == row.text


def test_a_demo_inherits_ports_and_nothing_else_of_afterword(tmp_path: Path) -> None:
    outer = {
        "PATH": "/bin",
        "AFTERWORD_PORT": "8123",
        "AFTERWORD_FLOWER_PORT": "8124",
        "AFTERWORD_DATABASE_URL": "postgresql://real",
        "AFTERWORD_HOME": "/real",
    }
    named = {name: outer[name] for name in ("PATH", "AFTERWORD_PORT", "AFTERWORD_FLOWER_PORT")}
    assert environment(outer, tmp_path) == named | {"AFTERWORD_HOME": str(tmp_path)}


def test_its_settings_load_and_are_private(tmp_path: Path) -> None:
    write_settings(tmp_path, port="8123")
    settings = load_settings({"AFTERWORD_HOME": str(tmp_path)})
    assert settings.sources["demo"].rate == "none"
    assert settings.config.stat().st_mode & 0o077 == 0


@pytest.mark.services
def test_free_ports_are_free_and_different() -> None:
    found = free_ports(3)
    assert len(set(found)) == 3
    for port in found:
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", port))


def run_demo(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AFTERWORD_")}  # noqa: TID251 - the child's environment
    return subprocess.run(
        [sys.executable, "-m", "pipeline.demo"],
        env=kept | {"TMPDIR": str(folder)} | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


@pytest.fixture
def folder() -> Path:
    # Not tmp_path: a socket's path has little room.
    return Path(tempfile.mkdtemp(prefix="d", dir="/tmp"))


@pytest.mark.services
@pytest.mark.timeout(300)
def test_the_demo_judges_every_comment_says_how_and_leaves_nothing(folder: Path) -> None:
    done = run_demo(folder)
    assert (done.returncode, done.stderr) == (0, "")
    line = re.compile(r"^(spam|harmless) +120 +(\d+) \S+ +(\d+) \S+ +(\d+)", re.MULTILINE)
    counts = line.findall(done.stdout)
    assert [name for name, *_ in counts] == ["spam", "harmless"]
    assert [sum(map(int, row)) for _, *row in counts] == [120, 120]
    assert "Published, but labelled spam: " in done.stdout
    assert done.stdout.count("sum of the points: ") == 3
    assert re.search(r"Flower +http://127\.0\.0\.1:\d+ +user admin, \S+", done.stdout)
    part = re.compile(r"^(\w+).* +\$(\d+\.\d\d) +\$(\d+\.\d\d) +\d+\.\d$", re.MULTILINE)
    bill = {name: (float(ours), float(naive)) for name, ours, naive in part.findall(done.stdout)}
    assert list(bill) == ["first", "the", "last", "together"]
    assert bill["the"][1] > 5 * bill["the"][0]
    ledger = re.search(r"ledger says \$(\d+\.\d\d)", done.stdout)
    assert ledger is not None
    assert float(ledger[1]) == bill["together"][0]
    assert re.search(r"^\d+ follow all of @\w+, @\w+, @\w+: ", done.stdout, re.MULTILINE)
    assert list(folder.iterdir()) == []
    folder.rmdir()


@pytest.mark.services
def test_a_taken_port_is_one_line(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run_demo(folder, AFTERWORD_PORT=port)
    assert done.returncode == 1
    assert re.fullmatch(rf"demo: port {port} on .* AFTERWORD_PORT .*\n", done.stderr)
    folder.rmdir()


@pytest.mark.services
def test_a_wrong_port_is_wrong_usage(folder: Path) -> None:
    done = run_demo(folder, AFTERWORD_PORT="x")
    assert (done.returncode, done.stderr) == (
        2,
        "demo: AFTERWORD_PORT is 'x', but it must be a whole number\n",
    )
    folder.rmdir()
