"""`add_batches` yields each batch once it is added."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from mews_vouchers import BatchError, Progress
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.clients import Connect
from tests.support.harness import ADD, FAULTS, Harness, failure, faults_by_name, outcomes
from tests.support.seeding import that_reach, too_many_above


def test_batches_are_streamed(connect: Connect) -> None:
    """`add_batches` takes from its input only what the next request needs."""
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
        assert [one.result.value for one in batch if one.result] == [
            str(value) for value in range(taken - 999, taken + 1)
        ]
        assert [one.position for one in batch] == list(range(taken - 1_000, taken))
    batches.close()
    assert harness.sizes(ADD) == [1_000] * 3


def test_streamed_batches_that_are_halved(connect: Connect) -> None:
    """Items of a request that was too large are sent before more are taken."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(300))
    taken: list[str] = []

    def noting() -> Iterator[VoucherCodeAddParameters]:
        for code in harness.numbered(1_500):
            taken.append(code.value)
            yield code

    values = []
    for batch in harness.client.voucher_codes.add_batches(noting()):
        values += [one.result.value for one in batch]
        assert len(taken) <= max(1_000, len(values))
    assert values == taken == [str(number) for number in range(1_500)]


@faults_by_name
def test_a_streamed_batch_that_fails(connect: Connect, name: str) -> None:
    """The error reports the failed batch and the items taken; the rest of the input stays."""
    fault, expected = FAULTS[name]
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))
    harness.mock.inject(that_reach(range(2, 1000), fault), ADD)
    source = iter(harness.numbered(1_100))
    batches = iter(harness.client.voucher_codes.add_batches(source))
    yielded = next(batches)
    failed = failure(next, batches)
    reported = [one.position for one in outcomes(failed)]
    assert reported == list(range(len(yielded), 1_000))
    assert failed.succeeded == ()
    assert getattr(failed, expected)[0].position == len(yielded) == 1
    assert [code.value for code in source] == [str(number) for number in range(1_000, 1_100)]


def test_a_callback_that_fails_in_a_stream(connect: Connect) -> None:
    """The error reports the items that were taken but not yielded."""
    harness = Harness(connect)
    harness.mock.inject(too_many_above(2))

    def failing(progress: Progress) -> None:
        if progress.done >= 3:
            raise RuntimeError("the window is closed")

    batches = harness.client.voucher_codes.add_batches(harness.numbered(6), on_progress=failing)
    yielded: list[Any] = []
    with pytest.raises(BatchError) as caught:
        yielded.extend(chain.from_iterable(batches))
    assert [one.item.value for one in yielded] == ["0", "1", "2"]
    assert [one.item.value for one in outcomes(caught.value)] == ["3", "4", "5"]
    assert len(caught.value.not_sent) == 3
    assert harness.values() == Counter("012")
