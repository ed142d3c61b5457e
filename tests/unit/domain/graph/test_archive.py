"""What the members of an X data archive say."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.graph.archive import File, Listed, listed, manifest_of, moment_of, owner_of
from pipeline.domain.graph.kinds import Direction
from pipeline.errors import Rejected

WHERE = "a.zip: data/follower.js"


def part(*entries: object, kind: str = "follower", number: int = 0) -> bytes:
    body = msgspec.json.format(msgspec.json.encode([{kind: each} for each in entries]), indent=2)
    return f"window.YTD.{kind}.part{number} = ".encode() + body


def by_id(native_id: object) -> dict[str, object]:
    link = f"https://twitter.com/intent/user?user_id={native_id}"
    return {"accountId": native_id, "userLink": link}


def read(*bodies: bytes, counted: int | None = None) -> Listed:
    return listed(Direction.FOLLOWERS, [(WHERE, body) for body in bodies], counted)


def test_ids_are_read_from_every_part_each_once_in_order() -> None:
    first, second = part(by_id("30"), by_id("10")), part(by_id("20"), by_id("30"), number=1)
    found = read(first, second)
    assert (found.ids, found.repeated, found.is_whole) == (("30", "10", "20"), 1, True)


def test_an_id_is_taken_from_its_link_where_it_is_absent() -> None:
    links = ("https://twitter.com/intent/user?user_id=12", "https://x.com/intent/user?user_id=13")
    found = read(part(*({"userLink": link} for link in links)))
    assert found.ids == ("12", "13")


def test_who_has_no_id_is_counted_under_the_handle_or_the_link() -> None:
    found = read(
        part(
            {"userLink": "https://twitter.com/kim"},
            {"userLink": "https://twitter.com/intent/user?user_id=kim"},
            {"accountId": "not digits"},
        )
    )
    assert found.ids == ()
    links = ("kim", "https://twitter.com/intent/user?user_id=kim", "entry 3")
    assert (found.unresolved, found.is_whole) == (links, False)


def test_fewer_entries_than_the_manifest_counts_are_told() -> None:
    assert read(part(by_id("1")), counted=3).untold == 2
    assert read(part(by_id("1")), counted=1).is_whole


def test_an_empty_list_is_a_list() -> None:
    assert read(b"window.YTD.follower.part0 = [ ]") == Listed(())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no file of an X archive"),
        (b"<html>=", "no file of an X archive"),
        (part(by_id("1"))[:-3], "cut short"),
        (b"window.YTD.follower.part0 = [{]", "can't be read"),
        (b"window.YTD.follower.part0 = " + b"[" * 100_000 + b"]" * 100_000, "can't be read"),
        (part({"accountId": "1"}, kind="following"), "entry 1: this is no 'follower'"),
        (b"window.YTD.follower.part0 = [7]", "entry 1: this is no 'follower'"),
    ],
)
def test_what_is_no_list_is_refused_with_its_place(body: bytes, said: str) -> None:
    with pytest.raises(Rejected, match=said) as caught:
        read(body)
    assert WHERE in caught.value.reason


def test_an_account_is_read_with_its_handle() -> None:
    account = {
        "email": "kim@example.org",
        "username": "kim",
        "accountId": "42",
        "createdAt": "2009-03-14T15:09:26.535Z",
        "accountDisplayName": "Kim",
    }
    owner = owner_of(part(account, kind="account"), WHERE)
    assert (owner.native_id, owner.handle, owner.name) == ("42", "kim", "Kim")
    assert owner.created_at == datetime(2009, 3, 14, 15, 9, 26, 535_000, UTC)


def test_an_account_without_an_id_is_refused() -> None:
    with pytest.raises(Rejected, match="no account with an accountId"):
        owner_of(part({"username": "kim"}, kind="account"), WHERE)


MANIFEST = {
    "userInfo": {"accountId": "42", "userName": "kim"},
    "archiveInfo": {"generationDate": "2026-05-01T10:00:00.000Z", "isPartialArchive": False},
    "dataTypes": {
        "follower": {
            "files": [
                {"fileName": "data/follower.js", "globalName": "YTD.follower.part0", "count": "2"},
                {"fileName": "data/follower-part1.js", "count": "many"},
                {"globalName": "YTD.follower.part2"},
            ]
        },
        "ageinfo": {"mediaDirectory": "x"},
    },
}


def test_a_manifest_tells_when_whose_and_which_files() -> None:
    body = b"window.__THAR_CONFIG = " + msgspec.json.encode(MANIFEST) + b";\n"
    found = manifest_of(body, "manifest.js")
    assert found.generated_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert (found.owner_id, found.is_partial) == ("42", False)
    assert found.files["follower"] == (
        File("data/follower.js", 2),
        File("data/follower-part1.js", None),
    )
    assert found.files["ageinfo"] == ()


def test_a_manifest_may_say_nothing() -> None:
    found = manifest_of(b'window.__THAR_CONFIG = {"archiveInfo": 7}', "manifest.js")
    assert (found.generated_at, found.owner_id, dict(found.files)) == (None, None, {})


@pytest.mark.parametrize("value", [None, 7, "", "soon", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_none(value: object) -> None:
    assert moment_of(value) is None


_LIKE = st.lists(st.sampled_from(b'=[]{}":,\\u0a1 \xff'), max_size=30).map(bytes)


@settings(max_examples=60)
@given(_LIKE | _LIKE.map(lambda inner: b"x = [" + inner + b"]"))
def test_garbage_is_refused_and_nothing_else_happens(body: bytes) -> None:
    for reader in (
        lambda: read(body),
        lambda: owner_of(body, WHERE),
        lambda: manifest_of(body, "m"),
    ):
        try:
            reader()
        except Rejected:
            continue
