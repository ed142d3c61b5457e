"""What readers ask a real blog, on every engine: the main Rust blog, of twelve years."""

from collections.abc import Iterator
from functools import cache
from uuid import uuid4

import msgspec
import pytest

from pipeline.domain.search import Document
from pipeline.index.engine import Engine, Outcome
from pipeline.ingest.content.hugo import HugoSource
from pipeline.ingest.posts.document import build
from tests.support.posts import SITE, Index
from tests.support.replay import blog
from tests.support.surveys import surveyed

URL = "https://blog.rust-lang.org"
BATCH = 250


@cache
def documents() -> list[Document]:
    """The blog's posts as the index gets them: read and built once for all engines."""
    seen = surveyed(HugoSource(blog("blog-rust") / "posts" / "content", URL))
    main = [post for id_, post in seen.posts.items() if not id_.startswith("inside-rust/")]
    assert len(main) > 300
    built = [build(SITE, post) for post in main]
    decoder = msgspec.json.Decoder(Document)
    return [
        msgspec.structs.replace(decoder.decode(each.json), version=1, digest=each.digest.hex())
        for each in built
    ]


@pytest.fixture(scope="module")
def rust_blog(engine: Engine) -> Iterator[Index]:
    """A live generation that holds the blog."""
    found, name = documents(), f"t{uuid4().hex[:12]}"
    engine.create(name)
    for start in range(0, len(found), BATCH):
        written = engine.write(name, found[start : start + BATCH], refresh=True)
        assert {each.outcome for each in written} == {Outcome.STORED}
    engine.promote(name)
    yield Index(engine, name)
    for generation in engine.generations():
        if not generation.live:
            engine.drop(generation.name)


ASKED = [
    ("async await stable", 1, {"Async-await-stable"}),
    ("borrow checker", 4, {"nll-by-default", "nll-hard-errors"}),
    ("rust 1.0", 8, {"Rust-1.0@1"}),
    ("rust 1.1", 3, {"Rust-1.1"}),
    ("incremental compilation", 1, {"incremental"}),
    ("release 1.50", 2, {"Rust-1.50.0"}),
    ("gats", 2, {"GATs-stabilization-push", "gats-stabilization"}),
    ("security advisory cargo", 3, {"cve-2026-33056", "cve-2026-5223", "cve-2026-5222"}),
]


@pytest.mark.parametrize(("question", "among", "wanted"), ASKED)
def test_readers_find_what_they_came_for(
    rust_blog: Index, question: str, among: int, wanted: set[str]
) -> None:
    assert wanted <= set(rust_blog.find(question)[:among])


def test_a_question_with_two_typos_is_understood(rust_blog: Index) -> None:
    found = rust_blog.ask("borow cheker")

    assert found.did_you_mean == "borrow checker"
    assert {"nll-by-default", "nll-hard-errors"} <= {hit.id for hit in found.hits[:4]}
