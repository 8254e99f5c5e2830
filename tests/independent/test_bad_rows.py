"""Bad rows of an import: named before or after sending, and left out of what is written."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from math import log2
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import (
    BadRequestError,
    BatchError,
    ForbiddenError,
    InvalidItemError,
    Journal,
    OutcomeUnknownError,
    Progress,
    TooManyRequestsError,
    UnauthorizedError,
    voucher_update,
)
from mews_vouchers_client.models import (
    VoucherAddParameters,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)

from tests.support.clients import Connect
from tests.support.harness import failure
from tests.support.independent_clients import (
    ADD,
    DELETE,
    check_true,
    client_of,
    numbered,
    sizes,
    stored,
)
from tests.support.independent_server import At, Fault, IndependentServer, end_after, refuse
from tests.support.mock_api import UNKNOWN_ID

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAIVE = NOON.replace(tzinfo=None)
#: What is in each bad value, and must not be shown.
SECRET = "GUEST-4711"

each_concurrency = pytest.mark.parametrize("concurrency", [1, 4])
#: Whether the server names the first bad item of a request, and with which status it refuses it.
each_refusal = pytest.mark.parametrize(
    ("status", "details"), [(400, True), (403, True), (400, False), (403, False)]
)


def positions(outcomes: Any) -> list[int]:
    """Return the positions of outcomes. Any: of any write."""
    return [one.position for one in outcomes]


# --- what is not even sent


def code(server: IndependentServer, **changes: Any) -> VoucherCodeAddParameters:
    """Return a valid code, with changes. Any: mistakes of any type."""
    return VoucherCodeAddParameters(**{"voucher_id": server.voucher_id, "value": "A", **changes})


def voucher(server: IndependentServer, **changes: Any) -> VoucherAddParameters:
    """Return a valid voucher, with changes."""
    valid = {"service_id": server.service_id, "name": "A", "type_": VoucherTypeEnum.PUBLIC}
    return VoucherAddParameters(**{**valid, **changes})


#: Mistakes in codes: the changes, the property, and a part of the reason.
CODES: list[tuple[dict[str, Any], str, str]] = [
    ({"value": SECRET * 13}, "value", "longer than 128"),
    ({"value": ""}, "value", "empty"),
    ({"value": None}, "value", "None"),
    ({"value": 4711}, "value", "int"),
    ({"voucher_id": SECRET}, "voucher_id", "UUID"),
    ({"validity_start_utc": NAIVE}, "validity_start_utc", "time zone"),
    ({"validity_end_utc": SECRET}, "validity_end_utc", ""),
    (
        {"validity_start_utc": NOON, "validity_end_utc": NOON - timedelta(1)},
        "validity_end_utc",
        "before validity_start_utc",
    ),
]
#: The same of vouchers.
VOUCHERS: list[tuple[dict[str, Any], str, str]] = [
    ({"name": SECRET * 13}, "name", "longer than 128"),
    ({"external_identifier": SECRET * 26}, "external_identifier", "longer than 255"),
    ({"type_": SECRET}, "type_", ""),
    ({"type_": VoucherTypeEnum.TRAVEL_AGENCY}, "company_id", "missing"),
    ({"assigned_rate_ids": [UNKNOWN_ID, UNKNOWN_ID]}, "assigned_rate_ids", ""),
    ({"assigned_rate_ids": [UNKNOWN_ID, SECRET]}, "assigned_rate_ids[1]", "UUID"),
    ({"occupiable_interval_start_utc": NAIVE}, "occupiable_interval_start_utc", "time zone"),
]


def check_not_sent(failed: BatchError, position: int, total: int, property_: str) -> str:
    """Check that one item stopped a write before anything was sent; return the reason."""
    (bad,) = failed.rejected
    error = bad.error
    assert isinstance(error, InvalidItemError)
    assert failed.cause is error
    assert (bad.position, error.position) == (position, position)
    assert error.property.startswith(property_)
    assert f"position {position} " in str(error)
    assert positions(failed.not_sent) == [at for at in range(total) if at != position]
    assert SECRET not in f"{failed}{error!r}{error.reason}{error.__cause__}"
    return error.reason


@pytest.mark.parametrize(("changes", "property_", "reason"), CODES)
def test_a_code_that_breaks_the_contract_is_named(
    connect: Connect,
    server: IndependentServer,
    changes: dict[str, Any],
    property_: str,
    reason: str,
) -> None:
    """By its position and property, without its value; nothing of its batch is sent."""
    client = client_of(connect, server)
    codes = [*numbered(server, 3), code(server, **changes), code(server)]
    failed = failure(client.voucher_codes.add, codes)
    assert reason in check_not_sent(failed, 3, 5, property_)
    assert server.requests == []


@pytest.mark.parametrize(("changes", "property_", "reason"), VOUCHERS)
def test_a_voucher_that_breaks_the_contract_is_named(
    connect: Connect,
    server: IndependentServer,
    changes: dict[str, Any],
    property_: str,
    reason: str,
) -> None:
    """The same for vouchers."""
    client = client_of(connect, server)
    failed = failure(client.vouchers.add, [voucher(server), voucher(server, **changes)])
    assert reason in check_not_sent(failed, 1, 2, property_)
    assert server.requests == []


def test_an_update_that_breaks_the_contract_is_named(
    connect: Connect, server: IndependentServer
) -> None:
    """The same for updates."""
    client = client_of(connect, server)
    updates = [voucher_update(server.voucher_id, name="B"), voucher_update(SECRET, name="B")]
    failed = failure(client.vouchers.update, updates)
    assert "UUID" in check_not_sent(failed, 1, 2, "voucher_id")
    assert server.requests == []


@pytest.mark.parametrize("item", [SECRET, f"{{{UNKNOWN_ID}}}", None, 5, b"x"])
def test_an_id_that_is_none_is_named(
    connect: Connect, server: IndependentServer, item: object
) -> None:
    """The same for ids to delete; the item as a whole is wrong."""
    client = client_of(connect, server)
    for delete in (client.vouchers.delete, client.voucher_codes.delete):
        check_not_sent(failure(delete, [UNKNOWN_ID, item]), 1, 2, "")
    assert server.requests == []


@each_concurrency
def test_batches_before_a_bad_row_are_written(
    connect: Connect, server: IndependentServer, concurrency: int
) -> None:
    """Its own batch and what follows is not."""
    client = client_of(connect, server)
    codes = numbered(server, 3_500)
    codes[2_003].value = ""
    failed = failure(client.voucher_codes.add, codes, concurrency=concurrency)
    check_true(failed, codes, server)
    assert positions(failed.succeeded) == list(range(2_000))
    assert positions(failed.rejected) == [2_003]
    assert sizes(server) == [1_000, 1_000]


@each_concurrency
def test_all_other_rows_can_be_written(
    connect: Connect, server: IndependentServer, concurrency: int
) -> None:
    """With "isolate", every kind of bad row is reported with its own error at the end."""
    client = client_of(connect, server)
    bad = [code(server, **changes) for changes, _, _ in CODES]
    codes: list[Any] = [*numbered(server, 5), *bad, "a text", *numbered(server, 5)]
    call = client.voucher_codes.add
    failed = failure(call, codes, on_rejected="isolate", concurrency=concurrency)
    expected = [property_ for _, property_, _ in CODES] + [""]
    found = [one.error for one in failed.rejected if isinstance(one.error, InvalidItemError)]
    assert [one.property for one in found] == expected
    assert positions(failed.rejected) == [one.position for one in found] == list(range(5, 14))
    assert positions(failed.succeeded) == [*range(5), *range(14, 19)]
    assert sizes(server) == [10]


def test_a_batch_without_a_good_row_is_not_sent(
    connect: Connect, server: IndependentServer
) -> None:
    """An import of wrong rows alone sends nothing."""
    client = client_of(connect, server)
    codes = [code(server, value="") for _ in range(2_500)]
    failed = failure(client.voucher_codes.add, codes, on_rejected="isolate")
    check_true(failed, codes, server)
    assert len(failed.rejected) == 2_500
    assert server.requests == []


# --- the same item twice


def ids_twice(server: IndependentServer) -> tuple[list[str], list[str]]:
    """Return ids with one of them twice, in different case, and the ids without it."""
    ids = server.add_codes(server.voucher_id, ["A", "B", "C"])
    return [*ids, ids[1].upper()], ids


def test_an_id_to_delete_is_sent_once(connect: Connect, server: IndependentServer) -> None:
    """An id that is twice in one call stops it before anything is sent."""
    client = client_of(connect, server)
    ids, _ = ids_twice(server)
    failed = failure(client.voucher_codes.delete, ids)
    assert "position 1" in check_not_sent(failed, 3, 4, "")
    assert ids[1] not in str(failed)
    assert server.requests == []


def test_a_repeated_id_is_left_out(connect: Connect, server: IndependentServer) -> None:
    """With "isolate", the first counts and the other one is reported."""
    client = client_of(connect, server)
    ids, _ = ids_twice(server)
    failed = failure(client.voucher_codes.delete, ids, on_rejected="isolate")
    assert (positions(failed.succeeded), positions(failed.rejected)) == ([0, 1, 2], [3])
    assert stored(server) == Counter()
    assert sizes(server, DELETE) == [3]


def test_a_voucher_is_updated_once(connect: Connect, server: IndependentServer) -> None:
    """Two updates of a voucher in one call, even in different batches, are a mistake."""
    client = client_of(connect, server)
    first = server.voucher_id
    updates = [voucher_update(server.add_voucher(), name="B") for _ in range(1_000)]
    updates = [voucher_update(first, name="B"), *updates, voucher_update(first.upper(), name="C")]
    failed = failure(client.vouchers.update, updates)
    assert len(failed.succeeded) == 1_000
    (bad,) = failed.rejected
    assert isinstance(bad.error, InvalidItemError)
    assert (bad.position, bad.error.position) == (1_001, 1_001)
    assert "position 0" in str(bad.error)
    assert {one["Name"] for one in server.active_vouchers()} == {"A voucher", "B"}


# --- what the server refuses


@each_refusal
@each_concurrency
def test_refused_codes_are_found_and_the_rest_is_added(
    connect: Connect, server: IndependentServer, concurrency: int, status: int, *, details: bool
) -> None:
    """Each with its own error; at most 2·log2 of the batch more requests for each of them."""
    server.settings.details = details
    bad = [3, 999, 1_000, 1_001, 2_412]
    codes = numbered(server, 2_500)
    server.settings.refused = {codes[at].value: status for at in bad}
    client = client_of(connect, server)
    call = client.voucher_codes.add
    failed = failure(call, codes, on_rejected="isolate", concurrency=concurrency)
    check_true(failed, codes, server)
    kind = BadRequestError if status == 400 else ForbiddenError
    assert positions(failed.rejected) == bad
    assert all(isinstance(one.error, kind) for one in failed.rejected)
    assert len({id(one.error) for one in failed.rejected}) == len(bad)
    if details:
        places = [getattr(one.error, "details", None) for one in failed.rejected]
        assert places == ["VoucherCodeParameters[0].Value"] * len(bad)
    assert stored(server) == Counter(
        one.value for one in codes if one.value not in server.settings.refused
    )
    extra = len(sizes(server)) - 3
    assert extra <= 2 * len(bad) * log2(1_000)
    assert extra <= 3 * len(bad) or not details


@each_refusal
def test_refused_vouchers_are_found_and_the_rest_is_added(
    connect: Connect, server: IndependentServer, status: int, *, details: bool
) -> None:
    """The same for new vouchers."""
    server.settings.details = details
    server.settings.refused = {"N7": status}
    client = client_of(connect, server)
    vouchers = [voucher(server, name=f"N{number}") for number in range(64)]
    failed = failure(client.vouchers.add, vouchers, on_rejected="isolate")
    assert positions(failed.rejected) == [7]
    assert len(failed.succeeded) == 63
    names = Counter(one["Name"] for one in server.active_vouchers())
    assert names == Counter(["A voucher", *(f"N{number}" for number in range(64) if number != 7)])
    assert len(sizes(server, "vouchers/add")) - 1 <= 2 * log2(64)


@pytest.mark.parametrize("details", [True, False])
@each_concurrency
def test_refused_updates_are_found_and_the_rest_is_applied(
    connect: Connect, server: IndependentServer, concurrency: int, *, details: bool
) -> None:
    """The same for updates: one of a voucher that does not exist."""
    server.settings.details = details
    client = client_of(connect, server)
    updates = [voucher_update(server.add_voucher(), name="B") for _ in range(64)]
    updates[40] = voucher_update(UNKNOWN_ID, name="B")
    call = client.vouchers.update
    failed = failure(call, updates, on_rejected="isolate", concurrency=concurrency)
    assert positions(failed.rejected) == [40]
    updated = [one.result.id for one in failed.succeeded if one.result is not None]
    assert updated == [one.item.voucher_id for one in failed.succeeded]
    assert Counter(one["Name"] for one in server.active_vouchers())["B"] == 63
    assert len(sizes(server, "vouchers/update")) - 1 <= 2 * log2(64)


@pytest.mark.parametrize("details", [True, False])
@each_concurrency
def test_refused_ids_are_found_and_the_rest_is_deleted(
    connect: Connect, server: IndependentServer, concurrency: int, *, details: bool
) -> None:
    """The same for ids to delete."""
    server.settings.details = details
    client = client_of(connect, server)
    ids = server.add_codes(server.voucher_id, map(str, range(64)))
    ids[63], ids[2] = UNKNOWN_ID, server.voucher_id
    call = client.voucher_codes.delete
    failed = failure(call, ids, on_rejected="isolate", concurrency=concurrency)
    assert positions(failed.rejected) == [2, 63]
    assert all(isinstance(one.error, BadRequestError) for one in failed.rejected)
    assert set(stored(server)) == {"2", "63"}
    assert len(sizes(server, DELETE)) - 1 <= 2 * 2 * log2(64)


@each_concurrency
def test_all_rows_may_be_refused(
    connect: Connect, server: IndependentServer, concurrency: int
) -> None:
    """Then each has its own error, and it costs little more than a request each."""
    server.settings.details = False
    codes = numbered(server, 50)
    server.settings.refused = {one.value: 403 for one in codes}
    client = client_of(connect, server)
    call = client.voucher_codes.add
    failed = failure(call, codes, on_rejected="isolate", concurrency=concurrency)
    check_true(failed, codes, server)
    assert len(failed.rejected) == 50
    assert len(sizes(server)) <= 60


def test_without_a_bad_row_nothing_is_reported(connect: Connect, server: IndependentServer) -> None:
    """A refusal that does not come again is none: all codes are added."""
    server.plan(At(ADD, refuse(403)))
    codes = numbered(server, 20)
    added = client_of(connect, server).voucher_codes.add(codes, on_rejected="isolate")
    assert [one.value for one in added] == [one.value for one in codes]
    assert stored(server) == Counter(one.value for one in codes)


@pytest.mark.parametrize(
    ("fault", "kind", "status"),
    [
        (refuse(401), UnauthorizedError, "not_sent"),
        (refuse(429, 9_999), TooManyRequestsError, "not_sent"),
        (end_after(0), OutcomeUnknownError, "unknown"),
        (Fault(changes=("forget",)), OutcomeUnknownError, "unknown"),
    ],
)
@pytest.mark.parametrize("number", [2, 5])
def test_another_error_meanwhile_stops_it(
    connect: Connect, number: int, fault: Fault, kind: type[Exception], status: str
) -> None:
    """While bad rows are searched, too: every row is reported, and a resume adds the rest."""
    with IndependentServer(faults=[At(ADD, fault, number)]) as server:
        server.settings.details = False
        codes = numbered(server, 1_030)
        server.settings.refused = {codes[621].value: 400}
        client = client_of(connect, server)
        failed = failure(client.voucher_codes.add, codes, on_rejected="isolate")
        check_true(failed, codes, server)
        assert isinstance(failed.cause, kind)
        assert getattr(failed, status)
        again = failure(client.voucher_codes.resume, failed, on_rejected="isolate", settle=0)
        assert positions(again.rejected) == [621]
        check_true(again, codes, server)
        expected = Counter(one.value for one in codes)
        assert stored(server) == expected - Counter([codes[621].value])


# --- what to do about them


@each_refusal
def test_the_server_may_name_the_row_that_stops_a_write(
    connect: Connect, server: IndependentServer, status: int, *, details: bool
) -> None:
    """By default, its whole batch is rejected. The row can be left out of the rest."""
    server.settings.details = details
    codes = numbered(server, 2_100)
    server.settings.refused = {codes[1_234].value: status}
    client = client_of(connect, server)
    failed = failure(client.voucher_codes.add, codes)
    check_true(failed, codes, server)
    assert positions(failed.rejected) == list(range(1_000, 2_000))
    assert failed.rejected_position == (1_234 if details else None)
    added = client.voucher_codes.resume(failed.without([1_234]))
    assert [one.value for one in added] == [
        one.value for at, one in enumerate(codes) if at != 1_234
    ]
    assert stored(server) == Counter(one.value for one in added)


def test_bad_rows_can_be_left_out_or_sent_again(
    connect: Connect, server: IndependentServer
) -> None:
    """The error without them has nothing left to do; the error itself tries them again."""
    codes = numbered(server, 40)
    server.settings.refused = {codes[at].value: 403 for at in (7, 8, 30)}
    client = client_of(connect, server)
    failed = failure(client.voucher_codes.add, codes, on_rejected="isolate")
    bad = positions(failed.rejected)
    before = len(server.requests)
    added = client.voucher_codes.resume(failed.without(bad))
    assert [one.value for one in added] == [one.item.value for one in failed.succeeded]
    assert len(server.requests) == before
    server.settings.refused = {}
    added = client.voucher_codes.resume(failed, settle=0)
    assert [one.value for one in added] == [one.value for one in codes]
    assert stored(server) == Counter(one.value for one in codes)


@pytest.mark.parametrize("fault", [refuse(401), refuse(429, 9_999), refuse(404)])
@pytest.mark.parametrize("has_journal", [False, True])
def test_a_request_that_is_refused_for_another_reason(
    connect: Connect, server: IndependentServer, path: Path, fault: Fault, *, has_journal: bool
) -> None:
    """Its items are good: leaving out what is rejected loses none of them."""
    codes = numbered(server, 2_500)
    server.settings.refused = {codes[5].value: 403}
    client = client_of(connect, server)
    options: dict[str, Any] = {"journal": path} if has_journal else {}
    server.plan(At(ADD, fault, 5))
    failed = failure(client.voucher_codes.add, codes, on_rejected="isolate", **options)
    check_true(failed, codes, server)
    assert positions(failed.rejected) == [5]
    assert failed.cause is not None
    assert failed.not_sent[0].error is failed.cause
    server.plan()
    if has_journal:
        with Journal(path) as journal:
            failed = journal.batch_error()
    assert positions(failed.rejected) == [5]
    added = client.voucher_codes.resume(failed.without([5]), settle=0)
    assert len(added) == 2_499
    assert stored(server) == Counter(one.value for at, one in enumerate(codes) if at != 5)


# --- what the user passes raises


def raising_input(codes: list[VoucherCodeAddParameters]) -> Iterator[VoucherCodeAddParameters]:
    """Yield the codes, then fail."""
    yield from codes
    raise OSError("the file ends here")


@pytest.mark.parametrize("on_rejected", ["stop", "isolate"])
@each_concurrency
def test_an_input_that_raises_stops_it(
    connect: Connect, server: IndependentServer, concurrency: int, on_rejected: str
) -> None:
    """Every row that was read is reported; what follows is not known."""
    codes = numbered(server, 2_300)
    if on_rejected == "isolate":
        server.settings.refused = {codes[5].value: 400}
    client = client_of(connect, server)
    options = {"concurrency": concurrency, "on_rejected": on_rejected}
    failed = failure(client.voucher_codes.add, raising_input(codes), **options)
    check_true(failed, codes, server)
    assert isinstance(failed.cause, OSError)
    assert (failed.items_read, failed.is_complete) == (2_300, False)
    with pytest.raises(ValueError, match="remaining=iterator"):
        client.voucher_codes.resume(failed)
    server.settings.refused = {}
    added = client.voucher_codes.resume(failed, remaining=numbered(server, 2_310)[2_300:])
    assert [one.value for one in added] == [f"C{at:05}" for at in range(2_310)]
    assert stored(server) == Counter(one.value for one in added)


def raising_at(number: int) -> Callable[[Progress], None]:
    """Return a callback that fails when so many codes are added."""

    def callback(progress: Progress) -> None:
        if progress.done >= number:
            raise RuntimeError("the window is closed")

    return callback


@pytest.mark.parametrize("on_rejected", ["stop", "isolate"])
@each_concurrency
def test_a_callback_that_raises_stops_it(
    connect: Connect, server: IndependentServer, concurrency: int, on_rejected: str
) -> None:
    """Every row is reported, and a resume adds the rest."""
    codes = numbered(server, 3_300)
    if on_rejected == "isolate":
        server.settings.refused = {codes[5].value: 400, codes[1_700].value: 403}
    client = client_of(connect, server)
    options = {"concurrency": concurrency, "on_rejected": on_rejected}
    failed = failure(client.voucher_codes.add, codes, on_progress=raising_at(1_100), **options)
    check_true(failed, codes, server)
    assert isinstance(failed.cause, RuntimeError)
    assert failed.not_sent or concurrency > 1
    server.settings.refused = {}
    added = client.voucher_codes.resume(failed)
    assert [one.value for one in added] == [one.value for one in codes]
    assert stored(server) == Counter(one.value for one in codes)
