"""What is printed, as wide or narrow as the terminal is."""

import pytest
from rich.console import Console

from pipeline.cli import output

ROW = ("20261128t100322511-1-357dc2", "published", "/2026/11/28/a-post-with-a-long-address/")

COLUMNS = ((0, 27), (29, 38), (40, 60))


def test_a_narrow_terminal_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "_console", lambda: Console(width=60, highlight=False))
    output.table(("generation", "state", "page"), [ROW], empty="")
    lines = capsys.readouterr().out.splitlines()
    name, state, page = ("".join(line[a:b].strip() for line in lines[1:]) for a, b in COLUMNS)
    assert (name, state, page) == ROW
    assert lines[1].startswith(ROW[0])
