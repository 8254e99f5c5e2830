"""Faults on demand: what `MockMews.inject` takes. No rule of the API belongs here.

A fault stands between a client and the mock. It is a function from a `Call` to an `Answer`: it may
answer itself, let the mock carry the call out and change what comes of it, or raise `DroppedError`
for a connection that breaks. The functions below make the usual ones; one of your own is as good.
It runs in the thread of the call, so that calls at the same time meet it at the same time.

Whatever else a fault raises is its own mistake. In process it comes out of the transport, and the
clients make an `OutcomeUnknownError` of it, which they may repeat; over a socket it is a 500, with
the traceback on standard error. In `MockMews.requests` such a call has no status.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import httpx

from ._answers import Answer, DroppedError, JsonObject, encode, error_body
from ._contract import load_contract

#: What looks at a call and says what comes of it.
Fault = Callable[["Call"], Answer]

_REQUEST_ID = "00000000-0000-4000-8000-00000000fa17"


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way to the mock."""

    #: Such as `voucherCodes/add`; the path as it was, if it is that of no operation.
    operation: str
    #: Which one this is of the calls that the fault was injected for, counted from 1.
    number: int
    #: The body without the tokens; empty if it was no JSON object.
    body: JsonObject = field(repr=False)
    #: The size of the whole body in bytes.
    size: int
    _next: Callable[[JsonObject], Answer] = field(repr=False)

    def carry_out(self, body: JsonObject | None = None) -> Answer:
        """Let the next fault, and in the end the mock, answer.

        Args:
            body: Takes the place of the one that was sent; without tokens, those stay.
        """
        return self._next(self.body if body is None else body)


def answer(
    status: int,
    body: bytes | str = b"",
    headers: Mapping[str, str] | None = None,
    *,
    carried_out: bool = False,
) -> Fault:
    """Answer with any status, body and headers.

    Args:
        status: From 200 to 999, also one that HTTP does not know.
        body: As it goes over the wire: HTML, nothing, half an object. A 204 and a 304 have none.
        headers: All headers there are, but for those about the length and the connection.
        carried_out: Whether the mock carries the call out before, and its answer is lost.

    Raises:
        TypeError: The body is neither text nor bytes, or a header no text.
        ValueError: HTTP has no such answer.
    """
    content = body.encode() if isinstance(body, str) else body
    given = Answer(status, dict(headers or {}), content)

    def fault(call: Call) -> Answer:
        if carried_out:
            call.carry_out()
        return given

    return fault


def error(
    status: int,
    message: str = "Injected",
    *,
    retry_after: float | str | None = None,
    carried_out: bool = False,
) -> Fault:
    """Answer with an error in the vendor's shape.

    Args:
        status: The status.
        message: The `Message` of the body.
        retry_after: The `Retry-After` header, in seconds or as a text.
        carried_out: Whether the mock carries the call out before, and its answer is lost.
    """
    headers = {"Content-Type": "application/json; charset=utf-8", "Request-Id": _REQUEST_ID}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    body = encode(error_body(message, _REQUEST_ID))
    return answer(status, body, headers, carried_out=carried_out)


def slow(seconds: float) -> Fault:
    """Let every answer come so many seconds later.

    Raises:
        ValueError: The number is below 0.
    """
    if seconds < 0:
        raise ValueError("an answer cannot come earlier")

    def fault(call: Call) -> Answer:
        on_time = call.carry_out()
        return replace(on_time, delay=on_time.delay + seconds)

    return fault


def too_heavy(above: int) -> Fault:
    """Answer 408 to a listing that asks for more items than this at a time."""
    refuse = error(408, "The request is too heavy.")

    def fault(call: Call) -> Answer:
        limitation = call.body.get("Limitation")
        count = limitation.get("Count") if isinstance(limitation, dict) else None
        is_heavy = isinstance(count, int | float) and count > above
        return refuse(call) if is_heavy else call.carry_out()

    return fault


def too_large(above: int) -> Fault:
    """Answer 413 to a body of more bytes than this."""
    refuse = error(413, "The body is too large.")
    return lambda call: refuse(call) if call.size > above else call.carry_out()


def drop_before(error: type[httpx.RequestError] = httpx.RemoteProtocolError) -> Fault:
    """Break the connection before the call is carried out.

    Args:
        error: What a client in process gets; `httpx.ConnectError` says that nothing was sent. Over
            a socket the connection is closed, and the client finds its own words.
    """

    def fault(_call: Call) -> Answer:
        raise DroppedError(error)

    return fault


def drop_after(error: type[httpx.RequestError] = httpx.RemoteProtocolError) -> Fault:
    """Break the connection after the call is carried out: the answer is lost.

    Args:
        error: What a client in process gets.
    """

    def fault(call: Call) -> Answer:
        call.carry_out()
        raise DroppedError(error)

    return fault


def drop_during(after: int = 1) -> Fault:
    """Break the connection in the middle of the answer: the call is carried out.

    Args:
        after: How many bytes of the body come through; of a shorter one, all but the last. An
            answer without a body is lost as a whole.

    Raises:
        ValueError: The number is below 0.
    """
    if after < 0:
        raise ValueError("fewer than 0 bytes cannot come through")

    def fault(call: Call) -> Answer:
        whole = call.carry_out()
        if not whole.body:
            raise DroppedError
        return replace(whole, cut=min(after, len(whole.body) - 1))

    return fault


def truncate() -> Fault:
    """Send half of each body as if it were the whole: JSON that ends too early."""

    def fault(call: Call) -> Answer:
        whole = call.carry_out()
        return replace(whole, body=whole.body[: len(whole.body) // 2])

    return fault


def edit(change: Callable[[JsonObject], object]) -> Fault:
    """Change the result of a success in place before it is sent."""

    def fault(call: Call) -> Answer:
        return _edited(call.carry_out(), change)

    return fault


def _edited(success: Answer, change: Callable[[JsonObject], object]) -> Answer:
    """Return an answer whose result is changed; one that has none as it is."""
    try:
        result: object = json.loads(success.body)
    except ValueError:  # the next fault made it HTML, or half an object
        return success
    if success.status != 200 or not isinstance(result, dict):
        return success
    change(cast("JsonObject", result))
    return replace(success, body=encode(cast("JsonObject", result)))


def repeat_cursor() -> Fault:
    """Send the cursor that was asked for once more, instead of one that leads on."""

    def fault(call: Call) -> Answer:
        limitation = call.body.get("Limitation")
        asked = limitation.get("Cursor") if isinstance(limitation, dict) else None
        page = call.carry_out()
        return page if asked is None else _edited(page, lambda result: result.update(Cursor=asked))

    return fault


def empty_page() -> Fault:
    """Leave all items out of a page, but not its cursor."""

    def empty(result: JsonObject) -> None:
        result.update({name: [] for name, items in result.items() if isinstance(items, list)})

    return edit(empty)


def unknown_enum(value: str = "Unheard") -> Fault:
    """Give each enum, such as `Type`, a value that the document does not list; null stays null."""
    enums = load_contract().enums

    def change(item: JsonObject) -> None:
        item.update({name: value for name in enums & item.keys() if item[name] is not None})

    return edit(lambda result: _each_object(result, change))


def missing_property(name: str) -> Fault:
    """Leave a property out, wherever it is in a result."""
    return edit(lambda result: _each_object(result, lambda item: item.pop(name, None)))


# Any: a result is JSON of any shape.
def _each_object(value: Any, change: Callable[[JsonObject], object]) -> None:
    if isinstance(value, dict):
        change(value)
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            _each_object(child, change)
