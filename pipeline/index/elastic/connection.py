"""The connection to the server, and what its failures mean.

Transient: unreachable, too slow, overloaded, read-only, and also credentials it refuses or a server
that is no Elasticsearch 9: somebody mends the setting and the same work succeeds, so none is given up.
Rejected: a generation that is not there, a request it will never take.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer, UnsupportedProductError

from pipeline.errors import Rejected, Transient

_READ_ONLY = "Elasticsearch takes no writes ({}): free disk space, or lift the index's block"
_REFUSED = (
    "Elasticsearch refuses our credentials ({}): check the API key, or the URL's user and password"
)
_UNTRUSTED = (
    "Elasticsearch's certificate is not trusted ({}): name the file of its authority in"
    " AFTERWORD_ELASTICSEARCH_CA_CERTS"
)
_OTHER_VERSION = "The server is no Elasticsearch 9 ({}): Afterword needs 9.0 or newer"
_OVERLOADED = frozenset((408, 429, 502, 503, 504))


class Server(NamedTuple):
    """Where the server is and how it is spoken to. Time-outs are in seconds."""

    url: str
    """May hold user:password."""
    prefix: str = "afterword"
    """The alias of the live generation; every index's name begins with it."""
    api_key: str | None = None
    ca_certs: str | None = None
    """A file of certificates to trust, for https."""
    timeout: float = 10.0
    """A search's."""
    bulk_timeout: float = 60.0


def connect(server: Server) -> Elasticsearch:
    """A client that tells everything and hides nothing: of its own it repeats only lost connections."""
    secure: dict[str, Any] = {
        "ca_certs": server.ca_certs,
        "ssl_show_warn": False,
    }
    return Elasticsearch(
        server.url,
        api_key=server.api_key,
        request_timeout=server.timeout,
        max_retries=1,
        retry_on_status=(),
        retry_on_timeout=False,
        connections_per_node=32,
        serializer=OrjsonSerializer(),
        **(secure if server.url.startswith("https:") else {}),
    )


@contextmanager
def translated() -> Iterator[None]:
    """Turn the client's errors into Transient and Rejected."""
    try:
        yield
    except UnsupportedProductError as error:  # an ApiError too
        raise Transient(_OTHER_VERSION.format(error.message)) from error
    except ApiError as error:
        raise _of_answer(error) from error
    except ConnectionTimeout as error:
        raise Transient("Elasticsearch did not answer in time") from error
    except TlsError as error:
        raise Transient(_UNTRUSTED.format(error.message)) from error
    except (SerializationError, TransportError) as error:
        raise Transient(f"Elasticsearch can't be reached: {error.message}") from error


def cause(error: Any) -> str:
    """What an error object of Elasticsearch says, with its deepest cause."""
    if not isinstance(error, dict):
        return str(error)
    said = f"{error.get('type')}: {error.get('reason')}"
    deeper = error.get("caused_by")
    return f"{said} ({cause(deeper)})" if deeper else said


def read_only(error: Any) -> Transient | None:
    """The failure to raise where a block keeps everything from being written, else None.

    The flood stage of the disk sets it by itself (and answers 429), people set it by hand (403).
    """
    if isinstance(error, dict) and error.get("type") == "cluster_block_exception":
        return Transient(_READ_ONLY.format(error.get("reason")))
    return None


def _of_answer(error: ApiError) -> Transient | Rejected:
    status = error.meta.status
    body = error.body.get("error", error.body) if isinstance(error.body, dict) else error.body
    said = f"HTTP {status}, {cause(body)}"
    block = read_only(body)
    if block is not None:
        return block
    if "media_type_header_exception" in said:
        return Transient(_OTHER_VERSION.format(said))
    if status in (401, 403):
        return Transient(_REFUSED.format(said))
    if status in _OVERLOADED or status >= 500:  # noqa: PLR2004 - HTTP's server errors
        return Transient(f"Elasticsearch can't answer now: {said}")
    return Rejected(f"Elasticsearch refused: {said}")
