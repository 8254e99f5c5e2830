"""The independent server does what the contract says: operations, filters, pages, HTTP."""

import ast
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support import independent_server
from tests.support.independent_calls import Caller, calling, values_of
from tests.support.independent_server import IndependentServer

_OLD = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_it_imports_only_the_standard_library_and_itself() -> None:
    """It shares no code with client, mock and other tests, so that it shares no mistake."""
    for path in Path(independent_server.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                name = node.module or ""
                allowed = node.level == 1 or (node.level == 0 and _is_standard(name))
                assert allowed, (path.name, name)
            elif isinstance(node, ast.Import):
                assert all(_is_standard(one.name) for one in node.names), path.name
            elif isinstance(node, ast.Name):
                assert node.id not in {"__import__", "import_module"}, path.name


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names - {"importlib"}


def test_codes_are_added_listed_and_deleted(server: IndependentServer, caller: Caller) -> None:
    """A response has the items in the order of the request; deleted codes are still listed."""
    added = caller.add("A", "B", "C").body["VoucherCodes"]
    assert values_of(added) == ["A", "B", "C"]
    assert caller.call("voucherCodes/delete", VoucherCodeIds=[added[1]["Id"]]).body == {}
    assert values_of(server.active_codes()) == ["A", "C"]
    listed = caller.page().body["VoucherCodes"]
    states = [(code["Value"], code["IsActive"], code["ActivityState"]) for code in listed]
    assert states == [("C", True, "Active"), ("B", False, "Deleted"), ("A", True, "Active")]


def test_vouchers_are_added_updated_listed_and_deleted(
    server: IndependentServer, caller: Caller
) -> None:
    """An update keeps what it leaves out, sets a value, and clears by null."""
    rate = str(uuid4())
    given = {
        "ServiceId": server.service_id,
        "Name": "Weekend",
        "Type": "Public",
        "ExternalIdentifier": "x",
        "AssignedRateIds": [rate],
    }
    (added,) = caller.call("vouchers/add", VoucherParameters=[given]).body["Vouchers"]
    change = {
        "VoucherId": added["Id"],
        "Name": {"Value": "Week"},
        "ExternalIdentifier": {"Value": None},
        "Type": None,
    }
    (updated,) = caller.call("vouchers/update", VoucherUpdates=[change]).body["Vouchers"]
    assert updated == {**added, "Name": "Week", "ExternalIdentifier": None}
    extent = {"Vouchers": True, "VoucherAssignments": True, "Rates": True}
    filters: dict[str, Any] = {"ServiceIds": [server.service_id], "VoucherIds": [added["Id"]]}
    limitation = {"Count": 10}
    listed = caller.call("vouchers/getAll", Limitation=limitation, Extent=extent, **filters).body
    assert listed["Vouchers"] == [updated]
    assert listed["VoucherAssignments"] == [{"VoucherId": added["Id"], "RateId": rate}]
    assert [one["Id"] for one in listed["Rates"]] == [rate]
    assert listed["VoucherCodes"] is listed["Companies"] is None
    assert caller.call("vouchers/delete", VoucherIds=[added["Id"]]).status == 200
    assert [one["Id"] for one in server.active_vouchers()] == [server.voucher_id]
    assert caller.add("A", voucher_id=added["Id"]).status == 400


def test_vouchers_are_found_by_their_codes_and_companies(
    server: IndependentServer, caller: Caller
) -> None:
    """Each filter narrows the list; the extents show what belongs to the page."""
    company = str(uuid4())
    voucher_id = server.add_voucher(Type="PartnerCompany", CompanyId=company)
    server.add_codes(voucher_id, ["A", "B"])
    cases: list[tuple[dict[str, Any], int]] = [
        ({"VoucherCodeValues": ["B", "C"]}, 1),
        ({"CompanyIds": [company]}, 1),
        ({"ActivityStates": ["Active"]}, 2),
        ({"ActivityStates": ["Deleted"]}, 0),
        ({"ExternalIdentifiers": ["x"]}, 0),
        ({"EnterpriseIds": [str(uuid4())]}, 0),
    ]
    for filters, expected in cases:
        body: dict[str, Any] = {"ServiceIds": [server.service_id], "Limitation": {"Count": 9}}
        extent = dict.fromkeys(("Vouchers", "VoucherCodes", "Companies"), True)
        page = caller.call("vouchers/getAll", Extent=extent, **body, **filters).body
        assert len(page["Vouchers"]) == expected
        assert values_of(page["VoucherCodes"]) == (["B", "A"] if expected else [])
        assert [one["Id"] for one in page["Companies"]] == ([company] if expected else [])


def test_the_cursor_of_vouchers_is_there_without_extents(
    server: IndependentServer, caller: Caller
) -> None:
    """The thing counted is the voucher, whether it is shown or not."""
    ids = [server.voucher_id, server.add_voucher(), server.add_voucher()]
    seen: list[str] = []
    cursor = None
    for _ in ids:
        limitation = {"Count": 1, "Cursor": cursor}
        reply = caller.call(
            "vouchers/getAll", Limitation=limitation, Extent={}, ServiceIds=[server.service_id]
        )
        cursor = reply.body["Cursor"]
        seen.append(cursor)
    assert seen == ids[::-1]


@pytest.mark.parametrize("count", [1, 3, 7, 10, 1000])
def test_pages_have_each_code_once_newest_first(
    server: IndependentServer, caller: Caller, count: int
) -> None:
    """The cursor is the id of the oldest code of a page; an empty page has none."""
    server.add_codes(server.voucher_id, ["n1", "n2", "n3"])
    server.add_codes(server.voucher_id, ["o1", "o2", "o3", "o4"], created=_OLD)
    found: list[str] = []
    cursor = None
    while True:
        body = caller.page(count, cursor).body
        if body["Cursor"] is None:
            break
        assert body["Cursor"] == body["VoucherCodes"][-1]["Id"]
        cursor = body["Cursor"]
        found += values_of(body["VoucherCodes"])
    assert found == ["n3", "n2", "n1", "o4", "o3", "o2", "o1"]


def test_codes_can_be_listed_by_their_ids(server: IndependentServer, caller: Caller) -> None:
    """In pages as well, and of the vouchers that are asked for alone."""
    ids = server.add_codes(server.voucher_id, list("ABCD"))
    ids += server.add_codes(server.add_voucher(), ["E"])
    first = caller.page(2, VoucherCodeIds=ids[1:]).body
    assert values_of(first["VoucherCodes"]) == ["D", "C"]
    second = caller.page(2, first["Cursor"], VoucherCodeIds=[*ids[1:], ids[0].upper()]).body
    assert values_of(second["VoucherCodes"]) == ["B", "A"]
    assert caller.page(2, str(uuid4())).status == 400


def test_codes_of_several_vouchers_are_listed_in_one_order(
    server: IndependentServer, caller: Caller
) -> None:
    """Whatever voucher they belong to."""
    other = server.add_voucher()
    for number in range(6):
        server.add_codes((server.voucher_id, other)[number % 2], [str(number)])
    both = [server.voucher_id, other]
    assert values_of(caller.page(VoucherIds=both).body["VoucherCodes"]) == list("543210")


@pytest.mark.parametrize(
    ("start", "end", "is_found"),
    [(0, 1, True), (-1, 0, False), (0, 0, True), (-1, 1, True), (1, 2, False), (1, 1, False)],
)
def test_a_time_filter_excludes_its_end(
    server: IndependentServer, caller: Caller, start: int, end: int, *, is_found: bool
) -> None:
    """And where start and end are the same, it matches exactly that time."""
    server.add_codes(server.voucher_id, ["A"], created=_OLD)
    bounds = {"StartUtc": _seconds(start), "EndUtc": _seconds(end)}
    assert bool(caller.page(UpdatedUtc=bounds).body["VoucherCodes"]) == is_found


def _seconds(after: int) -> str:
    return (_OLD + timedelta(seconds=after)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_request_may_be_chunked(server: IndependentServer, caller: Caller) -> None:
    """Its pieces are put together."""
    body = caller.request_body({"VoucherCodeIds": server.add_codes(server.voucher_id, ["A"])})
    text = json.dumps(body).encode()
    data = (text[at : at + 7] for at in range(0, len(text), 7))
    assert caller.send("POST", "/api/connector/v1/voucherCodes/delete", data, {}).status == 200
    assert not server.active_codes()


def test_nothing_is_204_for_who_prefers_it(server: IndependentServer, caller: Caller) -> None:
    """An empty page and an empty object; a page with codes is sent as usual."""
    minimal = {"Prefer": "return=minimal"}
    filters = {"Limitation": {"Count": 1}, "VoucherIds": [server.voucher_id]}
    assert caller.call("voucherCodes/getAll", minimal, **filters).status == 204
    ids = server.add_codes(server.voucher_id, ["A"])
    assert caller.call("voucherCodes/getAll", minimal, **filters).status == 200
    assert caller.call("voucherCodes/delete", minimal, VoucherCodeIds=ids).status == 204


def test_the_clock_is_the_server_s_own() -> None:
    """`Date` and the times of items follow it, in full seconds."""
    with IndependentServer(clock_offset=-7200) as server, calling(server) as caller:
        reply = caller.add("A")
        created = datetime.fromisoformat(reply.body["VoucherCodes"][0]["CreatedUtc"])
        expected = datetime.now(UTC) - timedelta(hours=2)
        assert abs(created - expected) < timedelta(seconds=5)
        assert abs(parsedate_to_datetime(reply.headers["Date"]) - created) <= timedelta(seconds=2)


def test_sixteen_connections_are_answered_at_the_same_time(server: IndependentServer) -> None:
    """Each request adds its codes once, and a voucher may have 50,000."""
    server.add_codes(server.voucher_id, map(str, range(50_000)), created=_OLD)

    def add(worker: int) -> None:
        with calling(server) as caller:
            for number in range(5):
                assert caller.add(f"{worker}/{number}").status == 200
                assert len(caller.page(10).body["VoucherCodes"]) == 10

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(16)))
    values = values_of(server.active_codes())
    assert len(values) == len(set(values)) == 50_080


def test_closing_leaves_no_thread_and_no_connection() -> None:
    """Even if clients are connected, responses are slow, and requests wait to be applied."""
    before = set(threading.enumerate())
    faults = independent_server.At("voucherCodes/add", independent_server.late(60))
    server = IndependentServer(faults=[faults])
    with calling(server) as caller:
        assert caller.add("A").status == 504
        with pytest.raises(TimeoutError):
            server.wait_until_idle(0.01)
        server.close()
        with pytest.raises(ConnectionError):
            caller.add("B")
    server.close()
    assert set(threading.enumerate()) == before
    assert not server.active_codes()
