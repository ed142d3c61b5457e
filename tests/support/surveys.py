"""Surveys of content sources, gathered; and small sites on disk."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.domain.posts.post import Post
from pipeline.ingest.content.source import (
    ContentSource,
    Finished,
    Found,
    Refused,
    Unchanged,
    Withheld,
)


@dataclass
class Seen:
    """What a survey said, by id or by place."""

    expected: int = 0
    posts: dict[str, Post] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    withheld: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Refused] = field(default_factory=dict)
    complete: bool = False
    state: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ids(self) -> set[str]:
        """Every post there is."""
        return set(self.posts) | self.unchanged


def surveyed(source: ContentSource, state: Mapping[str, Any] | None = None) -> Seen:
    """A survey, read to its end. Its state has been through JSON, as the database keeps it."""
    survey = source.survey(state)
    seen = Seen(expected=survey.expected)
    finished = False
    for item in survey.items:
        assert not finished, "an item after Finished"
        match item:
            case Found(post=post):
                assert post.id not in seen.ids
                seen.posts[post.id] = post
            case Unchanged(id=id_):
                assert id_ not in seen.ids
                seen.unchanged.add(id_)
            case Withheld(id=id_, reason=reason):
                seen.withheld[id_] = reason
            case Refused(where=where):
                seen.refused[where] = item
            case Finished(complete=complete, state=after):
                finished = True
                seen.complete, seen.state = complete, json.loads(json.dumps(after))
    assert finished
    return seen


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Files of a site, by their path."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root
