"""What every content source answers: the site's posts as they are now."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from pipeline.domain.posts.post import Post

State = Mapping[str, Any]
"""What a source wants to be told next time. JSON-able and opaque; any source survives any state."""


class Found(NamedTuple):
    """A post that was read: it is new, or changed, or there was no state to tell by."""

    post: Post
    where: str
    """The file's path in its folder, or the page's URL."""


class Unchanged(NamedTuple):
    """A post that is as it was when the state was made. It was not read again."""

    id: str


class Withheld(NamedTuple):
    """A page that is there and isn't published: a draft, say. If it was a post, it is one no more."""

    id: str
    where: str
    reason: str


class Refused(NamedTuple):
    """What could not be read, for its owner to mend.

    What is known of the post `id` stays as it is: a slip in a file must not take a post away.
    """

    where: str
    line: int | None
    reason: str
    id: str | None = None


class Finished(NamedTuple):
    """The end of a survey that went through.

    `complete`: a post no item of the survey spoke of is gone. A feed can't say that.
    """

    complete: bool
    state: State


Item = Found | Unchanged | Withheld | Refused


class Survey(NamedTuple):
    """A survey that has begun: `expected` items will come, as far as one can know, then Finished.

    Items are read as they are asked for, so that memory is bounded and progress can be shown.
    Reading on may raise Transient or Rejected; without a Finished nothing may be taken as gone.
    Two posts never share an id or a URL: the second is Refused.
    """

    expected: int
    items: Iterator[Item | Finished]


class ContentSource(Protocol):
    """A site's content."""

    def survey(self, state: State | None) -> Survey:
        """Which posts there are. `state` is that of the last Finished; None reads everything.

        Use None also when posts were lost on the reader's side: Unchanged carries no text.
        Raises Transient (the source can't be reached) or Rejected (its settings are wrong).
        """
