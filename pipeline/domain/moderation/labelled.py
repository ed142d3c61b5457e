"""Judging comments that people have labelled, to see how well the rules agree with them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from pipeline.domain.markup import render
from pipeline.domain.moderation.evaluation import Judged
from pipeline.domain.moderation.facts import AuthorHistory, Facts, Recent, Similar
from pipeline.domain.moderation.fingerprint import bands, distance, fingerprint
from pipeline.domain.moderation.judge import judge
from pipeline.domain.moderation.policy import Policy
from pipeline.domain.moderation.verdict import Decision

NEAR = 3
"""Bits in which two fingerprints may differ and still be one text."""

_WHENEVER = datetime(2000, 1, 1, tzinfo=UTC)


class Labelled(NamedTuple):
    """A comment's Markdown, its author's name, and whether a person called it spam."""

    text: str
    is_spam: bool
    name: str = "Somebody"


class _Earlier(NamedTuple):
    place: int
    name: str
    fingerprint: int
    decision: Decision


def judge_labelled(
    comments: Iterable[Labelled], policy: Policy, *, site_hosts: frozenset[str] = frozenset()
) -> Iterator[Judged]:
    """A verdict for each, in order, each compared with the texts before it.

    Each is its author's first comment, and none comes too fast: a list of texts says nothing about
    that. Raises InvalidEventError for a text that leaves nothing to show.
    """
    found: dict[int, list[_Earlier]] = defaultdict(list)
    for place, comment in enumerate(comments, start=1):
        rendered = render(comment.text)
        mark = fingerprint(rendered.plain)
        near = _near(mark, comment.name, found)
        facts = _facts(comment, rendered.plain, rendered.links, near, site_hosts)
        verdict = judge(facts, policy)
        for band in bands(mark):
            found[band].append(_Earlier(place, comment.name, mark, verdict.decision))
        yield Judged(verdict, comment.is_spam)


def _near(mark: int, name: str, found: dict[int, list[_Earlier]]) -> tuple[Similar, ...]:
    candidates = {each.place: each for band in bands(mark) for each in found.get(band, ())}
    return tuple(
        Similar(
            comment_id=each.place,
            same_author=each.name == name,
            same_page=True,
            distance=bits,
            decision=each.decision,
        )
        for _, each in sorted(candidates.items())
        if (bits := distance(mark, each.fingerprint)) <= NEAR
    )


def _facts(
    comment: Labelled,
    plain: str,
    links: tuple[str, ...],
    near: tuple[Similar, ...],
    site_hosts: frozenset[str],
) -> Facts:
    return Facts(
        text=comment.text,
        plain=plain,
        links=links,
        name=comment.name,
        email=None,
        website=None,
        ip=None,
        user_agent=None,
        page="/",
        site_hosts=site_hosts,
        depth=0,
        revision=1,
        honeypot=None,
        seconds_to_write=None,
        history=AuthorHistory(),
        recent=Recent(),
        similar=near,
        blocks=(),
        at=_WHENEVER,
    )
