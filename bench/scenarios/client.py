"""Is the load client fast enough to judge? Its processor share, and its rate without a database."""

from bench.context import Context, warm
from bench.messages import get
from bench.table import Row, more_is_better

NAME = "client"
# Above this, the client and not the server would set the rate.
MOST_CPU = 0.8


def run(context: Context) -> list[Row]:
    """Drive the bare route to its limit, then an answer that stores nothing."""
    acks = context.acks_of_reference(context.size(20_000, 3_000))
    with context.reference() as port:
        bare = warm(port, [get("/")] * context.size(40_000, 5_000))
    return [
        Row(
            scenario=NAME,
            what="load client's rate where nothing is stored",
            ours=bare.rate,
            unit="/s",
            peer=acks.rate,
            peer_name="bare route, durable",
            ratio=more_is_better(bare.rate, acks.rate),
            target=f"client <= {MOST_CPU:.0%} of a core",
            met=max(bare.cpu, acks.cpu) <= MOST_CPU,
            note=f"the client took {acks.cpu:.0%} of a core for the acks, "
            f"{bare.cpu:.0%} without a database",
        )
    ]
