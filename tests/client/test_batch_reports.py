"""The error of a failed write reports the outcome of every item."""

import asyncio
import pickle
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import BatchError, ForbiddenError, Outcome, OutcomeUnknownError, voucher_update
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.faults import Fault, error
from mews_vouchers_client.models import (
    VoucherAddParameters,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
)

from tests.support.batch_errors import kept
from tests.support.clients import Connect, async_client
from tests.support.harness import (
    ADD,
    DELETE,
    FAULTS,
    UPDATE,
    Harness,
    attempted,
    cancelled_batch_error,
    check_report,
    failure,
    faults_by_name,
    raising,
    reported_by,
    sequences,
)
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import ids, items_in, that_reach, too_many_above, where


class Plan(NamedTuple):
    """How many items there are, and when a fault occurs."""

    items: int
    #: The largest number of items that the server accepts in a request.
    limit: int
    #: The number of successful requests before the fault.
    first: int
    #: How often the fault occurs: once, or every time.
    times: int

    def inject(self, mock: MockMews, operation: str, fault: Fault) -> None:
        """Inject the faults."""
        calls = range(self.first + 1, self.first + self.times + 1)
        mock.inject(too_many_above(self.limit))
        mock.inject(that_reach(calls, fault), operation)


plans = st.builds(
    Plan, st.integers(0, 9), st.integers(1, 4), st.integers(0, 3), st.sampled_from([1, 1_000])
)


@faults_by_name
@settings(max_examples=examples(7))
@given(plan=plans)
def test_a_failed_add_reports_every_code(connect: Connect, name: str, plan: Plan) -> None:
    """Each code is in exactly one sequence, and the server agrees with that sequence."""
    fault, expected = FAULTS[name]
    harness = Harness(connect)
    plan.inject(harness.mock, ADD, fault)
    codes = harness.numbered(plan.items)
    added, failed = attempted(harness.client.voucher_codes.add, codes)
    on_server = harness.values()
    assert max(on_server.values(), default=1) == 1
    if failed is None:
        assert [code.value for code in added] == [code.value for code in codes]
        assert on_server == Counter(code.value for code in codes)
        return
    check_report(failed, codes)
    assert harness.active_ids() >= {one.result.id for one in failed.succeeded if one.result}
    assert all(one.result.value == one.item.value for one in failed.succeeded if one.result)
    assert not any(on_server[one.item.value] for one in (*failed.rejected, *failed.not_sent))
    assert len(failed.succeeded) >= plan.first
    others = {"rejected": failed.rejected, "unknown": failed.unknown}
    stopped_at = others.pop(expected, failed.not_sent)
    assert stopped_at
    assert all(not some for some in others.values())


@faults_by_name
@settings(max_examples=examples(7))
@given(plan=plans)
def test_a_failed_delete_reports_every_id(connect: Connect, name: str, plan: Plan) -> None:
    """Each id is in one sequence; succeeded ones are deleted, rejected and unsent ones are not."""
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
def test_a_failed_update_reports_every_update(connect: Connect, name: str, plan: Plan) -> None:
    """Each update is in one sequence; succeeded ones are applied, rejected and unsent ones not."""
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


def test_items_after_the_failed_request_are_not_sent(connect: Connect) -> None:
    """The error also reports the codes far behind the failed request."""
    harness = Harness(connect)
    harness.mock.inject(error(400), ADD, calls=2)
    codes = harness.numbered(3_500)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [len(some) for some in (failed.succeeded, failed.rejected)] == [1_000, 1_000]
    assert [one.item for one in failed.not_sent] == codes[2_000:]
    assert (failed.items_read, failed.is_complete) == (3_500, True)


def test_an_iterator_is_not_read_after_the_failed_request(connect: Connect) -> None:
    """The error says how far an iterator was read; the rest of it is still there."""
    harness = Harness(connect)
    harness.mock.inject(error(400), ADD, calls=2)
    codes = harness.numbered(3_500)
    rest = iter(codes)
    failed = failure(harness.client.voucher_codes.add, rest)
    check_report(failed, codes[:2_000])
    assert (failed.items_read, failed.is_complete) == (2_000, False)
    assert list(rest) == codes[2_000:]


@pytest.mark.parametrize("done", [0, 2])
@pytest.mark.parametrize(
    "make", [OSError, TimeoutError, ssl.SSLError, httpx.StreamClosed, lambda: httpx.InvalidURL("x")]
)
def test_an_error_of_another_transport(
    connect: Connect, done: int, make: Callable[[], Exception]
) -> None:
    """Whatever a transport raises after the server applied the request: the codes are unknown."""
    fault = raising(make, applied=True)
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach(range(done // 2 + 1, 1000), fault), ADD)
    codes = harness.numbered(5)
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert [one.position for one in failed.unknown] == [done, done + 1]
    assert isinstance(failed.__cause__, OutcomeUnknownError)


@pytest.mark.parametrize("done", [0, 2])
@pytest.mark.parametrize("kind", [AssertionError, AttributeError, RuntimeError, TypeError])
def test_a_mistake_after_a_request_was_sent(
    connect: Connect, done: int, kind: type[Exception]
) -> None:
    """A bug in a transport is the cause of the error as it is; what was sent is unknown."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    fault = raising(lambda: kind("a bug"), applied=True)
    harness.mock.inject(that_reach(range(done // 2 + 1, 1000), fault), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(5))
    assert [one.position for one in failed.unknown] == [done, done + 1]
    assert [one.position for one in failed.not_sent] == [*range(done + 2, 5)]
    assert type(failed.__cause__) is kind
    assert harness.sizes(ADD).count(2) == done // 2 + 1


@pytest.mark.parametrize("kind", [AssertionError, AttributeError, RuntimeError, TypeError])
def test_a_mistake_in_a_listing_comes_up_as_it_is(connect: Connect, kind: type[Exception]) -> None:
    """A bug in a transport is neither retried nor called a missing response."""
    harness = Harness(connect)
    harness.mock.inject(raising(lambda: kind("a bug")))
    with pytest.raises(kind, match="a bug"):
        list(harness.client.voucher_codes.get_all(voucher_ids=[harness.voucher_id]))
    assert len(harness.mock.requests) == 1


def test_only_delivered_items_are_unknown(connect: Connect) -> None:
    """Items that were only in rejected requests are rejected, not unknown."""
    harness = Harness(connect)
    harness.mock.seed(codes_per_voucher=1_100)
    code_ids = ids(harness.mock.codes)
    harness.mock.inject(where(lambda call: code_ids[-1] in items_in(call.body), error(401)))
    harness.mock.inject(where(lambda call: len(items_in(call.body)) > 62, error(408)))
    failed = failure(harness.client.voucher_codes.delete, code_ids)
    check_report(failed, code_ids)
    assert {one.position for one in failed.unknown} <= set(range(1_000))
    assert all(one.position >= 1_000 for one in (*failed.rejected, *failed.not_sent))


# --- input that fails


def test_input_that_fails_in_the_middle(connect: Connect) -> None:
    """If the input raises, the error still reports what was done with the items before."""
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


def test_input_that_fails_after_a_batch_failed(connect: Connect) -> None:
    """If a list raises while its rest is taken, the items before are reported."""
    harness = Harness(connect)
    harness.mock.inject(error(403), ADD)

    class Broken(list[VoucherCodeAddParameters]):
        def __iter__(self) -> Iterator[VoucherCodeAddParameters]:
            yield from super().__iter__()
            raise OSError("the file ends here")

    failed = failure(harness.client.voucher_codes.add, Broken(harness.numbered(1_002)))
    assert isinstance(failed.cause, ForbiddenError)
    assert [one.position for one in failed.rejected] == list(range(1_000))
    assert [one.item.value for one in failed.not_sent] == ["1000", "1001"]
    assert (failed.items_read, failed.is_complete) == (1_002, False)


def test_input_that_fails_before_anything_is_sent(connect: Connect) -> None:
    """If the input raises at once, its own exception is raised, and nothing is sent."""
    harness = Harness(connect)

    def broken() -> Iterator[VoucherCodeAddParameters]:
        yield from harness.numbered(2)
        raise OSError("the file ends here")

    with pytest.raises(OSError, match="the file ends here"):
        harness.client.voucher_codes.add(broken())
    assert harness.sent == []


def test_a_naive_datetime_in_a_later_batch(connect: Connect) -> None:
    """A mistake in a later item is found before its batch is sent; earlier outcomes are kept."""
    harness = Harness(connect)
    codes = harness.numbered(1_003)
    codes[1_001].validity_end_utc = datetime(2026, 1, 1)  # noqa: DTZ001
    failed = failure(harness.client.voucher_codes.add, codes)
    check_report(failed, codes)
    assert len(failed.succeeded) == 1_000
    assert [one.position for one in failed.rejected] == [1_001]
    assert [one.position for one in failed.not_sent] == [1_000, 1_002]
    assert "the item at position 1001 was not sent: its validity_end_utc" in failed.reason
    assert harness.sizes(ADD) == [1_000]


# --- the error itself


@pytest.mark.parametrize("name", ["403", "500", "done, then dropped", "dropped before"])
def test_a_batch_error_is_pickled_with_all_outcomes(connect: Connect, name: str) -> None:
    """Another process can read every outcome, with item, result and error, and the message."""
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
    """Return an outcome as comparable values; exceptions are not comparable."""
    return one.position, one.item, one.result, type(one.error), str(one.error)


def test_the_message_has_the_number_of_each_outcome(connect: Connect) -> None:
    """The message of a `BatchError` has the operation, the four numbers and the reason."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach(range(2, 1000), error(403, "Sold out.")), ADD)
    failed = failure(harness.client.voucher_codes.add, harness.numbered(5))
    assert str(failed).startswith(
        "voucherCodes/add stopped: 2 succeeded, 2 rejected, 0 unknown, 1 not sent"
    )
    assert "Sold out." in failed.reason
    assert isinstance(failed.__cause__, ForbiddenError)


def test_a_write_that_left_out_bad_items_has_finished(connect: Connect) -> None:
    """The message does not say that it stopped: only the bad items are missing."""
    harness = Harness(connect)
    codes = harness.codes(["a", ""])
    failed = failure(harness.client.voucher_codes.add, codes, on_rejected="isolate")
    message = (
        "voucherCodes/add finished: 1 succeeded, 1 rejected, 0 unknown, 0 not sent; all other "
        "items are written; the first refused one: voucherCodes/add: the item at position 1 was "
        "not sent"
    )
    assert str(failed).startswith(message)
    assert str(kept(failed)) == str(failed)


# --- Ctrl-C and cancellation


def test_ctrl_c_carries_a_report(connect: Connect) -> None:
    """Ctrl-C during an `add` carries a report of all codes of the list."""
    if connect.kind == "async":
        pytest.skip("an event loop ends with Ctrl-C; a cancelled task is tested below")
    harness = Harness(connect)
    harness.mock.inject(raising(KeyboardInterrupt, applied=True), ADD, calls=2)
    codes = harness.numbered(2_500)
    with pytest.raises(KeyboardInterrupt) as caught:
        harness.client.voucher_codes.add(codes)
    report = reported_by(caught.value)
    check_report(report, codes)
    assert [len(some) for some in (report.succeeded, report.unknown)] == [1_000, 1_000]
    finished = harness.client.voucher_codes.resume(report, settle=0)
    assert [code.value for code in finished] == [code.value for code in codes]
    assert harness.values() == Counter(code.value for code in codes)


def test_a_cancellation_carries_a_report() -> None:
    """The cancellation of an awaited `add` carries a report of all codes of the list."""
    mock, third = MockMews(seed=7), asyncio.Event()

    async def respond(request: httpx.Request) -> httpx.Response:
        response: httpx.Response = await mock.transport.handle_async_request(request)
        if len(mock.requests) == 3:
            third.set()
            await asyncio.sleep(60)
        return response

    async def cancel_add() -> BatchError[Any, Any]:
        async with async_client(mock, httpx.MockTransport(respond)) as client:
            voucher = VoucherAddParameters(
                mock.enterprises[0].service_ids[0], "Weekend", VoucherTypeEnum.PUBLIC
            )
            voucher_id = (await client.vouchers.add([voucher]))[0].id
            codes = [VoucherCodeAddParameters(voucher_id, str(n)) for n in range(2_500)]
            task = asyncio.create_task(_awaited(client.voucher_codes.add(codes)))
            await third.wait()
            task.cancel()
            return await cancelled_batch_error(task)

    report = asyncio.run(cancel_add())
    assert [len(some) for some in sequences(report)] == [1_000, 0, 1_000, 500]


async def _awaited(made: Awaitable[Any]) -> Any:
    return await made
