"""Signals that look at how the form was filled in, and by what."""

import re

from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.signal import MISS, UNKNOWN, Finding, Rule, hit

_AT_ONCE, _QUICK = 2.0, 5.0
_TOOL = re.compile(
    r"\b(?:curl|wget|python|aiohttp|httpx|urllib|go-http-client|libwww|lwp|java|okhttp|axios"
    r"|node-fetch|undici|scrapy|ruby|php|guzzle|perl|headlesschrome|phantomjs|selenium|winhttp"
    r"|indy|mechanize|powershell)\b",
    re.IGNORECASE,
)


def honeypot(case: Case) -> Finding:
    """The field no person sees was filled in. Browsers do so by themselves now and then, which is
    why a trusted author's comment is held for it, not rejected.
    """
    if case.facts.honeypot is None:
        return UNKNOWN
    return hit(1.0, case.facts.honeypot) if case.facts.honeypot else MISS


def time_trap(case: Case) -> Finding:
    """Sent sooner than a person can write."""
    seconds = case.facts.seconds_to_write
    if seconds is None:
        return UNKNOWN
    if seconds >= _QUICK:
        return MISS
    return hit(1.0 if seconds < _AT_ONCE else 0.5, f"written in {seconds:.1f} s")


def user_agent(case: Case) -> Finding:
    """A program, or something that does not say what it is."""
    agent = case.facts.user_agent
    if agent is None:
        return UNKNOWN
    if not agent.strip():
        return hit(1.0, "an empty User-Agent")
    tool = _TOOL.search(agent)
    return hit(0.8, tool[0]) if tool else MISS


FORM = (
    Rule("honeypot", 1, 1.0, "the hidden field was filled in", honeypot),
    Rule("time_trap", 1, 0.45, "it was sent faster than anyone writes", time_trap),
    Rule("user_agent", 1, 0.3, "a program sent it", user_agent),
)
