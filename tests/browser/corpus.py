"""The attacks every place that shows strangers' words is tried with."""

import json
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("xss_vectors.json")


@dataclass(frozen=True, slots=True)
class Vector:
    """One attack: its class and number, and the text to send."""

    name: str
    text: str


def vectors() -> list[Vector]:
    """All attacks, each text once."""
    return [Vector(**entry) for entry in json.loads(_FILE.read_text(encoding="utf-8"))]
