"""For `requests`: a transport that is the simulator itself, so that clients need no socket.

session.mount("https://api.x.com", InProcess(simulator))
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from tests.simulators.x.simulator import Simulator
from tests.simulators.x.wire import Answer, Request, query_of


class InProcess(BaseAdapter):
    """Answers at once: latency is left out, a silence is a time-out, a cut a broken connection."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._sim = simulator

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """The simulator's answer."""
        url = urlsplit(request.url or "")
        body = request.body or b""
        answer = self._sim.handle(
            Request(
                request.method or "GET",
                url.path,
                query_of(url.query.encode()),
                {name.lower(): _text(value) for name, value in request.headers.items()},
                body.encode() if isinstance(body, str) else bytes(body),
            )
        )
        if answer.cut == "hang":
            raise requests.ReadTimeout(request=request)
        if answer.cut:
            raise requests.ConnectionError("the connection was reset", request=request)
        return _response(answer, request)

    def close(self) -> None:
        """Nothing is open."""


def _response(answer: Answer, request: requests.PreparedRequest) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.reason = HTTPStatus(answer.status).phrase
    headers: Mapping[str, str] = {"content-type": answer.media, **answer.headers}
    response.headers = CaseInsensitiveDict(headers)
    response.encoding = "utf-8"
    response.url = request.url or ""
    response.request = request
    response.elapsed = timedelta()
    response.raw = BytesIO(answer.encoded())
    return response


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
