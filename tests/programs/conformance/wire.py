"""Sends one request of a step and reads the answer; tokens go out here and nowhere else.

No rule of the API, and nothing of the client: a mistake of its own could hide. What comes back has
no token in it any more, so that all that is made of it can be printed.
"""

import html
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from mews_vouchers import Credentials

from tests.support.mock_api import PREFIX, JsonObject

#: Seconds from the start of one request to that of the next, where the server is not our own: it is
#: shared with others, and far below the 200 requests in 30 seconds that it allows.
PACE = 0.25
#: How often a request is sent again after a 429, and for how long we wait at most.
_REPEATS = 2
_LONGEST, _USUAL = 120.0, 30.0


class NoAnswerError(Exception):
    """No answer came, or none that can be used; the text says which kind, and has no data."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: httpx.Headers
    #: The body; empty for none. A text is one that is not JSON.
    body: Any

    def items(self, name: str) -> list[JsonObject]:
        """Return the objects in a list of the result; none if there is no such list."""
        listed = self.body.get(name) if isinstance(self.body, dict) else None
        return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


class Wire:
    """The way to one server.

    Args:
        http: A client of httpx with the base URL.
        credentials: What goes into each body.
        pace: Seconds from one request to the next.
        sleep: Waits.
    """

    def __init__(
        self,
        http: httpx.Client,
        credentials: Credentials,
        *,
        pace: float = 0.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._http = http
        self._credentials = credentials
        self._pace = pace
        self._sleep = sleep
        self._hide = hiding(credentials)
        self._last = -pace

    def send(
        self,
        operation: str,
        body: JsonObject | bytes | None,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a body, with the tokens that it does not have itself; bytes go as they are.

        Raises:
            NoAnswerError: The connection failed.
        """
        if isinstance(body, dict):
            body = json.dumps(self._tokens() | body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        for _ in range(_REPEATS):
            answer = self._send(method, PREFIX + operation, body, sent)
            if answer.status != 429:
                return answer
            # Somebody else has used the limit up. Nothing was carried out: it can be sent again.
            self._sleep(_wait(answer.headers.get("Retry-After", "")))
        return self._send(method, PREFIX + operation, body, sent)

    def _send(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        self._sleep(max(0.0, self._last + self._pace - time.monotonic()))
        self._last = time.monotonic()
        try:
            response = self._http.request(method, path, content=content, headers=headers)
        except httpx.RequestError as error:
            # `from None`: the frames below hold the request's body, and so the tokens.
            raise NoAnswerError(type(error).__name__) from None
        text = self._hide(response.text)
        try:
            return Answer(response.status_code, response.headers, json.loads(text or '""'))
        except (ValueError, RecursionError):
            return Answer(response.status_code, response.headers, text)

    def _tokens(self) -> JsonObject:
        return {
            "ClientToken": self._credentials.client_token.reveal(),
            "AccessToken": self._credentials.access_token.reveal(),
            "Client": self._credentials.client,
        }


def hiding(credentials: Credentials) -> Callable[[str], str]:
    """Return a function that takes the tokens out of a text, in any spelling a server may use."""
    spellings = {
        spelt(token.reveal())
        for token in (credentials.client_token, credentials.access_token)
        for spelt in (str, quote, html.escape, lambda token: json.dumps(token)[1:-1])
    }

    def hide(text: str) -> str:
        for spelling in sorted(spellings, key=len, reverse=True):
            text = text.replace(spelling, "***")
        return text

    return hide


def _wait(retry_after: str) -> float:
    """Return for how many seconds to wait; the header may be missing, or be a date."""
    return min(float(retry_after), _LONGEST) if retry_after.isdecimal() else _USUAL
