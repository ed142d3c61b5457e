"""Asking follow graphs: what is common, who came and left, how lists grow, whom to follow."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from pipeline.api.graph import shaping
from pipeline.api.graph.cursors import read_changes_cursor
from pipeline.cli.arguments import Json
from pipeline.cli.graph import showing
from pipeline.cli.moments import parse
from pipeline.cli.output import as_json
from pipeline.cli.session import opened
from pipeline.domain.graph.changes import ChangeKind
from pipeline.domain.graph.kinds import Direction, X
from pipeline.ingest.graph.questions.changes import ChangesAsked
from pipeline.ingest.graph.questions.comparing import Comparison, Part, Question
from pipeline.ingest.graph.questions.growth import GrowthAsked
from pipeline.ingest.graph.questions.service import Questions
from pipeline.ingest.graph.questions.suggesting import SuggestionsAsked
from pipeline.problems import ProblemError

_SPAN = timedelta(days=30)
_MOST_DAYS = 3660

Account = Annotated[str, typer.Argument(help="A handle (@ada) or an id.", metavar="ACCOUNT")]
Accounts = Annotated[list[str], typer.Argument(help="Handles or ids.", metavar="ACCOUNT...")]
Network = Annotated[str, typer.Option(help="x, bluesky or mastodon:HOST.", metavar="NETWORK")]
Which = Annotated[Direction, typer.Option(help="Which of an account's two lists.")]
At = Annotated[str | None, typer.Option(help="As of a time: 2026-11-30, or 7d ago.")]
Since = Annotated[str | None, typer.Option(help="From a time on; 30 days before, if not said.")]
Until = Annotated[str | None, typer.Option(help="Up to a time; now, if not said.")]
Size = Annotated[int, typer.Option(min=1, max=100_000, metavar="N", help="At most so many.")]
After = Annotated[int, typer.Option(min=0, max=(1 << 32) - 2, help="As the part before said.")]


def compare(  # noqa: PLR0913 - a question has that many sides
    accounts: Accounts,
    *,
    common: Annotated[bool, typer.Option("--common", help="In all lists (the default).")] = False,
    only: Annotated[str | None, typer.Option(help="In this one's list, in no other's.")] = None,
    mutual: Annotated[
        bool, typer.Option("--mutual", help="In both lists of every account: follows, followed.")
    ] = False,
    at_least: Annotated[int | None, typer.Option(min=1, help="In so many of the lists.")] = None,
    direction: Which = Direction.FOLLOWING,
    at: At = None,
    network: Network = X,
    limit: Size = 50,
    after: After = 0,
    json: Json = False,
) -> None:
    """Compare lists: whom accounts all follow, or who follows them all.

    What is not certain is marked. A list that was never read is unknown, not empty.

    \b
    Examples:
      afterword graph compare ada bob cyd
      afterword graph compare ada bob --only ada --direction followers
      afterword graph compare ada bob cyd --at-least 2 --at 2026-11-30
      afterword graph compare ada --mutual
    """
    asked = {
        Question.COMMON: common,
        Question.ONLY: only is not None,
        Question.MUTUAL: mutual,
        Question.AT_LEAST: at_least is not None,
    }
    questions = [question for question, is_asked in asked.items() if is_asked]
    if len(questions) > 1:
        raise typer.BadParameter("ask one of --common, --only, --mutual and --at-least")
    comparison = Comparison(
        network=network,
        accounts=tuple(accounts),
        question=questions[0] if questions else Question.COMMON,
        only=only,
        least=at_least or 1,
        direction=direction,
        at=parse(at) if at else None,
    )
    with opened() as container:
        found = Questions(container.database).compare(comparison, Part(after, limit))
    if json:
        as_json(shaping.compared_shape(found))
    else:
        showing.show_compared(found)


def changes(  # noqa: PLR0913 - a question has that many sides
    account: Account,
    *,
    direction: Which = Direction.FOLLOWERS,
    since: Since = None,
    until: Until = None,
    kind: Annotated[list[ChangeKind] | None, typer.Option(help="May be repeated.")] = None,
    network: Network = X,
    limit: Size = 50,
    after: Annotated[str | None, typer.Option(help="As the part before said.")] = None,
    json: Json = False,
) -> None:
    """Show who came and who left, what was seen last first.

    Every change lies between two times: nobody saw it at the first, somebody did at the second.

    \b
    Examples:
      afterword graph changes ada --since 7d
      afterword graph changes ada --kind lost --direction following
    """
    try:
        place = read_changes_cursor(after)
    except ProblemError as error:
        raise typer.BadParameter(
            "it must be what the part before said", param_hint="--after"
        ) from error
    with opened() as container:
        begin, end = _span(since, until, container.clock())
        asked = ChangesAsked(network, account, direction, begin, end, tuple(kind or ()))
        found = Questions(container.database).changes(asked, after=place, size=limit)
    if json:
        as_json(shaping.changes_shape(found))
    else:
        showing.show_changes(found)


def series(  # noqa: PLR0913 - a question has that many sides
    account: Account,
    *,
    direction: Which = Direction.FOLLOWERS,
    since: Since = None,
    until: Until = None,
    network: Network = X,
    json: Json = False,
) -> None:
    """Show a list's growth by UTC day.

    2-5 means at least 2 and at most 5. A day on which nobody read the list is a gap.

    \b
    Example:
      afterword graph series ada --since 90d
    """
    with opened() as container:
        begin, end = _span(since, until, container.clock())
        if end - begin > timedelta(days=_MOST_DAYS):
            raise typer.BadParameter(f"a series has 1 to {_MOST_DAYS} days", param_hint="--since")
        midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
        asked = GrowthAsked(network, account, direction, midnight, end)
        found = Questions(container.database).growth(asked)
    if json:
        as_json(shaping.series_shape(found))
    else:
        showing.show_series(found)


def suggest(  # noqa: PLR0913 - a question has that many sides
    account: Account,
    *,
    at_least: Annotated[int, typer.Option(min=1, help="Friends who follow somebody.")] = 3,
    network: Network = X,
    limit: Size = 50,
    after: After = 0,
    json: Json = False,
) -> None:
    """Suggest whom to follow: followed by many of those the account follows, not by itself.

    It needs the following lists of those friends; it says of how many it has one.

    \b
    Example:
      afterword graph suggest ada --at-least 5
    """
    asked = SuggestionsAsked(network, account, at_least)
    with opened() as container:
        found = Questions(container.database).suggest(asked, skip=after, size=limit)
    if json:
        as_json(shaping.suggestions_shape(found))
    else:
        showing.show_suggested(found)


def _span(since: str | None, until: str | None, now: datetime) -> tuple[datetime, datetime]:
    """From `since`, or 30 days before, to `until`, or now. Raises typer.BadParameter."""
    end = parse(until) if until else now
    try:
        begin = parse(since) if since else end - _SPAN
    except OverflowError:
        raise typer.BadParameter("it is before all days", param_hint="--until") from None
    if begin > end:
        raise typer.BadParameter("it must not be after --until, or now", param_hint="--since")
    return begin, end
