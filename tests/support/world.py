"""A small world: one site, its sources, and hands that send and work events without a broker."""

import hashlib
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from pipeline.bootstrap import Container, assemble
from pipeline.domain import events
from pipeline.domain.graph.port import FollowSource
from pipeline.domain.ids import IdFactory
from pipeline.domain.public import decode
from pipeline.domain.routes import QUEUES
from pipeline.domain.schemes import Scheme
from pipeline.domain.search import Search, parse
from pipeline.index.engine import Engine
from pipeline.index.services import index_on
from pipeline.ingest import upkeep
from pipeline.ingest.accept import Receipt, accept
from pipeline.ingest.graph.history import History
from pipeline.ingest.graph.service import Graph
from pipeline.ingest.posts.renewal import Renewal
from pipeline.ingest.work import Bench, Result
from pipeline.settings import Settings, Site, Source
from pipeline.store import deliveries
from pipeline.store.comment_tables import Seen
from pipeline.store.comments import Comment
from pipeline.store.database import Database
from pipeline.store.log import NewEvent
from pipeline.store.own_events import announce
from pipeline.tasks.handlers import HANDLERS
from tests.support.clock import FakeClock

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SITE = Site(url="https://blog.example", allowed_origins=("https://www.blog.example",))
SOURCES = {
    "blog": Source(scheme=Scheme.STANDARD_WEBHOOKS, site="blog", secrets=(SECRET,), rate="none"),
    "form": Source(scheme=Scheme.FORM, site="blog", rate="none"),
}


def html_of(row: Comment) -> str | None:
    """The text that readers get of a comment; None where they get none."""
    return decode(row.public).html if row.public and row.seen == Seen.TEXT else None


class World:
    """Sends facts as a blog would, and works them as a worker would."""

    def __init__(self, database: Database, clock: FakeClock, home: Path, **settings: Any) -> None:
        self.clock = clock
        self.database = database
        values: dict[str, Any] = {"sites": {"blog": SITE}, "sources": SOURCES, "instance_key": "k"}
        self.settings = Settings(home=home, config=home / "afterword.toml", **(values | settings))
        ids = IdFactory(node=1, clock=clock)
        self.container = assemble(self.settings, database, ids=ids, clock=clock, key=b"k")
        self._take(self.container)
        self._numbers = count(1)

    def _take(self, container: Container) -> None:
        self.container = container
        handlers = {name: partial(f, container) for name, f in HANDLERS.items()}
        self.bench = Bench(
            self.database, handlers, lease=container.lease, clock=self.clock, jitter=lambda: 1.0
        )

    def send(
        self, type_: str, data: dict[str, Any], *, source: str = "blog", key: str | None = None
    ) -> Receipt:
        """Store a fact as the webhook does."""
        raw = msgspec.json.encode(data)
        fact = events.check(type_, raw)
        event = NewEvent(
            id=self.container.ids.next(),
            source=source,
            external_id=key or f"msg_{next(self._numbers)}",
            type=type_,
            subject=events.subject_of(source, type_, fact),
            occurred_at=self.clock(),
            data=raw.decode(),
            digest=hashlib.sha256(raw).digest(),
        )
        with self.database.write() as db:
            return accept(db, [event], now=self.clock())[0]

    def post(self, id_: str, text: str = "A fine post, thank you.", **fields: Any) -> int:
        """Send `comment.posted`; the event's id, which is the comment's."""
        author = {"name": fields.pop("name", "Ada"), "email": fields.pop("email", None)}
        data = {
            "id": id_,
            "page": "/posts/a/",
            "page_url": "https://blog.example/posts/a/",
            "author": author,
            "text": text,
        }
        source = fields.pop("source", "blog")
        return self.send(events.COMMENT_POSTED, data | fields, source=source).event_id

    def work(self) -> list[Result]:
        """Hand out and work everything that is due, in order, until nothing is."""
        results = []
        while due := self.due():
            results += [self.bench.work(each) for each in due]
        return results

    def work_on(self, queue: str) -> None:
        """Work what is due on one queue, once; the others' duties stay as they are."""
        now, lease = self.clock(), self.container.lease
        with self.database.write_relaxed() as db:
            handed = deliveries.hand_out(db, queue, now=now, lease=lease, room=1000)
        for each in handed:
            self.bench.work(each)

    def due(self) -> list[deliveries.Due]:
        """Hand out what is due on every queue."""
        handed = []
        with self.database.write_relaxed() as db:
            for queue in QUEUES:
                handed += deliveries.hand_out(
                    db, queue, now=self.clock(), lease=self.container.lease, room=1000
                )
        return handed

    def publish(self, id_: str, **fields: Any) -> int:
        """Send `post.published`; the event's id."""
        data = {
            "id": id_,
            "url": f"https://blog.example/posts/{id_}/",
            "title": f"Post {id_}",
            "body": f"Some words of {id_}.",
            "format": "markdown",
            "published_at": self.clock().isoformat(),
        }
        source = fields.pop("source", "blog")
        return self.send(events.POST_PUBLISHED, data | fields, source=source).event_id

    def remove(self, id_: str, **fields: Any) -> int:
        """Send `post.removed`; the event's id."""
        return self.send(events.POST_REMOVED, {"id": id_} | fields).event_id

    def find(self, text: str, **narrowed: Any) -> list[str]:
        """Ids of the posts that a reader's search finds, best first."""
        asked = Search("blog", parse(text), self.clock(), **narrowed)
        return [hit.id for hit in self.container.index.engine.search(asked).hits]

    def use_engine(self, engine: Engine) -> None:
        """Put another engine in the place of this world's."""
        container = self.container
        index = index_on(
            engine,
            self.database,
            ids=container.ids,
            clock=self.clock,
            lease=container.lease,
            searches_comments=lambda _site: True,
            renew=Renewal(self.database, container.posts, clock=self.clock).run,
        )
        self._take(replace(container, index=index))

    def use_network(self, network: FollowSource, history: History | None = None) -> None:
        """Read follow lists from this network, whatever the credential; into this history."""
        container = self.container
        graph = Graph(
            self.settings,
            self.database,
            container.ids,
            clock=self.clock,
            chance=lambda: 0.5,
            history=history or container.graph.history,
            erased=container.erased,
            sources=lambda _credential: network,
        )
        self._take(replace(container, graph=graph))

    def tick(self, job: str) -> None:
        """Let beat ask for a job of its schedule, and work it and what comes of it."""
        wanted = next(line for line in upkeep.SCHEDULE if line.name == job)
        with self.database.write() as db:
            upkeep.take_slot(db, self.container.ids, wanted, now=self.clock())
        self.work()

    def ask_for_rebuild(self) -> None:
        """Log that the index is to be built anew."""
        with self.database.write() as db:
            reason = events.IndexRebuild("a test")
            ids, now = self.container.ids, self.clock()
            announce(db, ids.next(), events.INDEX_REBUILD, reason, at=now)
