"""What people type for an account."""

import pytest

from pipeline.domain.graph.names import Name, is_public, parse
from pipeline.errors import Rejected


@pytest.mark.parametrize(
    ("text", "network", "name"),
    [
        ("@ada", "x", Name("ada", None)),
        ("ada", "x", Name("ada", None)),
        ("12", "x", Name(None, "12")),
        ("@12", "x", Name("12", None)),
        ("did:plc:abc", "bluesky", Name(None, "did:plc:abc")),
        ("ada.example", "bluesky", Name("ada.example", None)),
        ("12", "bluesky", Name("12", None)),
        ("12", "mastodon:m.example", Name(None, "12")),
        ("1" * 20, "mastodon:m.example", Name(None, "1" * 20)),
        ("9" * 19, "x", Name(None, "9" * 19)),
        ("²", "x", Name("²", None)),
    ],
)
def test_a_handle_is_told_from_an_id(text: str, network: str, name: Name) -> None:
    assert parse(text, network) == name


@pytest.mark.parametrize("text", ["", "@", "a b", "https://x.com/ada", "a\nb", "1" * 20])
def test_what_can_be_no_name_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match="names no account"):
        parse(text, "x")


def test_a_name_is_shown_as_it_would_be_typed() -> None:
    assert str(Name("ada", None)) == "@ada"
    assert str(Name(None, "12")) == "12"


@pytest.mark.parametrize(
    ("network", "is_one"),
    [
        ("bluesky", True),
        ("mastodon:social.example", True),
        ("x", False),
        ("mastodon", False),
        ("bluesky:social.example", False),
        ("mastodon:127.0.0.1", False),
        ("mastodon:localhost", False),
        ("mastodon:social.example:8443", False),
    ],
)
def test_what_anybody_may_read_is_told_by_its_name(network: str, *, is_one: bool) -> None:
    assert is_public(network) is is_one
