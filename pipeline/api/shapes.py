"""The shapes that JSON answers have (contract: HTTP, Shapes)."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType


class Author(Struct, frozen=True, gc=False):
    """Who wrote it, as they say themselves. `avatar` is the path of a picture."""

    name: str
    avatar: str
    website: str | UnsetType = UNSET


class Comment(Struct, frozen=True, gc=False):
    """A comment without its replies. A removed one has neither author nor html.

    `parent` is the comment it stands under; null at the top, also where the comment it answers is
    not shown.
    """

    id: str
    parent: str | None
    at: datetime
    author: Author | UnsetType = UNSET
    html: str | UnsetType = UNSET
    edited_at: datetime | UnsetType = UNSET
    removed: bool | UnsetType = UNSET


class Tree(Comment, frozen=True, gc=True):
    """A comment with its replies."""

    replies: "tuple[Tree, ...]" = ()


class Thread(Struct, frozen=True):
    """A page's comments. `count` is of the whole page; `next` is there while more follow."""

    page: str
    count: int
    comments: tuple[Tree, ...]
    next: str | UnsetType = UNSET


class Counts(Struct, frozen=True):
    """Published comments of each page asked for."""

    counts: dict[str, int]
