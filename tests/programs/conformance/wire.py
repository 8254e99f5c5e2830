"""Sends one request of a step and reads the response. Only this module sends tokens.

It knows no rule of the API, and does not use the client, whose mistakes could stay hidden.
Responses have no token in them any more, so that everything derived from them can be printed.
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

#: Seconds from the start of one request to the next, for a server that is shared with others. It is
#: far below the rate limit of 200 requests in 30 seconds.
PACE = 0.25
#: How often a request is retried after a 429, and how long we wait at most.
_RETRIES = 2
_LONGEST, _USUAL = 120.0, 30.0


class NoResponseError(Exception):
    """No usable response was received; the message says which kind of failure, without data."""


@dataclass(frozen=True, slots=True)
class WireResponse:
    """A response."""

    status: int
    headers: httpx.Headers
    #: The body; empty for none. A string if it is not JSON.
    body: Any

    def items(self, name: str) -> list[JsonObject]:
        """Return the objects in a list of the result; none if there is no such list."""
        listed = self.body.get(name) if isinstance(self.body, dict) else None
        return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


class Wire:
    """The connection to one server.

    Args:
        http: A client of httpx with the base URL.
        credentials: Sent with each body.
        pace: Seconds from one request to the next.
        sleep: Sleeps.
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
        self._redact = redactor(credentials)
        self._last = -pace

    def send(
        self,
        operation: str,
        body: JsonObject | bytes | None,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> WireResponse:
        """Send a body, with the tokens that it lacks; bytes are sent unchanged.

        Raises:
            NoResponseError: The connection failed.
        """
        if isinstance(body, dict):
            body = json.dumps(self._tokens() | body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        for _ in range(_RETRIES):
            response = self._send(method, PREFIX + operation, body, sent)
            if response.status != 429:
                return response
            # Others have exhausted the limit. The request was not applied: it can be retried.
            self._sleep(_wait(response.headers.get("Retry-After", "")))
        return self._send(method, PREFIX + operation, body, sent)

    def _send(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> WireResponse:
        self._sleep(max(0.0, self._last + self._pace - time.monotonic()))
        self._last = time.monotonic()
        try:
            response = self._http.request(method, path, content=content, headers=headers)
        except httpx.RequestError as error:
            # `from None`: the frames below contain the request's body, and so the tokens.
            raise NoResponseError(type(error).__name__) from None
        string = self._redact(response.text)
        try:
            return WireResponse(response.status_code, response.headers, json.loads(string or '""'))
        except (ValueError, RecursionError):
            return WireResponse(response.status_code, response.headers, string)

    def _tokens(self) -> JsonObject:
        return {
            "ClientToken": self._credentials.client_token.reveal(),
            "AccessToken": self._credentials.access_token.reveal(),
            "Client": self._credentials.client,
        }


def redactor(credentials: Credentials) -> Callable[[str], str]:
    """Return a function that removes the tokens from a string, in any encoding of a server."""
    encodings = {
        encode(token.reveal())
        for token in (credentials.client_token, credentials.access_token)
        for encode in (str, quote, html.escape, lambda token: json.dumps(token)[1:-1])
    }

    def redact(string: str) -> str:
        for encoding in sorted(encodings, key=len, reverse=True):
            string = string.replace(encoding, "***")
        return string

    return redact


def _wait(retry_after: str) -> float:
    """Return how many seconds to wait; the header may be missing, or be a date."""
    return min(float(retry_after), _LONGEST) if retry_after.isdecimal() else _USUAL
