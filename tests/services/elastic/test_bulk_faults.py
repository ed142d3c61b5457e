"""What becomes of writes when the cluster is busy, full, silent or gone: nothing good is lost."""

import random
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from pipeline.domain.search import Document, parse
from pipeline.domain.search.request import Search
from pipeline.errors import Rejected, Transient
from pipeline.index.elastic import ElasticEngine, Server
from pipeline.index.elastic.bulk import ATTEMPTS
from pipeline.index.engine import Outcome, Written
from tests.support.bulk_faults import BulkFaults
from tests.support.posts import NOW, SITE, post
from tests.support.proxy import Proxy

pytestmark = [pytest.mark.services, pytest.mark.elasticsearch]

NAME = "g1"
TRIES = 20


@pytest.fixture
def faults(elasticsearch_url: str) -> Iterator[BulkFaults]:
    with BulkFaults(elasticsearch_url) as between:
        yield between


@pytest.fixture(scope="module")
def prefix(elasticsearch_url: str) -> Iterator[str]:
    """A prefix with one live generation, which the module's tests share."""
    chosen = f"faults{uuid4().hex[:8]}"
    engine = ElasticEngine(Server(elasticsearch_url, prefix=chosen))
    engine.create(NAME)
    engine.promote(NAME)
    yield chosen
    engine.close()
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(index=f"{chosen}-{NAME}")


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def engine(faults: BulkFaults, prefix: str, pauses: list[float]) -> Iterator[ElasticEngine]:
    """The engine behind the faults; between two tries it waits for nothing."""
    made = ElasticEngine(Server(faults.url, prefix=prefix), pause=pauses.append, jitter=lambda: 1.0)
    yield made
    made.close()


@pytest.fixture
def impatient(faults: BulkFaults, prefix: str) -> Iterator[ElasticEngine]:
    """One that soon gives a bulk request up: for answers that never come."""
    made = ElasticEngine(Server(faults.url, prefix=prefix, bulk_timeout=1.0))
    yield made
    made.close()


def posts(number: int, body: str = "Words.") -> list[Document]:
    """Posts that no other test has."""
    batch = uuid4().hex[:6]
    return [post(f"{batch}-{n}", "Text", body) for n in range(number)]


def held(engine: ElasticEngine) -> set[str]:
    return {entry.key for entry in engine.entries(NAME, after="", size=10_000)}


def in_the_end(ask: Callable[[], Sequence[Written]]) -> Sequence[Written]:
    """Ask again while a busy machine takes longer than a patience that is short for a fault's sake."""
    for _ in range(TRIES):
        with suppress(Transient):
            return ask()
    return ask()


@pytest.mark.parametrize("status", [429, 503])
def test_busy_items_are_repeated_until_they_land(
    engine: ElasticEngine, faults: BulkFaults, pauses: list[float], status: int
) -> None:
    """Each item is refused with a chance of 0.4, each time anew."""
    dice = random.Random(7)  # noqa: S311 - a fault, no secret
    faults.status, faults.busy = status, lambda _: dice.random() < 0.4
    documents = posts(40)
    written = engine.write(NAME, documents, refresh=True)
    landed = {one.key for one in written if one.outcome is Outcome.STORED}

    assert len(faults.requests) > 1
    assert len(landed) >= 35
    assert landed == {each.key for each in documents} & held(engine)
    assert {one.outcome for one in written} <= {Outcome.STORED, Outcome.BUSY}
    assert pauses == sorted(pauses)


def test_items_that_stay_busy_are_reported_after_a_bounded_time(
    engine: ElasticEngine, faults: BulkFaults, pauses: list[float]
) -> None:
    documents = posts(3)
    faults.busy = lambda key: key == documents[1].key
    written = engine.write(NAME, documents, refresh=True)

    assert [one.outcome for one in written] == [Outcome.STORED, Outcome.BUSY, Outcome.STORED]
    assert "queue capacity" in written[1].reason
    assert len(pauses) == ATTEMPTS - 1
    assert sum(pauses) < 3


def test_poison_is_refused_with_the_reason_and_harms_no_other(engine: ElasticEngine) -> None:
    good = posts(6)
    bad = post("bad", "Text", published_at=NOW.replace(year=1), digest="d" * 40_000)
    written = engine.write(NAME, [*good[:3], bad, *good[3:]], refresh=True)

    assert Counter(one.outcome for one in written) == {Outcome.STORED: 6, Outcome.REFUSED: 1}
    assert written[3].outcome is Outcome.REFUSED
    assert "digest" in written[3].reason
    assert {each.key for each in good} <= held(engine)


def test_too_large_a_request_is_halved(engine: ElasticEngine, faults: BulkFaults) -> None:
    faults.largest = 8_000
    documents = posts(10, "Words. " * 300)
    written = engine.write(NAME, documents, refresh=True)

    assert {one.outcome for one in written} == {Outcome.STORED}
    assert {each.key for each in documents} <= held(engine)


def test_too_large_a_document_is_refused_alone(engine: ElasticEngine, faults: BulkFaults) -> None:
    faults.largest = 20_000
    small, large = posts(1)[0], posts(1, "Words. " * 5_000)[0]
    written = engine.write(NAME, [large, small], refresh=True)

    assert [one.outcome for one in written] == [Outcome.REFUSED, Outcome.STORED]
    assert "larger" in written[0].reason


def test_no_answer_is_transient_and_the_repeat_is_harmless(
    engine: ElasticEngine, impatient: ElasticEngine, faults: BulkFaults
) -> None:
    """The server applied the write, but its answer never came."""
    faults.silent = 1
    documents = posts(5)
    with pytest.raises(Transient, match="in time"):
        impatient.write(NAME, documents, refresh=True)
    written = engine.write(NAME, documents, refresh=True)

    assert {one.outcome for one in written} == {Outcome.STORED}
    assert {each.key for each in documents} <= held(engine)


def test_an_unavailable_cluster_is_transient(engine: ElasticEngine, faults: BulkFaults) -> None:
    faults.failing = 1
    with pytest.raises(Transient, match="503"):
        engine.write(NAME, posts(1), refresh=True)


def test_a_read_only_index_is_transient_and_says_so(
    engine: ElasticEngine, elasticsearch_url: str, prefix: str
) -> None:
    """As Elasticsearch makes it when the disk is nearly full."""
    documents = posts(2)
    with Elasticsearch(elasticsearch_url) as client:
        block = "index.blocks.read_only_allow_delete"
        client.indices.put_settings(index=f"{prefix}-{NAME}", settings={block: True})
        try:
            with pytest.raises(Transient, match="takes no writes"):
                engine.write(NAME, documents, refresh=True)
        finally:
            client.indices.put_settings(index=f"{prefix}-{NAME}", settings={block: None})

    assert {one.outcome for one in engine.write(NAME, documents, refresh=True)} == {Outcome.STORED}


def test_a_server_that_freezes_or_goes_is_transient_and_used_again_when_it_is_back(
    elasticsearch_url: str, prefix: str
) -> None:
    with Proxy(int(elasticsearch_url.rpartition(":")[2])) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        engine = ElasticEngine(Server(url, prefix=prefix, timeout=0.5, bulk_timeout=0.5))
        in_the_end(lambda: engine.write(NAME, posts(1), refresh=True))
        for trouble, end in ((proxy.freeze, proxy.thaw), (proxy.down, proxy.up)):
            proxy.reset()
            trouble()
            assert engine.trouble()
            with pytest.raises(Transient):
                engine.write(NAME, posts(1), refresh=False)
            with pytest.raises(Transient):
                engine.search(Search(SITE, parse("text"), NOW))
            end()
            assert any(engine.trouble() is None for _ in range(TRIES))
            (written,) = in_the_end(lambda: engine.write(NAME, posts(1), refresh=True))
            assert written.outcome is Outcome.STORED
        engine.close()


def test_nobody_at_the_address_is_transient(prefix: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        engine = ElasticEngine(Server(url, prefix=prefix))

        assert engine.trouble()
        with pytest.raises(Transient, match="reached"):
            engine.write(NAME, posts(1), refresh=False)
        engine.close()


def test_a_late_write_makes_no_index_of_its_own(engine: ElasticEngine) -> None:
    """A generation that was dropped stays dropped, whatever is still on its way to it."""
    with pytest.raises(Rejected, match="no such"):
        engine.write("dropped", posts(1), refresh=False)

    assert [each.name for each in engine.generations()] == [NAME]
