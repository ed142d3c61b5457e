"""`afterword graph credentials`: whom the networks are asked as. Never a secret."""

from pipeline.cli.arguments import Json
from pipeline.cli.formats import iso, local
from pipeline.cli.output import as_json, table
from pipeline.cli.session import opened
from pipeline.ingest.graph.credentials import Credentials
from pipeline.store.graph.credentials import CredentialRow


def credentials(*, json: Json = False) -> None:
    """List credentials: whose they are, and whether they still open anything.

    \b
    Example:
      afterword graph credentials
    """
    with opened() as container:
        kept = Credentials(container.settings, container.database, container.clock)
        rows = [(row, kept.state_of(row)) for row in kept.all()]
    if json:
        as_json([_as_dict(row, state) for row, state in rows])
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
                state,
            )
            for row, state in rows
        ],
        empty="there are none: `afterword graph login`",
    )


def _as_dict(row: CredentialRow, state: str) -> dict[str, str | None]:
    return {
        "name": row.name,
        "network": row.network,
        "kind": row.kind,
        "app": row.app,
        "owner_id": row.owner_id,
        "handle": row.handle,
        "expires_at": iso(row.expires_at),
        "state": state,
        "broken": row.broken,
    }
