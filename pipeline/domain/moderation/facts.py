"""What is known of a comment when it is judged: gathered by the caller, read by the signals."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuthorHistory:
    """How earlier comments of the same author ended.

    Who counts as the same author is the caller's decision: a typed e-mail address alone proves
    nothing, so trust belongs to confirmed addresses and signed tokens only.
    """

    published: int = 0
    held: int = 0
    rejected: int = 0
    first_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recent:
    """Comments of the last 10 minutes, without the one that is judged."""

    by_author: int = 0
    by_address: int = 0
    on_page: int = 0
    on_site: int = 0


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier comment with nearly the same text.

    `distance` is in bits of `fingerprint` (0: the same words). `decision` is the one in force on
    that comment, as a value of `Decision`.
    """

    comment_id: int
    same_author: bool
    same_page: bool
    distance: int
    decision: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One revision of a comment and its circumstances.

    `text` is the Markdown as sent, `plain` the rendered text without markup, `links` every URL
    found in it. `site_hosts` are lower-case host names that belong to the site itself. `revision`
    is 1 for the first version. `honeypot` is what the hidden field held, None where the form had
    none; `seconds_to_write` is None where no form measured it. `blocks` are the block list's
    entries that matched, such as "ip:203.0.113.9". `at` is an aware time.
    """

    text: str
    plain: str
    links: tuple[str, ...]
    name: str
    email: str | None
    website: str | None
    ip: str | None
    user_agent: str | None
    page: str
    site_hosts: frozenset[str]
    depth: int
    revision: int
    honeypot: str | None
    seconds_to_write: float | None
    history: AuthorHistory
    recent: Recent
    similar: tuple[Similar, ...]
    blocks: tuple[str, ...]
    at: datetime
