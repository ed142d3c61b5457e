"""`GET /api/graph/export`: a graph as a file of any size."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pipeline.api.graph.guard import Guard
from pipeline.api.graph.parameters import Parameters
from pipeline.domain.graph.kinds import Direction
from pipeline.errors import ExportError, NotFoundError
from pipeline.ingest.graph.exports.service import ExportAsked, Exporter, Format
from pipeline.problems import ProblemError
from pipeline.store.database import Database

_CHUNK = 1 << 16


MEDIA_TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.GRAPHML: "application/graphml+xml",
    Format.GEXF: "application/gexf+xml",
}


class ExportRoute:
    """What stands behind the address.

    The file is written first, nameless and on the disk of HOME, then sent: a reader who is slow
    holds no transaction open, and an error is answered as one instead of ending half a file.
    """

    def __init__(
        self, database: Database, guard: Guard, clock: Callable[[], datetime], home: Path
    ) -> None:
        self._database = database
        self._guard = guard
        self._clock = clock
        self._home = home
        # One at a time: an export reads as fast as the disk gives.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="exporter")

    async def __call__(self, request: Request) -> Response:
        refusal = self._guard.refusal(dict(request.scope["headers"]))
        if refusal is not None:
            headers = {name.decode(): value.decode() for name, value in refusal.headers}
            return Response(refusal.body, refusal.status, headers)
        fields = Parameters(request.scope["query_string"])
        ending = fields.one_of("format", Format) or Format.CSV
        loop = asyncio.get_running_loop()
        file = await loop.run_in_executor(self._pool, self._written, fields, ending)
        headers = {
            "content-disposition": f'attachment; filename="graph.{ending}"',
            "cache-control": "private, no-store",
            "vary": "Authorization, Origin",
            "content-length": str(file.seek(0, 2)),
        }
        return StreamingResponse(_chunks(file), headers=headers, media_type=MEDIA_TYPES[ending])

    def _written(self, fields: Parameters, ending: Format) -> BinaryIO:
        asked = ExportAsked(
            network=fields.network(),
            format=ending,
            accounts=fields.several("account"),
            direction=fields.one_of("direction", Direction),
            at=fields.moment("at"),
        )
        file = cast("BinaryIO", TemporaryFile(dir=self._home))  # noqa: SIM115 - closed when it is sent
        try:
            exporter = Exporter(self._database, self._clock)
            exporter.write(asked, file, scratch=self._home)
        except BaseException as error:
            file.close()
            if isinstance(error, NotFoundError):
                raise ProblemError("not-found", str(error)) from error
            if isinstance(error, ExportError):
                raise ProblemError("invalid", str(error)) from error
            raise
        return file


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
