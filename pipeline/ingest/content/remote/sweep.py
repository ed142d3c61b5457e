"""A blog with an API: every post's id and version first, then the posts whose version is new.

To ask for what was modified since would miss what was taken back, what was changed by a clock that
was set back, and what became a post without being edited.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from importlib.metadata import version
from itertools import islice
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec

from pipeline.domain.posts.post import Post, post_id
from pipeline.domain.posts.problem import PostError
from pipeline.errors import Rejected, Transient
from pipeline.ingest.content.source import (
    Finished,
    Found,
    Item,
    Refused,
    State,
    Survey,
    Unchanged,
    Withheld,
)
from pipeline.ingest.door import Answer

T = TypeVar("T")
POSTS_LIMIT = 200_000
_BATCH = 20


class Blog(Protocol):
    """One survey's view of a blog with an API. Both raise Transient and Rejected."""

    def stamps(self) -> Mapping[str, str]:
        """The version of every post, by its id."""

    def posts(self, ids: list[str]) -> Iterator[Any]:
        """The posts of these ids as the API has them, each a table with an `id`."""

    def read(self, value: Any) -> Post | str:
        """A post, or why it is withheld. Raises PostError."""


class Seen(NamedTuple):
    """A post as it was: its version, its URL, and the reason if it was withheld."""

    stamp: str
    url: str | None
    withheld: str | None = None


class _State(msgspec.Struct):
    fingerprint: str
    posts: dict[str, Seen]


def survey_blog(
    opened: Callable[[], AbstractContextManager[Blog]], where: str, state: State | None
) -> Survey:
    """The survey of a blog. `where` is its address, for people and for knowing the state again."""
    fingerprint = f"{version('afterword')} {where}"
    with opened() as blog:
        stamps = blog.stamps()
    return Survey(
        len(stamps), _items(opened, where, stamps, _known(state, fingerprint), fingerprint)
    )


def check_count(stamps: Mapping[str, str], total: int, where: str) -> None:
    """Whether a sweep saw all of a blog. Raises Rejected for too many, Transient where some moved."""
    if total > POSTS_LIMIT:
        raise Rejected(f"{where} has more than {POSTS_LIMIT:,} posts")
    if len(stamps) != total:
        raise Transient(f"{where} changed while it was read")


def decoded(answer: Answer, type_: type[T], where: str) -> T:
    """The JSON of an answer. Raises Rejected for what is none, or another shape."""
    try:
        return msgspec.json.decode(answer.body, type=type_)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Rejected(f"{where} answers no such thing as expected: {error}") from error


def _known(state: State | None, fingerprint: str) -> Mapping[str, Seen]:
    try:
        known = msgspec.convert(state, _State)
    except msgspec.ValidationError:
        return {}
    return known.posts if known.fingerprint == fingerprint else {}


def _items(
    opened: Callable[[], AbstractContextManager[Blog]],
    where: str,
    stamps: Mapping[str, str],
    before: Mapping[str, Seen],
    fingerprint: str,
) -> Iterator[Item | Finished]:
    run = _Run(where)
    waiting = []
    for id_, stamp in stamps.items():
        known = before.get(id_)
        if known is None or known.stamp != stamp:
            waiting.append(id_)
        else:
            yield run.again(id_, known)
    with opened() as blog:
        wanted = iter(waiting)
        while batch := list(islice(wanted, _BATCH)):
            yield from run.batch(blog, batch, stamps)
    complete = bool(stamps or not before)
    state = _State(fingerprint, run.seen if complete else dict(before))
    yield Finished(complete, msgspec.to_builtins(state))


class _Run:
    """One survey's posts."""

    def __init__(self, where: str) -> None:
        self.seen: dict[str, Seen] = {}
        self._where = where
        self._urls: dict[str, str] = {}

    def again(self, id_: str, known: Seen) -> Item:
        """A post that is as it was."""
        self.seen[id_] = known
        if known.withheld is not None:
            return Withheld(post_id(id_), f"{self._where} {id_}", known.withheld)
        if known.url is not None:
            self._urls.setdefault(known.url, id_)
        return Unchanged(post_id(id_))

    def batch(self, blog: Blog, ids: list[str], stamps: Mapping[str, str]) -> Iterator[Item]:
        """The posts of some ids. One that went away since the sweep is the next survey's."""
        missing = set(ids)
        for value in blog.posts(ids):
            id_ = str(value.get("id")) if isinstance(value, dict) else ""
            if id_ in missing:
                missing.discard(id_)
                yield self._item(blog, value, id_, stamps[id_])
        for id_ in sorted(missing):
            reason = "the list names it, but it can't be had"
            yield Refused(f"{self._where} {id_}", None, reason, post_id(id_))

    def _item(self, blog: Blog, value: Any, id_: str, stamp: str) -> Item:
        where = f"{self._where} {id_}"
        try:
            read = blog.read(value)
        except PostError as error:
            return Refused(where, None, error.reason, post_id(id_))
        if isinstance(read, str):
            self.seen[id_] = Seen(stamp, None, read)
            return Withheld(post_id(id_), where, read)
        if (first := self._urls.setdefault(read.url, id_)) != id_:
            reason = f"post {first} has the same address, {read.url}"
            return Refused(where, None, reason, post_id(id_))
        self.seen[id_] = Seen(stamp, read.url)
        return Found(read, read.url)
