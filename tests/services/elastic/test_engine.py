"""What is Elasticsearch's own: purged versions, neighbours' prefixes, other servers, requests."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from pipeline.errors import Transient
from pipeline.index.elastic import ElasticEngine, Server
from pipeline.index.engine import Outcome
from tests.support.bulk_faults import BulkFaults
from tests.support.posts import SITE, Index, gone, post

pytestmark = [pytest.mark.services, pytest.mark.elasticsearch]


@pytest.fixture
def index(elasticsearch_url: str) -> Iterator[Index]:
    server = Server(elasticsearch_url, prefix=f"own{uuid4().hex[:8]}")
    engine = ElasticEngine(server)
    engine.create("g1")
    engine.promote("g1")
    yield Index(engine, "g1")
    engine.create("empty")
    engine.promote("empty")
    engine.drop("g1")
    engine.close()


def test_a_purged_entry_can_be_written_at_the_version_it_had(index: Index) -> None:
    """Elasticsearch remembers the version of a delete for a minute."""
    index.write(post("a", "Orphan", version=4), gone("b", 7))
    index.engine.purge("g1", [f"{SITE}/a", f"{SITE}/b"])
    written = index.write(post("a", "Back", version=4), post("b", "Back", version=7))

    assert {one.outcome for one in written} == {Outcome.STORED}
    assert set(index.find("back")) == {"a", "b"}


def test_an_installation_with_a_longer_prefix_is_another_one(
    index: Index, elasticsearch_url: str
) -> None:
    (own,) = index.engine.generations()
    longer = ElasticEngine(Server(elasticsearch_url, prefix=f"own-{uuid4().hex[:8]}"))
    shorter = ElasticEngine(Server(elasticsearch_url, prefix="own"))
    longer.create("g1")

    assert [each.name for each in longer.generations()] == ["g1"]
    assert shorter.generations() == []
    assert own.name == "g1"
    longer.drop("g1")
    longer.close()
    shorter.close()


def test_a_server_that_is_no_elasticsearch_is_named_as_such(elasticsearch_url: str) -> None:
    with BulkFaults(elasticsearch_url) as other:
        other.product = "OpenSearch"
        engine = ElasticEngine(Server(other.url))

        assert engine.trouble()
        with pytest.raises(Transient, match="no Elasticsearch 9"):
            engine.generations()
        engine.close()


@pytest.mark.parametrize(
    ("query", "requests"),
    [
        ("orchard", 1),
        ("orchard fence", 1),
        # No post has both, and then one word is enough. Four posts mean what they say.
        ("orchard stared", 2),
        # Nothing is like it, and it could be two words. A shorter one could not.
        ("orchard xylograph", 3),
        ("orchard xylo", 2),
        # What is near is looked up in the site's posts, and then searched for.
        ("orchad", 3),
        ("orchad fence", 4),
    ],
)
def test_a_search_asks_for_no_more_than_it_needs(
    index: Index, caplog: pytest.LogCaptureFixture, query: str, requests: int
) -> None:
    index.write(*(post(f"o{each}", "Orchard", "A fence around it.") for each in range(5)))
    index.write(*(post(f"a{each}", "He stared") for each in range(4)))
    index.write(*(post(f"b{each}", "It is stored") for each in range(5)))
    index.find("any")  # the site's languages are known from now on
    with caplog.at_level("INFO", logger="elastic_transport.transport"):
        found = index.find(query)

    assert found
    assert sum("/_search" in each.getMessage() for each in caplog.records) == requests
