"""Writes of any length: accepted inputs, splitting into requests, and the order of results."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import (
    BadRequestError,
    ContentTooLargeError,
    RequestTooHeavyError,
    voucher_update,
)
from mews_vouchers.mock.faults import FaultedCall, error
from mews_vouchers_client import UNSET
from mews_vouchers_client.models import (
    VoucherAddParameters,
    VoucherCode,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)

from tests.support.clients import Connect
from tests.support.harness import ADD, DELETE, UPDATE, Harness, change_items, check_report, failure
from tests.support.hypothesis_profiles import examples
from tests.support.mock_api import UNKNOWN_ID
from tests.support.seeding import ids, items_in, too_many_above, where

# --- inputs, and how they are split


@pytest.mark.parametrize(
    "made", [list, tuple, iter, dict.fromkeys, lambda some: (one for one in some)]
)
def test_any_iterable_is_accepted(connect: Connect, made: Callable[[list[str]], Any]) -> None:
    """A list, a tuple, an iterator, the keys of a dict and a generator give the same result."""
    harness = Harness(connect)
    codes = harness.numbered(3)
    added = harness.client.voucher_codes.add(code for code in made(["a", "b"]) and codes)
    assert [code.value for code in added] == ["0", "1", "2"]
    harness.client.voucher_codes.delete(made([code.id for code in added]))
    assert harness.values() == Counter()
    updates = made([harness.voucher_id])
    (updated,) = harness.client.vouchers.update(voucher_update(one, name="New") for one in updates)
    harness.client.vouchers.delete(made([updated.id]))
    assert not any(one["IsActive"] for one in harness.mock.vouchers)


def test_a_set_of_ids_is_accepted(connect: Connect) -> None:
    """Ids may be passed as a set."""
    harness = Harness(connect)
    harness.client.voucher_codes.delete(set(harness.add_codes(3)))
    assert harness.values() == Counter()


@pytest.mark.parametrize("nothing", [[], (), set(), iter(())])
def test_no_items_are_no_request(connect: Connect, nothing: Any) -> None:
    """Without items no request is sent, and the result is empty."""
    harness = Harness(connect)
    codes, vouchers = harness.client.voucher_codes, harness.client.vouchers
    assert codes.add(nothing) == vouchers.add(nothing) == vouchers.update(nothing) == []
    assert codes.delete(nothing) is None
    assert vouchers.delete(nothing) is None
    assert list(codes.add_batches(nothing)) == []
    assert harness.sent == []


def test_a_request_has_at_most_a_thousand_items(connect: Connect) -> None:
    """A longer input is split into requests of 1,000, in order; the result is in order, too."""
    harness = Harness(connect)
    codes = harness.numbered(2_001)
    added = harness.client.voucher_codes.add(codes)
    assert harness.sizes(ADD) == [1_000, 1_000, 1]
    assert [code.value for code in added] == [code.value for code in codes]
    sent = [code["Value"] for one in harness.mock.requests for code in values_of(one.body)]
    assert sent == [code.value for code in codes]
    harness.client.voucher_codes.delete(code.id for code in added)
    assert harness.sizes(DELETE) == [1_000, 1_000, 1]
    assert harness.values() == Counter()


def values_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the codes in the body of an `add`."""
    codes: list[dict[str, Any]] = body["VoucherCodeParameters"]
    return codes


@settings(max_examples=examples(30))
@given(data=st.data(), values=st.lists(st.sampled_from("abcd"), max_size=6))
def test_results_are_in_input_order(connect: Connect, data: st.DataObject, values: str) -> None:
    """In whatever order the server responds, each result is at the position of its item."""
    order = data.draw(st.permutations(range(len(values))))
    harness = Harness(connect)
    harness.mock.inject(change_items(lambda found: [found[index] for index in order]))
    added = harness.client.voucher_codes.add(harness.codes(values))
    assert [code.value for code in added] == list(values)
    assert {code.id for code in added} == harness.active_ids()
    vouchers = [
        VoucherAddParameters(harness.service_id, value, VoucherTypeEnum.PUBLIC) for value in values
    ]
    made = harness.client.vouchers.add(vouchers)
    assert [voucher.name for voucher in made] == list(values)
    assert len({voucher.id for voucher in made}) == len(values)
    updates = [voucher_update(one.id, name=f"{number}") for number, one in enumerate(made)]
    updated = harness.client.vouchers.update(updates)
    assert [voucher.name for voucher in updated] == [str(n) for n in range(len(values))]


def test_equal_codes_are_told_apart_by_their_validity(connect: Connect) -> None:
    """Codes with the same value but other validities get their own results, in any order."""
    harness = Harness(connect)
    harness.mock.inject(change_items(lambda found: found[::-1]))
    ends = [datetime(year, 1, 1, tzinfo=UTC) for year in (2026, 2027, 2028)]
    codes = [
        VoucherCodeAddParameters(harness.voucher_id, "a", validity_end_utc=end) for end in ends
    ]
    added = harness.client.voucher_codes.add(codes)
    assert [code.validity_end_utc for code in added] == ends


@pytest.mark.parametrize("spell", [str.lower, str.upper])
def test_an_update_or_delete_names_an_id_once(
    connect: Connect, spell: Callable[[str], str]
) -> None:
    """The same id twice in one call is refused before its batch is sent, whatever its case."""
    harness = Harness(connect)
    twice = [harness.voucher_id, spell(harness.voucher_id)]
    updates = [voucher_update(one, name="New") for one in twice]
    vouchers, codes = harness.client.vouchers, harness.client.voucher_codes
    for call, items in (
        (vouchers.update, updates),
        (vouchers.delete, twice),
        (codes.delete, twice),
    ):
        failed = failure(call, items)
        check_report(failed, items)
        assert [one.position for one in failed.rejected] == [1]
        assert "the same id as the item at position 0" in failed.reason
    assert harness.sent == []


@pytest.mark.parametrize(
    "name",
    [
        "voucher_codes.add",
        "voucher_codes.add_batches",
        "voucher_codes.delete",
        "vouchers.add",
        "vouchers.delete",
        "vouchers.update",
    ],
)
def test_a_string_is_no_list(connect: Connect, name: str) -> None:
    """A single id instead of a list is a `TypeError`: its letters are not items."""
    harness = Harness(connect)
    resource, method = name.split(".")
    call = getattr(getattr(harness.client, resource), method)
    with pytest.raises(TypeError, match=f"put '{UNKNOWN_ID}' into a list"):
        list(call(UNKNOWN_ID) or ())
    assert harness.sent == []


def test_a_model_is_no_list(connect: Connect) -> None:
    """A single model instead of a list is a `TypeError` that says what to do."""
    harness = Harness(connect)
    (code,) = harness.codes("a")
    with pytest.raises(TypeError, match="takes several items: put VoucherCodeAddParameters"):
        harness.client.voucher_codes.add(code)
    assert harness.sent == []


async def ids_later() -> AsyncIterator[str]:
    """Yield ids, but only to tasks."""
    yield UNKNOWN_ID


@pytest.mark.parametrize(
    ("name", "items", "message"),
    [
        (
            "voucher_codes.add",
            [{"VoucherId": UNKNOWN_ID, "Value": "A"}],
            "voucherCodes/add: the item at position 0 is of type dict, not VoucherCodeAddParam",
        ),
        (
            "voucher_codes.add_batches",
            ({"VoucherId": UNKNOWN_ID, "Value": "A"},),
            "voucherCodes/add: the item at position 0 is of type dict",
        ),
        (
            "voucher_codes.add",
            {"VoucherId": UNKNOWN_ID, "Value": "A"},
            "voucherCodes/add: the item at position 0 is of type str, not VoucherCodeAddParam",
        ),
        (
            "vouchers.update",
            [voucher_update(UNKNOWN_ID, name="A")] * 1_500
            + [VoucherAddParameters(UNKNOWN_ID, "A", VoucherTypeEnum.PUBLIC)],
            "vouchers/update: the item at position 1500 is of type VoucherAddParameters, not Vou",
        ),
        (
            "vouchers.delete",
            [UNKNOWN_ID, VoucherCode.from_dict({"Id": UNKNOWN_ID})],
            "vouchers/delete: the item at position 1 is of type VoucherCode, not str",
        ),
        ("vouchers.add", None, "vouchers/add takes a list or another iterable, not None"),
        ("vouchers.add", 5, "takes a list or another iterable, not of type int"),
        ("vouchers.delete", UNSET, "takes a list or another iterable, not of type Unset"),
        ("voucher_codes.delete", b"x", "takes several items: put b'x' into a list"),
        ("voucher_codes.delete", ids_later(), "async_generator, which only `async for` can iter"),
    ],
)
def test_what_is_no_list_of_items_is_refused(
    connect: Connect, name: str, items: Any, message: str
) -> None:
    """A mistake of the program is a `TypeError` that says what is meant, and nothing is sent."""
    harness = Harness(connect)
    resource, method = name.split(".")
    call = getattr(getattr(harness.client, resource), method)
    with pytest.raises(TypeError, match=re.escape(message)):
        list(call(items) or ())
    assert harness.sent == []


def test_an_iterator_of_dicts_is_not_sent(connect: Connect) -> None:
    """Its items are only known when they are read: the first is reported, none is sent."""
    harness = Harness(connect)
    rows: Any = ({"VoucherId": UNKNOWN_ID, "Value": f"A{number}"} for number in range(3))
    failed = failure(harness.client.voucher_codes.add, rows)
    assert "is of type dict, not VoucherCodeAddParameters" in failed.reason
    assert harness.sent == []


def test_a_portfolio_token_writes_to_the_given_enterprise(connect: Connect) -> None:
    """`enterprise_id` is sent with each request of a write."""
    harness = Harness(connect, portfolio=True)
    harness.mock.inject(too_many_above(1))
    enterprise_id = harness.enterprise.id
    codes, vouchers = harness.client.voucher_codes, harness.client.vouchers
    added = codes.add(harness.numbered(2), enterprise_id=enterprise_id)
    codes.delete([code.id for code in added], enterprise_id=enterprise_id)
    batches = list(codes.add_batches(harness.numbered(2), enterprise_id=enterprise_id))
    voucher = VoucherAddParameters(harness.service_id, "New", VoucherTypeEnum.PUBLIC)
    made = vouchers.add([voucher], enterprise_id=enterprise_id)
    vouchers.update([voucher_update(made[0].id, name="Other")], enterprise_id=enterprise_id)
    vouchers.delete([made[0].id], enterprise_id=enterprise_id)
    assert [len(batch) for batch in batches] == [1, 1]
    written = [request.body for request in harness.mock.requests]
    assert {body.get("EnterpriseId") for body in written} == {enterprise_id}


def test_a_portfolio_token_without_an_enterprise_is_rejected(connect: Connect) -> None:
    """Without `enterprise_id` the server rejects the codes, and the error says so."""
    harness = Harness(connect, portfolio=True)
    codes = harness.numbered(2)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [type(one.error) for one in failed.rejected] == [BadRequestError, BadRequestError]
    assert "EnterpriseId" in str(failed)
    assert isinstance(failed.__cause__, BadRequestError)


# --- smaller requests


@settings(max_examples=examples(40))
@given(count=st.integers(1, 60), limit=st.integers(1, 60))
def test_a_batch_that_is_too_large_is_halved(connect: Connect, count: int, limit: int) -> None:
    """A 413 halves the request until it succeeds; each code is added once, in order."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(limit))
    added = harness.client.voucher_codes.add(harness.numbered(count))
    assert [code.value for code in added] == [str(number) for number in range(count)]
    assert harness.values() == Counter(str(number) for number in range(count))
    halves = [count >> power for power in range(7) if count >> power > limit]
    assert harness.sizes(ADD)[: len(halves) + 1] == [*halves, max(1, count >> len(halves))]


def test_sizes_of_halved_requests(connect: Connect) -> None:
    """The size that succeeds is the size of the next requests."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.client.voucher_codes.add(harness.numbered(8))
    assert harness.sizes(ADD) == [8, 4, 2, 2, 2, 2]


def test_the_size_grows_back(connect: Connect) -> None:
    """After several successes, larger requests are tried again."""
    harness = Harness(connect)
    harness.mock.inject(error(413), ADD, calls=1)
    harness.client.voucher_codes.add(harness.numbered(5_000))
    sizes = harness.sizes(ADD)
    assert sizes[:3] == [1_000, 500, 500]
    assert sizes[-1] == 1_000
    assert sum(sizes[1:]) == 5_000


def test_failed_growth_makes_further_attempts_rare(connect: Connect) -> None:
    """If every larger request is a 413, larger requests become rare."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(200))
    harness.mock.seed(codes_per_voucher=6_000)
    harness.client.voucher_codes.delete(ids(harness.mock.codes))
    refused = [size for size in harness.sizes(DELETE) if size > 200]
    assert refused[:3] == [1_000, 500, 250]
    assert set(refused[3:]) == {250}  # growth is one step at a time
    assert len(refused) <= 3 + 4


def test_a_single_code_that_is_too_large(connect: Connect) -> None:
    """Halving finds the code; it is rejected, earlier codes are added, later ones not sent."""
    harness = Harness(connect)
    harness.mock.inject(where(lambda call: '"5"' in repr_of(call), error(413)))
    codes = harness.numbered(8)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.item.value for one in failed.rejected] == ["5"]
    assert isinstance(failed.rejected[0].error, ContentTooLargeError)
    assert [one.item.value for one in failed.succeeded] == ["0", "1", "2", "3", "4"]
    assert [one.item.value for one in failed.not_sent] == ["6", "7"]
    assert harness.sizes(ADD)[-1] == 1


def repr_of(call: FaultedCall) -> str:
    """Return the items of a call as JSON."""
    return json.dumps([some for some in call.body.values() if isinstance(some, list)])


def test_a_delete_or_update_that_is_too_heavy_is_halved(connect: Connect) -> None:
    """A 408 halves a delete or an update, because both are idempotent."""
    harness = Harness(connect)
    harness.mock.inject(where(lambda call: len(items_in(call.body)) > 2, error(408)))
    harness.client.voucher_codes.delete(harness.add_codes(8))
    assert harness.sizes(DELETE) == [8, 4, 2, 2, 2, 2]
    assert harness.values() == Counter()
    updates = [voucher_update(harness.mock.add_voucher(), name=str(number)) for number in range(4)]
    updated = harness.client.vouchers.update(updates)
    assert harness.sizes(UPDATE) == [4, 2, 2]
    assert [voucher.name for voucher in updated] == ["0", "1", "2", "3"]


def test_a_408_for_a_single_id_ends_a_delete(connect: Connect) -> None:
    """After a 408 for a single id, the outcome of everything sent so far is unknown."""
    harness = Harness(connect)
    harness.mock.inject(error(408), DELETE)
    code_ids = harness.add_codes(4)
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert harness.sizes(DELETE) == [4, 2, 1]
    assert [one.item for one in failed.unknown] == code_ids  # all were in the first request
    assert isinstance(failed.unknown[0].error, RequestTooHeavyError)


def test_a_delete_that_was_applied_despite_a_408(connect: Connect) -> None:
    """Ids that the halved requests do not find were deleted by the request before."""
    harness = Harness(connect)
    harness.mock.inject(error(408, applied=True), DELETE, calls=1)
    harness.client.voucher_codes.delete(harness.add_codes(4))
    assert harness.values() == Counter()


def test_an_add_that_is_too_heavy_is_unknown(connect: Connect) -> None:
    """After a 408 the codes may have been added, so they are never retried."""
    harness = Harness(connect)
    harness.mock.inject(error(408), ADD)
    codes = harness.numbered(4)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.item for one in failed.unknown] == codes
    assert harness.sizes(ADD) == [4]
