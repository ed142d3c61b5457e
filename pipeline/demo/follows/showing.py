"""The demo's follow graph from beginning to end."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pipeline.cli.graph.quoting import show_estimate
from pipeline.cli.output import note, progress, say
from pipeline.demo.follows import bill, telling
from pipeline.demo.follows.keeping import BUDGET, Keeping
from pipeline.demo.follows.simulated import ACCOUNTS, PACKAGE, Simulated
from pipeline.domain.graph.kinds import Direction, Mode, X
from pipeline.ingest.graph.quoting import Question, Quoter

_DAYS = 7


def show(home: Path, environ: Mapping[str, str]) -> None:
    """Keep three accounts' followers for a simulated week. Raises StartError.

    `home` is an empty folder for its state.
    """
    if not PACKAGE.is_dir():
        note("Follow graphs are shown from a checkout: the simulated X is part of its tests.")
        return
    say(
        "\nFollow graphs: the followers of three accounts of a simulated X, for a simulated week.\n"
    )
    with Simulated(environ) as x:
        keeping = Keeping(home, x)
        try:
            _show(keeping)
        finally:
            keeping.close()


def _show(keeping: Keeping) -> None:
    keeping.add()
    _quote(keeping)
    began = keeping.x()
    with progress("a simulated week", _DAYS + 2) as advance:
        keeping.read(Mode.SWEEP)
        before, spent = telling.sizes(keeping), [bill.so_far(keeping)]
        advance(1)
        for _ in range(_DAYS):
            keeping.live(timedelta(days=1))
            advance(1)
        spent.append(bill.so_far(keeping))
        keeping.read(Mode.SWEEP)
        spent.append(bill.so_far(keeping))
        advance(1)
    telling.say_shared(keeping)
    after = telling.say_week(keeping, since=began, before=before)
    bill.say_bill(keeping, bill.parts(spent, before, after, days=_DAYS))


def _quote(keeping: Keeping) -> None:
    quoter = Quoter(BUDGET, keeping.x)
    asked = Question(X, ACCOUNTS, [Direction.FOLLOWERS], Mode.SWEEP)
    with keeping.container.database.read() as db:
        show_estimate(quoter.quote(db, asked))
