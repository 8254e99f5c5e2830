"""The mock as an ASGI application. Faults are tested with the other transports."""

from collections.abc import Iterable
from typing import Any

import anyio
import httpx
import pytest
from mews_vouchers.mock import MockMews, faults

from tests.support.documented import OPERATIONS
from tests.support.mock_api import MockApi, body_of
from tests.support.transports import PREFIX, Transport, open_transport

#: A message of ASGI. Any: its specification says what is in it.
Message = dict[str, Any]

JSON = (b"content-type", b"application/json")
START, BODY = "http.response.start", "http.response.body"


@pytest.fixture
def asgi() -> Transport:
    """Yield a mock behind its application."""
    with open_transport("asgi", MockMews(seed=7)) as transport:
        return transport


def converse(
    mock: MockMews, sent: Iterable[Message], events: list[Message] | None = None, **scope: Any
) -> list[Message]:
    """Run the application with events of a server; return its own, even if it fails later."""
    messages, events = iter(sent), [] if events is None else events

    async def receive() -> Message:
        return next(messages)

    async def send(message: Any) -> None:
        events.append(message)

    async def run() -> None:
        await mock.asgi(scope, receive, send)

    anyio.run(run)
    return events


def post(
    transport: Transport, parts: Iterable[bytes], events: list[Message] | None = None, **scope: Any
) -> list[Message]:
    """Post a body in parts."""
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.request"})
    usual = {"type": "http", "method": "POST", "path": PREFIX + "vouchers/getAll"}
    return converse(transport.mock, messages, events, **{**usual, "headers": [JSON], **scope})


# --- responses


@pytest.mark.parametrize("operation", [*OPERATIONS, "nothing"])
def test_responses_are_those_of_the_transport(operation: str) -> None:
    """Valid and invalid requests of each operation get the same responses as in process."""
    outcomes: list[list[tuple[int, bytes, str]]] = []
    for kind in ("asgi", "sync"):
        with open_transport(kind, MockMews(seed=7)) as transport:
            body = {} if operation == "nothing" else body_of(MockApi(transport.mock), operation)
            sent = [transport.content(**body), transport.content(), b"nonsense", b""]
            minimal = {"Prefer": "return=minimal"}
            responses = [transport.send(operation, content, headers=minimal) for content in sent]
            outcomes.append(
                [(one.status_code, one.content, one.headers["Request-Id"]) for one in responses]
            )
    assert outcomes[0] == outcomes[1]


def test_any_other_method_is_not_found(asgi: Transport) -> None:
    """The application has the same paths as the mock."""
    (start, _body) = post(asgi, [], method="GET")
    assert start["status"] == 404


def test_bodies_may_come_in_parts(asgi: Transport) -> None:
    """A body is the same however a server splits it."""
    body = {"ServiceIds": asgi.mock.enterprises[0].service_ids, "Extent": {"Vouchers": True}}
    content = asgi.content(**body, Limitation={"Count": 10})
    parts = [content[start : start + 7] for start in range(0, len(content), 7)]
    (start, end) = post(asgi, [b"", *parts, b""])
    assert (start["type"], start["status"], end["type"]) == (START, 200, BODY)
    assert httpx.Response(200, content=end["body"]).json()["Vouchers"]
    assert dict(start["headers"])[b"content-length"] == b"%d" % len(end["body"])
    assert all(name == name.lower() for name, _ in start["headers"])


def test_repeated_headers_are_one(asgi: Transport) -> None:
    """A header that is sent twice is one header with both values, as in process."""
    headers = [JSON, (b"prefer", b"return=minimal"), (b"prefer", b"wait=5")]
    path = PREFIX + "voucherCodes/getAll"
    voucher_ids = [asgi.mock.enterprises[0].id]
    content = asgi.content(VoucherIds=voucher_ids, Limitation={"Count": 1})
    (start, end) = post(asgi, [content], headers=headers, path=path, raw_path=None)
    assert (start["status"], end["body"]) == (204, b"")
    assert b"content-length" not in dict(start["headers"])


def test_addresses_are_taken_as_they_were_sent(asgi: Transport) -> None:
    """A percent-encoded path is a different path, as in process."""
    raw = (PREFIX + "vouchers%2FgetAll").encode()
    (start, _body) = post(asgi, [asgi.content()], raw_path=raw)
    assert start["status"] == 404


# --- connections


def test_the_application_lives_as_long_as_its_server(asgi: Transport) -> None:
    """Startup and shutdown of a server are acknowledged, and then the application returns."""
    sent = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    events = converse(asgi.mock, sent, type="lifespan")
    assert [one["type"] for one in events] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_websockets_are_refused(asgi: Transport) -> None:
    """Protocols other than HTTP are refused, as the specification requires."""
    with pytest.raises(ValueError, match="does not support websocket"):
        converse(asgi.mock, [{"type": "websocket.connect"}], type="websocket", path="/")


def test_a_client_that_goes_away_is_no_error(asgi: Transport) -> None:
    """A client that disconnects within its body gets no response, and no request is recorded."""
    messages: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]
    path = PREFIX + "vouchers/getAll"
    scope: Message = {"type": "http", "method": "POST", "path": path, "headers": [JSON]}
    assert converse(asgi.mock, messages, **scope) == []
    assert asgi.mock.requests == []


@pytest.mark.parametrize(
    ("fault", "types"),
    [(faults.drop_before(), []), (faults.drop_after(), []), (faults.drop_during(3), [START, BODY])],
)
def test_a_broken_connection_is_an_error_of_the_application(
    asgi: Transport, fault: faults.Fault, types: list[str]
) -> None:
    """The application raises an error, after a part of the response if there is one."""
    asgi.mock.inject(fault)
    events: list[Message] = []
    with pytest.raises(ConnectionResetError, match="a fault dropped the connection"):
        post(asgi, [asgi.content()], events)
    assert [one["type"] for one in events] == types
