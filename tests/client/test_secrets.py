"""No token in any repr, string, log line, pickle or traceback of the hand-written package.

The canaries are the mock's own tokens; the server echoes them wherever a response has room.
"""

import copy
import dataclasses
import json
import logging
import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import mews_vouchers
import pytest
from mews_vouchers import (
    BatchError,
    CircuitBreaker,
    Credentials,
    Environment,
    Journal,
    MewsError,
    Progress,
    RateLimit,
    RequestEvent,
    RetryPolicy,
    VoucherClient,
    errors,
    voucher_update,
)
from mews_vouchers.mock import DroppedError, MockMews, MockResponse
from mews_vouchers.mock.faults import Fault, FaultedCall, drop_after, drop_before, respond
from mews_vouchers_client import on_deviation
from mews_vouchers_client.models import VoucherAddParameters, VoucherTypeEnum

from tests.support.clients import Connect, credentials_of
from tests.support.harness import FAULTS, Harness, faults_by_name
from tests.support.http_library import NAME, httpx
from tests.support.mock_api import UNKNOWN_ID
from tests.support.raw_server import raw_server
from tests.support.visible import visible, visible_in_frames


def tokens(harness: Harness) -> list[str]:
    """Return the secrets."""
    return [harness.mock.client_token, harness.mock.access_token]


#: A fault that also gets the mock, because a call does not have the tokens.
Echo = Callable[[MockMews, FaultedCall], MockResponse]


def whole_body(mock: MockMews, call: FaultedCall) -> dict[str, Any]:
    """Return the body of a call with the tokens that were sent."""
    tokens = {"ClientToken": mock.client_token, "AccessToken": mock.access_token}
    return tokens | call.body


def echo(status: int, headers: dict[str, str] | None = None) -> Echo:
    """Respond with an error that has the tokens in all its properties, and in their names."""

    def respond_with(mock: MockMews, call: FaultedCall) -> MockResponse:
        both = f"{mock.client_token} and {mock.access_token}"
        content = {
            "Message": f"Invalid token {both}",
            "RequestId": both,
            "Details": {both: [both, {"Deep": both}], "Request": whole_body(mock, call)},
            both: both,
        }
        return respond(status, json.dumps(content), headers)(call)

    return respond_with


def echo_as_text(status: int) -> Echo:
    """Respond with the request itself on a page."""
    return lambda mock, call: respond(status, f"<pre>{json.dumps(whole_body(mock, call))}")(call)


def echo_in_header(status: int) -> Echo:
    """Respond with a token as the request id, and as `Retry-After`."""
    return lambda mock, call: respond(
        status, headers={"Request-Id": mock.access_token, "Retry-After": mock.client_token}
    )(call)


def echo_as_error(kind: type[httpx.RequestError]) -> Echo:
    """Fail with a message that contains the body, like an error of a parser."""

    def fail(mock: MockMews, call: FaultedCall) -> MockResponse:
        raise DroppedError(kind, f"illegal status line: {json.dumps(whole_body(mock, call))}")

    return fail


ECHOES: dict[str, Echo] = {
    **{f"{status}": echo(status) for status in (302, 400, 401, 403, 404, 408, 409, 413, 418, 500)},
    "429": echo(429, {"Retry-After": "99999"}),
    "520": echo(520),
    **{f"{status} as text": echo_as_text(status) for status in (200, 400, 500)},
    **{f"{status} in a header": echo_in_header(status) for status in (400, 500)},
    "protocol error": echo_as_error(httpx.RemoteProtocolError),
    "no connection": echo_as_error(httpx.ConnectError),
}


def calls(harness: Harness) -> dict[str, Callable[[], object]]:
    """Return a call of each method."""
    codes, vouchers = harness.client.voucher_codes, harness.client.vouchers
    new = VoucherAddParameters(harness.service_id, "New", VoucherTypeEnum.PUBLIC)
    return {
        "voucher_codes.get_all": lambda: list(codes.get_all(voucher_ids=[UNKNOWN_ID])),
        "voucher_codes.add": lambda: codes.add(harness.numbered(2)),
        "voucher_codes.add_batches": lambda: list(codes.add_batches(harness.numbered(2))),
        "voucher_codes.delete": lambda: codes.delete([UNKNOWN_ID]),
        "vouchers.get_all": lambda: list(vouchers.get_all(service_ids=[UNKNOWN_ID]).pages()),
        "vouchers.add": lambda: vouchers.add([new]),
        "vouchers.update": lambda: vouchers.update([voucher_update(UNKNOWN_ID, name="New")]),
        "vouchers.delete": lambda: vouchers.delete([UNKNOWN_ID]),
    }


def real_transport(connect: Connect) -> Any:
    """Return a transport that opens connections, for this kind of client."""
    return httpx.HTTPTransport() if connect.kind == "sync" else httpx.AsyncHTTPTransport()


def check_hidden(harness: Harness, shown: str) -> None:
    """Assert that a string contains no token."""
    for token in tokens(harness):
        assert token not in shown


@pytest.mark.parametrize("name", ECHOES)
def test_no_error_shows_a_token(
    connect: Connect, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An echoed token is not in the error, its pickle, our frames, or the log."""
    harness = Harness(connect)
    harness.mock.inject(partial(ECHOES[name], harness.mock))
    caplog.set_level(logging.DEBUG)
    for call in calls(harness).values():
        with pytest.raises(MewsError) as caught:
            call()
        check_hidden(harness, "\n".join(visible(caught.value)))
        check_hidden(harness, "\n".join(visible_in_frames(caught.value)))
        check_hidden(harness, pickle.dumps(caught.value).decode("latin-1"))
    check_hidden(harness, caplog.text)
    assert "mews_vouchers" in {record.name for record in caplog.records} or "no conn" in name


def test_a_token_is_hidden_in_its_json_form(connect: Connect) -> None:
    """A token with a quote, a backslash or non-ASCII letters is hidden in an echo, too."""
    hidden = ('client "token" ü', "access \\ token é")
    credentials = Credentials(client_token=hidden[0], access_token=hidden[1], client="Tests 1.0")
    harness = Harness(connect, credentials=credentials)
    harness.mock.inject(
        respond(400, json.dumps({"Message": f"Invalid token {' and '.join(hidden)}"}))
    )
    with pytest.raises(MewsError, match="Invalid token") as caught:
        list(harness.client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID]))
    assert not [text for text in visible(caught.value) for token in hidden if token in text]


def test_a_token_is_hidden_however_json_escapes_it(connect: Connect) -> None:
    """Servers may escape any character; names of properties and nested values count, too."""
    hidden = ("client+token/1", "access+token/2")
    credentials = Credentials(client_token=hidden[0], access_token=hidden[1], client="Tests 1.0")
    harness = Harness(connect, credentials=credentials)
    body = {"Message": f"Invalid {hidden[0]}", "Details": [{hidden[1]: [1, hidden[1]]}, None]}
    escaped = json.dumps(body).replace("+", "\\u002B").replace("/", "\\/")
    harness.mock.inject(respond(400, escaped))
    with pytest.raises(MewsError, match="Invalid") as caught:
        list(harness.client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID]))
    assert not [text for text in visible(caught.value) for token in hidden if token in text]


@faults_by_name
def test_no_failed_write_shows_a_token(connect: Connect, name: str) -> None:
    """No `BatchError` shows a token, nor does an error of its `resume`."""
    harness = Harness(connect)
    harness.mock.inject(FAULTS[name][0])
    with pytest.raises(MewsError) as caught:
        harness.client.voucher_codes.add(harness.numbered(3))
    failed = caught.value
    with pytest.raises(MewsError) as again:
        harness.client.voucher_codes.resume(failed, settle=0)
    for found in (failed, again.value):
        check_hidden(harness, "\n".join(visible(found)))
        check_hidden(harness, "\n".join(visible_in_frames(found)))
        check_hidden(harness, pickle.dumps(found).decode("latin-1"))


def test_no_parser_shows_a_token(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """A server that sends a token instead of HTTP does not get it into the error or our log."""
    harness = Harness(connect)
    caplog.set_level(logging.DEBUG)
    with raw_server(" ".join(tokens(harness)).encode() + b"\r\n\r\n") as url:
        client = connect(harness.mock, transport=real_transport(connect), base_url=url)
        with pytest.raises(MewsError) as caught:
            list(client.voucher_codes.get_all(voucher_ids=[UNKNOWN_ID]))
    check_hidden(harness, str(caught.value) + repr(caught.value))
    check_hidden(harness, pickle.dumps(caught.value).decode("latin-1"))
    ours = [record.getMessage() for record in caplog.records if "mews" in record.name]
    check_hidden(harness, "\n".join(ours))


@pytest.mark.parametrize("fault", [drop_before(), drop_after()], ids=["before", "after"])
def test_no_dropped_connection_shows_a_token(fault: Fault) -> None:
    """The error of a connection that the mock drops shows no token, even to other clients."""
    mock = MockMews(seed=7)
    mock.inject(fault)
    body = {"ClientToken": mock.client_token, "AccessToken": mock.access_token}
    with (
        httpx.Client(transport=mock.transport) as client,
        pytest.raises(httpx.RemoteProtocolError) as caught,
    ):
        client.post("http://mock/api/connector/v1/vouchers/getAll", json=body)
    shown = "\n".join(visible_in_frames(caught.value))
    assert "InProcessTransport" in shown  # the frames of the mock are included
    assert not [token for token in body.values() if token in shown]


def test_no_mistake_shows_a_token(connect: Connect) -> None:
    """An error in the items, found during serialisation, shows no token."""
    harness = Harness(connect)
    (code,) = harness.numbered(1)
    code["Odd"] = object()
    with pytest.raises(Exception, match="JSON") as caught:
        harness.client.voucher_codes.add([code])
    check_hidden(harness, "\n".join(visible_in_frames(caught.value)))
    check_hidden(harness, "\n".join(visible(caught.value)))


def test_no_public_object_shows_a_token(connect: Connect, tmp_path: Path) -> None:
    """Every object that a user can hold is walked, with all its attributes."""
    events: list[RequestEvent] = []
    harness = Harness(connect, on_event=events.append)
    harness.add_codes(3)
    client = harness.client
    own = getattr(client, "_target", client)  # behind the facade of the async client
    pager = client.voucher_codes.get_all(voucher_ids=[harness.voucher_id])
    own_pager = getattr(pager, "_target", pager)
    changes = client.voucher_codes.changes(voucher_ids=[harness.voucher_id])
    page = next(iter(pager.pages()))
    path = tmp_path / "a journal"
    stream = client.voucher_codes.add_batches(harness.numbered(2), journal=path)
    (written,) = stream
    failed = BatchError("voucherCodes/add", "because", succeeded=written)
    journal = Journal(path)
    objects = [
        own,
        own.api,
        own.vouchers,
        own.vouchers.add,
        own.voucher_codes,
        own_pager,
        getattr(changes, "_target", changes),
        page,
        page.result,
        getattr(stream, "_target", stream),
        written[0],
        failed,
        journal,
        credentials_of(harness.mock),
        Progress(1, 2, 3, 4.0),
        RateLimit(),
        RetryPolicy(),
        CircuitBreaker(),
        events[0],
        Environment.DEMO,
    ]
    check_hidden(harness, "\n".join(text for one in objects for text in visible(one)))
    journal.close()
    walked = {kind.__name__ for one in objects for kind in type(one).__mro__}
    kinds = ("VoucherClient", "Changes", "Pager", "Vouchers", "VoucherCodes", "WriteStream")
    others = {*kinds, *(f"Async{kind}" for kind in kinds)}
    made = {name for name in mews_vouchers.__all__ if not hasattr(errors, name)}
    unwalked = {"SettingsWarning", "batch_error_of", "voucher_update"}
    assert made - walked <= others | unwalked


def test_no_line_of_any_log_shows_a_token(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """With every logger at DEBUG, over a real connection, no line has a token."""
    harness = Harness(connect)
    caplog.set_level(logging.DEBUG)
    with harness.mock.serve() as url:
        client = connect(harness.mock, transport=real_transport(connect), base_url=url)
        added = client.voucher_codes.add(harness.numbered(2))
        client.voucher_codes.delete([added[0].id])
        list(client.voucher_codes.get_all(voucher_ids=[harness.voucher_id]))
        client.close()
    names = {record.name.partition(".")[0] for record in caplog.records}
    assert {"mews_vouchers", NAME, NAME.replace("httpx", "httpcore")} <= names
    check_hidden(harness, caplog.text)


def test_the_log_has_no_bodies(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """Our log has no request and no response body, whatever its level."""
    on_deviation(None)  # earlier reports are repeated
    harness = Harness(connect)
    harness.mock.inject(partial(echo(500), harness.mock), "vouchers/update", calls=1)
    caplog.set_level(logging.DEBUG)
    harness.client.vouchers.update([voucher_update(harness.voucher_id, name="A secret offer")])
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.name for record in warnings] == ["mews_vouchers_client", "mews_vouchers"]
    check_hidden(harness, caplog.text)
    assert "vouchers/update" in caplog.text
    assert "A secret offer" not in caplog.text
    assert "Invalid token" not in caplog.text


def test_credentials_are_not_pickled(connect: Connect) -> None:
    """Neither credentials nor a client can be pickled; a copy of credentials works."""
    harness = Harness(connect)
    credentials = credentials_of(harness.mock)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(credentials)
    with pytest.raises(TypeError):
        pickle.dumps(getattr(harness.client, "_target", harness.client))
    for same in (copy.copy(credentials), copy.deepcopy(credentials)):
        assert same == credentials
        check_hidden(harness, repr(same))
    check_hidden(harness, repr(dataclasses.asdict(credentials)))
    assert credentials.client_token.reveal() == harness.mock.client_token


def test_the_tokens_are_sent() -> None:
    """The request that is sent contains the plain tokens."""
    sent: list[dict[str, Any]] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(204)

    credentials = mews_vouchers.Credentials(client_token="c", access_token="a", client="Tests 1.0")
    transport = httpx.MockTransport(respond)
    with VoucherClient(credentials, base_url="http://mock", transport=transport) as client:
        client.voucher_codes.delete([UNKNOWN_ID])
    assert sent == [
        {
            "ClientToken": "c",
            "AccessToken": "a",
            "Client": "Tests 1.0",
            "VoucherCodeIds": [UNKNOWN_ID],
        }
    ]
