"""Holding a server against the mock: what is told, what is never touched, what is left behind."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
import pytest
from hypothesis import given, settings
from mews_vouchers.mock import MockMews, MockResponse, faults

from tests.programs.conformance.__main__ import Server, conform, main
from tests.programs.conformance.compare import Kind, Seen, findings, look
from tests.programs.conformance.names import UNKNOWN_ID, Names
from tests.programs.conformance.run import ALL_STEPS, Table, carry_out
from tests.programs.conformance.steps import CODES
from tests.programs.conformance.target import connect, reference
from tests.programs.conformance.wire import Answer, Wire
from tests.support.clients import credentials_of
from tests.support.documented import CODE, SCHEMAS, UNKNOWN, UNKNOWN_VALUE, JsonObject, document
from tests.support.hypothesis_profiles import examples
from tests.support.mock_api import response_schema
from tests.support.raw_server import raw_server
from tests.support.strategies import damaged, json_values

RUN = "mews-vouchers-conformance-test"
ALL_SAME = f"{len(ALL_STEPS)} of {len(ALL_STEPS)} steps: {len(ALL_STEPS)} same, 0 different"
CLEAN = "All that was added is deleted."


@pytest.fixture
def mock() -> MockMews:
    """Give a mock with vouchers and codes of somebody else's."""
    mock = MockMews()
    mock.seed(vouchers=3, codes_per_voucher=2)
    return mock


def server_of(mock: MockMews) -> Server:
    """Return what leads to a mock in process."""
    return Server(
        "http://mock",
        credentials_of(mock),
        mock.enterprises[0].service_ids[0],
        transport=mock.transport,
    )


def differences(mock: MockMews) -> list[str]:
    """Hold a mock against a fresh one, and return the rows of the table that are not `same`."""
    table, names = Table(), Names(RUN, mock.enterprises[0].service_ids[0])
    with (
        reference(RUN) as expected,
        connect("http://mock", credentials_of(mock), names, transport=mock.transport) as given,
    ):
        carry_out(expected, given, table, lambda text: None)
    return [
        f"{step} | {one.expected} | {one.found} | {one.kind}"
        for step, one in table.rows
        if one.kind is not Kind.SAME
    ]


def active_items(mock: MockMews) -> list[str]:
    """Return the names and values of all that is not deleted, whoever made it."""
    transport = mock.transport
    names = Names(RUN, mock.enterprises[0].service_ids[0])
    with connect("http://mock", credentials_of(mock), names, transport=transport) as given:
        vouchers = list(given.client.vouchers.get_all(service_ids=[names.service_id]))
        codes = given.client.voucher_codes.get_all(voucher_ids=[one.id for one in vouchers])
        active = [one.name for one in vouchers if one.is_active]
        return active + [str(one.value) for one in codes if one.is_active]


@pytest.fixture
def environment(mock: MockMews, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the mock, set what leads to it, and give its address."""
    credentials = credentials_of(mock)
    monkeypatch.setenv("MEWS_CLIENT_TOKEN", credentials.client_token.reveal())
    monkeypatch.setenv("MEWS_ACCESS_TOKEN", credentials.access_token.reveal())
    monkeypatch.setenv("MEWS_CLIENT", credentials.client)
    monkeypatch.setenv("MEWS_SERVICE_ID", mock.enterprises[0].service_ids[0])
    with mock.serve() as base_url:
        yield base_url


# --- the same


def test_the_mock_on_a_socket_is_the_same(
    mock: MockMews, environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over a connection no step differs; others' items stay, ours are deleted, no token shows."""
    before = active_items(mock)
    first = len(mock.requests)
    assert main([environment]) == 0
    shown = capsys.readouterr()
    assert ALL_SAME in shown.out
    assert CLEAN in shown.out
    assert all(step.name in shown.out and step.name in shown.err for step in ALL_STEPS)
    assert mock.client_token not in shown.out + shown.err
    assert mock.access_token not in shown.out + shown.err
    assert len(mock.requests) - first <= 60
    assert active_items(mock) == before


def test_without_an_address_it_brings_a_mock(capsys: pytest.CaptureFixture[str]) -> None:
    """`make conformance` alone runs against a mock of its own."""
    assert main([]) == 0
    assert ALL_SAME in capsys.readouterr().out


def test_the_mock_does_what_is_written_down() -> None:
    """What a step expects is written beside it, and it is what the mock does."""
    with reference(RUN) as expected:
        assert {step.name: step.look(expected).headline for step in ALL_STEPS} == {
            step.name: step.expected for step in ALL_STEPS
        }


# --- differences


def each(name: str, change: Callable[[JsonObject], object]) -> faults.Fault:
    """Change each item of a list in a result."""
    return faults.edit(lambda result: [change(item) for item in result.get(name) or []])


def without_header(name: str) -> faults.Fault:
    """Leave a header out of each answer."""

    def fault(call: faults.FaultedCall) -> MockResponse:
        answer = call.proceed()
        return replace(answer, headers={k: v for k, v in answer.headers.items() if k != name})

    return fault


def test_planted_differences_are_all_that_is_told(mock: MockMews) -> None:
    """The table has what is different, at the first step where it is, and nothing else."""
    mock.inject(without_header("Request-Id"))
    mock.inject(each("Vouchers", lambda item: item.update({UNKNOWN: "e"})))
    mock.inject(
        faults.edit(lambda result: result["VoucherCodes"].reverse()), "voucherCodes/add", calls=2
    )
    mock.inject(
        faults.edit(lambda result: result.update(Cursor=None)), "voucherCodes/getAll", calls=17
    )
    mock.inject(each("Vouchers", lambda item: item.pop("IsActive")), "vouchers/update", calls=1)
    mock.inject(
        each("Vouchers", lambda item: item.update(Type=UNKNOWN_VALUE, CompanyId="none")),
        "vouchers/update",
        calls=2,
    )
    mock.inject(each("Vouchers", lambda item: item.update(Name=7)), "vouchers/update", calls=3)
    mock.inject(faults.drop_after(), "voucherCodes/delete", calls=2)
    mock.inject(faults.error(403, "Not today", applied=True), "vouchers/delete", calls=1)
    of_type = "Vouchers[].Type"
    assert differences(mock) == [
        "codes of an unknown voucher | Request-Id: a UUID | Request-Id: none | different",
        f"add a voucher | no Vouchers[].{UNKNOWN} | Vouchers[].{UNKNOWN} | undocumented",
        "add three codes | 200: code1, code2, code3 | 200: code3, code2, code1 | different",
        "a page of one | 200: code4; cursor code4 | 200: code4; cursor null | different",
        "rename | Vouchers[].IsActive: true | Vouchers[].IsActive: missing | different",
        f"clear a value | {of_type}: 'Public' | {of_type}: '{UNKNOWN_VALUE}' | different",
        "clear a value | Vouchers[].CompanyId: null | Vouchers[].CompanyId: text | different",
        "delete two codes | 200: {} | no answer: RemoteProtocolError | different",
        "delete the voucher | 200: {} | 403 (Not today) | different",
        "client: rename | voucher: '@run renamed' | voucher: ? | different",
        f"client: deviation | none | Voucher.{UNKNOWN} is not in the document | undocumented",
        "client: deviation | none | Voucher.Name has the wrong JSON type | different",
    ]


def page_of_codes() -> JsonObject:
    """Return a page that keeps the document."""
    required = {name: CODE[name] for name in SCHEMAS["VoucherCode"]["required"]}
    return {"VoucherCodes": [dict(CODE), required], "Cursor": UNKNOWN_ID}


@settings(max_examples=examples(50))
@given(damaged("VoucherCodeResult"))
def test_what_breaks_the_document_is_told(body: JsonObject) -> None:
    """Where both servers send the same, only a breach of the document is told, and always."""
    told = [finding.found for finding in findings(seen_of(body), seen_of(body))]
    assert all(" breaks " in found for found in told)
    assert bool(told) != page_schema().is_valid(body)


@settings(max_examples=examples(50))
@given(json_values)
def test_whatever_a_server_sends_can_be_told(body: object) -> None:
    """A body of any shape and any text becomes rows of plain text."""
    table = Table()
    table.add_step("odd", "200", findings(seen_of(page_of_codes()), seen_of(body)))
    assert len(table.rows) >= 1
    assert str(table).isascii()
    assert len(str(table).splitlines()) == len(table.rows) + 2


# Any: the outside world.
def seen_of(body: Any) -> Seen:
    """Return what is compared of a page of codes."""
    answer = Answer(200, httpx.Headers({"Request-Id": UNKNOWN_ID}), body)
    return look(answer, CODES, Names(RUN, UNKNOWN_ID))


@cache
def page_schema() -> jsonschema_rs.Validator:
    """Return what the document says about a page of codes."""
    schema = response_schema(document(), CODES, 200)
    assert schema is not None
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


# --- cleaning up


def interrupt(call: faults.FaultedCall) -> MockResponse:
    """Press Ctrl-C after the call is carried out and before its answer is there."""
    call.proceed()
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("vouchers/add", 1),
        ("voucherCodes/add", 2),
        ("vouchers/delete", 1),
        ("vouchers/add", 2),
    ],
)
def test_ctrl_c_leaves_nothing_behind(
    mock: MockMews, capsys: pytest.CaptureFixture[str], operation: str, call: int
) -> None:
    """Wherever it is interrupted, even before it knows an id, it deletes its own and no other."""
    before = active_items(mock)
    mock.inject(interrupt, operation, calls=call)
    assert conform(server_of(mock)) == 130
    assert "Interrupted.\n" in capsys.readouterr().out
    assert active_items(mock) == before


def test_an_answer_that_is_lost_leaves_nothing_behind(
    mock: MockMews, capsys: pytest.CaptureFixture[str]
) -> None:
    """A voucher is found and deleted although the answer to its add never came."""
    before = active_items(mock)
    mock.inject(faults.drop_after(), "vouchers/add", calls=1)
    assert conform(server_of(mock)) == 1
    shown = capsys.readouterr().out
    assert ", 22 not tried" in shown
    assert CLEAN in shown
    assert active_items(mock) == before


def test_a_server_that_dies_is_left_with_a_list(
    mock: MockMews, capsys: pytest.CaptureFixture[str]
) -> None:
    """When no answer comes any more it stops, and names by their ids what may be left."""
    mock.inject(faults.drop_before(httpx.ConnectError), calls=range(30, 1000))
    assert conform(server_of(mock)) == 2
    shown = capsys.readouterr().out
    left = [request.body for request in mock.requests if request.operation == "voucherCodes/add"]
    assert "The server stopped answering." in shown
    assert CLEAN not in shown
    assert f"perhaps voucher: {left[-1]['VoucherCodeParameters'][0]['VoucherId']}" in shown


def test_a_filter_that_is_ignored_deletes_nothing_of_others(mock: MockMews) -> None:
    """A server that lists more than was asked for does not make it delete what is not its own."""
    before = active_items(mock)

    def unfiltered(call: faults.FaultedCall) -> MockResponse:
        filters = {"ExternalIdentifiers", "VoucherIds", "UpdatedUtc"}
        return call.proceed({k: v for k, v in call.body.items() if k not in filters})

    mock.inject(unfiltered, "vouchers/getAll")
    assert conform(server_of(mock)) == 1
    assert active_items(mock) == before


# --- tokens, and what stops it


def test_no_token_shows_whatever_a_server_sends(
    mock: MockMews, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server may send the tokens back, as a message or as a name: they are taken out."""
    token = mock.access_token
    mock.inject(faults.error(403, f"No, {token}"), "vouchers/update", calls=1)
    mock.inject(each("VoucherCodes", lambda item: item.update({token: 1})))
    assert conform(server_of(mock)) == 1
    shown = "".join(capsys.readouterr())
    assert "403 (No, ***)" in shown
    assert "VoucherCodes[].***" in shown
    assert token not in shown


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("MEWS_ACCESS_TOKEN=wrong", "401: check MEWS_CLIENT_TOKEN and MEWS_ACCESS_TOKEN"),
        ("MEWS_ACCESS_TOKEN=", "set MEWS_ACCESS_TOKEN in the environment"),
        ("MEWS_SERVICE_ID=", "set MEWS_SERVICE_ID in the environment"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(
    environment: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    told: str,
) -> None:
    """Settings that are missing or wrong are named, nothing is written, and the status is 2."""
    name, _, value = setting.partition("=")
    monkeypatch.setenv(name, value)
    assert_cannot_run([environment], told, capsys)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://api.mews.com", "api.mews.com is production: add ALLOW_PRODUCTION=1"),
        ("https://API.mews.com./", "api.mews.com is production"),
        ("http://api.mews-demo.com", "BASE_URL must begin with https://"),
        ("https://me:secret@127.0.0.1", "BASE_URL must not have a password in it"),
        ("https://127.0.0.1:port", "BASE_URL is no URL"),
        ("http://127.0.0.1:1", "no answer from http://127.0.0.1:1 (ConnectError)"),
    ],
)
@pytest.mark.usefixtures("environment")
def test_a_wrong_address_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], address: str, told: str
) -> None:
    """Production, an open connection and a dead port are refused in words, with status 2."""
    assert_cannot_run([address], told, capsys)


@pytest.mark.usefixtures("environment")
def test_another_kind_of_server_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    """What answers in HTML is no Mews."""
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
    with raw_server(page) as base_url:
        assert_cannot_run([base_url], "does not speak like Mews: 200, not JSON", capsys)


def assert_cannot_run(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Assert that the command ends with one line and status 2."""
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert shown.err.count("\n") == 1
    assert told in shown.err


def test_a_full_rate_limit_is_waited_for(mock: MockMews) -> None:
    """A 429, which others can cause, is waited for as long as it says and makes no difference."""
    mock.inject(faults.error(429, retry_after=7), calls=1)
    mock.inject(faults.error(429), calls=2)
    waits: list[float] = []
    with httpx.Client(base_url="http://mock", transport=mock.transport) as http:
        wire = Wire(http, credentials_of(mock), sleep=waits.append)
        answer = wire.send(CODES, {"VoucherIds": [UNKNOWN_ID], "Limitation": {"Count": 1}})
    assert answer.status == 200
    assert [wait for wait in waits if wait] == [7.0, 30.0]


def test_requests_keep_their_distance(mock: MockMews) -> None:
    """A server that is shared with others gets one request at a time, and not at once."""
    waits: list[float] = []
    with httpx.Client(base_url="http://mock", transport=mock.transport) as http:
        wire = Wire(http, credentials_of(mock), pace=60.0, sleep=waits.append)
        for _ in range(3):
            wire.send(CODES, {"VoucherIds": [UNKNOWN_ID], "Limitation": {"Count": 1}})
    assert all(wait > 59 for wait in waits[1:])
