"""Comparing a server with the mock: what is reported, never changed, and left behind."""

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
from tests.programs.conformance.compare import Kind, Observation, findings, observe
from tests.programs.conformance.names import UNKNOWN_ID, Names
from tests.programs.conformance.run import ALL_STEPS, Table, run_steps
from tests.programs.conformance.steps import CODES
from tests.programs.conformance.target import connect, reference_mock
from tests.programs.conformance.wire import Wire, WireResponse
from tests.support.clients import credentials_of
from tests.support.documented import CODE, SCHEMAS, UNKNOWN, UNKNOWN_VALUE, JsonObject, document
from tests.support.hypothesis_profiles import examples
from tests.support.mock_api import response_schema
from tests.support.raw_server import raw_server
from tests.support.strategies import damaged, json_values

RUN = "mews-vouchers-conformance-test"
ALL_SAME = f"{len(ALL_STEPS)} of {len(ALL_STEPS)} steps: {len(ALL_STEPS)} same, 0 different"
CLEAN = "All added items are deleted."


@pytest.fixture
def mock() -> MockMews:
    """Return a mock with vouchers and codes of others."""
    mock = MockMews()
    mock.seed(vouchers=3, codes_per_voucher=2)
    return mock


def server_of(mock: MockMews) -> Server:
    """Return the settings of a mock in process."""
    return Server(
        "http://mock",
        credentials_of(mock),
        mock.enterprises[0].service_ids[0],
        transport=mock.transport,
    )


def differences(mock: MockMews) -> list[str]:
    """Compare a mock with a fresh one; return the rows of the table that are not `same`."""
    table, names = Table(), Names(RUN, mock.enterprises[0].service_ids[0])
    with (
        reference_mock(RUN) as expected,
        connect("http://mock", credentials_of(mock), names, transport=mock.transport) as compared,
    ):
        run_steps(expected, compared, table, lambda string: None)
    return [
        f"{step} | {one.expected} | {one.found} | {one.kind}"
        for step, one in table.rows
        if one.kind is not Kind.SAME
    ]


def active_items(mock: MockMews) -> list[str]:
    """Return the names and values of all items that are not deleted."""
    transport = mock.transport
    names = Names(RUN, mock.enterprises[0].service_ids[0])
    with connect("http://mock", credentials_of(mock), names, transport=transport) as compared:
        vouchers = list(compared.client.vouchers.get_all(service_ids=[names.service_id]))
        codes = compared.client.voucher_codes.get_all(voucher_ids=[one.id for one in vouchers])
        active = [one.name for one in vouchers if one.is_active]
        return active + [str(one.value) for one in codes if one.is_active]


@pytest.fixture
def environment(mock: MockMews, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the mock, set its environment variables, and yield its base URL."""
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
    """Over a connection no step differs; our items are deleted, others stay, no token shows."""
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


def test_without_a_base_url_it_starts_a_mock(capsys: pytest.CaptureFixture[str]) -> None:
    """`make conformance` alone compares a mock of its own."""
    assert main([]) == 0
    assert ALL_SAME in capsys.readouterr().out


def test_the_mock_does_what_the_steps_expect() -> None:
    """The mock gives the expected result of each step."""
    with reference_mock(RUN) as expected:
        assert {step.name: step.execute(expected).headline for step in ALL_STEPS} == {
            step.name: step.expected for step in ALL_STEPS
        }


# --- differences


def each(name: str, change: Callable[[JsonObject], object]) -> faults.Fault:
    """Change each item of a list in a result."""
    return faults.edit(lambda result: [change(item) for item in result.get(name) or []])


def without_header(name: str) -> faults.Fault:
    """Remove a header from each response."""

    def fault(call: faults.FaultedCall) -> MockResponse:
        response = call.proceed()
        return replace(response, headers={k: v for k, v in response.headers.items() if k != name})

    return fault


def test_exactly_the_planted_differences_are_reported(mock: MockMews) -> None:
    """The table has each difference, at the first step where it occurs, and nothing else."""
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
        "clear a value | Vouchers[].CompanyId: null | Vouchers[].CompanyId: string | different",
        "delete two codes | 200: {} | no response: RemoteProtocolError | different",
        "delete the voucher | 200: {} | 403 (Not today) | different",
        "client: rename | voucher: '@run renamed' | voucher: ? | different",
        f"client: deviation | none | Voucher.{UNKNOWN} is not in the document | undocumented",
        "client: deviation | none | Voucher.Name has the wrong JSON type | different",
    ]


def page_of_codes() -> JsonObject:
    """Return a page that is valid for the document."""
    required = {name: CODE[name] for name in SCHEMAS["VoucherCode"]["required"]}
    return {"VoucherCodes": [dict(CODE), required], "Cursor": UNKNOWN_ID}


@settings(max_examples=examples(50))
@given(damaged("VoucherCodeResult"))
def test_violations_of_the_document_are_reported(body: JsonObject) -> None:
    """If both servers send the same, exactly the violations of the document are reported."""
    reported = [finding.found for finding in findings(observation_of(body), observation_of(body))]
    assert all(" violates " in found for found in reported)
    assert bool(reported) != page_schema().is_valid(body)


@settings(max_examples=examples(50))
@given(json_values)
def test_any_body_can_be_reported(body: object) -> None:
    """A body of any shape, with any strings, becomes rows of printable string."""
    table = Table()
    table.add_step(
        "malformed", "200", findings(observation_of(page_of_codes()), observation_of(body))
    )
    assert len(table.rows) >= 1
    assert str(table).isascii()
    assert len(str(table).splitlines()) == len(table.rows) + 2


# Any: the outside world.
def observation_of(body: Any) -> Observation:
    """Return what is compared of a page of codes."""
    response = WireResponse(200, httpx.Headers({"Request-Id": UNKNOWN_ID}), body)
    return observe(response, CODES, Names(RUN, UNKNOWN_ID))


@cache
def page_schema() -> jsonschema_rs.Validator:
    """Return the document's schema of a page of codes."""
    schema = response_schema(document(), CODES, 200)
    assert schema is not None
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


# --- cleaning up


def interrupt(call: faults.FaultedCall) -> MockResponse:
    """Press Ctrl-C after a call is applied and before its response arrives."""
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
    """Wherever it is interrupted, even before it knows an id, it deletes only its own items."""
    before = active_items(mock)
    mock.inject(interrupt, operation, calls=call)
    assert conform(server_of(mock)) == 130
    assert "Interrupted.\n" in capsys.readouterr().out
    assert active_items(mock) == before


def test_a_lost_response_leaves_nothing_behind(
    mock: MockMews, capsys: pytest.CaptureFixture[str]
) -> None:
    """A voucher is found and deleted even if no response to its add was received."""
    before = active_items(mock)
    mock.inject(faults.drop_after(), "vouchers/add", calls=1)
    assert conform(server_of(mock)) == 1
    shown = capsys.readouterr().out
    assert ", 22 not tried" in shown
    assert CLEAN in shown
    assert active_items(mock) == before


def test_a_server_that_dies_leads_to_a_list(
    mock: MockMews, capsys: pytest.CaptureFixture[str]
) -> None:
    """If the server stops responding, the command ends, and names the ids that may be left."""
    mock.inject(faults.drop_before(httpx.ConnectError), calls=range(30, 1000))
    assert conform(server_of(mock)) == 2
    shown = capsys.readouterr().out
    left = [request.body for request in mock.requests if request.operation == "voucherCodes/add"]
    assert "The server stopped responding." in shown
    assert CLEAN not in shown
    assert f"perhaps voucher: {left[-1]['VoucherCodeParameters'][0]['VoucherId']}" in shown


def test_an_ignored_filter_deletes_nothing_of_others(mock: MockMews) -> None:
    """A server that lists more than requested does not make it delete items of others."""
    before = active_items(mock)

    def unfiltered(call: faults.FaultedCall) -> MockResponse:
        filters = {"ExternalIdentifiers", "VoucherIds", "UpdatedUtc"}
        return call.proceed({k: v for k, v in call.body.items() if k not in filters})

    mock.inject(unfiltered, "vouchers/getAll")
    assert conform(server_of(mock)) == 1
    assert active_items(mock) == before


# --- tokens and mistakes


def test_echoed_tokens_are_redacted(mock: MockMews, capsys: pytest.CaptureFixture[str]) -> None:
    """A server may echo the tokens, as a message or as a name: they are removed."""
    token = mock.access_token
    mock.inject(faults.error(403, f"No, {token}"), "vouchers/update", calls=1)
    mock.inject(each("VoucherCodes", lambda item: item.update({token: 1})))
    assert conform(server_of(mock)) == 1
    shown = "".join(capsys.readouterr())
    assert "403 (No, ***)" in shown
    assert "VoucherCodes[].***" in shown
    assert token not in shown


@pytest.mark.parametrize(
    ("setting", "reported"),
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
    reported: str,
) -> None:
    """Missing or wrong settings are named, nothing is written, and the status is 2."""
    name, _, value = setting.partition("=")
    monkeypatch.setenv(name, value)
    assert_cannot_run([environment], reported, capsys)


@pytest.mark.parametrize(
    ("address", "reported"),
    [
        ("https://api.mews.com", "api.mews.com is production: set ALLOW_PRODUCTION=1"),
        ("https://API.mews.com./", "api.mews.com is production"),
        ("http://api.mews-demo.com", "BASE_URL must start with https://"),
        ("https://me:secret@127.0.0.1", "BASE_URL must not contain a password"),
        ("https://127.0.0.1:port", "BASE_URL is not a URL"),
        ("http://127.0.0.1:1", "no response from http://127.0.0.1:1 (ConnectError)"),
    ],
)
@pytest.mark.usefixtures("environment")
def test_a_wrong_base_url_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], address: str, reported: str
) -> None:
    """Production, an unencrypted connection and a closed port are rejected with status 2."""
    assert_cannot_run([address], reported, capsys)


@pytest.mark.usefixtures("environment")
def test_another_kind_of_server_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A server that responds in HTML is not a Mews server."""
    page = b"HTTP/1.1 200 OK\r\nContent-Type: string/html\r\nContent-Length: 6\r\n\r\n<html>"
    with raw_server(page) as base_url:
        assert_cannot_run([base_url], "is not a Mews server: 200, not JSON", capsys)


def assert_cannot_run(
    arguments: list[str], reported: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Assert that the command ends with one line and status 2."""
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert shown.err.count("\n") == 1
    assert reported in shown.err


def test_a_full_rate_limit_is_waited_for(mock: MockMews) -> None:
    """A 429, which others can cause, is waited for, and makes no difference."""
    mock.inject(faults.error(429, retry_after=7), calls=1)
    mock.inject(faults.error(429), calls=2)
    waits: list[float] = []
    with httpx.Client(base_url="http://mock", transport=mock.transport) as http:
        wire = Wire(http, credentials_of(mock), sleep=waits.append)
        response = wire.send(CODES, {"VoucherIds": [UNKNOWN_ID], "Limitation": {"Count": 1}})
    assert response.status == 200
    assert [wait for wait in waits if wait] == [7.0, 30.0]


def test_requests_keep_the_pace(mock: MockMews) -> None:
    """A shared server gets one request at a time, with pauses between them."""
    waits: list[float] = []
    with httpx.Client(base_url="http://mock", transport=mock.transport) as http:
        wire = Wire(http, credentials_of(mock), pace=60.0, sleep=waits.append)
        for _ in range(3):
            wire.send(CODES, {"VoucherIds": [UNKNOWN_ID], "Limitation": {"Count": 1}})
    assert all(wait > 59 for wait in waits[1:])
