"""The independent server refuses what the contract and its own rules do not allow."""

import json
import socket
import time
from typing import Any
from uuid import uuid4

import pytest

from tests.support.independent_calls import Caller, calling, values_of
from tests.support.independent_server import IndependentServer

_LAST = "9999-12-31T00:00:00Z"


def test_an_interval_has_at_most_three_months(caller: Caller) -> None:
    """By the calendar, to the second."""
    bounds = {"StartUtc": "2026-03-01T12:00:00Z", "EndUtc": "2026-06-01T12:00:00Z"}
    assert caller.page(UpdatedUtc=bounds).status == 200
    reply = caller.page(UpdatedUtc={**bounds, "EndUtc": "2026-06-01T12:00:01Z"})
    assert (reply.status, reply.body["Details"]) == (400, "UpdatedUtc")


def test_a_list_has_at_most_1000_items(server: IndependentServer, caller: Caller) -> None:
    """One more is rejected as a whole, and an empty list as well."""
    assert caller.add(*map(str, range(1001))).status == 400
    assert caller.add().status == 400
    assert not server.active_codes()
    assert caller.add(*map(str, range(1000))).status == 200
    assert len(server.active_codes()) == 1000


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ({"Value": ""}, ".Value"),
        ({"Value": "x" * 129}, ".Value"),
        ({"Value": None}, ".Value"),
        ({"VoucherId": "x"}, ".VoucherId"),
        ({"VoucherId": str(uuid4())}, ".VoucherId"),
        ({"ValidityStartUtc": "2026-01-01T00:00:00+01:00"}, ".ValidityStartUtc"),
        ({"ValidityEndUtc": "2026-02-30T00:00:00Z"}, ".ValidityEndUtc"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_added(
    server: IndependentServer, caller: Caller, bad: dict[str, Any], place: str
) -> None:
    """`Details` has its place; where the server does not give details, it is null."""
    rows = [{"VoucherId": server.voucher_id, "Value": str(number)} for number in range(20)]
    rows[10] |= bad
    reply = caller.call("voucherCodes/add", VoucherCodeParameters=rows)
    where = f"VoucherCodeParameters[10]{place}"
    assert (reply.status, reply.body["Details"]) == (400, where)
    assert reply.body["Message"] == f"Invalid {where}"
    assert reply.body["RequestId"] == reply.headers["Request-Id"]
    server.settings.details = False
    reply = caller.call("voucherCodes/add", VoucherCodeParameters=rows)
    assert (reply.status, reply.body["Details"]) == (400, None)
    assert not server.active_codes()


def test_a_rule_of_the_property_refuses_a_value(server: IndependentServer, caller: Caller) -> None:
    """With the status that the test chose, for the whole request."""
    server.settings.refused["BAD"] = 403
    reply = caller.add("A", "BAD")
    assert (reply.status, reply.body["Details"]) == (403, "VoucherCodeParameters[1].Value")
    assert not server.active_codes()


def test_deleting_what_is_not_there_changes_nothing(
    server: IndependentServer, caller: Caller
) -> None:
    """Unknown and deleted ids are a 400 that names the row."""
    known, deleted = server.add_codes(server.voucher_id, ["A", "B"])
    server.delete_codes([deleted])
    for absent in (deleted, str(uuid4())):
        reply = caller.call("voucherCodes/delete", VoucherCodeIds=[known, absent])
        assert (reply.status, reply.body["Details"]) == (400, "VoucherCodeIds[1]")
    assert values_of(server.active_codes()) == ["A"]


def test_tokens_are_checked_and_not_recorded(server: IndependentServer, caller: Caller) -> None:
    """A wrong token is a 401, a missing one a 400."""
    assert caller.page(AccessToken="wrong").status == 401
    assert caller.page(ClientToken="").status == 400
    caller.page()
    assert [record.status for record in server.requests] == [401, 400, 200]
    for token in (server.client_token, server.access_token):
        assert token not in str([record.body for record in server.requests])


def test_what_is_no_operation_is_an_error(caller: Caller) -> None:
    """Other addresses and methods are a 404; bodies that are no JSON object a 400."""
    path = "/api/connector/v1/voucherCodes/getAll"
    assert caller.send("POST", f"{path}/", b"{}", {}).status == 404
    assert caller.send("PUT", path, b"{}", {}).status == 404
    for data in (b"", b"[]", b"{,}", b'{"Count": NaN}', b"\xff"):
        assert caller.send("POST", path, data, {}).status == 400
    assert caller.send("POST", path, b"{}", {"Content-Type": "text/plain"}).status == 400
    assert caller.page(LanguageCode="en-US").status == 400


def test_a_rate_limit_says_how_long_to_wait() -> None:
    """The window begins with the first request of a burst."""
    with IndependentServer(rate_limit=(2, 0.2)) as server, calling(server) as caller:
        statuses = [caller.page().status for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert caller.page().headers["Retry-After"] == "1"
        time.sleep(0.2)
        assert caller.page().status == 200


def test_a_body_may_be_too_large() -> None:
    """It is a 413, and nothing is added."""
    with IndependentServer(max_body=1000) as server, calling(server) as caller:
        assert caller.add(*map(str, range(100))).status == 413
        assert caller.add("A").status == 200
        assert values_of(server.active_codes()) == ["A"]


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ({"Limitation": {"Count": 0}}, "Limitation.Count"),
        ({"Limitation": {"Count": 1001}}, "Limitation.Count"),
        ({"Limitation": {"Count": True}}, "Limitation.Count"),
        ({"Limitation": {"Count": 1, "Cursor": str(uuid4())}}, "Limitation.Cursor"),
        ({"VoucherIds": None}, "VoucherIds"),
        ({"VoucherIds": []}, "VoucherIds"),
        ({"VoucherIds": ["x"]}, "VoucherIds[0]"),
        ({"EnterpriseIds": [str(uuid4())] * 1001}, "EnterpriseIds"),
        ({"UpdatedUtc": {"StartUtc": "yesterday"}}, "UpdatedUtc.StartUtc"),
        (
            {"UpdatedUtc": {"StartUtc": _LAST, "EndUtc": _LAST.replace("31", "30")}},
            "UpdatedUtc",
        ),
        ({"UpdatedUtc": []}, "UpdatedUtc"),
    ],
)
def test_a_bad_filter_is_named(
    server: IndependentServer, caller: Caller, bad: dict[str, Any], place: str
) -> None:
    """Of a listing, with the reason for the developer."""
    body = {"Limitation": {"Count": 1}, "VoucherIds": [server.voucher_id]} | bad
    reply = caller.call("voucherCodes/getAll", **body)
    assert (reply.status, reply.body["Details"]) == (400, place)


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ({"ServiceId": str(uuid4())}, ".ServiceId"),
        ({"Name": "x" * 129}, ".Name"),
        ({"Type": "Secret"}, ".Type"),
        ({"Type": "PartnerCompany"}, ".CompanyId"),
        ({"AssignedRateIds": [str(uuid4())] * 2}, ".AssignedRateIds"),
        ({"AssignedRateIds": [str(uuid4()) for _ in range(11)]}, ".AssignedRateIds"),
        ({"ExternalIdentifier": "x" * 256}, ".ExternalIdentifier"),
    ],
)
def test_a_bad_voucher_is_named_and_none_is_added(
    server: IndependentServer, caller: Caller, bad: dict[str, Any], place: str
) -> None:
    """By the contract, and by the rule that some types need a company."""
    good = {"ServiceId": server.service_id, "Name": "A", "Type": "Public"}
    reply = caller.call("vouchers/add", VoucherParameters=[good, good | bad])
    assert (reply.status, reply.body["Details"]) == (400, f"VoucherParameters[1]{place}")
    assert len(server.active_vouchers()) == 1


def test_a_bad_update_changes_no_voucher(server: IndependentServer, caller: Caller) -> None:
    """A name cannot be cleared, and a type that needs a company has to have one."""
    before = server.active_vouchers()
    good = {"VoucherId": server.voucher_id, "Name": {"Value": "B"}}
    for bad, place in (
        ({"Name": {"Value": None}}, ".Name.Value"),
        ({"Type": {"Value": "TravelAgency"}}, ".CompanyId"),
        ({"VoucherId": str(uuid4())}, ".VoucherId"),
    ):
        reply = caller.call("vouchers/update", VoucherUpdates=[good, good | bad])
        assert (reply.status, reply.body["Details"]) == (400, f"VoucherUpdates[1]{place}")
    assert server.active_vouchers() == before


def test_what_is_no_http_ends_the_connection(server: IndependentServer) -> None:
    """And other connections go on."""
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    path = b"POST /api/connector/v1/voucherCodes/getAll HTTP/1.1\r\n"
    chunked = path + b"Transfer-Encoding: chunked\r\n\r\nno size\r\n"
    for data in (b"hello\r\n", path + b"Content-Length: many\r\n\r\n", chunked, b"x" * 10_000):
        with socket.create_connection(address, 5) as connection:
            connection.sendall(data)
            try:
                assert connection.recv(1) == b""
            except ConnectionResetError:
                continue  # it closed before it had read everything
    with calling(server) as caller:
        assert caller.page().status == 200


def test_a_client_may_ask_before_it_sends_the_body(server: IndependentServer) -> None:
    """With `Expect: 100-continue`."""
    with calling(server) as caller:
        data = json.dumps(caller.request_body({})).encode()
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    head = "POST /api/connector/v1/voucherCodes/add HTTP/1.1\r\nExpect: 100-continue\r\n"
    with socket.create_connection(address, 5) as connection:
        connection.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode())
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(data)
        assert connection.recv(12) == b"HTTP/1.1 400"
