"""Each fault means the same in process, blocking or awaited, and over a socket."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from mews_vouchers.mock import Answer, MockMews, faults
from mews_vouchers.mock.faults import Fault

from tests.support.documented import ENUMS, EVERYTHING
from tests.support.mock_api import check_answer
from tests.support.transports import ADD_CODES, GET_CODES, JsonObject, Transport, open_transport

# --- answers


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
def test_any_answer_is_sent_as_it_is(
    transport: Transport, status: int, body: bytes | str, headers: dict[str, str]
) -> None:
    """Any status, body and headers arrive as they were given, and nothing is carried out."""
    transport.mock.inject(faults.answer(status, body, headers))
    response = transport.add("x")
    content = body.encode() if isinstance(body, str) else body
    assert (response.status_code, response.content) == (status, content)
    raw = dict(response.headers.raw)
    found = {name.lower(): value.decode("latin-1") for name, value in raw.items()}
    assert {name.lower().encode(): value for name, value in headers.items()}.items() <= {
        name: value for name, value in found.items() if name not in {b"date", b"connection"}
    }.items()
    recorded = transport.mock.requests[-1]
    assert (recorded.status, recorded.carried_out) == (status, False)
    assert transport.values() == []


@pytest.mark.parametrize("retry_after", [None, 3, 0.5, "Wed, 01 Jan 2031 00:00:00 GMT"])
def test_errors_have_the_vendors_shape(
    transport: Transport, retry_after: float | str | None
) -> None:
    """An injected error is one of the vendor's, and `Retry-After` is there only if it is asked."""
    transport.mock.inject(faults.error(429, "Slow down", retry_after=retry_after))
    response = transport.page()
    check_answer("", response)
    assert (response.status_code, response.json()["Message"]) == (429, "Slow down")
    expected = None if retry_after is None else str(retry_after)
    assert response.headers.get("Retry-After") == expected


@pytest.mark.parametrize("make", [faults.answer, faults.error])
def test_an_answer_can_hide_that_the_call_was_carried_out(
    transport: Transport, make: Callable[..., Fault]
) -> None:
    """With `carried_out` the mock does what was asked, and the answer says something else."""
    transport.mock.inject(make(500, carried_out=True))
    assert transport.add("x").status_code == 500
    recorded = transport.mock.requests[-1]
    assert (recorded.status, recorded.carried_out) == (500, True)
    assert transport.values() == ["x"]


@pytest.mark.parametrize(("status", "body"), [(100, ""), (199, ""), (1000, ""), (204, "x")])
def test_what_http_cannot_send_is_refused(status: int, body: str) -> None:
    """An answer that no server could give is a mistake of the test, and is told at once."""
    with pytest.raises(ValueError, match=r"status"):
        faults.answer(status, body)


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
    """So are headers that would end otherwise in each way, and the length, which is the mock's."""
    with pytest.raises(ValueError, match=f"cannot have the header '{header[0]}'"):
        faults.answer(200, "{}", dict([header]))


@pytest.mark.parametrize("make", [lambda: faults.slow(-1), lambda: faults.drop_during(-1)])
def test_less_than_nothing_is_refused(make: Callable[[], Fault]) -> None:
    """An answer cannot come before it is asked for, nor fewer bytes than none."""
    with pytest.raises(ValueError, match="cannot come"):
        make()


def test_a_fault_of_the_users_own_is_held_to_the_same() -> None:
    """An `Answer` takes no body but bytes, and neither time nor length below 0."""
    body: Any = {"Vouchers": []}
    with pytest.raises(TypeError, match="the body of an answer is bytes, not dict"):
        faults.answer(200, body)
    with pytest.raises(ValueError, match="less than 0"):
        Answer(200, {}, b"{}", delay=-0.1)
    with pytest.raises(ValueError, match="less than 0"):
        Answer(200, {}, b"{}", cut=-1)


# --- sizes


def test_a_page_above_a_size_is_too_heavy(transport: Transport) -> None:
    """A listing that asks for more items is a 408; as many are fine, and so is what lists none."""
    transport.mock.inject(faults.too_heavy(above=2))
    assert [transport.page(count).status_code for count in (1, 2, 3, 1000)] == [200, 200, 408, 408]
    assert transport.add("x", "y", "z").status_code == 200


def test_a_body_above_a_size_is_too_large(transport: Transport) -> None:
    """A body of more bytes is a 413, and one of exactly as many is fine."""
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
    """Dropped before, after or during: the client gets no answer, and the record tells which."""
    connected.mock.inject(fault, calls=1)
    with pytest.raises(httpx.RemoteProtocolError):
        connected.add("x")
    recorded = connected.mock.requests[-1]
    assert (recorded.status, recorded.carried_out) == (status, bool(added))
    assert connected.add("y").status_code == 200
    assert connected.values() == [*added, "y"]


def test_an_answer_without_a_body_is_lost_as_a_whole(connected: Transport) -> None:
    """Where there is no middle of the body, the connection breaks before the head."""
    connected.mock.inject(faults.drop_during())
    connected.mock.inject(faults.answer(204))
    with pytest.raises(httpx.RemoteProtocolError):
        connected.page()


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("make", [faults.drop_before, faults.drop_after])
@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.WriteError])
def test_a_drop_can_be_any_error_in_process(
    kind: str, make: Callable[..., Fault], error: type[httpx.TransportError]
) -> None:
    """In process the client gets the error that was asked for, with the request it belongs to."""
    with open_transport(kind, MockMews(seed=7)) as transport:
        transport.mock.inject(make(error))
        with pytest.raises(error) as caught:
            transport.add("x")
        assert caught.value.request.url.path.endswith(ADD_CODES)


def test_slow_answers_come_late(transport: Transport) -> None:
    """A slow answer is the same answer, later; several delays add up."""
    transport.mock.inject(faults.slow(0.05))
    transport.mock.inject(faults.slow(0.05))
    start = time.monotonic()
    assert transport.page().status_code == 200
    assert time.monotonic() - start >= 0.1


def test_clients_give_up_on_slow_answers_when_they_said(connected: Transport) -> None:
    """A read timeout ends the wait at its own time, and the call is carried out all the same."""
    connected.mock.inject(faults.slow(30.0))
    start = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        connected.add("x", timeout=0.1)
    assert 0.1 <= time.monotonic() - start < 5
    assert connected.values() == ["x"]


# --- contents


def test_half_a_body_is_sent_as_if_it_were_whole(transport: Transport) -> None:
    """A truncated answer is a complete HTTP answer, with JSON that ends too early."""
    whole = transport.page().content
    transport.mock.inject(faults.truncate())
    response = transport.page()
    half = whole[: len(whole) // 2]
    assert (response.status_code, response.content) == (200, half)


def test_a_cursor_is_repeated(transport: Transport) -> None:
    """From the second page on, the answer has the cursor that was asked for."""
    first = transport.page(1).json()
    transport.mock.inject(faults.repeat_cursor())
    assert transport.page(1).json() == first
    second = transport.page(1, first["Cursor"]).json()
    assert second["Cursor"] == first["Cursor"]
    assert second["VoucherCodes"] != first["VoucherCodes"]


def test_a_page_is_empty_with_a_live_cursor(transport: Transport) -> None:
    """The items are gone, and the cursor leads on to the rest."""
    transport.mock.inject(faults.empty_page(), GET_CODES, calls=1)
    first = transport.page(2).json()
    assert (first["VoucherCodes"], first["Cursor"] is None) == ([], False)
    assert len(transport.page(2, first["Cursor"]).json()["VoucherCodes"]) == 1


def test_enums_are_unknown(transport: Transport) -> None:
    """Each enum that is not null has a value that the document does not list, and nothing else."""
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
    """Return an answer with another value for each enum in it."""
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
    """A property is left out wherever it is, and all others stay."""
    plain: JsonObject = transport.page().json()
    transport.mock.inject(faults.missing_property(name))
    expected = [
        {key: value for key, value in code.items() if key != name} for code in plain["VoucherCodes"]
    ]
    whole = {**plain, "VoucherCodes": expected}
    assert transport.page().json() == {key: value for key, value in whole.items() if key != name}


@pytest.mark.parametrize(
    "next_fault",
    [faults.answer(200, "<html>"), faults.truncate(), faults.answer(200, "[]"), faults.error(400)],
)
def test_only_results_are_edited(next_fault: Fault) -> None:
    """What is no result, because another fault made it so, is left as it is."""
    with open_transport("sync", MockMews(seed=7)) as transport:
        transport.mock.inject(next_fault)
        plain = transport.page().content
        transport.mock.clear_faults()
        for fault in (faults.unknown_enum(), faults.empty_page(), next_fault):
            transport.mock.inject(fault)
        assert transport.page().content == plain
