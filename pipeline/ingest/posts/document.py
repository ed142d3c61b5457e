"""A post as the document that an index holds: made once, when the post is stored."""

import hashlib
from typing import NamedTuple

import msgspec

from pipeline.domain.language import UNKNOWN, detect, language_code
from pipeline.domain.posts.plain import BUILDER, plain
from pipeline.domain.posts.post import Post
from pipeline.domain.search import Document, Heading, document_key


class Built(NamedTuple):
    """A document as JSON (its version, comments and final digest come when it is indexed)."""

    json: str
    digest: bytes
    builder: str


def build(site: str, post: Post) -> Built:
    """The document of a post. Equal digests mean that readers would find the same."""
    read = plain(post.body, post.format)
    summary = plain(post.summary or "", "html").text
    document = Document(
        key=document_key(site, post.id),
        version=0,
        digest="",
        site=site,
        id=post.id,
        url=post.url,
        title=" ".join(post.title.split()),
        body=read.text,
        published_at=post.published_at,
        language=_language(post, read.text),
        headings=tuple(Heading(s.anchor, s.heading, s.at) for s in read.sections),
        summary=summary,
        tags=tuple(dict.fromkeys(tag.strip() for tag in post.tags if tag.strip())),
        section=post.section,
        author=post.author,
    )
    encoded = msgspec.json.encode(document)
    return Built(encoded.decode(), hashlib.sha256(encoded).digest(), BUILDER)


def _language(post: Post, text: str) -> str:
    """As its author says, else as it reads."""
    stated = language_code(post.language or "")
    return stated if stated != UNKNOWN else detect(f"{post.title}\n{text}")
