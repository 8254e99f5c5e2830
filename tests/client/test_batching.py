"""Writes of any length: what is sent, what comes back, and what became of every item."""

import asyncio
import json
import pickle
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from itertools import chain, pairwise
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import (
    BadRequestError,
    BatchError,
    ContentTooLargeError,
    ForbiddenError,
    MewsError,
    Outcome,
    OutcomeUnknownError,
    Progress,
    RequestTooHeavyError,
    ServerError,
    TooManyRequestsError,
    UnexpectedResponseError,
    voucher_update,
)
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.faults import Call, Fault, answer, drop_after, drop_before, error
from mews_vouchers_client.models import (
    VoucherAddParameters,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
    VoucherUpdateParameters,
)

from tests.support.clients import Connect, async_client
from tests.support.harness import (
    ADD,
    DELETE,
    FAULTS,
    UPDATE,
    Harness,
    attempted,
    cancelled_batch_error,
    changed,
    check_report,
    failure,
    faults_by_name,
    outcomes,
    raising,
    sequences,
)
from tests.support.hypothesis_profiles import examples
from tests.support.mock_api import NOBODY
from tests.support.seeding import ids, items_in, post, that_reach, too_many_above, where


class Plan(NamedTuple):
    """How many items there are, and when something happens to them."""

    items: int
    #: The most items that the server takes at a time.
    limit: int
    #: How many requests are answered before the fault happens.
    first: int
    #: How often the fault happens: once, or each time.
    times: int

    def inject(self, mock: MockMews, operation: str, fault: Fault) -> None:
        """Inject the faults that this stands for."""
        calls = range(self.first + 1, self.first + self.times + 1)
        mock.inject(too_many_above(self.limit))
        mock.inject(that_reach(calls, fault), operation)


plans = st.builds(
    Plan, st.integers(0, 9), st.integers(1, 4), st.integers(0, 3), st.sampled_from([1, 1_000])
)


# --- what is taken, and how it is cut


@pytest.mark.parametrize(
    "made", [list, tuple, iter, dict.fromkeys, lambda some: (one for one in some)]
)
def test_any_iterable_is_taken(connect: Connect, made: Callable[[list[str]], Any]) -> None:
    """A list, a tuple, an iterator, the keys of a dict and a generator are all the same."""
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


def test_a_set_of_ids_is_taken(connect: Connect) -> None:
    """Ids may come as a set."""
    harness = Harness(connect)
    harness.client.voucher_codes.delete(set(harness.add_codes(3)))
    assert harness.values() == Counter()


@pytest.mark.parametrize("nothing", [[], (), set(), iter(())])
def test_nothing_costs_nothing(connect: Connect, nothing: Any) -> None:
    """No items, no request: the result is empty."""
    harness = Harness(connect)
    codes, vouchers = harness.client.voucher_codes, harness.client.vouchers
    assert codes.add(nothing) == vouchers.add(nothing) == vouchers.update(nothing) == []
    assert codes.delete(nothing) is None
    assert vouchers.delete(nothing) is None
    assert list(codes.add_batches(nothing)) == []
    assert harness.sent == []


def test_a_request_has_at_most_a_thousand_items(connect: Connect) -> None:
    """Longer input is cut into requests of 1,000, in order, and so is the result."""
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
    """In whatever order the server answers, each result is at the place of its item, once."""
    order = data.draw(st.permutations(range(len(values))))
    harness = Harness(connect)
    harness.mock.inject(changed(lambda found: [found[index] for index in order]))
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
    """Two codes of one value with other validities each get their own result, in any order."""
    harness = Harness(connect)
    harness.mock.inject(changed(lambda found: found[::-1]))
    ends = [datetime(year, 1, 1, tzinfo=UTC) for year in (2026, 2027, 2028)]
    codes = [
        VoucherCodeAddParameters(harness.voucher_id, "a", validity_end_utc=end) for end in ends
    ]
    added = harness.client.voucher_codes.add(codes)
    assert [code.validity_end_utc for code in added] == ends


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
def test_a_text_is_no_list(connect: Connect, name: str) -> None:
    """One id instead of several is a `TypeError` that says so: its letters are no items."""
    harness = Harness(connect)
    resource, method = name.split(".")
    call = getattr(getattr(harness.client, resource), method)
    with pytest.raises(TypeError, match=f"put '{NOBODY}' into a list"):
        list(call(NOBODY) or ())
    assert harness.sent == []


def test_a_portfolio_token_writes_to_the_enterprise_that_is_named(connect: Connect) -> None:
    """`enterprise_id` goes into each request of a write, and nothing else needs to be said."""
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
    """Without `enterprise_id` the server refuses, and the error says that nothing was done."""
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
    """413 halves the request until it passes; each code is added once, in order."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(limit))
    added = harness.client.voucher_codes.add(harness.numbered(count))
    assert [code.value for code in added] == [str(number) for number in range(count)]
    assert harness.values() == Counter(str(number) for number in range(count))
    halves = [count >> power for power in range(7) if count >> power > limit]
    assert harness.sizes(ADD)[: len(halves) + 1] == [*halves, max(1, count >> len(halves))]


def test_sizes_of_halved_requests(connect: Connect) -> None:
    """What passes stays the size of the requests that follow."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.client.voucher_codes.add(harness.numbered(8))
    assert harness.sizes(ADD) == [8, 4, 2, 2, 2, 2]


def test_the_size_grows_back(connect: Connect) -> None:
    """After several requests that pass, larger ones are tried again."""
    harness = Harness(connect)
    harness.mock.inject(error(413), ADD, calls=1)
    harness.client.voucher_codes.add(harness.numbered(5_000))
    sizes = harness.sizes(ADD)
    assert sizes[:3] == [1_000, 500, 500]
    assert sizes[-1] == 1_000
    assert sum(sizes[1:]) == 5_000


def test_a_server_that_stays_weak_is_seldom_asked_for_too_much(connect: Connect) -> None:
    """Where 413 comes back each time, the attempts at larger requests become rare."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(200))
    harness.mock.seed(codes_per_voucher=6_000)
    harness.client.voucher_codes.delete(ids(harness.mock.codes))
    refused = [size for size in harness.sizes(DELETE) if size > 200]
    assert refused[:3] == [1_000, 500, 250]
    assert set(refused[3:]) == {250}  # grown back by one step at a time
    assert len(refused) <= 3 + 4


def test_a_single_code_that_is_too_large(connect: Connect) -> None:
    """It is found by halving, and rejected; the ones before it are added, the others not sent."""
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


def repr_of(call: Call) -> str:
    """Return the items of a call as text."""
    return json.dumps([some for some in call.body.values() if isinstance(some, list)])


def test_a_delete_or_update_that_is_too_heavy_is_halved(connect: Connect) -> None:
    """408 makes a delete and an update smaller, since they may be sent again."""
    harness = Harness(connect)
    harness.mock.inject(where(lambda call: len(items_in(call.body)) > 2, error(408)))
    harness.client.voucher_codes.delete(harness.add_codes(8))
    assert harness.sizes(DELETE) == [8, 4, 2, 2, 2, 2]
    assert harness.values() == Counter()
    updates = [voucher_update(harness.mock.add_voucher(), name=str(number)) for number in range(4)]
    updated = harness.client.vouchers.update(updates)
    assert harness.sizes(UPDATE) == [4, 2, 2]
    assert [voucher.name for voucher in updated] == ["0", "1", "2", "3"]


def test_a_delete_that_is_too_heavy_by_itself(connect: Connect) -> None:
    """408 for a single id ends the delete: nobody knows what became of what was sent till then."""
    harness = Harness(connect)
    harness.mock.inject(error(408), DELETE)
    code_ids = harness.add_codes(4)
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert harness.sizes(DELETE) == [4, 2, 1]
    assert [one.item for one in failed.unknown] == code_ids  # all were in the first request
    assert isinstance(failed.unknown[0].error, RequestTooHeavyError)


def test_a_too_heavy_delete_that_was_done_all_the_same(connect: Connect) -> None:
    """What is gone when a 408 has halved the batch was deleted by the request before it."""
    harness = Harness(connect)
    harness.mock.inject(error(408, carried_out=True), DELETE, calls=1)
    harness.client.voucher_codes.delete(harness.add_codes(4))
    assert harness.values() == Counter()


def test_an_add_that_is_too_heavy_is_unknown(connect: Connect) -> None:
    """408 leaves it open whether the codes were added, and so they are never sent again."""
    harness = Harness(connect)
    harness.mock.inject(error(408), ADD)
    codes = harness.numbered(4)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.item for one in failed.unknown] == codes
    assert harness.sizes(ADD) == [4]


# --- what became of every item


@faults_by_name
@settings(max_examples=examples(7))
@given(plan=plans)
def test_a_failed_add_accounts_for_every_code(connect: Connect, name: str, plan: Plan) -> None:
    """Each code is in one sequence, and what the sequence says of it is true on the server."""
    fault, becomes = FAULTS[name]
    harness = Harness(connect)
    plan.inject(harness.mock, ADD, fault)
    codes = harness.numbered(plan.items)
    added, failed = attempted(harness.client.voucher_codes.add, codes)
    there = harness.values()
    assert max(there.values(), default=1) == 1
    if failed is None:
        assert [code.value for code in added] == [code.value for code in codes]
        assert there == Counter(code.value for code in codes)
        return
    check_report(failed, codes)
    assert harness.active_ids() >= {one.result.id for one in failed.succeeded if one.result}
    assert all(one.result.value == one.item.value for one in failed.succeeded if one.result)
    assert not any(there[one.item.value] for one in (*failed.rejected, *failed.not_sent))
    assert len(failed.succeeded) >= plan.first
    others = {"rejected": failed.rejected, "unknown": failed.unknown}
    stopped_at = others.pop(becomes, failed.not_sent)
    assert stopped_at
    assert all(not some for some in others.values())


@faults_by_name
@settings(max_examples=examples(7))
@given(plan=plans)
def test_a_failed_delete_accounts_for_every_id(connect: Connect, name: str, plan: Plan) -> None:
    """Each id is in one sequence: what succeeded is gone, what was rejected or not sent is not."""
    harness = Harness(connect)
    plan.inject(harness.mock, DELETE, FAULTS[name][0])
    code_ids = harness.add_codes(plan.items)
    _, failed = attempted(harness.client.voucher_codes.delete, code_ids)
    active = harness.active_ids()
    if failed is None:
        assert active == set()
        return
    check_report(failed, code_ids)
    assert active.isdisjoint(one.item for one in failed.succeeded)
    assert active.issuperset(one.item for one in (*failed.rejected, *failed.not_sent))


@faults_by_name
@settings(max_examples=examples(7))
@given(plan=plans)
def test_a_failed_update_accounts_for_every_update(connect: Connect, name: str, plan: Plan) -> None:
    """Each update is in one sequence: what succeeded shows on the server, and no other does."""
    harness = Harness(connect)
    plan.inject(harness.mock, UPDATE, FAULTS[name][0])
    updates = [voucher_update(harness.mock.add_voucher(), name="New") for _ in range(plan.items)]
    updated, failed = attempted(harness.client.vouchers.update, updates)
    if failed is None:
        assert [one.id for one in updated] == [one.voucher_id for one in updates]
        assert all(one.name == "New" for one in updated)
        return
    check_report(failed, updates)
    renamed = {one["Id"] for one in harness.mock.vouchers if one["Name"] == "New"}
    assert renamed.issuperset(one.item.voucher_id for one in failed.succeeded)
    assert all(one.result.id == one.item.voucher_id for one in failed.succeeded if one.result)
    assert all(one.result for one in failed.succeeded)
    assert renamed.isdisjoint(one.item.voucher_id for one in (*failed.rejected, *failed.not_sent))


@pytest.mark.parametrize("given_as", [list, iter], ids=["list", "iterator"])
def test_what_no_request_got_to_is_not_sent(
    connect: Connect, given_as: Callable[[list[Any]], Iterable[Any]]
) -> None:
    """An error tells also of the codes that are far behind the request that failed."""
    harness = Harness(connect)
    harness.mock.inject(error(400), ADD, calls=2)
    codes = harness.numbered(3_500)
    failed = failure(harness.client.voucher_codes.add, given_as(codes))
    check_report(failed, codes)
    assert [len(some) for some in (failed.succeeded, failed.rejected)] == [1_000, 1_000]
    assert [one.item for one in failed.not_sent] == codes[2_000:]


def test_input_that_fails_in_the_middle(connect: Connect) -> None:
    """If the input itself raises, the error still says what was done with what came before."""
    harness = Harness(connect)

    def broken() -> Iterator[VoucherCodeAddParameters]:
        yield from harness.numbered(1_002)
        raise OSError("the file ends here")

    failed = failure(harness.client.voucher_codes.add, broken())
    assert [one.position for one in failed.succeeded] == list(range(1_000))
    assert [one.item.value for one in failed.not_sent] == ["1000", "1001"]
    assert "the file ends here" in failed.reason
    assert isinstance(failed.__cause__, OSError)
    assert harness.values() == Counter(str(number) for number in range(1_000))


def test_input_that_fails_after_a_batch_did(connect: Connect) -> None:
    """If the input raises while it is read to its end, the failed batch is still what is told."""
    harness = Harness(connect)
    harness.mock.inject(error(403), ADD)

    def broken() -> Iterator[VoucherCodeAddParameters]:
        yield from harness.numbered(1_002)
        raise OSError("the file ends here")

    failed = failure(harness.client.voucher_codes.add, broken())
    assert isinstance(failed.__cause__, ForbiddenError)
    assert [one.position for one in failed.rejected] == list(range(1_000))
    assert [one.item.value for one in failed.not_sent] == ["1000", "1001"]


def test_input_that_fails_before_anything_is_sent(connect: Connect) -> None:
    """If the input raises at once, nothing was done, and its own error comes through."""
    harness = Harness(connect)

    def broken() -> Iterator[VoucherCodeAddParameters]:
        yield from harness.numbered(2)
        raise OSError("the file ends here")

    with pytest.raises(OSError, match="the file ends here"):
        harness.client.voucher_codes.add(broken())
    assert harness.sent == []


def test_a_callback_that_fails(connect: Connect) -> None:
    """If `on_progress` raises, what was done until then is in the error, and the rest not sent."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))

    def failing(progress: Progress) -> None:
        if progress.done == 4:
            raise RuntimeError("the window is closed")

    codes = harness.numbered(6)
    failed = failure(harness.client.voucher_codes.add, codes, on_progress=failing)
    check_report(failed, codes)
    assert [one.position for one in failed.succeeded] == [0, 1, 2, 3]
    assert [one.position for one in failed.not_sent] == [4, 5]
    assert isinstance(failed.__cause__, RuntimeError)
    assert harness.values() == Counter("0123")


def test_a_callback_that_fails_in_a_stream(connect: Connect) -> None:
    """What was handed out is the user's, and the error tells of what was taken after that."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))

    def failing(progress: Progress) -> None:
        if progress.done >= 3:
            raise RuntimeError("the window is closed")

    batches = harness.client.voucher_codes.add_batches(harness.numbered(6), on_progress=failing)
    handed_out: list[Any] = []
    with pytest.raises(BatchError) as caught:
        handed_out.extend(chain.from_iterable(batches))
    assert [code.value for code in handed_out] == ["0", "1", "2"]
    assert [one.item.value for one in outcomes(caught.value)] == ["3", "4", "5"]
    assert len(caught.value.not_sent) == 3
    assert harness.values() == Counter("012")


def test_a_naive_datetime_in_a_later_batch(connect: Connect) -> None:
    """A mistake in a later item is found before its batch is sent; the ones before are known."""
    harness = Harness(connect)
    codes = harness.numbered(1_003)
    codes[1_001].validity_end_utc = datetime(2026, 1, 1)  # noqa: DTZ001
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert len(failed.succeeded) == 1_000
    assert len(failed.not_sent) == 3
    assert "VoucherCodeAddParameters.validity_end_utc" in failed.reason
    assert harness.sizes(ADD) == [1_000]


@pytest.mark.parametrize("done", [0, 2])
@pytest.mark.parametrize("make", [OSError, RuntimeError, ValueError, httpx.StreamClosed])
def test_an_error_that_is_not_of_httpx(
    connect: Connect, done: int, make: Callable[[], Exception]
) -> None:
    """Whatever a transport raises after the server has done it, the codes are unknown."""
    fault = raising(make, carried_out=True)
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach(range(done // 2 + 1, 1000), fault), ADD)
    codes = harness.numbered(5)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.position for one in failed.unknown] == [done, done + 1]


def test_an_answer_that_mentions_only_some_codes(connect: Connect) -> None:
    """What the answer does not mention is unknown, what it does has succeeded."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(3))
    harness.mock.inject(changed(lambda found: found[1:]))
    codes = harness.numbered(5)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.item.value for one in failed.succeeded] == ["1"]
    assert [one.item.value for one in failed.unknown] == ["0"]
    assert isinstance(failed.unknown[0].error, OutcomeUnknownError)
    assert len(failed.not_sent) == 3


def test_an_answer_that_mentions_only_some_of_equal_codes(connect: Connect) -> None:
    """A result stands for one code: of two equal ones, one is unknown if only one is mentioned."""
    harness = Harness(connect)
    harness.mock.inject(changed(lambda found: found[1:]))
    failed = failure(harness.client.voucher_codes.add, harness.codes("aa"))
    assert len(failed.succeeded) == len(failed.unknown) == 1


@pytest.mark.parametrize(
    "strange",
    [None, "text", {}, [None], [[]], [1], [{}], [{"Id": [], "VoucherId": {}, "Value": [[]]}]],
    ids=repr,
)
def test_an_answer_that_makes_no_sense(connect: Connect, strange: object) -> None:
    """A 200 without a usable list loses nothing: what was sent is unknown, and known as such."""
    harness = Harness(connect)
    harness.mock.inject(changed(lambda found: strange))
    codes = harness.numbered(2)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.item for one in failed.unknown] == codes
    updates = [voucher_update(harness.voucher_id, name="New")]
    assert [one.item for one in failure(harness.client.vouchers.update, updates).unknown] == updates


def test_an_update_may_name_a_voucher_twice(connect: Connect) -> None:
    """Several updates of one voucher, which the answer has once, all succeed with its result."""
    harness = Harness(connect)
    updates = [voucher_update(harness.voucher_id, name=name) for name in ("One", "Two")]
    updated = harness.client.vouchers.update(updates)
    assert [voucher.name for voucher in updated] == ["Two", "Two"]


@pytest.mark.parametrize("name", ["403", "500", "done, then dropped", "dropped before"])
def test_a_batch_error_is_pickled_with_all_it_knows(connect: Connect, name: str) -> None:
    """Another process can read every outcome, with items, results and errors, and the text."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach(range(2, 1000), FAULTS[name][0]), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(5))
    copy: BatchError[VoucherCodeAddParameters, Any] = pickle.loads(pickle.dumps(failed))
    assert str(copy) == str(failed)
    assert (copy.operation, copy.reason) == (failed.operation, failed.reason)
    assert copy.enterprise_id == failed.enterprise_id
    for ours, theirs in zip(sequences(copy), sequences(failed), strict=True):
        assert [plain(one) for one in ours] == [plain(one) for one in theirs]


def plain(one: Outcome[Any, Any]) -> tuple[object, ...]:
    """Return an outcome as values that compare; errors do not."""
    return one.position, one.item, one.result, type(one.error), str(one.error)


def test_an_error_counts_what_it_tells(connect: Connect) -> None:
    """The text of a `BatchError` has the operation, the four numbers and the reason."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach(range(2, 1000), error(403, "Sold out.")), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(5))
    assert str(failed).startswith(
        "voucherCodes/add stopped: 2 succeeded, 2 rejected, 0 unknown, 1 not sent"
    )
    assert "Sold out." in failed.reason
    assert isinstance(failed.__cause__, ForbiddenError)


# --- what is sent again

UNTOUCHED: dict[str, Fault] = {
    "no connection": drop_before(httpx.ConnectError),
    "no connection in time": drop_before(httpx.ConnectTimeout),
    "no free connection": drop_before(httpx.PoolTimeout),
    "429": error(429),
    "429 with Retry-After": error(429, retry_after="1"),
}
LOST: dict[str, tuple[Fault, type[MewsError]]] = {
    "read error": (drop_after(httpx.ReadError), OutcomeUnknownError),
    "closed": (drop_before(httpx.RemoteProtocolError), OutcomeUnknownError),
    "write error": (drop_before(httpx.WriteError), OutcomeUnknownError),
    "read timeout": (drop_after(httpx.ReadTimeout), OutcomeUnknownError),
    "write timeout": (drop_before(httpx.WriteTimeout), OutcomeUnknownError),
    "500": (error(500), ServerError),
    "503 with Retry-After": (error(503, retry_after="1"), ServerError),
    "520": (answer(520, "<html>"), ServerError),
    "HTML": (answer(200, "<html>"), UnexpectedResponseError),
    "302": (answer(302, headers={"Location": "/"}), UnexpectedResponseError),
}


@pytest.mark.parametrize("name", UNTOUCHED)
def test_an_add_is_repeated_if_the_server_did_nothing(connect: Connect, name: str) -> None:
    """No connection, or a 429, surely had no effect: the codes are sent again, and added once."""
    harness = Harness(connect)
    harness.mock.inject(UNTOUCHED[name], ADD, calls=[1, 2])
    harness.client.voucher_codes.add(harness.numbered(2))
    assert harness.sizes(ADD) == [2, 2, 2]
    assert harness.values() == Counter("01")


@pytest.mark.parametrize("name", LOST)
def test_an_add_is_never_repeated_blindly(connect: Connect, name: str) -> None:
    """After a lost answer or a 5xx, nothing is sent again, and the error says that it is open."""
    fault, kind = LOST[name]
    harness = Harness(connect)
    harness.mock.inject(fault, ADD, calls=1)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(2))
    assert harness.sizes(ADD) == [2]
    assert [type(one.error) for one in failed.unknown] == [kind, kind]
    assert type(failed.__cause__) is kind


def test_an_add_of_vouchers_is_never_repeated_blindly(connect: Connect) -> None:
    """Vouchers are as careful as codes."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), "vouchers/add", calls=1)
    voucher = VoucherAddParameters(harness.service_id, "New", VoucherTypeEnum.PUBLIC)
    failed = failure(harness.client.vouchers.add, [voucher])
    assert [one.item for one in failed.unknown] == [voucher]
    assert len([one for one in harness.mock.vouchers if one["Name"] == "New"]) == 1
    assert harness.sizes("vouchers/add") == [1]


@pytest.mark.parametrize("name", [*UNTOUCHED, *LOST])
def test_an_update_and_a_delete_are_repeated(connect: Connect, name: str) -> None:
    """What may be done twice is sent again, also after a lost answer."""
    fault = UNTOUCHED.get(name) or LOST[name][0]
    harness = Harness(connect)
    harness.mock.inject(fault, UPDATE, calls=1)
    harness.mock.inject(fault, DELETE, calls=1)
    updated = harness.client.vouchers.update([voucher_update(harness.voucher_id, name="New")])
    assert [voucher.name for voucher in updated] == ["New"]
    assert harness.sizes(UPDATE) == [1, 1]
    harness.client.voucher_codes.delete(harness.add_codes(2))
    assert harness.sizes(DELETE)[:2] == [2, 2]
    assert harness.values() == Counter()


def test_a_429_beyond_the_policy_ends_a_write(connect: Connect) -> None:
    """A server that asks for too long a wait has rejected the batch."""
    harness = Harness(connect)
    harness.mock.inject(error(429, retry_after=86_400), ADD, calls=1)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(1))
    (rejected,) = failed.rejected
    assert isinstance(rejected.error, TooManyRequestsError)
    assert rejected.error.retry_after == 86_400
    assert harness.sizes(ADD) == [1]


# --- what is gone already


@settings(max_examples=examples(40))
@given(count=st.integers(1, 8), gone=st.sets(st.integers(0, 7)), done=st.booleans())
def test_a_repeated_delete_deletes_all_that_is_there(
    connect: Connect, count: int, gone: set[int], *, done: bool
) -> None:
    """With ids that were gone before and an answer that was lost, all the others are deleted."""
    lost = drop_after() if done else drop_before(httpx.ReadError)
    harness = Harness(connect)
    code_ids = harness.add_codes(count)
    gone_ids = [code_id for index, code_id in enumerate(code_ids) if index in gone]
    if gone_ids:
        post(harness.mock, DELETE, VoucherCodeIds=gone_ids)
    harness.mock.inject(lost, DELETE, calls=1)
    harness.client.voucher_codes.delete(code_ids)
    assert harness.active_ids() == set()


def test_a_repeated_delete_of_vouchers_succeeds(connect: Connect) -> None:
    """Vouchers that are gone on the repeat were deleted by the attempt before it."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), "vouchers/delete", calls=1)
    harness.client.vouchers.delete([harness.voucher_id, harness.mock.add_voucher()])
    assert not any(one["IsActive"] for one in harness.mock.vouchers)


def test_a_delete_of_what_is_gone_is_rejected(connect: Connect) -> None:
    """Where no answer was lost, an id that is gone is the caller's mistake, and nothing is done."""
    harness = Harness(connect)
    code_ids = harness.add_codes(3)
    harness.client.voucher_codes.delete(code_ids[:1])
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    assert [one.item for one in failed.rejected] == code_ids
    assert isinstance(failed.rejected[0].error, BadRequestError)
    assert harness.active_ids() == set(code_ids[1:])


def test_later_batches_of_a_delete_are_not_excused(connect: Connect) -> None:
    """An answer lost in one batch does not make an id that is gone in a later one succeed."""
    harness = Harness(connect)
    code_ids = harness.add_codes(6)
    post(harness.mock, DELETE, VoucherCodeIds=code_ids[4:5])
    harness.mock.inject(too_many_above(3))
    harness.mock.inject(that_reach([1], drop_after()), DELETE)
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert [one.item for one in failed.succeeded] == code_ids[:3]
    assert [one.item for one in failed.rejected] == code_ids[3:]
    assert harness.active_ids() == {code_ids[3], code_ids[5]}


def test_a_refusal_for_another_reason_is_no_success(connect: Connect) -> None:
    """A delete without its enterprise deletes nothing, also when an answer was lost before."""
    harness = Harness(connect, portfolio=True)
    harness.mock.inject(error(500), DELETE, calls=1)
    code_ids = harness.add_codes(2)
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert failed.succeeded == ()
    assert harness.active_ids() == set(code_ids)


@pytest.mark.parametrize("lost", ["done, then dropped", "done, then 408", "done, then 500"])
@pytest.mark.parametrize("then", ["401", "403", "dropped before"])
def test_what_was_sent_is_never_called_unsent(connect: Connect, lost: str, then: str) -> None:
    """If a batch is lost, sent again in parts, and these fail, none of it counts as not sent."""
    harness = Harness(connect)
    harness.mock.inject(FAULTS[lost][0], DELETE, calls=1)
    harness.mock.inject(where(lambda call: len(items_in(call.body)) < 4, FAULTS[then][0]))
    code_ids = harness.add_codes(4)
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert [one.item for one in failed.unknown] == code_ids
    assert harness.active_ids() == set()


def test_a_strange_error_after_a_lost_answer(connect: Connect) -> None:
    """What ends the repeats, whatever it is, does not make the lost attempt undone."""
    harness = Harness(connect)
    harness.mock.inject(drop_after(), DELETE, calls=1)
    harness.mock.inject(raising(lambda: OSError("no more")), DELETE, calls=range(2, 99))
    code_ids = harness.add_codes(2)
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert [one.item for one in failed.unknown] == code_ids


# --- streamed


def test_batches_are_streamed(connect: Connect) -> None:
    """`add_batches` takes from its input only what the next request needs, when it needs it."""
    harness = Harness(connect)
    taken = 0

    def endless() -> Iterator[VoucherCodeAddParameters]:
        nonlocal taken
        while True:
            taken += 1
            yield VoucherCodeAddParameters(harness.voucher_id, str(taken))

    batches = iter(harness.client.voucher_codes.add_batches(endless()))
    assert (taken, harness.sent) == (0, [])
    for number in range(1, 4):
        batch = next(batches)
        assert taken == 1_000 * number
        assert [code.value for code in batch] == [
            str(value) for value in range(taken - 999, taken + 1)
        ]
    batches.close()
    assert harness.sizes(ADD) == [1_000] * 3


def test_streamed_batches_that_are_halved(connect: Connect) -> None:
    """What was taken for a request that was too large is sent before more is taken."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(300))
    taken: list[str] = []

    def noting() -> Iterator[VoucherCodeAddParameters]:
        for code in harness.numbered(1_500):
            taken.append(code.value)
            yield code

    values = []
    for batch in harness.client.voucher_codes.add_batches(noting()):
        values += [code.value for code in batch]
        assert len(taken) <= max(1_000, len(values))
    assert values == taken == [str(number) for number in range(1_500)]


@faults_by_name
def test_a_streamed_batch_that_fails(connect: Connect, name: str) -> None:
    """The error tells of the batch that failed and of what was taken; the rest stays untouched."""
    fault, becomes = FAULTS[name]
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach(range(2, 1000), fault), ADD)
    source = iter(harness.numbered(1_100))
    batches = iter(harness.client.voucher_codes.add_batches(source))
    handed_out = next(batches)
    failed = failure(next, batches)
    told = [one.position for one in outcomes(failed)]
    assert told == list(range(len(handed_out), 1_000))
    assert failed.succeeded == ()
    assert getattr(failed, becomes)[0].position == len(handed_out) == 1
    assert [code.value for code in source] == [str(number) for number in range(1_000, 1_100)]


# --- progress


def progress_of(call: Callable[..., object], items: object) -> list[Progress]:
    """Make a call; return what its `on_progress` received."""
    received: list[Progress] = []
    call(items, on_progress=received.append)
    return received


def test_progress_is_told_after_each_request(connect: Connect) -> None:
    """It says how many items are done, of how many, and how many requests it took, with repeats."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(drop_before(httpx.ConnectError), ADD, calls=3)
    received = progress_of(harness.client.voucher_codes.add, harness.numbered(5))
    assert received == [
        Progress(done=2, total=5, requests=2, waited=0.0),
        Progress(done=4, total=5, requests=4, waited=0.0),
        Progress(done=5, total=5, requests=5, waited=0.0),
    ]


@settings(max_examples=examples(20))
@given(count=st.integers(1, 30), limit=st.integers(1, 10))
def test_progress_only_grows(connect: Connect, count: int, limit: int) -> None:
    """It never goes back, and ends when all is done."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(limit))
    received = progress_of(harness.client.voucher_codes.delete, harness.add_codes(count))
    for before, after in pairwise(received):
        assert before.done < after.done
        assert before.requests < after.requests
        assert before.waited <= after.waited
    assert received[-1].done == received[-1].total == count
    assert received[-1].requests == len(harness.sent)


def test_progress_knows_the_total_where_the_input_does(connect: Connect) -> None:
    """Whatever has a length has a total; a generator has none."""
    harness = Harness(connect)
    delete = harness.client.voucher_codes.delete
    for made, total in ((list, 2), (tuple, 2), (set, 2), (dict.fromkeys, 2), (iter, None)):
        (progress,) = progress_of(delete, made(harness.add_codes(2)))
        assert (made, progress.total) == (made, total)


def test_each_write_tells_its_progress(connect: Connect) -> None:
    """All five writes take `on_progress`."""
    harness = Harness(connect)
    voucher = VoucherAddParameters(harness.service_id, "New", VoucherTypeEnum.PUBLIC)
    codes, vouchers = harness.client.voucher_codes, harness.client.vouchers
    updates: list[VoucherUpdateParameters] = [voucher_update(harness.voucher_id, name="New")]
    assert progress_of(vouchers.add, [voucher])[-1].done == 1
    assert progress_of(vouchers.update, updates)[-1].done == 1
    assert progress_of(codes.add, harness.numbered(1))[-1].done == 1
    assert progress_of(codes.delete, harness.add_codes(1))[-1].done == 1
    assert progress_of(vouchers.delete, [harness.voucher_id])[-1].done == 1
    received: list[Progress] = []
    voucher_id = harness.mock.add_voucher()
    more = [VoucherCodeAddParameters(voucher_id, "x")]
    list(codes.add_batches(more, on_progress=received.append))
    assert received[-1].done == 1


def test_progress_is_frozen() -> None:
    """Nobody who is told can change what the next one is told."""
    progress = Progress(1, None, 1, 0.0)
    with pytest.raises(FrozenInstanceError):
        progress.done = 2  # type: ignore[misc]


def test_only_what_was_sent_before_is_unclear(connect: Connect) -> None:
    """What was only ever in a request that was refused is rejected, not unknown."""
    harness = Harness(connect)
    harness.mock.seed(codes_per_voucher=1_100)
    code_ids = ids(harness.mock.codes)
    harness.mock.inject(where(lambda call: code_ids[-1] in items_in(call.body), error(401)))
    harness.mock.inject(where(lambda call: len(items_in(call.body)) > 62, error(408)))
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert {one.position for one in failed.unknown} <= set(range(1_000))
    assert all(one.position >= 1_000 for one in (*failed.rejected, *failed.not_sent))


def test_a_result_is_not_that_of_another_voucher(connect: Connect) -> None:
    """An answer that mentions one of two vouchers, spelt otherwise, is not taken for the other."""
    harness = Harness(connect)
    harness.mock.inject(changed(lambda found: [found[1] | {"Name": "b"}]))
    vouchers = [
        VoucherAddParameters(harness.service_id, name, VoucherTypeEnum.PUBLIC) for name in "AB"
    ]
    failed = failure(harness.client.vouchers.add, vouchers)
    check_report(failed, vouchers)
    assert [one.item.name for one in failed.unknown] == ["A", "B"]


def test_an_interruption_tells_what_was_done(connect: Connect) -> None:
    """Ctrl-C in the middle of an `add` carries the account of all codes that were taken."""
    if connect.kind == "async":
        pytest.skip("an event loop ends with Ctrl-C; a cancelled task is tested below")
    harness = Harness(connect)
    harness.mock.inject(raising(KeyboardInterrupt, carried_out=True), ADD, calls=2)
    codes = harness.numbered(2_500)
    with pytest.raises(KeyboardInterrupt) as caught:
        harness.client.voucher_codes.add(codes)
    account = caught.value.batch_error  # type: ignore[attr-defined]
    assert [len(some) for some in (account.succeeded, account.unknown)] == [1_000, 1_000]
    finished = harness.client.voucher_codes.resume(account)
    assert [code.value for code in finished] == [code.value for code in codes[:2_000]]
    assert sum(harness.values().values()) == 2_000


def test_a_cancelled_task_tells_what_was_done() -> None:
    """The cancellation of an awaited `add` carries the account of all codes that were taken."""
    mock, third = MockMews(seed=7), asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        response = await mock.transport.handle_async_request(request)
        if len(mock.requests) == 3:
            third.set()
            await asyncio.sleep(60)
        return response

    async def given_up() -> BatchError[Any, Any]:
        async with async_client(mock, httpx.MockTransport(answer)) as client:
            voucher = VoucherAddParameters(
                mock.enterprises[0].service_ids[0], "Weekend", VoucherTypeEnum.PUBLIC
            )
            voucher_id = (await client.vouchers.add([voucher]))[0].id
            codes = [VoucherCodeAddParameters(voucher_id, str(n)) for n in range(2_500)]
            task = asyncio.create_task(_awaited(client.voucher_codes.add(codes)))
            await third.wait()
            task.cancel()
            return await cancelled_batch_error(task)

    account = asyncio.run(given_up())
    assert [len(some) for some in (account.succeeded, account.unknown)] == [1_000, 1_000]


async def _awaited(made: Awaitable[Any]) -> Any:
    return await made
