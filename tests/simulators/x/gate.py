"""What a request passes before it is worked and after: tokens, windows, money, and what goes wrong."""

from typing import NamedTuple

from tests.simulators.x import problems
from tests.simulators.x.asking import Asking
from tests.simulators.x.credentials import Caller, Credentials
from tests.simulators.x.faults import EVENT_KINDS, Faults
from tests.simulators.x.money import Ledger
from tests.simulators.x.routes import Route
from tests.simulators.x.windows import APP, USER, Window, Windows
from tests.simulators.x.wire import Answer, ProblemError, Request

_LISTS = frozenset(("followers", "following"))
_PAGED = frozenset(("token_expired", "stuck"))
_VIEWS = frozenset(("reorder", "lag"))
_NEEDED = {"followers": "follows.read", "following": "follows.read"}


class Gate(NamedTuple):
    """The ways a request may be refused, in X's order."""

    credentials: Credentials
    windows: Windows
    ledger: Ledger
    faults: Faults

    def work(self, request: Request, route: Route, now: float) -> tuple[Caller | None, Answer]:
        """Who asked, and the answer."""
        caller = self.credentials.caller(request.bearer, now=now)
        met = self.faults.draw(route.endpoint, without=_untouched(request, route.endpoint))
        answer = broken(met)
        if answer is None and caller and "unauthorized" not in met:
            answer = self._in_window(Asking(request, caller, now, met), route)
        return caller, spoilt(answer or problems.unauthorized(), met)

    def _in_window(self, asking: Asking, route: Route) -> Answer:
        met, caller = asking.faults, asking.caller
        kind = USER if caller.user else APP
        window, granted = self.windows.take(
            caller.label, route.endpoint, kind, now=asking.now, foreign=met.get("foreign", 0.0)
        )
        answer = self._limited(window, caller, met) if granted else problems.too_many()
        if answer is None:
            answer = self._refused(caller, route.endpoint, met) or _worked(asking, route)
        if "rate_limited_bare" in met and answer.status == 429:
            return answer
        hidden = "hidden_limit" in met and answer.status == 429 and granted
        answer.headers |= window.headers(max(1, window.remaining) if hidden else None)
        return answer

    @staticmethod
    def _limited(window: Window, caller: Caller, met: dict[str, float]) -> Answer | None:
        if "usage_capped" in met:
            return problems.usage_capped(caller.app.name)
        if "rate_limited" in met:
            window.used = window.limit
            return problems.too_many()
        if met.keys() & {"rate_limited_bare", "rate_limited_codes", "hidden_limit"}:
            return problems.too_many(codes="rate_limited_codes" in met)
        return None

    def _refused(self, caller: Caller, endpoint: str, met: dict[str, float]) -> Answer | None:
        if "subset" in met:
            return problems.subset()
        if "not_enrolled" in met or (endpoint in _LISTS and not caller.app.enrolled):
            return problems.not_enrolled(caller.app.client_id)
        if caller.user and _NEEDED.get(endpoint, "users.read") not in caller.scopes:
            return problems.forbidden("Your token lacks a scope that this endpoint needs.")
        if "no_credits" in met or not self.ledger.solvent(caller.app.name):
            return problems.no_credits(caller.app.name)
        if "error" in met:
            return problems.blank(int(met["error"]), "Internal Server Error")
        return None


def broken(met: dict[str, float]) -> Answer | None:
    """What happens before the request is looked at."""
    if "reset" in met:
        return Answer(0, cut="reset")
    if "html" in met:
        return problems.page_of_the_edge(int(met["html"]))
    return None


def spoilt(answer: Answer, met: dict[str, float]) -> Answer:
    """What happens to an answer on its way. Whatever it cost was charged."""
    answer.delay = met.get("latency", 0.0)
    if answer.status != 200 or answer.feed:
        return answer
    if "lost" in met:
        answer.cut = "reset"
    elif "hang" in met:
        answer.cut, answer.silence = "hang", met["hang"]
    elif "cut" in met:
        answer.cut = "half"
    elif "garbage" in met:
        whole = answer.encoded()
        answer.body = whole[: len(whole) // 2]
    return answer


def _worked(asking: Asking, route: Route) -> Answer:
    try:
        return route.work(asking)
    except ProblemError as refusal:
        return refusal.answer


def _untouched(request: Request, endpoint: str) -> frozenset[str]:
    """Kinds of faults that cannot touch this request."""
    if endpoint not in _LISTS:
        return EVENT_KINDS | _VIEWS | _PAGED
    paged = "pagination_token" in request.query
    return EVENT_KINDS | (frozenset(("reorder",)) if paged else _PAGED)
