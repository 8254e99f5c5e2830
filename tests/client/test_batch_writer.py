"""A bulk write as a plain object: it is asked for requests and told how they ended, without I/O."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import BadRequestError, OutcomeUnknownError, ServerError
from mews_vouchers._batching import queue
from mews_vouchers._batching.batch_size import AdaptiveBatchSize
from mews_vouchers._batching.queue import BatchQueue
from mews_vouchers._batching.start import create_writer
from mews_vouchers._batching.writer import BatchWriter
from mews_vouchers._http.completion import Completion
from mews_vouchers._http.request_factory import RequestFactory
from mews_vouchers._operations.voucher_code_writes import DELETE
from mews_vouchers._options import CallOptions
from mews_vouchers.mock import MockMews

from tests.support.clients import async_client
from tests.support.harness import outcomes, reported_by
from tests.support.hypothesis_profiles import examples

IDS = [str(UUID(int=number)) for number in range(12)]
#: How a request can end. The response of a delete is empty.
ENDS = [
    None,
    BadRequestError("voucherCodes/delete", 400),
    ServerError("voucherCodes/delete", 500),
    OutcomeUnknownError("voucherCodes/delete", "reset"),
]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a request have three items, so that a few items make several requests."""
    monkeypatch.setattr(queue, "AdaptiveBatchSize", lambda: AdaptiveBatchSize(3))


def factory() -> RequestFactory:
    """Return what creates requests."""
    return async_client(MockMews())._state.request_factory  # noqa: SLF001 - nothing is sent


def deletion(ids: list[str]) -> BatchWriter[str, None]:
    """Return a bulk delete that no runner executes."""
    return create_writer(factory(), DELETE, ids, CallOptions(concurrency=3))


def reported(writer: BatchWriter[Any, Any]) -> list[int]:
    """Return the positions of the items that an interruption reports at this moment."""
    interruption = KeyboardInterrupt()
    writer.attach_report(interruption)
    return [one.position for one in outcomes(reported_by(interruption))]


def test_after_a_failure_it_has_no_more_requests() -> None:
    """A request that fails for good ends it, while others are in flight."""
    writer = deletion(IDS)
    first, second = writer.next_request(), writer.next_request()
    assert first is not None
    assert second is not None
    writer.receive(Completion(first, error=ENDS[1]))
    assert writer.failure is ENDS[1]
    assert writer.next_request() is None
    writer.receive(Completion(second))
    assert len(writer.state.outcomes()) == 3


@settings(max_examples=examples(50))
@given(steps=st.lists(st.tuples(st.booleans(), st.sampled_from(ENDS), st.integers(0, 2))))
def test_every_item_that_was_taken_is_reported_once(
    steps: list[tuple[bool, Exception | None, int]],
) -> None:
    """After any sequence of requests and completions, no item is missing, and none twice."""
    taken: list[int] = []

    def numbered() -> Iterator[str]:
        for position, one in enumerate(IDS):
            taken.append(position)
            yield one

    writer = create_writer(factory(), DELETE, numbered(), CallOptions(concurrency=3))
    in_flight: list[Any] = []
    for asks, end, which in steps:
        if asks and (request := writer.next_request()) is not None:
            in_flight.append(request)
        elif not asks and in_flight:
            request = in_flight.pop(which % len(in_flight))
            request.was_delivered = True
            writer.receive(Completion(request, error=end))
        assert reported(writer) == taken


@pytest.mark.parametrize("is_removed", [True, False])
def test_an_interruption_between_two_collections_reports_an_item_once(
    monkeypatch: pytest.MonkeyPatch, *, is_removed: bool
) -> None:
    """While a batch moves from the queue into flight, its items are in both, and reported once."""
    real = BatchQueue.remove

    def interrupted(self: BatchQueue[Any, Any], batch: Any) -> None:
        if is_removed:
            real(self, batch)
        raise KeyboardInterrupt

    monkeypatch.setattr(BatchQueue, "remove", interrupted)
    writer = deletion(IDS[:5])
    with pytest.raises(KeyboardInterrupt):
        writer.next_request()
    assert reported(writer) == [0, 1, 2, 3, 4]
