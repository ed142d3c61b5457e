"""Who may see follow graphs."""

from base64 import b64encode

import pytest

from pipeline.api.edge import Edge
from tests.unit.api.graph.conftest import PASSWORD, Ask, basic
from tests.unit.api.reading import get

ADDRESSES = ("accounts", "compare", "changes", "series", "suggestions", "export")
WRONG = (
    "",
    "Basic",
    "Basic !!!",
    "Basic " + b64encode(b"admin").decode(),
    "Bearer " + PASSWORD,
    basic("admin", ""),
    basic("admin", PASSWORD + "x"),
    basic("Admin", PASSWORD),
    basic("", PASSWORD),
    basic("admin", "\u20ac"),
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("given", [None, *WRONG])
def test_without_the_password_nothing_is_told(edge: Edge, address: str, given: str | None) -> None:
    headers = {} if given is None else {"authorization": given}
    reply = get(edge, f"/api/graph/{address}", **headers)
    assert reply.status == 401
    assert reply.headers[b"www-authenticate"].startswith(b"Basic realm=")
    assert reply.headers[b"content-type"] == b"application/problem+json"
    assert reply.headers[b"cache-control"] == b"no-store"
    assert reply.json()["type"] == "/problems/login-wanted"


def test_the_password_opens_every_address(ask: Ask) -> None:
    for address in ADDRESSES:
        assert ask(f"{address}?account=ada").status == 200


def test_the_scheme_may_be_written_in_any_case(edge: Edge) -> None:
    given = basic("admin", PASSWORD).replace("Basic", "bAsIc")
    assert get(edge, "/api/graph/accounts", authorization=given).status == 200


def test_public_graphs_need_no_password(public_edge: Edge) -> None:
    assert get(public_edge, "/api/graph/accounts").status == 200
    assert get(public_edge, "/api/graph/export").status == 200
