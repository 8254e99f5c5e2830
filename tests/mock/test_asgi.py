"""The mock as an ASGI application. What faults do to it is with the other ways."""

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
    """Give a mock behind its application."""
    with open_transport("asgi", MockMews(seed=7)) as transport:
        return transport


def converse(
    mock: MockMews, sent: Iterable[Message], answers: list[Message] | None = None, **scope: Any
) -> list[Message]:
    """Run the application with messages of a server; return its own, also those before an error."""
    messages, answers = iter(sent), [] if answers is None else answers

    async def receive() -> Message:
        return next(messages)

    async def send(message: Any) -> None:
        answers.append(message)

    async def run() -> None:
        await mock.asgi(scope, receive, send)

    anyio.run(run)
    return answers


def post(
    transport: Transport, parts: Iterable[bytes], answers: list[Message] | None = None, **scope: Any
) -> list[Message]:
    """Post a body in parts."""
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.request"})
    usual = {"type": "http", "method": "POST", "path": PREFIX + "vouchers/getAll"}
    return converse(transport.mock, messages, answers, **{**usual, "headers": [JSON], **scope})


# --- answers


@pytest.mark.parametrize("operation", [*OPERATIONS, "nothing"])
def test_answers_are_those_of_the_transport(operation: str) -> None:
    """For each operation, well-formed or not, the answers are the same as in process."""
    answers: list[list[tuple[int, bytes, str]]] = []
    for kind in ("asgi", "sync"):
        with open_transport(kind, MockMews(seed=7)) as transport:
            body = {} if operation == "nothing" else body_of(MockApi(transport.mock), operation)
            sent = [transport.content(**body), transport.content(), b"nonsense", b""]
            minimal = {"Prefer": "return=minimal"}
            responses = [transport.send(operation, content, headers=minimal) for content in sent]
            answers.append(
                [(one.status_code, one.content, one.headers["Request-Id"]) for one in responses]
            )
    assert answers[0] == answers[1]


def test_any_other_method_is_not_found(asgi: Transport) -> None:
    """The application has no other addresses than the mock."""
    (start, _body) = post(asgi, [], method="GET")
    assert start["status"] == 404


def test_bodies_may_come_in_parts(asgi: Transport) -> None:
    """A body is the same however a server cuts it into parts."""
    body = {"ServiceIds": asgi.mock.enterprises[0].service_ids, "Extent": {"Vouchers": True}}
    content = asgi.content(**body, Limitation={"Count": 10})
    parts = [content[start : start + 7] for start in range(0, len(content), 7)]
    (start, answer) = post(asgi, [b"", *parts, b""])
    assert (start["type"], start["status"], answer["type"]) == (START, 200, BODY)
    assert httpx.Response(200, content=answer["body"]).json()["Vouchers"]
    assert dict(start["headers"])[b"content-length"] == b"%d" % len(answer["body"])
    assert all(name == name.lower() for name, _ in start["headers"])


def test_repeated_headers_are_one(asgi: Transport) -> None:
    """A header that a client sends twice counts as one with both values, as in process."""
    headers = [JSON, (b"prefer", b"return=minimal"), (b"prefer", b"wait=5")]
    path = PREFIX + "voucherCodes/getAll"
    voucher_ids = [asgi.mock.enterprises[0].id]
    content = asgi.content(VoucherIds=voucher_ids, Limitation={"Count": 1})
    (start, answer) = post(asgi, [content], headers=headers, path=path, raw_path=None)
    assert (start["status"], answer["body"]) == (204, b"")
    assert b"content-length" not in dict(start["headers"])


def test_addresses_are_taken_as_they_were_sent(asgi: Transport) -> None:
    """An address with escapes is another address, as it is in process."""
    raw = (PREFIX + "vouchers%2FgetAll").encode()
    (start, _body) = post(asgi, [asgi.content()], raw_path=raw)
    assert start["status"] == 404


# --- connections


def test_the_application_lives_as_long_as_its_server(asgi: Transport) -> None:
    """Start and end of a server are confirmed, and then the application is done."""
    sent = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    answers = converse(asgi.mock, sent, type="lifespan")
    assert [one["type"] for one in answers] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_websockets_are_refused(asgi: Transport) -> None:
    """What is not HTTP is refused, as the specification asks."""
    with pytest.raises(ValueError, match="does not speak websocket"):
        converse(asgi.mock, [{"type": "websocket.connect"}], type="websocket", path="/")


def test_a_client_that_goes_away_is_no_error(asgi: Transport) -> None:
    """A client that leaves in the middle of its body gets no answer, and has made no request."""
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
    """ASGI has no word for it: the application fails, with a part of the answer if there is one."""
    asgi.mock.inject(fault)
    answers: list[Message] = []
    with pytest.raises(ConnectionResetError, match="a fault dropped the connection"):
        post(asgi, [asgi.content()], answers)
    assert [one["type"] for one in answers] == types
