"""A server behind TLS and credentials: what is refused says which setting to look at."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.errors import Transient
from pipeline.index.elastic import ElasticEngine, Server
from tests.support.posts import post
from tests.support.secure_door import SecureDoor

pytestmark = [pytest.mark.services, pytest.mark.elasticsearch]

KEY = "a-key-of-the-test"
PASSWORD = "p@ss/word"
ALLOWED = frozenset((f"ApiKey {KEY}", f"Basic {b64encode(f'ada:{PASSWORD}'.encode()).decode()}"))

Open = Callable[..., ElasticEngine]


@pytest.fixture
def door(elasticsearch: Server, tmp_path: Path) -> Iterator[SecureDoor]:
    upstream = int(elasticsearch.url.rpartition(":")[2])
    with SecureDoor(upstream, tmp_path, allowed=ALLOWED) as opened:
        yield opened


@pytest.fixture
def server(door: SecureDoor, elasticsearch: Server) -> Server:
    """With everything that it takes but credentials."""
    url = f"https://127.0.0.1:{door.port}"
    return Server(url, prefix=elasticsearch.prefix, ca_certs=str(door.certificate))


def test_posts_are_indexed_and_found_with_an_api_key(server: Server) -> None:
    with closing(ElasticEngine(server._replace(api_key=KEY))) as engine:
        assert engine.trouble() is None
        engine.create("g")
        (written,) = engine.write("g", [post("a", "Marmalade")], refresh=True)
        engine.promote("g")
        assert written.reason == ""
        assert [entry.key for entry in engine.entries("g", after="", size=10)] == ["blog/a"]


def test_a_user_and_a_password_may_stand_in_the_url(server: Server) -> None:
    url = server.url.replace("//", f"//ada:{quote(PASSWORD, safe='')}@")
    with closing(ElasticEngine(server._replace(url=url))) as engine:
        assert engine.trouble() is None


@pytest.mark.parametrize("api_key", [None, "another"])
def test_refused_credentials_are_named(server: Server, api_key: str | None) -> None:
    with closing(ElasticEngine(server._replace(api_key=api_key))) as engine:
        told = engine.trouble()
        with pytest.raises(Transient, match="check the API key, or the URL's user") as caught:
            engine.generations()
    assert told == caught.value.reason
    assert "another" not in told


def test_a_certificate_nobody_vouches_for_is_named(server: Server) -> None:
    with closing(ElasticEngine(server._replace(api_key=KEY, ca_certs=None))) as engine:
        assert "AFTERWORD_ELASTICSEARCH_CA_CERTS" in str(engine.trouble())
