"""A post as Elasticsearch stores it, and back again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.domain.language import joined
from pipeline.domain.search import Document, Heading, Tombstone
from pipeline.index.elastic.languages import analysed_as
from pipeline.index.elastic.schema import EXACT


def source_of(write: Document | Tombstone) -> dict[str, Any]:
    """The stored document. A tombstone holds no text, so that nothing of the post is left to find."""
    if isinstance(write, Tombstone):
        return {"key": write.key, "deleted": True}
    language = analysed_as(write.language)
    parts: dict[str, str | Sequence[str]] = {
        "title": write.title,
        "headings": [heading.text for heading in write.headings],
        "summary": write.summary,
        "tags": write.tags,
        "body": write.body,
        "comments": write.comments,
    }
    return {
        "key": write.key,
        "site": write.site,
        "id": write.id,
        "url": write.url,
        "digest": write.digest,
        "deleted": False,
        "language": language,
        "published_at": write.published_at,
        "year": write.year,
        "tags": write.tags,
        "section": write.section,
        "author": write.author,
        "headings": [[each.anchor, each.text, each.at] for each in write.headings],
        EXACT: _joined(parts),
        "text": {language: {name: text for name, text in parts.items() if text}},
    }


def _joined(parts: Mapping[str, str | Sequence[str]]) -> list[str]:
    """The words of two parts as one, each once."""
    texts = (part if isinstance(part, str) else "\n".join(part) for part in parts.values())
    return list(dict.fromkeys(token.text for text in texts for token in joined(text)))


def text_of(source: dict[str, Any], part: str) -> str:
    """A part of the post's text, "" where it has none."""
    return str(source.get("text", {}).get(source["language"], {}).get(part, ""))


def headings_of(source: dict[str, Any]) -> list[Heading]:
    """The post's headings, in order."""
    return [Heading(*heading) for heading in source.get("headings") or ()]


def published_at_of(source: dict[str, Any]) -> datetime:
    """When it was published."""
    return datetime.fromisoformat(source["published_at"])
