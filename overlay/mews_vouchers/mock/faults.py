"""Faults for `MockMews.inject`. No rule of the API belongs here.

A fault is a function from a `FaultedCall` to a `MockResponse`: an interceptor before the mock. It
can respond itself, call `proceed()` and change the response, or raise `DroppedError` to break the
connection. The functions below make the usual faults; you can also write your own. A fault runs in
the thread of its call, so concurrent calls run it concurrently.

Any other exception is a mistake in the fault. In process, the transport raises it: the clients take
an `OSError` or an exception of an HTTP library for a failed transport, which they may retry, and
raise any other as it is. Over a socket, the response is a 500 with the traceback on standard error.
`MockMews.requests` has no status for such a call.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ._contract.responses import (
    DroppedError,
    JsonObject,
    MockResponse,
    edit_result,
    encode_json,
    error_body,
    for_each_object,
)
from ._contract.validation import enum_properties

#: Handles a call.
Fault = Callable[["FaultedCall"], MockResponse]
#: Applies a request with this body, and returns the response.
Proceed = Callable[[JsonObject], MockResponse]

_REQUEST_ID = "00000000-0000-4000-8000-00000000fa17"


@dataclass(frozen=True, slots=True)
class FaultedCall:
    """A request on its way to the mock, as a fault sees it."""

    #: Such as `voucherCodes/add`; for any other path, that path.
    operation: str
    #: The number of this call among those that the fault counts, from 1.
    number: int
    #: The body without the tokens; empty if it is not a JSON object.
    body: JsonObject = field(repr=False)
    #: The size of the whole body in bytes.
    size: int
    _proceed: Proceed = field(repr=False)

    def proceed(self, body: JsonObject | None = None) -> MockResponse:
        """Return the response of the next fault or, after the last one, of the mock.

        Args:
            body: Replaces the body that was sent, except its tokens.
        """
        return self._proceed(self.body if body is None else body)


def respond(
    status: int,
    body: bytes | str = b"",
    headers: Mapping[str, str] | None = None,
    *,
    applied: bool = False,
) -> Fault:
    """Respond with any status, body and headers.

    Args:
        status: From 200 to 999, standard or not.
        body: Sent as it is: HTML, nothing, half an object. A 204 or 304 must not have a body.
        headers: All headers of the response, except those about the length and the connection.
        applied: Whether the mock applies the request first; its own response is discarded.

    Raises:
        TypeError: The body is neither str nor bytes, or a header is not a string.
        ValueError: HTTP does not allow such a response.
    """
    content = body.encode() if isinstance(body, str) else body
    response = MockResponse(status, dict(headers or {}), content)

    def fault(call: FaultedCall) -> MockResponse:
        if applied:
            call.proceed()
        return response

    return fault


def error(
    status: int,
    message: str = "Injected",
    *,
    retry_after: float | str | None = None,
    applied: bool = False,
) -> Fault:
    """Respond with an error in the vendor's format.

    Args:
        status: The status.
        message: The `Message` of the body.
        retry_after: The `Retry-After` header, in seconds or as a string.
        applied: Whether the mock applies the request first; its own response is discarded.
    """
    headers = {"Content-Type": "application/json; charset=utf-8", "Request-Id": _REQUEST_ID}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    body = encode_json(error_body(message, _REQUEST_ID))
    return respond(status, body, headers, applied=applied)


def slow(seconds: float) -> Fault:
    """Delay every response.

    Raises:
        ValueError: `seconds` is below 0.
    """
    if seconds < 0:
        raise ValueError("seconds must be >= 0")

    def fault(call: FaultedCall) -> MockResponse:
        response = call.proceed()
        return replace(response, delay=response.delay + seconds)

    return fault


def too_heavy(above: int) -> Fault:
    """Respond 408 (the vendor's "too heavy") to listings that request more items per page."""
    reject = error(408, "The request is too heavy.")

    def fault(call: FaultedCall) -> MockResponse:
        count = _limitation(call, "Count")
        is_too_heavy = isinstance(count, int | float) and count > above
        return reject(call) if is_too_heavy else call.proceed()

    return fault


def too_large(above: int) -> Fault:
    """Respond 413 to bodies of more bytes."""
    reject = error(413, "The body is too large.")
    return lambda call: reject(call) if call.size > above else call.proceed()


def drop_before(error: type[Exception] | None = None) -> Fault:
    """Break the connection before the request is applied.

    Args:
        error: What an in-process client gets, an exception of httpx or httpx2: that of this name of
            its own library. `httpx.ConnectError` means that nothing was sent. Default:
            `RemoteProtocolError`. Over a socket the connection is closed.
    """

    def fault(_call: FaultedCall) -> MockResponse:
        raise DroppedError(error)

    return fault


def drop_after(error: type[Exception] | None = None) -> Fault:
    """Break the connection after the request is applied: no response is received.

    Args:
        error: What an in-process client gets; see `drop_before`.
    """

    def fault(call: FaultedCall) -> MockResponse:
        call.proceed()
        raise DroppedError(error)

    return fault


def drop_during(after: int = 1) -> Fault:
    """Break the connection within the response: the request is applied.

    Args:
        after: The number of bytes of the body to send; at most all but the last one. A response
            without a body is not sent at all.

    Raises:
        ValueError: `after` is below 0.
    """
    if after < 0:
        raise ValueError("after must be >= 0")

    def fault(call: FaultedCall) -> MockResponse:
        response = call.proceed()
        if not response.body:
            raise DroppedError
        return replace(response, disconnect_after=min(after, len(response.body) - 1))

    return fault


def truncate() -> Fault:
    """Send half of each body as a complete response: incomplete JSON."""

    def fault(call: FaultedCall) -> MockResponse:
        response = call.proceed()
        return replace(response, body=response.body[: len(response.body) // 2])

    return fault


def edit(change: Callable[[JsonObject], object]) -> Fault:
    """Change the result of each successful response in place."""
    return lambda call: edit_result(call.proceed(), change)


def repeat_cursor() -> Fault:
    """Return the cursor that was sent, instead of the next one."""

    def fault(call: FaultedCall) -> MockResponse:
        sent, page = _limitation(call, "Cursor"), call.proceed()
        return page if sent is None else edit_result(page, lambda one: one.update(Cursor=sent))

    return fault


def empty_page() -> Fault:
    """Remove all items from a page, but keep its cursor."""

    def remove_items(result: JsonObject) -> None:
        result.update({name: [] for name, items in result.items() if isinstance(items, list)})

    return edit(remove_items)


def unknown_enum(value: str = "Unheard") -> Fault:
    """Set every enum, such as `Type`, to a value that the document does not list; keep nulls."""
    names = enum_properties()

    def change(item: JsonObject) -> None:
        item.update({name: value for name in names & item.keys() if item[name] is not None})

    return edit(lambda result: for_each_object(result, change))


def missing_property(name: str) -> Fault:
    """Remove a property from every object of a result."""
    return edit(lambda result: for_each_object(result, lambda item: item.pop(name, None)))


# Any: a body is JSON of any shape.
def _limitation(call: FaultedCall, name: str) -> Any:
    """Return a property of the limitation of a listing; None for any other call."""
    limitation = call.body.get("Limitation")
    return limitation.get(name) if isinstance(limitation, dict) else None
