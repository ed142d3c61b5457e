"""`afterword index`: the search index, built anew, compared, looked at, set back."""

from collections.abc import Sequence
from typing import Any

import typer

from pipeline.cli.arguments import Json
from pipeline.cli.formats import counted, iso, local
from pipeline.cli.output import as_json, note, progress, say, table
from pipeline.cli.session import opened
from pipeline.index.comparison import Difference
from pipeline.index.overview import IndexStanding, index_standing
from pipeline.index.rebuild import Rebuilt
from pipeline.store import posts
from pipeline.store.generations import GenerationRow
from pipeline.store.post_tables import GenerationState
from pipeline.store.posts import Counts

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The search index: rebuild, reconcile, status, rollback.",
)
_NAMED = 20


@app.command()
def rebuild(*, json: Json = False) -> None:
    """Build the index anew beside the one in use, compare, then swap in one step.

    Readers notice nothing. Cut off, it goes on where it was; so does the same command again.

    \b
    Example:
      afterword index rebuild
    """
    with opened() as container:
        with container.database.read() as db:
            total = sum(posts.counts(db)[:3])
        with progress("building", total) as advance:
            rebuilt = container.index.rebuild.run(advance)
    _show_rebuilt(rebuilt, json=json)


@app.command()
def rollback(*, json: Json = False) -> None:
    """Go back to the generation before this one, once it is brought up to date.

    \b
    Example:
      afterword index rollback
    """
    with opened() as container:
        rebuilt = container.index.rebuild.rollback()
    _show_rebuilt(rebuilt, json=json)


@app.command()
def reconcile(*, json: Json = False) -> None:
    """Compare the index with the posts by reading it back, and mend what differs.

    Beat does so every half hour. Exit code 1 where something could not be mended.

    \b
    Example:
      afterword index reconcile
    """
    with opened() as container:
        found = container.index.reconciler.run()
    if found is None:
        note("there is no index yet: `afterword index rebuild` makes one, and so does a worker")
        raise typer.Exit(1)
    if json:
        as_json(
            {
                "generation": found.generation,
                "documents": found.documents,
                "drift": [_difference(each) for each in found.drift],
                "left": [_difference(each) for each in found.left],
                "purged": found.purged,
                "renewed": found.renewed,
            }
        )
    else:
        say(f"{found.generation}: {found.documents} documents, {len(found.drift)} differed")
        if found.renewed:
            say(f"  {counted(found.renewed, 'post')} read otherwise by this version")
        _show_differences("mended", [each for each in found.drift if each not in found.left])
        _show_differences("still different", found.left)
    raise typer.Exit(int(bool(found.left)))


@app.command()
def status(*, json: Json = False) -> None:
    """Show the index's generations, and whether they follow the posts.

    \b
    Example:
      afterword index status --json
    """
    with opened() as container:
        found = index_standing(container.database, container.index.engine)
    if json:
        as_json(_as_dict(found))
        return
    table(
        ("generation", "state", "documents", "begun", "reconciled", "drift"),
        [
            (
                row.name,
                row.state,
                _documents(row, found.posts),
                local(row.started_at),
                local(row.reconciled_at),
                "-" if row.drift is None else str(row.drift),
            )
            for row in found.generations
        ],
        empty="there is no index yet",
    )
    say(
        f"\n{found.engine}: "
        + (f"DOES NOT ANSWER: {found.trouble}" if found.trouble else "answers")
    )
    counted = found.posts._asdict().items()
    say("posts: " + ", ".join(f"{count} {name}" for name, count in counted))
    if found.outdated:
        note("the index has an older schema: `afterword index rebuild` brings it up to date")


def _documents(row: GenerationRow, counts: Counts) -> str:
    """How many are in it: of the live one those that follow now, of a kept one those that did."""
    if row.state == GenerationState.LIVE:
        return str(counts.following)
    return str(row.written if row.expected is None else row.expected)


def _show_rebuilt(rebuilt: Rebuilt, *, json: bool) -> None:
    if json:
        as_json(rebuilt._asdict())
        return
    say(f"{rebuilt.name} is live: {rebuilt.documents} documents, equal to the posts.")
    if rebuilt.resumed:
        say(f"{rebuilt.resumed} posts were in it already from a build that was cut off.")


def _show_differences(label: str, found: Sequence[Difference]) -> None:
    for each in found[:_NAMED]:
        say(f"  {label}: {each.key} ({each.kind})")
    if len(found) > _NAMED:
        say(f"  and {len(found) - _NAMED} more")


def _difference(each: Difference) -> dict[str, Any]:
    return {"key": each.key, "kind": each.kind}


def _as_dict(found: IndexStanding) -> dict[str, Any]:
    times = ("started_at", "finished_at", "reconciled_at", "builder_until")
    return {
        "engine": found.engine,
        "trouble": found.trouble,
        "outdated": found.outdated,
        "posts": found.posts._asdict(),
        "generations": [
            row._asdict() | {name: iso(getattr(row, name)) for name in times}
            for row in found.generations
        ],
    }
