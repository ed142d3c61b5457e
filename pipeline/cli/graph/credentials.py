"""`afterword graph credentials`: whom the networks are asked as. Never a secret."""

from datetime import datetime

from pipeline.cli.arguments import Json
from pipeline.cli.formats import iso, local
from pipeline.cli.output import as_json, table
from pipeline.cli.session import opened
from pipeline.ingest.graph.credentials import Credentials, state_of
from pipeline.store.graph.credentials import CredentialRow


def credentials(*, json: Json = False) -> None:
    """List credentials: whose they are, and whether they still open anything.

    \b
    Example:
      afterword graph credentials
    """
    with opened() as container:
        now = container.clock()
        rows = Credentials(container.settings, container.database, container.clock).all()
    if json:
        as_json([_as_dict(row, now) for row in rows])
        return
    table(
        ("name", "network", "kind", "app", "whose", "expires", "state"),
        [
            (
                row.name,
                row.network,
                row.kind,
                row.app,
                f"@{row.handle}" if row.handle else row.owner_id or "-",
                local(row.expires_at),
                state_of(row, now=now),
            )
            for row in rows
        ],
        empty="there are none: `afterword graph login`",
    )


def _as_dict(row: CredentialRow, now: datetime) -> dict[str, str | None]:
    return {
        "name": row.name,
        "network": row.network,
        "kind": row.kind,
        "app": row.app,
        "owner_id": row.owner_id,
        "handle": row.handle,
        "expires_at": iso(row.expires_at),
        "state": state_of(row, now=now),
        "broken": row.broken,
    }
