"""Signals that look at where a comment sends its readers."""

import re

from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.hosts import authority_of, listed, shipped_hosts
from pipeline.domain.moderation.signal import MISS, Finding, Rule, hit

# One link is how people cite; from the fourth on it is hard to find an honest reason.
_BY_COUNT = {1: 0.2, 2: 0.4, 3: 0.7}
_FEW_WORDS = 3
_SOME_WORDS = 6
_REFERRAL = re.compile(
    r"[?&](?:aff|aff_?id|affiliate|affiliate_?id|ref_?id|referr?er|referral|invite|rb|r)=[\w-]{3,}"
    r"|[?&]ref=[a-z_-]*\d[\w-]*|/(?:ref|referral|invite)/\w",
    re.IGNORECASE,
)
# "ref=newsletter" tells a site where its readers come from, and pays nobody.
_SOURCE = re.compile(r"[?&]ref=[\w-]{3,}", re.IGNORECASE)
_ENDINGS = frozenset({"biz", "com", "info", "io", "net", "org", "ru", "xyz"})
_SCHEMES = ("hxxp:", "hxxps:", "watch?v=")
_DISGUISED = re.compile(
    r"(?<![a-z0-9-])[a-z0-9-]{3,63}(?: \. ?|\. |[ \[({]{1,2}(?:dot|\.)[ \])}]{1,2})"
    r"(?:com|net|org|info|biz|xyz)(?![a-z])",
    re.IGNORECASE,
)
# Few endings without a path: "there.in my opinion" is a missing space.
_BARE = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,5}"
    r"(?:(?:com|net|org|info|biz|xyz|ru|io)(?![\w.-]*[@\w])|[a-z]{2}(?=/\w))",
    re.IGNORECASE,
)
_IP_HOST = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\[.*\]|0x[0-9a-f]+|\d{8,10}")


def links(case: Case) -> Finding:
    """Score by the number of links that leave the site."""
    count = len(case.external)
    if not count:
        return MISS
    urls = dict.fromkeys(url for url, _ in case.external)
    many = f"{count} {'link' if count == 1 else 'links'} to other sites"
    return hit(_BY_COUNT.get(count, 1.0), many, *urls)


def link_only(case: Case) -> Finding:
    """A link with hardly a word of one's own around it."""
    words = len(case.tokens)
    if not case.external or words > _SOME_WORDS:
        return MISS
    return hit(1.0 if words <= _FEW_WORDS else 0.6, f"{words} words beside {case.external[0][0]}")


def link_shortener(case: Case) -> Finding:
    """A link that hides its target, or is paid for each visit."""
    return _on_list(case, "shorteners")


def link_solicitation(case: Case) -> Finding:
    """A link to a fundraiser, petition, vote, shop or reward programme."""
    return _on_list(case, "solicitations")


def link_risky(case: Case) -> Finding:
    """A link to a bare IP address, past a fake user name, or into a much abused domain ending."""
    endings = shipped_hosts("endings")
    scores = {url: _risk(url, name, endings) for url, name in case.addresses.items()}
    found = [url for url, score in scores.items() if score]
    return hit(max(scores.values()), *found) if found else MISS


def link_referral(case: Case) -> Finding:
    """A link that pays its sender for every reader who follows it."""
    paid = [url for url in case.addresses if _REFERRAL.search(url)]
    if paid:
        return hit(1.0, *paid)
    found = [url for url in case.addresses if _SOURCE.search(url)]
    return hit(0.4, *found) if found else MISS


def link_disguised(case: Case) -> Finding:
    """An address written so that it is no link: to slip past filters that count links."""
    written, lower = case.facts.plain.lower(), case.prose.lower()
    disguised = [scheme for scheme in _SCHEMES if scheme in written]
    if not _ENDINGS.isdisjoint(case.vocabulary):
        disguised += [found[0] for found in _DISGUISED.finditer(lower)]
    if disguised:
        return hit(1.0, *disguised)
    linked = {name.removeprefix("www.") for _, name in case.external} | case.facts.site_hosts
    bare = [found[0] for found in _BARE.finditer(lower)] if "." in lower else []
    unlinked = [name for name in bare if name.removeprefix("www.") not in linked]
    return hit(0.5, *unlinked) if unlinked else MISS


def edited_links(case: Case) -> Finding:
    """Links in a later revision: harmless text is approved first and sold afterwards."""
    if case.facts.revision == 1 or not case.external:
        return MISS
    return hit(1.0, f"revision {case.facts.revision} links to {case.external[0][0]}")


def _on_list(case: Case, name: str) -> Finding:
    names = shipped_hosts(name)
    found = [url for url, domain in case.addresses.items() if listed(domain, names)]
    return hit(1.0, *found) if found else MISS


def _risk(url: str, name: str, endings: frozenset[str]) -> float:
    if _IP_HOST.fullmatch(name) or "@" in authority_of(url):
        return 1.0
    return 0.7 if name.rpartition(".")[2] in endings else 0.0


LINKS = (
    Rule("links", 1, 0.4, "it links to other sites", links),
    Rule("link_only", 1, 0.4, "it is hardly more than a link", link_only),
    Rule("link_shortener", 1, 0.4, "it links through a shortener", link_shortener),
    Rule("link_solicitation", 1, 0.3, "it links to a collection or shop", link_solicitation),
    Rule("link_risky", 1, 0.3, "it links to an address of a much abused kind", link_risky),
    Rule("link_referral", 1, 0.35, "it carries a link that pays its sender", link_referral),
    Rule("link_disguised", 1, 0.35, "it spells out an address instead of linking", link_disguised),
    Rule("edited_links", 1, 0.2, "links stand in a later revision", edited_links),
)
