"""docs/moderation.md and docs/operating.md name what the code has."""

import re
from pathlib import Path

from pipeline.domain.moderation import SIGNALS
from pipeline.domain.moderation.policy import FAMILIES
from pipeline.domain.moderation.signal import Rule

ROOT = Path(__file__).parents[2]
MODERATION = (ROOT / "docs" / "moderation.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
SOURCES = ("pipeline/metrics.py", "pipeline/api/scrape.py")


def test_the_table_of_signals_is_the_registry() -> None:
    rows = [line for line in MODERATION.splitlines() if re.match(r"\| `\w+` \| [+-]", line)]
    assert rows == [as_row(signal) for signal in SIGNALS if isinstance(signal, Rule)]


def as_row(signal: Rule) -> str:
    question = (signal.examine.__doc__ or "").partition("\n\n")[0]
    return f"| `{signal.name}` | {signal.weight:+.2f} | {' '.join(question.split())} |"


def test_every_family_is_named_with_its_members() -> None:
    for name, members in FAMILIES.items():
        assert f"`{name}` means `" + "`, `".join(members[:-1]) in MODERATION


def test_every_metric_is_explained() -> None:
    names = {
        name
        for source in SOURCES
        for name in re.findall(r'"(afterword_\w+)"', (ROOT / source).read_text(encoding="utf-8"))
    }
    assert names
    assert {name for name in names if name not in OPERATING} == set()
