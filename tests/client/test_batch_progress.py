"""What `on_progress` receives during a write."""

from collections import Counter
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import Progress, voucher_update
from mews_vouchers.mock.faults import drop_before
from mews_vouchers_client.models import (
    VoucherAddParameters,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
    VoucherUpdateParameters,
)

from tests.support.clients import Connect
from tests.support.harness import ADD, Harness, check_report, failure
from tests.support.http_library import httpx
from tests.support.hypothesis_profiles import examples
from tests.support.seeding import too_many_above


def progress_of(call: Callable[..., object], items: object) -> list[Progress]:
    """Make a call; return what its `on_progress` received."""
    received: list[Progress] = []
    call(items, on_progress=received.append)
    return received


def test_progress_is_reported_after_each_request(connect: Connect) -> None:
    """A report has the completed items, the total, and the number of requests with retries."""
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
    """The numbers never decrease, and the last report has all items."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(limit))
    received = progress_of(harness.client.voucher_codes.delete, harness.add_codes(count))
    for before, after in pairwise(received):
        assert before.done < after.done
        assert before.requests < after.requests
        assert before.waited <= after.waited
    assert received[-1].done == received[-1].total == count
    assert received[-1].requests == len(harness.sent)


def test_progress_has_a_total_if_the_input_has_a_length(connect: Connect) -> None:
    """An input with a length has a total; a generator has none."""
    harness = Harness(connect)
    delete = harness.client.voucher_codes.delete
    for made, total in ((list, 2), (tuple, 2), (set, 2), (dict.fromkeys, 2), (iter, None)):
        (progress,) = progress_of(delete, made(harness.add_codes(2)))
        assert (made, progress.total) == (made, total)


def test_each_write_reports_progress(connect: Connect) -> None:
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
    """A callback cannot change the numbers."""
    progress = Progress(1, None, 1, 0.0)
    with pytest.raises(FrozenInstanceError):
        progress.done = 2  # type: ignore[misc]


def test_a_callback_that_fails(connect: Connect) -> None:
    """If `on_progress` raises, the error reports what was done; the rest is not sent."""
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
