"""Comment texts: real ones where the labelled data is at hand, else sentences put together.

Every text is ASCII without quotes, backslashes or markup, so that its length in JSON is its
number of characters and a body can be cut to an exact size.
"""

import csv
import html
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

ODD = re.compile(r"[^A-Za-z0-9 .,!?;:()'-]+")
MARKUP = re.compile(r"<[^>]*>|https?://\S+")
SHORTEST = 25
OPENINGS = (
    "I read this twice",
    "Thank you for the write-up",
    "We had the same",
    "Not sure I agree",
)
SUBJECTS = ("with the second part", "about the caching", "on our small server", "for this release")
ENDINGS = ("and it held up well.", "so I will try it next week.", "but the numbers look right.")


def harmless(folder: Path) -> list[str]:
    """Give the comments labelled as no spam in `folder`, cleaned; made ones where there are none.

    The files are CSV with the columns date, content, spam (1 or 0).
    """
    found: set[str] = set()
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as lines:
            rows = [row["content"] for row in csv.DictReader(lines) if row["spam"] == "0"]
        found.update(clean(row) for row in rows)
    kept = sorted(text for text in found if len(text) >= SHORTEST)
    return kept or [f"{a} {b} {c}" for a in OPENINGS for b in SUBJECTS for c in ENDINGS]


def clean(text: str) -> str:
    """Reduce a comment to plain ASCII on one line, without links or markup."""
    return " ".join(ODD.sub(" ", MARKUP.sub(" ", html.unescape(text))).split())


def endless(texts: Sequence[str], length: int, chance: random.Random) -> Iterator[str]:
    """Yield texts of exactly `length` characters, each a new sequence of whole comments."""
    while True:
        text = chance.choice(texts)
        while len(text) < length:
            text += " " + chance.choice(texts)
        # A blank at the cut would be stripped by whoever reads it, and the size be another.
        yield text[: length - 1].rstrip().ljust(length - 1, ".") + "."
