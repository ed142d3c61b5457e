"""Lines cut from chunks, and the console that prints them."""

import os
import select
import signal
import subprocess
import sys
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.supervisor.output import LONGEST_LINE, Console, LineCutter


class Terminal(StringIO):
    """Output that calls itself a terminal."""

    def isatty(self) -> bool:
        return True


class Broken(StringIO):
    """Output whose reader has gone."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


def feed(chunks: list[bytes]) -> list[str]:
    cutter = LineCutter()
    return [line for chunk in chunks for line in cutter.feed(chunk)] + cutter.close()


@given(st.lists(st.text("aé\N{PILE OF POO} ", max_size=9), max_size=9), st.integers(1, 20))
def test_lines_come_out_whole_however_they_are_chopped(lines: list[str], size: int) -> None:
    raw = "".join(f"{line}\n" for line in lines).encode()
    assert feed([raw[at : at + size] for at in range(0, len(raw), size)]) == lines


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"", []),
        (b"half", ["half"]),
        (b"a\n\nb\r\n", ["a", "", "b"]),
        (b"tab\tstays\n", ["tab\tstays"]),
        (b"\x1b]0;title\x07\x00\r!\n", [r"\x1b]0;title\x07\x00\x0d!"]),
        ("\N{CONTROL SEQUENCE INTRODUCER}2J".encode(), [r"\x9b2J"]),
        (b"\xff\xfe\n", ["\N{REPLACEMENT CHARACTER}" * 2]),
    ],
)
def test_what_could_repaint_a_terminal_is_spelt_out(raw: bytes, lines: list[str]) -> None:
    assert feed([raw]) == lines


@pytest.mark.parametrize("offset", range(5))
def test_a_long_line_comes_in_pieces_and_no_character_is_torn(offset: int) -> None:
    text = "a" * offset + "\N{PILE OF POO}" * LONGEST_LINE
    pieces = feed([text.encode()])
    assert "".join(pieces) == text
    assert max(len(piece.encode()) for piece in pieces) <= LONGEST_LINE


def test_a_line_without_end_is_never_held_back_for_long() -> None:
    cutter = LineCutter()
    printed = sum(len(line) for _ in range(20) for line in cutter.feed(b"\x80" * 10_000))
    assert printed >= 200_000 - LONGEST_LINE


def test_names_are_padded_to_one_width() -> None:
    out = StringIO()
    console = Console(out, ["web", "worker"])
    console.write("web", ["one", "two"])
    console.write("worker", ["three"])
    console.write("web", [])
    assert out.getvalue() == "web    | one\nweb    | two\nworker | three\n"


def test_a_terminal_gets_a_colour_per_name() -> None:
    out = Terminal()
    console = Console(out, ["web", "worker"])
    console.write("web", ["one"])
    console.write("worker", ["two"])
    assert out.getvalue() == "\x1b[36mweb    |\x1b[0m one\n\x1b[33mworker |\x1b[0m two\n"


def test_a_console_that_nobody_reads_falls_silent() -> None:
    console = Console(Broken(), ["web"])
    console.write("web", ["one"])
    console.write("web", ["two"])
    assert console.broken


# Prints for a while to a reader that is slow, so that most writes wait for it.
TALK = """
import signal, sys
from pipeline.supervisor.output import Console
signal.signal(signal.SIGUSR1, lambda *_: None)
console = Console(sys.stdout, ["web"])
console.write("web", ["ready"])
for _ in range(40):
    console.write("web", ["y" * 16_000] * 4)
"""
SAID = len("web | ready\n") + 160 * len("web | " + "y" * 16_000 + "\n")


@pytest.mark.timeout(120)
def test_no_signal_loses_a_part_of_what_is_printed() -> None:
    talking = subprocess.Popen([sys.executable, "-c", TALK], stdout=subprocess.PIPE)  # noqa: S603 - this very module
    assert talking.stdout is not None
    pipe, heard = talking.stdout.fileno(), 0
    with talking:
        while chunk := os.read(pipe, 8_192):
            heard += len(chunk)
            # As long as it has more to say, it is at writing it.
            if select.select([pipe], [], [], 1)[0] and heard < SAID / 2:
                os.kill(talking.pid, signal.SIGUSR1)
    assert (talking.returncode, heard) == (0, SAID)
