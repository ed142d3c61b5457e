"""Signals that compare a comment with others: the same text again, and how fast they come."""

from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.facts import Similar
from pipeline.domain.moderation.signal import MISS, Finding, Rule, hit
from pipeline.domain.moderation.verdict import Decision

# People say "thanks!" and "2,000,000 views" in the same words; a text of more letters than this,
# each word counted once, is a copy.
_FEW_LETTERS = 15
_MANY_COPIES = 3


def repeats(case: Case) -> Finding:
    """Nearly the same text before: worst where it was rejected, or under another name."""
    copies = case.facts.similar
    if not copies:
        return MISS
    rejected = any(copy.decision == Decision.REJECT for copy in copies)
    short = sum(len(word) for word in case.vocabulary if word.isalpha()) < _FEW_LETTERS
    if short and not rejected and len(copies) < _MANY_COPIES:
        return MISS
    score = max(map(_copy_score, copies)) + 0.1 * (len(copies) - 1)
    return hit(score / 2 if short and not rejected else score, *map(_describe, copies))


def flood_author(case: Case) -> Finding:
    """One author, many comments in 10 minutes."""
    return _ramp(case.facts.recent.by_author, 4, 10, "by this author")


def flood_address(case: Case) -> Finding:
    """One network address: more than one author's worth, because homes and offices share one."""
    return _ramp(case.facts.recent.by_address, 8, 20, "from this address")


def flood_page(case: Case) -> Finding:
    """One page: a lively debate stays below, a wave from a pool of addresses does not."""
    return _ramp(case.facts.recent.on_page, 30, 80, "on this page")


def flood_site(case: Case) -> Finding:
    """The whole site: the brake that holds when every other key is changed in turn."""
    return _ramp(case.facts.recent.on_site, 100, 300, "on this site")


def _ramp(count: int, start: int, full: int, where: str) -> Finding:
    if count < start:
        return MISS
    score = 0.5 + 0.5 * (count - start) / (full - start)
    return hit(score, f"{count} comments in 10 minutes {where}")


def _copy_score(copy: Similar) -> float:
    if copy.decision == Decision.REJECT:
        return 1.0
    if not copy.same_author:
        return 0.9
    return 0.4 if copy.same_page else 0.7  # the same page again: a form sent twice


def _describe(copy: Similar) -> str:
    author = "same author" if copy.same_author else "another author"
    page = "same page" if copy.same_page else "another page"
    return f"comment {copy.comment_id}: {author}, {page}, {copy.distance} bits, {copy.decision}"


TRAFFIC = (
    Rule("repeats", 1, 0.6, "the same text came before", repeats),
    Rule("flood_author", 1, 0.5, "the author writes too fast", flood_author),
    Rule("flood_address", 1, 0.45, "too many comments come from one address", flood_address),
    Rule("flood_page", 1, 0.4, "too many comments arrive on this page", flood_page),
    Rule("flood_site", 1, 0.4, "too many comments arrive on this site", flood_site),
)
