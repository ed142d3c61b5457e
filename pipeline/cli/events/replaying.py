"""Rebuilding what is folded from the log."""

from collections import Counter
from itertools import chain

from pipeline.bootstrap import Container
from pipeline.cli.arguments import Json, Yes
from pipeline.cli.output import as_json, confirm, note, progress, say
from pipeline.cli.session import opened
from pipeline.ingest.comments.replay import Replay
from pipeline.ingest.graph.replay import GraphReplay
from pipeline.ingest.posts.replay import PROJECTED, PostReplay
from pipeline.store import cleanup, comments, log
from pipeline.store.log import Filter
from pipeline.store.own_events import SOURCE


def replay(*, yes: Yes = False, json: Json = False) -> None:
    """Rebuild the comment tables and the posts from the log.

    Nothing is judged again: verdicts and decisions are in the log. Readers see the old rows until
    the end; what is sent meanwhile is asked to come again (503), so choose a quiet hour.

    \b
    Example:
      afterword events replay --yes
    """
    confirm("Rebuild the comment tables and the posts from the log?", yes=yes)
    with opened() as container:
        folded, states = _fold(container)
    if json:
        as_json({"folded": folded[True], "skipped": folded[False], "comments": states})
        return
    counted = ", ".join(f"{n} {state}" for state, n in states.items()) or "none"
    say(f"{folded[True]} events folded; comments: {counted}.")
    if folded[False]:
        note(f"{folded[False]} events were skipped: what they refer to is not in the log any more")


def _fold(container: Container) -> tuple[Counter[bool], dict[str, int]]:
    folded: Counter[bool] = Counter()
    comments_again = Replay(container.moderator).run
    posts_again = PostReplay(container.posts, container.ids).run
    with container.database.write() as db:
        total = cleanup.count_from(db, SOURCE) + log.count(db, Filter(types=PROJECTED))
        with progress("replaying", total) as advance:
            for was_folded in chain(
                comments_again(db),
                posts_again(db, now=container.clock()),
                GraphReplay().run(db),
            ):
                folded[was_folded] += 1
                advance(1)
        return folded, comments.count_by_state(db)
