"""The shapes that JSON answers have (contract: HTTP, Shapes)."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from pipeline.domain.public import Author


class Comment(Struct, frozen=True):
    """A comment with its replies. A removed one has neither author nor html.

    `parent` is the comment it stands under; null at the top, also where the comment it answers is
    not shown.
    """

    id: str
    parent: str | None
    at: datetime
    replies: "tuple[Comment, ...]"
    author: Author | UnsetType = UNSET
    html: str | UnsetType = UNSET
    edited_at: datetime | UnsetType = UNSET
    removed: bool | UnsetType = UNSET


class Thread(Struct, frozen=True):
    """A page's comments. `count` is of the whole page; `next` is there while more follow."""

    page: str
    count: int
    comments: tuple[Comment, ...]
    next: str | UnsetType = UNSET


class Counts(Struct, frozen=True):
    """Published comments of each page asked for."""

    counts: dict[str, int]
