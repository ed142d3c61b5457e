"""Signals that look at who writes."""

from disposable_email_domains import allowlist, blocklist

from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.hosts import listed
from pipeline.domain.moderation.signal import MISS, UNKNOWN, Finding, Rule, hit

_TRUSTED_FROM = 5
_BAD_SHARE = 0.25
_DEEP, _DEEPEST = 8, 20


def known_good_author(case: Case) -> Finding:
    """Earlier comments were published: full trust from the fifth on, none after many refusals."""
    history = case.facts.history
    if not history.published:
        return MISS
    bad = history.rejected / (history.published + history.rejected)
    if bad > _BAD_SHARE:
        return MISS
    evidence = f"{history.published} published, {history.rejected} rejected"
    return hit((1 - bad) * min(1.0, history.published / _TRUSTED_FROM), evidence)


def bad_history(case: Case) -> Finding:
    """Earlier comments were rejected. One is counted against a published one that never was."""
    history = case.facts.history
    if not history.rejected:
        return MISS
    evidence = f"{history.rejected} rejected, {history.published} published"
    return hit(history.rejected / (history.rejected + history.published + 1), evidence)


def first_comment(case: Case) -> Finding:
    """Nothing of this author was published yet. Alone it never holds a comment."""
    return MISS if case.facts.history.published else hit(1.0, "nothing published yet")


def blocked(case: Case) -> Finding:
    """On the owner's block list: rejected, whatever speaks for it."""
    return hit(1.0, *case.facts.blocks) if case.facts.blocks else MISS


def disposable_email(case: Case) -> Finding:
    """An address made to be thrown away."""
    if not case.facts.email:
        return UNKNOWN
    domain = case.facts.email.rpartition("@")[2].strip().lower()
    if domain in allowlist or not listed(domain, blocklist):
        return MISS
    return hit(1.0, domain)


def reply_depth(case: Case) -> Finding:
    """Far down in a thread, where nobody looks any more."""
    depth = case.facts.depth
    if depth < _DEEP:
        return MISS
    return hit(0.5 + 0.5 * (depth - _DEEP) / (_DEEPEST - _DEEP), f"{depth} levels deep")


AUTHOR = (
    Rule("known_good_author", 1, -0.4, "the author is known", known_good_author),
    Rule("bad_history", 1, 0.6, "the author was rejected before", bad_history),
    Rule("first_comment", 1, 0.1, "it is the author's first", first_comment),
    # More than the whole scale: neither trust nor a halved factor lets a blocked author through.
    Rule("blocked", 1, 3.0, "it is on the block list", blocked),
    Rule("disposable_email", 1, 0.3, "the e-mail address is disposable", disposable_email),
    Rule("reply_depth", 1, 0.1, "it is buried deep in a thread", reply_depth),
)
