"""`python -m tests.simulators.x`: serves until SIGINT or SIGTERM, then prints its report."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import tests.simulators.x as package
from tests.simulators.x.asgi import App as Wire
from tests.simulators.x.clock import SimClock
from tests.simulators.x.credentials import App
from tests.simulators.x.drift import Drift, plan_of
from tests.simulators.x.faults import PROFILES
from tests.simulators.x.graph import read_edges
from tests.simulators.x.made_up import edges
from tests.simulators.x.money import Dedup
from tests.simulators.x.report import text
from tests.simulators.x.server import Server, bound
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.times import seconds
from tests.simulators.x.world import World

WRONG_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Serve. 0 at the end, 2 for wrong usage."""
    options = _parser().parse_args(argv)
    try:
        simulator = _simulator(options)
        taken = bound(options.host, options.port)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USAGE
    accounts, count = len(simulator.world.graph.ids), simulator.world.first_positions
    server = Server(Wire(simulator))
    server.take_signals()
    address = f"http://{options.host}:{taken.getsockname()[1]}"
    sys.stdout.write(f"Simulated X on {address}: {accounts} accounts, {count} edges\n")
    sys.stdout.flush()
    server.run(sockets=[taken])
    summary = simulator.summary()
    sys.stdout.write((json.dumps(summary) if options.json else text(summary)) + "\n")
    return 0


def _simulator(options: argparse.Namespace) -> Simulator:
    start = datetime.fromtimestamp(seconds(options.start)).astimezone() if options.start else None
    plan = options.changes
    if plan.startswith("@"):
        plan = Path(plan[1:]).read_text(encoding="utf-8")
    planner = Drift(plan_of(plan), seed=options.seed) if plan else None
    source = (
        read_edges(options.edges) if options.edges else edges(options.made_up, seed=options.seed)
    )
    return Simulator(
        World(source, seed=options.seed, planner=planner),
        clock=SimClock.of(options.clock, start),
        apps=[
            App(
                owner=options.owner,
                bearer=options.bearer,
                client_id=options.client_id,
                client_secret=options.client_secret,
                consumer_secret=options.consumer_secret,
                enrolled=not options.not_enrolled,
                credits=options.credits,
            )
        ],
        dedup=options.dedup,
        faults=options.faults,
        limits=dict(options.limit),
        window=options.window,
        token_ttl=options.token_ttl,
    )


def _limit(text: str) -> tuple[str, int]:
    endpoint, _, number = text.partition("=")
    return endpoint, int(number)


def _parser() -> argparse.ArgumentParser:
    usual = App()
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulators.x",
        description=package.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    world = parser.add_mutually_exclusive_group(required=True)
    world.add_argument("--edges", type=Path, help="the world: A B per line, plain or .gz")
    world.add_argument("--made-up", type=int, metavar="N", help="a world of N accounts")
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=8900, help="0: any free one; the first line says which")
    add("--seed", type=int, default=0)
    add("--clock", default="real", help="real, manual, or xN")
    add("--start", default="", help="ISO time the clock starts at")
    add("--changes", default="", help="rates of what happens by itself: JSON or @FILE")
    add("--faults", default="none", choices=sorted(PROFILES))
    add("--dedup", default="list", choices=[each.value for each in Dedup])
    add("--credits", type=float, default=None, help="dollars the app has (endless)")
    add("--owner", default="", help="id of the app's owner, whose reads are cheaper")
    add("--bearer", default=usual.bearer)
    add("--client-id", default=usual.client_id)
    add("--client-secret", default=usual.client_secret)
    add("--consumer-secret", default=usual.consumer_secret)
    add("--not-enrolled", action="store_true", help="403 client-not-enrolled for lists")
    add("--limit", action="append", type=_limit, default=[], metavar="ENDPOINT=N")
    add("--window", type=int, default=900, help="seconds of a rate window")
    add("--token-ttl", type=float, default=None, help="seconds pagination tokens live")
    add("--json", action="store_true", help="print the report as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
