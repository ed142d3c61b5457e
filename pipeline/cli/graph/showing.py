"""Answers about follow graphs as people read them in a terminal."""

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from pipeline.api.graph import shaping
from pipeline.api.graph.shapes import AccountShape, ListShape, NamelessShape, RangeShape
from pipeline.cli.formats import clean, local
from pipeline.cli.output import note, say, table
from pipeline.ingest.graph.questions.changes import Changed
from pipeline.ingest.graph.questions.comparing import Compared
from pipeline.ingest.graph.questions.growth import Growth
from pipeline.ingest.graph.questions.suggesting import Suggested

_MICROS = 1_000_000


def show_compared(found: Compared) -> None:
    """Who is in the answer, in whose lists, and whether that is certain."""
    shape = shaping.compared_shape(found)
    _show_lists(shape.lists)
    say()
    labels = [label(each.account) for each in shape.lists]
    rows = [
        (
            member.account.id,
            *_names(member.account),
            "yes" if member.certain else "possible",
            ", ".join(dict.fromkeys(labels[place] for place in member.lists)),
        )
        for member in shape.members
    ]
    table(("id", "handle", "name", "certain", "in the lists of"), rows, empty="nobody is known")
    say(f"{shape.question}: {_counted(shape.total)}")
    _end(shape.nameless, shape.next)


def show_changes(found: Changed) -> None:
    """What happened, between which times."""
    shape = shaping.changes_shape(found)
    _show_lists([shape.list])
    say()
    rows = [
        (
            change.account.id,
            *_names(change.account),
            change.kind,
            change.reason or "-",
            local(change.lo),
            local(change.hi),
        )
        for change in shape.changes
    ]
    columns = ("id", "handle", "name", "what", "reason", "after", "by")
    table(columns, rows, empty="nothing is known to have happened")
    _end(shape.nameless, shape.next)


def show_series(found: Growth) -> None:
    """A list, a line per day."""
    shape = shaping.series_shape(found)
    _show_lists([shape.list])
    say()
    rows = [
        (
            day.day.isoformat(),
            "unknown" if day.size is None else span(day.size),
            ", ".join(f"{word} {span(counts)}" for word, counts in day.changes.items()) or "-",
            day.read or "gap: not read",
            "-" if day.counted is None else str(day.counted),
        )
        for day in shape.days
    ]
    columns = ("day (UTC)", "members", "changes", "read by", "the network counts")
    table(columns, rows, empty="there is no day")


def show_suggested(found: Suggested) -> None:
    """Whom to follow, the most followed first."""
    shape = shaping.suggestions_shape(found)
    _show_lists([shape.list])
    say(
        f"of {shape.friends} accounts it follows, the lists of {shape.friends_read} were read:"
        " others' follows are not counted"
    )
    say()
    rows = [
        (each.account.id, *_names(each.account), str(each.followed_by))
        for each in shape.suggestions
    ]
    table(("id", "handle", "name", "followed by"), rows, empty="nobody is followed by so many")
    say(f"{shape.total} found")
    _end(shape.nameless, shape.next)


def label(account: AccountShape) -> str:
    """What to call an account."""
    return f"@{clean(account.handle)}" if account.handle else account.id


def span(counts: RangeShape) -> str:
    """ "3" where that is certain, "2-5" between two bounds, "2 or more" without an upper one."""
    if counts.possible is None:
        return f"{counts.certain} or more"
    if counts.certain == counts.possible:
        return str(counts.certain)
    return f"{counts.certain}-{counts.possible}"


def _show_lists(lists: Sequence[ListShape]) -> None:
    """What an answer stands on: how many, and as of when each list was last read completely."""
    rows = [
        (
            label(each.account),
            each.direction,
            span(each.size),
            local(each.read_at) if each.read_at else "never: unknown, not empty",
            local(each.probed_at),
            _remark(each),
        )
        for each in lists
    ]
    columns = ("account", "list", "members", "read completely", "head read", "remark")
    table(columns, rows, empty="no list")


def _remark(each: ListShape) -> str:
    if not each.kept:
        return "not kept: see `afterword graph add`"
    missing = f"{each.missing} missing, not yet asked why" if each.missing else ""
    return "; ".join(part for part in (each.paused or "", missing) if part) or "-"


def _names(account: AccountShape) -> tuple[str, str]:
    return (f"@{account.handle}" if account.handle else "-", account.name or "-")


def _counted(total: RangeShape) -> str:
    if total.possible is None:
        return f"{total.certain} certain, and anybody may be: a list was never read"
    return f"{total.certain} certain, {total.possible} possible"


def _end(nameless: NamelessShape, following: str | UnsetType) -> None:
    if nameless.count:
        price = f"${nameless.cost_micros / _MICROS:,.2f}" if nameless.cost_micros else "nothing"
        note(f"{nameless.count} known by id alone; to look their names up would cost {price}")
    if following is not UNSET:
        note(f"there is more: --after {following}")
