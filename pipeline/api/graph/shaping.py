"""Answers as JSON has them: for the API, and for the command line's --json."""

from msgspec import UNSET, UnsetType

from pipeline.api.graph import shapes
from pipeline.api.graph.cursors import changes_cursor
from pipeline.api.graph.shapes import (
    AccountShape,
    ListShape,
    NamelessShape,
    RangeShape,
)
from pipeline.domain.graph.series import Range
from pipeline.domain.graph.sets import Known
from pipeline.ingest.graph.questions.changes import Changed
from pipeline.ingest.graph.questions.comparing import Compared
from pipeline.ingest.graph.questions.growth import Growth
from pipeline.ingest.graph.questions.kept import KeptPart
from pipeline.ingest.graph.questions.lists import Reading
from pipeline.ingest.graph.questions.naming import Nameless
from pipeline.ingest.graph.questions.suggesting import Suggested
from pipeline.store.graph.profiles import AccountRow


def accounts_shape(part: KeptPart) -> shapes.AccountsShape:
    """Accounts of which lists are kept."""
    accounts = tuple(
        shapes.KeptShape(
            account_shape(kept.account),
            kept.account.network,
            tuple(list_shape(kept.account, reading) for reading in kept.readings),
        )
        for kept in part.accounts
    )
    return shapes.AccountsShape(accounts, _token(part.next))


def compared_shape(found: Compared) -> shapes.ComparedShape:
    """Lists compared."""
    owners = {owner.ord: owner for owner in found.owners}
    members = (
        shapes.MemberShape(account_shape(each.account), each.certain, each.lists)
        for each in found.members
    )
    return shapes.ComparedShape(
        question=found.asked.question,
        direction=found.asked.direction,
        at=found.asked.at,
        lists=tuple(list_shape(owners[r.key.owner], r) for r in found.readings),
        total=_known_shape(found.found),
        members=tuple(members),
        nameless=_nameless_shape(found.nameless),
        next=_token(found.next),
    )


def changes_shape(found: Changed) -> shapes.ChangesShape:
    """What happened to a list."""
    changes = (
        shapes.ChangeShape(account_shape(account), change.kind, change.reason, change.lo, change.hi)
        for account, change in found.changes
    )
    return shapes.ChangesShape(
        list=list_shape(found.owner, found.reading),
        changes=tuple(changes),
        nameless=_nameless_shape(found.nameless),
        next=UNSET if found.next is None else changes_cursor(found.next),
    )


def series_shape(found: Growth) -> shapes.SeriesShape:
    """A list day by day."""
    days = (
        shapes.DayShape(
            day=day.day,
            changes={word: RangeShape(*counts) for word, counts in day.changes.items()},
            size=_range_shape(day.size),
            read=day.read,
            counted=counted,
        )
        for day, counted in found.points
    )
    return shapes.SeriesShape(list_shape(found.owner, found.reading), tuple(days))


def suggestions_shape(found: Suggested) -> shapes.SuggestionsShape:
    """Suggestions."""
    suggestions = (
        shapes.SuggestionShape(account_shape(each.account), each.followed_by)
        for each in found.suggestions
    )
    return shapes.SuggestionsShape(
        list=list_shape(found.owner, found.reading),
        friends=found.friends,
        friends_read=found.friends_read,
        total=found.total,
        suggestions=tuple(suggestions),
        nameless=_nameless_shape(found.nameless),
        next=_token(found.next),
    )


def account_shape(row: AccountRow) -> AccountShape:
    """An account."""
    return AccountShape(row.native_id, row.handle, row.name, row.state)


def list_shape(owner: AccountRow, reading: Reading) -> ListShape:
    """A list, and how well it is known."""
    state = reading.state
    return ListShape(
        account=account_shape(owner),
        direction=reading.key.direction,
        kept=state is not None,
        read_at=reading.read_at,
        probed_at=state.probed_at if state else None,
        paused=state.paused if state else None,
        size=_known_shape(reading.known),
        missing=reading.missing,
        revision=state.revision if state else 0,
    )


def _known_shape(known: Known) -> RangeShape:
    possible = None if known.possible is None else len(known.possible)
    return RangeShape(len(known.certain), possible)


def _range_shape(size: Range | None) -> RangeShape | None:
    return None if size is None else RangeShape(*size)


def _nameless_shape(nameless: Nameless) -> NamelessShape:
    return NamelessShape(nameless.number, nameless.cost)


def _token(place: int | None) -> str | UnsetType:
    return UNSET if place is None else str(place)
