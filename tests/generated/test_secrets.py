"""A token is sent, and never shown."""

import copy
import io
import json
import logging
import pickle
import socket
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from mews_vouchers_client import Client, Secret
from mews_vouchers_client.models import Limitation, VoucherCodeFilterParameters
from mews_vouchers_client.types import SecretBytes

from tests.support.http_library import httpx
from tests.support.operations import CANARY, OPERATIONS, Operation, example_request
from tests.support.raw_server import raw_server


@pytest.fixture(params=OPERATIONS.values(), ids=list(OPERATIONS))
def operation(request: pytest.FixtureRequest) -> Operation:
    """Return each operation in turn."""
    found: Operation = request.param
    return found


@pytest.mark.parametrize(
    "show",
    [repr, str, "{}".format, "%s".__mod__, ascii, lambda shown: repr(vars_of(shown))],
    ids=["repr", "str", "format", "percent", "ascii", "attributes"],
)
def test_no_text_of_a_request_shows_a_token(
    operation: Operation, show: Callable[[Any], str]
) -> None:
    """No string representation of a request model shows a token."""
    assert CANARY not in show(operation.request.from_dict(example_request(operation)))


def vars_of(model: Any) -> dict[str, Any]:
    """Return the attributes of a model, as debuggers show them."""
    return {name: getattr(model, name) for name in model.__slots__ if hasattr(model, name)}


def test_tokens_are_sent(operation: Operation) -> None:
    """The request that is sent contains the plain tokens."""
    sent: list[bytes] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(200, json={})

    client = Client("http://mock", httpx_args={"transport": httpx.MockTransport(respond)})
    body = operation.request.from_dict(example_request(operation))
    operation.module.sync_detailed(client=client, body=body)
    assert json.loads(sent[0]) == example_request(operation)


def everything_shown(error: BaseException) -> str:
    """Return an exception as error trackers show it: chain, notes and all local variables."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(shown.format()) + repr(error) + str(error) + repr(vars(error))


def failing_request(operation: Operation, client: Client, **changes: Any) -> str:
    """Call an operation that must fail without a response; return all that it shows."""
    body = operation.request.from_dict(example_request(operation))
    for name, value in changes.items():
        setattr(body, name, value)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        operation.module.sync_detailed(client=client, body=body)
    return everything_shown(caught.value)


@pytest.mark.parametrize(
    "reply", [None, b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"]
)
def test_no_traceback_of_a_broken_connection_shows_a_token(
    operation: Operation, reply: bytes | None
) -> None:
    """A connection that fails, closes or breaks off leaves no token in any local variable."""
    if reply is None:
        assert CANARY not in failing_request(operation, Client("http://127.0.0.1:9"))
        return
    with raw_server(reply) as url, Client(url) as client:
        shown = failing_request(operation, client)
    assert "httpx" in shown
    assert CANARY not in shown


@pytest.mark.parametrize("size", [1, 20_000_000])
def test_no_traceback_of_a_timeout_shows_a_token(size: int) -> None:
    """A timeout while reading or writing leaves no token in any frame."""
    operation = OPERATIONS["voucherCodes/getAll"]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Client(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=httpx.Timeout(0.3))
        shown = failing_request(operation, client, voucher_ids=["v" * size])
        client.get_http_client().close()
    assert ("WriteTimeout" if size > 1 else "ReadTimeout") in shown
    assert CANARY not in shown


def test_a_part_of_a_secret_is_a_secret() -> None:
    """Tools that truncate long strings before they show them do not show a secret."""
    assert repr(Secret("token" * 50)[:80]) == "Secret('***')"
    assert CANARY not in repr(SecretBytes(CANARY.encode() * 50)[:80])
    assert SecretBytes(b"ab")[1] == ord("b")


def test_a_token_in_bytes_is_refused() -> None:
    """A token that is not a string is rejected at once, without being shown."""
    with pytest.raises(TypeError, match="decode it") as caught:
        VoucherCodeFilterParameters(CANARY.encode(), "a", "c", Limitation(1), [])  # type: ignore[arg-type]
    assert CANARY not in str(caught.value)


def test_unknown_properties_are_not_shown() -> None:
    """A misspelled token, kept among the unknown properties, is not in the repr either."""
    body = VoucherCodeFilterParameters.from_dict({"clientToken": CANARY, "Client": "c"})
    assert body["clientToken"] == CANARY
    assert CANARY not in repr(body)


@pytest.mark.parametrize("value", [object(), float("nan"), datetime(2026, 1, 1)])  # noqa: DTZ001
def test_no_traceback_of_a_mistake_shows_a_token(operation: Operation, value: object) -> None:
    """A body that cannot be serialized fails without showing the rest of it."""
    client = Client("http://127.0.0.1:9")
    assert CANARY not in failing_request(
        operation, client, additional_properties={"Malformed": value}
    )


def test_text_that_utf8_cannot_encode_is_no_error() -> None:
    """A lone surrogate is sent escaped: an encoding error would contain the whole body."""
    body = VoucherCodeFilterParameters.from_dict(example_request(OPERATIONS["voucherCodes/getAll"]))
    body.voucher_ids = ["\ud800"]
    client = Client(
        "http://mock",
        httpx_args={"transport": httpx.MockTransport(lambda request: httpx.Response(200))},
    )
    OPERATIONS["voucherCodes/getAll"].module.sync_detailed(client=client, body=body)


def test_no_log_shows_a_token(operation: Operation) -> None:
    """With every logger at DEBUG, no line has a token."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        reply = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"Malformed": true}'
        with raw_server(reply) as url, Client(url) as client:
            body = operation.request.from_dict(example_request(operation) | {"Malformed": 1})
            operation.module.sync_detailed(client=client, body=body)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert "send_request_body" in lines.getvalue()
    assert CANARY not in lines.getvalue()


def test_no_response_and_no_client_shows_what_it_holds(operation: Operation) -> None:
    """The repr of a response shows no body, and that of a client shows no headers."""
    client = Client(
        "http://mock",
        headers={"Authorization": CANARY},
        httpx_args={
            "transport": httpx.MockTransport(
                lambda request: httpx.Response(400, content=request.content)
            )
        },
    )
    body = operation.request.from_dict(example_request(operation))
    response = operation.module.sync_detailed(client=client, body=body)
    assert CANARY in response.content.decode()
    assert CANARY not in repr(response) + repr(client)


def test_a_token_is_not_pickled(operation: Operation) -> None:
    """Pickling a request with tokens fails and says what to do; a deep copy works."""
    body = operation.request.from_dict(example_request(operation))
    assert copy.deepcopy(body).to_dict() == body.to_dict()
    with pytest.raises(TypeError, match="add it where the request is sent"):
        pickle.dumps(body)


def test_a_secret_is_the_text_that_it_hides() -> None:
    """A `Secret` is compared, hashed and sent as its string, which `reveal()` returns."""
    secret = Secret("token")
    assert (secret, hash(secret), secret.reveal()) == ("token", hash("token"), "token")
    assert type(secret.reveal()) is str
    assert json.dumps([secret]) == '["token"]'
    assert Secret(secret).reveal() == "token"
    assert (repr(secret), str(secret), f"{secret:>4}") == ("Secret('***')", "***", " ***")
