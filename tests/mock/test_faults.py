"""Each fault has the same effect in process, for sync and async clients, and over a socket."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from mews_vouchers.mock import MockMews, MockResponse, faults
from mews_vouchers.mock.faults import Fault

from tests.support.documented import ENUMS, EVERYTHING
from tests.support.mock_api import check_response
from tests.support.transports import ADD_CODES, GET_CODES, JsonObject, Transport, open_transport

# --- responses


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (502, "<html>Bad gateway \N{SNOWMAN}</html>", {"Content-Type": "text/html"}),
        (200, b"", {}),
        (200, b'{"VoucherCodes": [', {"Content-Type": "application/json"}),
        (200, b"\xff\x00", {"X-Odd": "caf\xe9", "Retry-After": ""}),
        (204, b"", {"Request-Id": "x"}),
        (304, b"", {}),
        (301, b"", {"Location": "/"}),
        (599, b"{}", {}),
        (999, b"{}", {}),
    ],
)
def test_any_response_is_sent_unchanged(
    transport: Transport, status: int, body: bytes | str, headers: dict[str, str]
) -> None:
    """Any status, body and headers are sent unchanged, and the request is not applied."""
    transport.mock.inject(faults.respond(status, body, headers))
    response = transport.add("x")
    content = body.encode() if isinstance(body, str) else body
    assert (response.status_code, response.content) == (status, content)
    raw = dict(response.headers.raw)
    found = {name.lower(): value.decode("latin-1") for name, value in raw.items()}
    assert {name.lower().encode(): value for name, value in headers.items()}.items() <= {
        name: value for name, value in found.items() if name not in {b"date", b"connection"}
    }.items()
    recorded = transport.mock.requests[-1]
    assert (recorded.status, recorded.applied) == (status, False)
    assert transport.values() == []


@pytest.mark.parametrize("retry_after", [None, 3, 0.5, "Wed, 01 Jan 2031 00:00:00 GMT"])
def test_errors_have_the_vendors_shape(
    transport: Transport, retry_after: float | str | None
) -> None:
    """An injected error has the vendor's format, and `Retry-After` only if it is given."""
    transport.mock.inject(faults.error(429, "Slow down", retry_after=retry_after))
    response = transport.page()
    check_response("", response)
    assert (response.status_code, response.json()["Message"]) == (429, "Slow down")
    expected = None if retry_after is None else str(retry_after)
    assert response.headers.get("Retry-After") == expected


@pytest.mark.parametrize("make", [faults.respond, faults.error])
def test_a_response_can_hide_that_the_request_was_applied(
    transport: Transport, make: Callable[..., Fault]
) -> None:
    """With `applied` the mock applies the request, and the response says something else."""
    transport.mock.inject(make(500, applied=True))
    assert transport.add("x").status_code == 500
    recorded = transport.mock.requests[-1]
    assert (recorded.status, recorded.applied) == (500, True)
    assert transport.values() == ["x"]


@pytest.mark.parametrize(("status", "body"), [(100, ""), (199, ""), (1000, ""), (204, "x")])
def test_what_http_cannot_send_is_refused(status: int, body: str) -> None:
    """A response that HTTP does not allow is a `ValueError` when the fault is made."""
    with pytest.raises(ValueError, match=r"status"):
        faults.respond(status, body)


@pytest.mark.parametrize(
    "header",
    [
        ("X-Euro", "\N{EURO SIGN}"),
        ("X-Two", "1\r\nX-Lines: 2"),
        ("X Space", ""),
        ("", "nameless"),
        ("content-length", "2"),
        ("Transfer-Encoding", "chunked"),
    ],
)
def test_a_header_that_http_cannot_send_is_refused(header: tuple[str, str]) -> None:
    """Invalid headers and headers about the length or the connection are a `ValueError`."""
    with pytest.raises(ValueError, match=f"cannot have the header '{header[0]}'"):
        faults.respond(200, "{}", dict([header]))


@pytest.mark.parametrize("make", [lambda: faults.slow(-1), lambda: faults.drop_during(-1)])
def test_negative_numbers_are_refused(make: Callable[[], Fault]) -> None:
    """A negative delay or number of bytes is a `ValueError`."""
    with pytest.raises(ValueError, match="must be >= 0"):
        make()


def test_responses_of_custom_faults_are_validated() -> None:
    """A `MockResponse` validates its body, delay and number of bytes, too."""
    body: Any = {"Vouchers": []}
    with pytest.raises(TypeError, match="the body of a response must be bytes, not dict"):
        faults.respond(200, body)
    with pytest.raises(ValueError, match="must be >= 0"):
        MockResponse(200, {}, b"{}", delay=-0.1)
    with pytest.raises(ValueError, match="must be >= 0"):
        MockResponse(200, {}, b"{}", disconnect_after=-1)


# --- sizes


def test_a_page_above_a_size_is_too_heavy(transport: Transport) -> None:
    """A listing that requests more items is a 408; other listings and writes are applied."""
    transport.mock.inject(faults.too_heavy(above=2))
    assert [transport.page(count).status_code for count in (1, 2, 3, 1000)] == [200, 200, 408, 408]
    assert transport.add("x", "y", "z").status_code == 200


def test_a_body_above_a_size_is_too_large(transport: Transport) -> None:
    """A body of more bytes is a 413; one of exactly as many is applied."""
    codes = [{"VoucherId": transport.voucher_id, "Value": "\N{SNOWMAN}"}]
    content = transport.content(VoucherCodeParameters=codes)
    transport.mock.inject(faults.too_large(above=len(content)))
    assert transport.send(ADD_CODES, content).status_code == 200
    assert transport.send(ADD_CODES, content + b" ").status_code == 413
    assert transport.values() == ["\N{SNOWMAN}"]


# --- connections


@pytest.mark.parametrize(
    ("fault", "status", "added"),
    [
        (faults.drop_before(), None, []),
        (faults.drop_after(), None, ["x"]),
        (faults.drop_during(), 200, ["x"]),
        (faults.drop_during(0), 200, ["x"]),
        (faults.drop_during(10**9), 200, ["x"]),
    ],
    ids=["before", "after", "first byte", "no byte", "last byte"],
)
def test_connections_break(
    connected: Transport, fault: Fault, status: int | None, added: list[str]
) -> None:
    """Dropped before, after or during: the client gets no response, and `requests` tells which."""
    connected.mock.inject(fault, calls=1)
    with pytest.raises(httpx.RemoteProtocolError):
        connected.add("x")
    recorded = connected.mock.requests[-1]
    assert (recorded.status, recorded.applied) == (status, bool(added))
    assert connected.add("y").status_code == 200
    assert connected.values() == [*added, "y"]


def test_a_response_without_a_body_is_not_sent_at_all(connected: Transport) -> None:
    """If the body is empty, the connection breaks before the headers."""
    connected.mock.inject(faults.drop_during())
    connected.mock.inject(faults.respond(204))
    with pytest.raises(httpx.RemoteProtocolError):
        connected.page()


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("make", [faults.drop_before, faults.drop_after])
@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.WriteError])
def test_a_drop_can_be_any_error_in_process(
    kind: str, make: Callable[..., Fault], error: type[httpx.TransportError]
) -> None:
    """In process the client gets the given exception, with its request."""
    with open_transport(kind, MockMews(seed=7)) as transport:
        transport.mock.inject(make(error))
        with pytest.raises(error) as caught:
            transport.add("x")
        assert caught.value.request.url.path.endswith(ADD_CODES)


def test_slow_responses_are_delayed(transport: Transport) -> None:
    """A slow response is the same response, later; several delays add up."""
    transport.mock.inject(faults.slow(0.05))
    transport.mock.inject(faults.slow(0.05))
    start = time.monotonic()
    assert transport.page().status_code == 200
    assert time.monotonic() - start >= 0.1


def test_read_timeouts_apply_to_slow_responses(connected: Transport) -> None:
    """A read timeout ends the wait on time, and the request is applied nevertheless."""
    connected.mock.inject(faults.slow(30.0))
    start = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        connected.add("x", timeout=0.1)
    assert 0.1 <= time.monotonic() - start < 5
    assert connected.values() == ["x"]


# --- contents


def test_half_a_body_is_sent_as_a_complete_response(transport: Transport) -> None:
    """A truncated response is a complete HTTP response with incomplete JSON."""
    whole = transport.page().content
    transport.mock.inject(faults.truncate())
    response = transport.page()
    half = whole[: len(whole) // 2]
    assert (response.status_code, response.content) == (200, half)


def test_a_cursor_is_repeated(transport: Transport) -> None:
    """From the second page on, the response has the cursor that was sent."""
    first = transport.page(1).json()
    transport.mock.inject(faults.repeat_cursor())
    assert transport.page(1).json() == first
    second = transport.page(1, first["Cursor"]).json()
    assert second["Cursor"] == first["Cursor"]
    assert second["VoucherCodes"] != first["VoucherCodes"]


def test_a_page_is_empty_with_a_live_cursor(transport: Transport) -> None:
    """The items are removed, and the cursor leads to the next page."""
    transport.mock.inject(faults.empty_page(), GET_CODES, calls=1)
    first = transport.page(2).json()
    assert (first["VoucherCodes"], first["Cursor"] is None) == ([], False)
    assert len(transport.page(2, first["Cursor"]).json()["VoucherCodes"]) == 1


def test_enums_are_unknown(transport: Transport) -> None:
    """Each enum that is not null has the given value, and nothing else changes."""
    enterprise = transport.mock.enterprises[0]
    for company_id in enterprise.company_ids:
        transport.mock.add_voucher(CompanyId=company_id, AssignedRateIds=enterprise.rate_ids[:1])
    body: JsonObject = {
        "ServiceIds": enterprise.service_ids,
        "Extent": EVERYTHING,
        "Limitation": {"Count": 1000},
    }
    plain = transport.post("vouchers/getAll", **body).json()
    transport.mock.inject(faults.unknown_enum("Odd"))
    assert transport.post("vouchers/getAll", **body).json() == spoilt(plain, "Odd")
    ratings = [one["CreditRating"]["Basic"] for one in plain["Companies"]]
    assert None in ratings
    assert "CreditOk" in ratings


# Any: JSON of any shape.
def spoilt(value: Any, enum: str) -> Any:
    """Return a response with this value for each enum in it."""
    if isinstance(value, list):
        return [spoilt(one, enum) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: enum if name in ENUMS and inner is not None else spoilt(inner, enum)
        for name, inner in value.items()
    }


@pytest.mark.parametrize("name", ["Value", "ActivityState", "Cursor", "VoucherCodes"])
def test_a_property_is_missing(transport: Transport, name: str) -> None:
    """A property is removed from every object, and all others stay."""
    plain: JsonObject = transport.page().json()
    transport.mock.inject(faults.missing_property(name))
    expected = [
        {key: value for key, value in code.items() if key != name} for code in plain["VoucherCodes"]
    ]
    whole = {**plain, "VoucherCodes": expected}
    assert transport.page().json() == {key: value for key, value in whole.items() if key != name}


@pytest.mark.parametrize(
    "next_fault",
    [
        faults.respond(200, "<html>"),
        faults.truncate(),
        faults.respond(200, "[]"),
        faults.error(400),
    ],
)
def test_only_results_are_edited(next_fault: Fault) -> None:
    """A response that another fault made an error or no JSON object is left unchanged."""
    with open_transport("sync", MockMews(seed=7)) as transport:
        transport.mock.inject(next_fault)
        plain = transport.page().content
        transport.mock.clear_faults()
        for fault in (faults.unknown_enum(), faults.empty_page(), next_fault):
            transport.mock.inject(fault)
        assert transport.page().content == plain
