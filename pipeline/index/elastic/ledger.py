"""What an index holds, entry by entry: to compare it with the database, and to take entries out."""

from collections.abc import Sequence
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.errors import Transient
from pipeline.index.elastic.connection import cause, read_only, translated
from pipeline.index.engine import Entry

MOST = 10_000
"""What Elasticsearch gives at once (index.max_result_window)."""
_TIMEOUT_S = 60.0
_GONE, _CONFLICT = 404, 409


class Ledger:
    """Reads and removes entries of an index."""

    def __init__(self, client: Elasticsearch) -> None:
        self._client = client.options(request_timeout=_TIMEOUT_S)

    def refresh(self, index: str) -> None:
        """Let everything written so far be found."""
        with translated():
            self._client.indices.refresh(index=index)

    def entries(self, index: str, *, after: str, size: int) -> list[Entry]:
        """Entries past the key `after`, by key."""
        self.refresh(index)
        with translated():
            answer = self._client.search(
                index=index,
                size=min(size, MOST),
                sort=[{"key": "asc"}],
                search_after=[after],
                version=True,
                source=False,
                docvalue_fields=[{"field": "digest"}],
                track_total_hits=False,
            )
        return [
            Entry(hit["_id"], hit["_version"], *hit.get("fields", {}).get("digest", [None]))
            for hit in answer["hits"]["hits"]
        ]

    def purge(self, index: str, keys: Sequence[str]) -> None:
        """Delete each entry at the version it has now, so that a newer write is not lost to it.

        A delete without a version would count the version up, and a later write of the same
        post's version would be refused for a minute (index.gc_deletes).
        """
        for start in range(0, len(keys), MOST):
            self._delete(index, keys[start : start + MOST])

    def _delete(self, index: str, keys: Sequence[str]) -> None:
        with translated():
            held = self._client.mget(index=index, ids=list(keys), source=False)
            operations: list[dict[str, Any]] = [
                {
                    "delete": {
                        "_id": doc["_id"],
                        "version": doc["_version"],
                        "version_type": "external_gte",
                    }
                }
                for doc in held["docs"]
                if doc.get("found")
            ]
            if not operations:
                return
            answer = self._client.bulk(index=index, operations=operations, refresh=True)
        for each in answer["items"]:
            said = each["delete"]
            if "error" in said and said["status"] not in (_GONE, _CONFLICT):
                raise read_only(said["error"]) or Transient(f"Not deleted: {cause(said['error'])}")
