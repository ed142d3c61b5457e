"""Signals that look for what a comment wants its readers to do."""

import re
from collections.abc import Sequence

from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.signal import MISS, Finding, Rule, hit
from pipeline.domain.moderation.words import word_sets

_MOST_PLACES = 200
_BEFORE = 8
_AFTER = 4
_SUBJECT = 4

_AMOUNT = re.compile(
    r"[$€£¥₹]\s?\d|\d\s?[$€£]|\b\d[\d,.]{0,12}k?\s(?:usd|eur|gbp|dollars?|euros?|bucks|pounds)\b"
)
_PHONE = re.compile(r"(?<![\d/.-])\+?\d(?:[ ().-]{0,2}\d){8,14}(?![\d/-])")
_MAIL = re.compile(r"[\w.+-]{1,64}@[a-z0-9-]{1,63}\.[a-z0-9.-]{2,63}", re.IGNORECASE)


def call_to_action(case: Case) -> Finding:
    """Readers are sent to the author's own pages: an imperative near "my channel", "follow us"."""
    triggers = _words("owners") | _words("self")
    if triggers.isdisjoint(case.vocabulary):
        return MISS
    places = [at for at, token in enumerate(case.tokens) if token in triggers][:_MOST_PLACES]
    scored = [found for place in places if (found := _appeal(case.tokens, place))]
    if not scored:
        return MISS
    scored.sort(key=lambda found: -found[0])
    return hit(scored[0][0], *dict.fromkeys(quote for _, quote in scored))


def money(case: Case) -> Finding:
    """A sum of money, and talk of getting it."""
    talk = sorted(_words("earning") & case.vocabulary)
    amount = _AMOUNT.search(case.prose.casefold()) if talk else None
    if not amount:
        return MISS
    return hit(0.6 if len(talk) == 1 else 1.0, amount[0], *talk)


def contact_details(case: Case) -> Finding:
    """A phone number, address or account to leave the site by."""
    handles = sorted(_words("messengers") & case.vocabulary)[:1]
    mail = _MAIL.search(case.prose) if "@" in case.prose else None
    # Without a plus or a messenger's name, long numbers are mostly counts.
    phone = _PHONE.search(case.prose) if handles or "+" in case.prose else None
    if phone and not (handles or phone[0].startswith("+")):
        phone = None
    found = handles + [match[0] for match in (phone, mail) if match]
    if found == handles:  # to name a messenger is no contact
        return MISS
    return hit(0.5 if len(found) == 1 else 1.0, *found)


def _appeal(tokens: Sequence[str], place: int) -> tuple[float, str] | None:
    if tokens[place] in _words("owners"):
        return _own_thing(tokens, place)
    before = [at for at in (place - 1, place - 2) if at >= 0 and tokens[at] in _words("joining")]
    if not before or not _is_asked(tokens, before[0]):
        return None
    return 0.6, " ".join(tokens[before[0] : place + 1])


def _own_thing(tokens: Sequence[str], place: int) -> tuple[float, str] | None:
    after = range(place + 1, min(place + 1 + _AFTER, len(tokens)))
    things = [at for at in after if tokens[at] in _words("things")]
    if not things:
        return None
    for at in range(place - 1, max(-1, place - 1 - _BEFORE), -1):
        if tokens[at] in _words("imperatives") and _is_asked(tokens, at):
            return 1.0, " ".join(tokens[at : things[0] + 1])
    if all(word in _words("qualities") for word in tokens[place + 1 : things[0]]):
        return 0.25, " ".join(tokens[max(0, place - 1) : things[0] + 1])
    return None


def _is_asked(tokens: Sequence[str], verb: int) -> bool:
    """Whether the nearest subject before the verb is the audience, or there is none."""
    for at in range(verb - 1, max(-1, verb - 1 - _SUBJECT), -1):
        if tokens[at] in _words("speakers"):
            return False
        if tokens[at] in _words("audience"):
            return True
    return True


def _words(kind: str) -> frozenset[str]:
    return word_sets("appeals")[kind]


APPEALS = (
    Rule("call_to_action", 1, 0.45, "it sends readers to the author's pages", call_to_action),
    Rule("money", 1, 0.28, "it speaks of money to be had", money),
    Rule("contact_details", 1, 0.35, "it leaves a phone number or address", contact_details),
)
