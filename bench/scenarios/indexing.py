"""A blog's posts, read from its Hugo folder and indexed anew, with each engine.

Elasticsearch's peer is the client's own `parallel_bulk`, given documents that are ready to send, in
requests of the same size: it reads no database, notes no progress, compares nothing.
"""

import io
from collections.abc import Mapping, Sequence
from contextlib import closing, redirect_stderr
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from elasticsearch import Elasticsearch, OrjsonSerializer
from elasticsearch.helpers import parallel_bulk

from bench import corpora, elasticsearch_server
from bench.context import Context
from bench.figures import median, plain
from bench.processes import BenchError, until
from bench.sets import AfterwordSet, web_and_worker
from bench.table import Row, more_is_better
from pipeline.bootstrap import Container, build
from pipeline.cli.output import progress
from pipeline.config import load_settings
from pipeline.domain.search import Document
from pipeline.index.documents import Composer
from pipeline.index.elastic import ElasticEngine, Server
from pipeline.index.elastic.bulk import MOST_ITEMS
from pipeline.index.elastic.connection import translated
from pipeline.index.elastic.documents import source_of
from pipeline.store import posts

NAME = "indexing"
SHARE_OF_BARE = 0.8
THREADS = 4
"""What `parallel_bulk` takes where it is not told."""
_ALL = 100_000


class Timed(NamedTuple):
    """Documents per second: all of a rebuild, its filling alone, and all with a progress bar."""

    whole: float
    filling: float
    shown: float


def run(context: Context) -> list[Row]:
    """Rebuild with each engine, silently and with a progress bar, from the same posts."""
    env = _stored(context)
    context.say(f"{NAME}: rebuilding")
    with closing(build(load_settings(env))) as container:
        rows = _rows("fts5", [_rebuilt(container) for _ in range(context.size(3, 1))])
    with elasticsearch_server.serve() as server:
        more = {elasticsearch_server.URL: server.url}
        more["AFTERWORD_ELASTICSEARCH_INDEX"] = server.prefix
        with closing(build(load_settings({**env, **more}))) as container:
            documents = _documents(container)
            # By turns: a server that has just started gets faster all the time.
            turns = [
                (_bare(server, documents), _rebuilt(container)) for _ in range(context.size(5, 2))
            ]
    bare = median([each for each, _ in turns[1:]])
    return rows + _rows("elasticsearch", [ours for _, ours in turns[1:]], bare)


def _rows(engine: str, timed: Sequence[Timed], bare: float | None = None) -> list[Row]:
    whole, filling, shown = (median(column) for column in zip(*timed, strict=True))
    return [
        _row(f"filling a generation, {engine}", filling, bare),
        _row(f"whole rebuild: filled, compared, swapped, {engine}", whole, bare),
        _row(f"whole rebuild with a progress bar, {engine}", shown, None),
    ]


def _row(what: str, rate: float, bare: float | None) -> Row:
    if bare is None:
        return Row(NAME, what, rate, "/s", "-", None)
    ratio = more_is_better(rate, bare)
    return Row(
        scenario=NAME,
        what=what,
        ours=rate,
        unit="/s",
        target=f">= {plain(SHARE_OF_BARE)} x",
        met=ratio >= SHARE_OF_BARE,
        peer=bare,
        peer_name="parallel_bulk",
        ratio=ratio,
    )


def _stored(context: Context) -> Mapping[str, str]:
    """Store a blog's posts in a new home, and give the settings of what has them."""
    folder = corpora.DATA / "blog-rust" / "posts"
    if not folder.is_dir():
        raise BenchError(f"there are no posts in {folder}")
    context.say(f"{NAME}: reading {folder}")
    with web_and_worker(context.fresh("indexing")) as members:
        _read_from(Path(members.env["AFTERWORD_CONFIG"]), folder)
        _sync(members)
    return members.env


def _sync(members: AfterwordSet) -> None:
    """As `posts sync` does, and wait until a worker has stored every post and the index has it."""
    with closing(build(load_settings(members.env))) as container:
        added = container.syncer.run("blog").counts()["added"]

        def stored() -> bool:
            with container.database.read() as db:
                found = posts.counts(db)
            return found.visible >= added and not found.waiting

        if not until(stored, within=240, every=0.5):
            raise BenchError(f"{added} posts were not stored and indexed within 240 s")


def _read_from(config: Path, folder: Path) -> None:
    text = config.read_text()
    content = f'content = {{ kind = "hugo", path = "{folder}" }}'
    config.write_text(text.replace("[sources.blog]", f"{content}\n\n[sources.blog]"))


def _documents(container: Container) -> list[Document]:
    with container.database.read() as db:
        rows = [row for row in posts.walk(db, after="", limit=_ALL) if row.visible]
        writes = Composer(lambda _: True).compose(db, rows)
    return [write for write in writes if isinstance(write, Document)]


class _Screen(io.StringIO):
    """A terminal as far as a progress bar can tell."""

    def isatty(self) -> bool:
        return True


def _rebuilt(container: Container) -> Timed:
    passed: list[tuple[float, int]] = []
    began = perf_counter()
    done = container.index.rebuild.run(lambda count: passed.append((perf_counter(), count)))
    whole = done.documents / (perf_counter() - began)
    # Told first when the generation is there and empty, and last when all was written.
    filling = done.documents / (passed[-1][0] - passed[0][0])
    began = perf_counter()
    with redirect_stderr(_Screen()), progress("building", done.documents) as advance:
        container.index.rebuild.run(advance)
    return Timed(whole, filling, done.documents / (perf_counter() - began))


def _bare(server: Server, documents: Sequence[Document]) -> float:
    """Send ready-made documents to an empty index of the same schema: so many per second."""
    name = "bare"
    with closing(ElasticEngine(server)) as engine, translated():
        engine.drop(name)
        engine.create(name)
        ready = [{"_id": each.key, "_source": source_of(each)} for each in documents]
        with Elasticsearch(
            server.url, serializer=OrjsonSerializer(), request_timeout=server.bulk_timeout
        ) as client:
            began = perf_counter()
            for _ in parallel_bulk(
                client,
                ready,
                thread_count=THREADS,
                chunk_size=MOST_ITEMS,
                index=f"{server.prefix}-{name}",
            ):
                pass
            taken = perf_counter() - began
        engine.drop(name)
    return len(documents) / taken
