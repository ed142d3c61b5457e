# ruff: noqa: S101 - tests assert
import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from bench.messages import BODY_BYTES, SECRET, Comment, envelope, get, isso, paged, webhook, write
from bench.texts import clean, endless, harmless

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEXTS = ["A first text, long enough to count.", "And a second one, a bit longer than that!"]


def test_a_body_has_exactly_the_size_that_is_measured() -> None:
    comments = write(TEXTS, "/posts/a/", range(0, 100_000, 9_999), seed=1)
    assert {len(envelope(comment, NOW)) for comment in comments} == {BODY_BYTES}


def test_a_webhook_is_signed_over_id_timestamp_and_body() -> None:
    request = webhook(write(TEXTS, "/posts/a/", range(1), seed=1)[0], NOW)
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines()[1:])
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(SECRET[6:]), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert headers["Content-Length"] == str(len(body)) == "520"
    assert json.loads(body)["data"]["page"] == "/posts/a/"


def test_ids_and_authors_are_unique() -> None:
    comments = [Comment(number, "/posts/a/", "") for number in range(70_000)]
    assert len({comment.author["email"] for comment in comments}) == 70_000


def test_isso_gets_the_same_text() -> None:
    comment = write(TEXTS, "/posts/a/", range(1), seed=1)[0]
    theirs = json.loads(isso(comment).partition(b"\r\n\r\n")[2])
    ours = json.loads(envelope(comment, NOW))["data"]
    assert theirs["text"] == ours["text"]
    assert (theirs["author"], theirs["email"]) == (ours["author"]["name"], ours["author"]["email"])


def test_a_read_says_that_it_takes_compressed_answers() -> None:
    assert get("/x", {"If-None-Match": '"1"'}) == (
        b'GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nIf-None-Match: "1"\r\n\r\n'
    )


def test_a_body_too_small_for_any_text_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves"):
        envelope(write(TEXTS, "/posts/a/", range(1), seed=1)[0], NOW, size=200)


def test_comments_are_dealt_out_to_pages_in_order() -> None:
    blocks = list(paged(25, 10))
    assert [number for _, block in blocks for number in block] == list(range(25))
    assert blocks[0] == ("/posts/p000/", range(3))


def test_only_harmless_comments_are_taken_and_cleaned(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "date,content,spam\n"
        '2014,"I &amp; my <b>cat</b> like this song http://x.example a lot",0\n'
        "2014,Buy followers at my wonderful channel now,1\n2014,short,0\n"
    )
    assert harmless(tmp_path) == ["I my cat like this song a lot"]


def test_texts_are_made_where_no_data_is_at_hand(tmp_path: Path) -> None:
    assert len(harmless(tmp_path / "none")) == 48


def test_texts_have_the_length_asked_for_and_differ() -> None:
    supply = endless([clean(text) for text in TEXTS], 300, Random(1))  # noqa: S311 - a test's own
    texts = [next(supply) for _ in range(50)]
    assert {len(text) for text in texts} == {300}
    assert len(set(texts)) > 25
