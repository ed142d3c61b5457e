"""What the demo prints of three accounts' followers: whom they share, who came and left."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pipeline.cli.output import say, table
from pipeline.demo.follows.keeping import Keeping
from pipeline.demo.follows.simulated import ACCOUNTS
from pipeline.domain.graph.changes import ChangeKind
from pipeline.domain.graph.kinds import Direction, EndReason, X
from pipeline.ingest.graph.questions.changes import ChangesAsked, Happened
from pipeline.ingest.graph.questions.comparing import Comparison, Part, Question
from pipeline.ingest.graph.questions.service import Questions

_NAMES = 4
_MANY = 10_000


class Week(NamedTuple):
    """One account's week."""

    account: str
    members: int
    changes: Sequence[Happened]

    def count(self, kind: ChangeKind, reason: EndReason | None = None) -> int:
        """How many changes were of a kind, and, of losses, for a reason."""
        return sum(
            each.change.kind is kind and reason in {None, each.change.reason}
            for each in self.changes
        )


def say_shared(keeping: Keeping) -> None:
    """The intersection, and whom one account has for itself."""
    questions = Questions(keeping.container.database)
    asked = Comparison(X, ACCOUNTS, direction=Direction.FOLLOWERS)
    shared = questions.compare(asked, Part(size=_NAMES))
    alone = asked._replace(accounts=ACCOUNTS[1:], question=Question.ONLY, only=ACCOUNTS[0])
    own = questions.compare(alone, Part(size=1))
    handles = [f"@{owner.handle or owner.native_id}" for owner in shared.owners]
    names = ", ".join(f"@{each.account.handle}" for each in shared.members)
    say(f"\n{len(shared.found.certain)} follow all of {', '.join(handles)}: {names}, …")
    say(f"{len(own.found.certain)} follow {handles[0]} alone.")


def say_week(keeping: Keeping, *, since: datetime, before: Sequence[int]) -> Sequence[int]:
    """Who came and who left; how many follow each account in the end."""
    questions = Questions(keeping.container.database)
    weeks = [_week(questions, account, since, keeping.x()) for account in ACCOUNTS]
    say("\nWhat changed in a simulated week:\n")
    lost = (EndReason.UNFOLLOWED, EndReason.SUSPENDED, EndReason.DELETED)
    rows = [
        (
            week.account,
            f"{was} to {week.members}",
            str(week.count(ChangeKind.GAINED)),
            str(week.count(ChangeKind.REFOLLOWED)),
            str(week.count(ChangeKind.RETURNED)),
            *(str(week.count(ChangeKind.LOST, reason)) for reason in lost),
        )
        for week, was in zip(weeks, before, strict=True)
    ]
    columns = ("account", "followers", "new", "again", "back", "unfollowed", "suspended", "deleted")
    table(columns, rows, empty="nothing")
    return [week.members for week in weeks]


def sizes(keeping: Keeping) -> list[int]:
    """How many follow each account."""
    kept = Questions(keeping.container.database).kept(X, after=0, size=len(ACCOUNTS))
    known = {each.account.native_id: each.readings[0].known for each in kept.accounts}
    return [len(known[account].certain) for account in ACCOUNTS]


def _week(questions: Questions, account: str, since: datetime, until: datetime) -> Week:
    asked = ChangesAsked(X, account, Direction.FOLLOWERS, since, until)
    found = questions.changes(asked, after=None, size=_MANY)
    return Week(
        f"@{found.owner.handle or account}", len(found.reading.known.certain), found.changes
    )
