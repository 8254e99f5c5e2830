"""What a response is, and the format of successes and errors. No rule of any operation."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any, cast

#: A JSON object as `json` parses it. Any: its properties are defined by the OpenAPI document.
JsonObject = dict[str, Any]

_DROPPED = "a fault dropped the connection"
_HEADER = re.compile(r"[!#-'*+.0-9A-Z^-z|~-]+: [\t -~\x80-\xff]*")
#: Written by each transport itself.
_FRAMING_HEADERS = frozenset({"connection", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class MockResponse:
    """An HTTP response, as plain data.

    Raises:
        TypeError: The body is not bytes, or a header is not a string.
        ValueError: HTTP does not allow such a response.
    """

    #: From 200 to 999; statuses below 200 are interim responses.
    status: int
    #: All headers except those about the length and the connection.
    headers: Mapping[str, str]
    body: bytes
    #: Seconds to wait before sending.
    delay: float = 0.0
    #: Break the connection after this many bytes of the body; None: send all of it.
    disconnect_after: int | None = None

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 999:
            raise ValueError("the status of a response must be from 200 to 999")
        if self.status in {204, 304} and self.body:
            raise ValueError(f"a response with status {self.status} must not have a body")
        if not isinstance(self.body, bytes):
            raise TypeError(f"the body of a response must be bytes, not {type(self.body).__name__}")
        if self.delay < 0 or (self.disconnect_after or 0) < 0:
            raise ValueError("delay and disconnect_after must be >= 0")
        for header in self.headers.items():
            name = header[0]
            if name.lower() in _FRAMING_HEADERS or not _HEADER.fullmatch(": ".join(header)):
                raise ValueError(f"a response cannot have the header {name!r} with this value")

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers as bytes."""
        return [(n.encode("latin-1"), v.encode("latin-1")) for n, v in self.headers.items()]


#: Method, path, headers and body of a request to its response.
Handler = Callable[[str, str, Mapping[str, str], bytes], MockResponse]


class DroppedError(Exception):
    """A fault breaks the connection, and no response is sent.

    Args:
        error: What an in-process client gets, an exception of httpx or httpx2: that of this name of
            its own library. Default: `RemoteProtocolError`.
        message: The message of that exception.
    """

    def __init__(
        self,
        error: type[Exception] | None = None,
        message: str = _DROPPED,
    ) -> None:
        super().__init__(_DROPPED)  # not `message`, which may quote the request
        self.error = error
        self.message = message


class HTTPError(Exception):
    """Ends the handling of a request with an error response."""

    def __init__(
        self,
        status: int,
        message: str,
        details: JsonObject | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details
        self.headers = headers or {}


def invalid_parameter(parameter: str, reason: str, location: str = "") -> HTTPError:
    """Return the 400 for a parameter that matches the schema but cannot be accepted.

    The message has the vendor's form, `Invalid {Parameter}`; `Details` has the reason and the path.
    """
    path = f"{location}.{parameter}" if location else parameter
    return HTTPError(400, f"Invalid {parameter}", {"Parameter": path, "Reason": reason})


def success_response(request_id: str, result: JsonObject, *, minimal: bool) -> MockResponse:
    """Return the response to a successful request; `minimal` is the client's `Prefer` header."""
    if minimal and _is_empty(result):
        return MockResponse(204, {"Request-Id": request_id}, b"")
    return _json_response(200, request_id, result)


def error_response(request_id: str, error: HTTPError) -> MockResponse:
    """Return the response to a request that failed."""
    content = error_body(error.message, request_id, error.details)
    return _json_response(error.status, request_id, content, error.headers)


def with_date(response: MockResponse, timestamp: str) -> MockResponse:
    """Return a response with the time of the mock as its `Date`."""
    date = format_datetime(datetime.fromisoformat(timestamp), usegmt=True)
    return replace(response, headers={**response.headers, "Date": date})


def error_body(message: str, request_id: str, details: JsonObject | None = None) -> JsonObject:
    """Return the body of an error response."""
    return {"Message": message, "RequestId": request_id, "Details": details}


def edit_result(response: MockResponse, change: Callable[[JsonObject], object]) -> MockResponse:
    """Return a success with its result changed in place; any other response as it is."""
    try:
        result: object = json.loads(response.body)
    except ValueError:  # a fault made it HTML or incomplete JSON
        return response
    if response.status != 200 or not isinstance(result, dict):
        return response
    change(cast("JsonObject", result))
    return replace(response, body=encode_json(cast("JsonObject", result)))


# Any: a result is JSON of any shape.
def for_each_object(value: Any, change: Callable[[JsonObject], object]) -> None:
    """Apply a change to an object, and to all objects inside of it."""
    if isinstance(value, dict):
        change(value)
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            for_each_object(child, change)


def encode_json(value: JsonObject) -> bytes:
    """Return a body as JSON."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def _is_empty(result: JsonObject) -> bool:
    # A page of vouchers has no list if no extent was requested; its cursor is null if it is empty.
    return not result or ("Cursor" in result and result["Cursor"] is None)


def _json_response(
    status: int, request_id: str, content: JsonObject, extra_headers: dict[str, str] | None = None
) -> MockResponse:
    headers = {"Content-Type": "application/json; charset=utf-8", "Request-Id": request_id}
    return MockResponse(status, headers | (extra_headers or {}), encode_json(content))
