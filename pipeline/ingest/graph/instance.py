"""What a Mastodon instance is called, and what its answers say."""

import re
from urllib.parse import parse_qs, urlsplit

import msgspec

from pipeline.domain.graph.failures import NetworkDownError, NotAllowedError
from pipeline.domain.graph.kinds import MASTODON, AccountState
from pipeline.domain.graph.names import is_instance
from pipeline.domain.graph.port import Person, Profiles
from pipeline.ingest.graph.web import Reply, count_of, moment_of, text_of

OK = 200
ABSENT = {404: AccountState.DELETED, 410: AccountState.SUSPENDED}
"""Statuses that say that there is no such account (any more)."""
ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""Of accounts and cursors: numbers on Mastodon, letters too on servers that speak like it."""

_NEXT = re.compile(r"<([^<>]*)>[^<>]*;\s*rel=\"?next\"?", re.IGNORECASE)


class Account(msgspec.Struct):
    """Of https://docs.joinmastodon.org/entities/Account, what is used."""

    id: str
    acct: str
    display_name: str | None = None
    created_at: str | None = None
    followers_count: int | None = None
    following_count: int | None = None
    suspended: bool | None = None


def checked_host(host: str) -> str:
    """A host's name in ASCII and lower case. Raises NotAllowedError for what is no instance."""
    try:
        found = host.strip().lower().encode("idna").decode()
    except UnicodeError:
        found = ""
    if not is_instance(found):
        example = f"{MASTODON}:mastodon.example"
        raise NotAllowedError(f"{host!r} is no instance: name the network as in {example}")
    return found


def person_of(account: Account) -> Person:
    """An account as a person. Raises NetworkDownError for an id that can be none."""
    if not ID.fullmatch(account.id):
        raise NetworkDownError(f"an account's id is {account.id[:50]!r}")
    return Person(
        account.id,
        handle=text_of(account.acct),
        name=text_of(account.display_name),
        created_at=moment_of(account.created_at),
        followers=count_of(account.followers_count),
        following=count_of(account.following_count),
    )


def profile_of(reply: Reply, key: str) -> Profiles:
    """The answer to a question for one account; one missing goes by `key`."""
    state = ABSENT.get(reply.status)
    if state is None and reply.status != OK:
        raise refused(reply)
    if state is None:
        account = reply.read(Account)
        if not account.suspended:
            return Profiles((person_of(account),), {}, reply.limits, reply.answered_at)
        state = AccountState.SUSPENDED
    return Profiles((), {key: state}, reply.limits, reply.answered_at)


def cursor_of(reply: Reply) -> str | None:
    """The `max_id` of the next page: paging is by the Link header alone, whose address is not asked.

    None where there is no next page. Raises NetworkDownError for a link that tells no id: it must
    not pass for the end of a list.
    """
    match = _NEXT.search(reply.headers.get("link", ""))
    if match is None:
        return None
    try:
        given = parse_qs(urlsplit(match[1]).query).get("max_id", [""])[0]
    except ValueError:
        given = ""
    if not ID.fullmatch(given):
        raise NetworkDownError(f"{reply.url} links to a next page without max_id")
    return given


def refused(reply: Reply) -> NotAllowedError:
    """What any other status means."""
    why = reply.said("error") or "without a reason"
    return NotAllowedError(f"{reply.url} answered {reply.status}: {why}")
