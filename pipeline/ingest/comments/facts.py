"""Gathering what the signals look at. Reads only."""

from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection

from pipeline.domain.moderation import AuthorHistory, Facts, Recent, Similar, distance
from pipeline.ingest.comments.draft import Draft
from pipeline.settings import Settings
from pipeline.store import comments, signals

RECENT = timedelta(minutes=10)
NEAR = 3
"""Bits in which two fingerprints may differ and still be one text."""

_DECISIONS = {"published": "publish", "held": "hold", "rejected": "reject", "removed": "publish"}
_DEEPEST = 100


def gather(db: Connection, draft: Draft, settings: Settings) -> Facts:
    """Everything known about a draft at this moment."""
    row, rendered = draft.comment, draft.rendered
    past = signals.history(db, row.site, row.author_key, besides=row.id)
    return Facts(
        text=draft.revision.text,
        plain=rendered.plain,
        links=rendered.links,
        name=row.author_name,
        email=row.author_email,
        website=row.author_website,
        ip=row.ip,
        user_agent=row.user_agent,
        page=row.page,
        site_hosts=site_hosts(settings, row.site),
        depth=_depth(db, draft),
        revision=draft.revision.revision,
        honeypot=draft.honeypot,
        seconds_to_write=draft.seconds_to_write,
        history=AuthorHistory(*past),
        recent=_recent(db, draft),
        similar=_similar(db, draft),
        blocks=tuple(signals.blocked(db, row.site, block_keys(draft))),
        at=draft.revision.at,
    )


def site_hosts(settings: Settings, site: str) -> frozenset[str]:
    """Host names that belong to a site: links to them say nothing against a comment."""
    known = settings.sites.get(site)
    if known is None:
        return frozenset()
    return frozenset(urlsplit(url).hostname or "" for url in (known.url, *known.allowed_origins))


def block_keys(draft: Draft) -> list[tuple[str, str]]:
    """The (kind, value) pairs by which a block list may know this comment."""
    row = draft.comment
    urls = [*draft.rendered.links, row.author_website or ""]
    hosts = {host for url in urls if (host := urlsplit(url).hostname)}
    domains = {part for host in hosts for part in _with_parents(host)}
    keys = [("author", row.author_name.casefold())]
    keys += [("domain", domain) for domain in sorted(domains)]
    if row.author_email:
        keys.append(("email", row.author_email.casefold()))
    if row.ip:
        keys.append(("ip", row.ip))
    return keys


def _with_parents(host: str) -> list[str]:
    labels = host.casefold().split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]


def _recent(db: Connection, draft: Draft) -> Recent:
    row = draft.comment
    since = draft.revision.at - RECENT
    return Recent(
        *signals.recent(
            db, row.site, author_key=row.author_key, ip=row.ip, page=row.page, since=since
        )
    )


def _similar(db: Connection, draft: Draft) -> tuple[Similar, ...]:
    row = draft.comment
    sharing = signals.sharing(db, draft.bands, besides=row.id)
    near = [
        (id_, bits)
        for id_, print_ in sharing
        if (bits := distance(draft.fingerprint, print_)) <= NEAR
    ]
    known = signals.neighbours(db, {id_ for id_, _ in near})
    return tuple(
        Similar(
            comment_id=id_,
            same_author=other.author_key == row.author_key,
            same_page=other.page == row.page,
            distance=bits,
            decision=_DECISIONS[other.state],
        )
        for id_, bits in near
        if (other := known.get(id_)) is not None
    )


def _depth(db: Connection, draft: Draft) -> int:
    """How many comments stand above this one; counting stops at 100."""
    row = draft.comment
    if row.parent_ref is None:
        return 0
    parent = comments.find_parent(db, row.site, row.source, row.parent_ref)
    depth = 0
    while parent is not None and depth < _DEEPEST:
        depth += 1
        above = comments.get(db, parent)
        parent = above.parent_id if above else None
    return depth
