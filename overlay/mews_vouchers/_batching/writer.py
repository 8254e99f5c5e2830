"""A bulk write in progress: what became of every item, and when it has to stop. No I/O."""

from collections.abc import Iterable, Sized
from typing import Any, Generic, TypeVar

from mews_vouchers_client.types import Model

from .._http.completion import Completion
from .._http.request import Request
from .._http.request_factory import RequestFactory
from .._options import CallOptions, Progress
from ..errors import (
    BatchError,
    ClosedError,
    MewsError,
    Outcome,
    OutcomeUnknownError,
)
from .batch import Batch, BatchOperation
from .interruption import attach_batch_error, shielded
from .queue import BatchQueue
from .report import BatchReport, by_position, with_error

Item = TypeVar("Item")
Result = TypeVar("Result")


class BatchWriter(Generic[Item, Result]):
    """Writes items in batches, one after the other or concurrently. See `_runners/work.py`.

    After a failure it has no more requests. What became of every item can be asked at any time,
    also in the middle of an interruption: no item is missing, whatever was being done.

    Args:
        request_factory: Creates the requests.
        operation: What to do with the items.
        numbered: The items with their positions.
        options: Of the call.
        total: The number of items, if it is known.
        succeeded: Outcomes of an earlier call, to be returned and reported with the others.
    """

    def __init__(
        self,
        request_factory: RequestFactory,
        operation: BatchOperation[Item, Result],
        numbered: Iterable[tuple[int, Item]],
        options: CallOptions,
        *,
        total: int | None,
        succeeded: Iterable[Outcome[Item, Result]] = (),
    ) -> None:
        self.concurrency = options.concurrency
        #: The first error that stopped it; None so far.
        self.failure: Exception | None = None
        self._request_factory = request_factory
        self._operation = operation
        self._options = options
        self._total = total
        self._is_list = isinstance(numbered, list)
        self._queue: BatchQueue[Item, Result] = BatchQueue(numbered)
        self._in_flight: dict[Request[Any], Batch[Item, Result]] = {}
        self._succeeded_before = tuple(succeeded)
        self._report: BatchReport[Item, Result] = BatchReport()
        self._requests = 0
        self._waited = 0.0
        self._done = 0
        self._is_interrupted = False

    def next_request(self) -> Request[Any] | None:
        """Return the request of the next batch; None while there is nothing to send."""
        if self.failure is not None:
            return None
        try:
            batch = self._queue.peek()
            if batch is None:
                return None
            request = self._create_request(batch)
        except Exception as error:  # noqa: BLE001 - of the user's iterable, or of an item
            self._fail(error)
            return None
        self._in_flight[request] = batch
        self._queue.remove(batch)
        return request

    def receive(self, completion: Completion[Any]) -> None:
        """Take in the result of a request."""
        request = completion.request
        batch = self._in_flight[request]
        try:
            results = self._operation.results(batch.items, completion.unwrap())
        except Exception as error:  # noqa: BLE001 - whatever it is, the items need an outcome
            self._on_error(batch, request, error)
        else:
            self._on_success(batch, results)
        self._requests += request.attempts
        self._waited += request.waited
        del self._in_flight[request]

    def outcomes(self) -> list[Outcome[Item, Result]]:
        """Return what succeeded, in the order of the input."""
        return sorted([*self._succeeded_before, *self._report.succeeded], key=by_position)

    def forget_outcomes(self) -> None:
        """Do not report any longer what has succeeded: the user has it."""
        self._report.succeeded.clear()

    def error(self, *, drain: bool) -> Exception:
        """Return the error for the user: the failure, with the outcome of every item.

        Args:
            drain: Whether to take the rest of the input, and report it as not sent.
        """
        failure = self.failure
        assert failure is not None
        is_mistake = not isinstance(failure, MewsError) or isinstance(failure, ClosedError)
        if is_mistake and not self._done and self._current_report().is_empty:
            return failure  # nothing was sent: it is the mistake of the caller, and no BatchError
        if drain:
            self._queue.drain()
        notes: list[str] = getattr(failure, "__notes__", [])
        name = [] if isinstance(failure, MewsError) else [f"{type(failure).__name__}:"]
        error = self._batch_error(" ".join([*name, str(failure), *notes]))
        error.__cause__ = failure
        return error

    def interrupt(self) -> None:
        """Prepare for an interruption: `on_progress` is not called any more."""
        self._is_interrupted = True

    def attach_report(self, error: BaseException) -> None:
        """Attach what became of every item to an exception that interrupted the write.

        An input that is our own list, as that of `resume`, is taken to its end: it cannot block.
        """
        if isinstance(error, BatchError | GeneratorExit) or error is self.failure:
            return
        shielded(lambda: self._attach_report(error))

    def _attach_report(self, error: BaseException) -> None:
        if self._is_list:
            self._queue.drain()
        attach_batch_error(error, self._batch_error(type(error).__name__))

    def _create_request(self, batch: Batch[Item, Result]) -> Request[Any]:
        """Create the request; of an item that cannot be serialised, add the position as a note."""
        operation = self._operation.operation
        properties = {operation.items: batch.items}
        try:
            return self._request_factory.request(operation, self._options, **properties)
        except (TypeError, ValueError) as error:
            if (outcome := batch.first_unserialisable()) is not None:
                position = outcome.position
                error.add_note(f"This is in the item at position {position} of the input.")
            raise

    def _on_success(self, batch: Batch[Item, Result], results: list[Result | None]) -> None:
        self._queue.on_success()
        done: list[Outcome[Item, Result]] = []
        missing: list[Outcome[Item, Result]] = []
        for one, result in zip(batch.outcomes, results, strict=True):
            is_missing = result is None and self._operation.match is not None
            (missing if is_missing else done).append(Outcome(one.position, one.item, result))
        self._report.succeeded += done
        if missing:
            name = self._operation.operation.name
            error = OutcomeUnknownError(name, "the response does not contain it")
            self._report.unknown += with_error(error, missing)
            self._fail(error)
            return
        self._done += len(done)
        self._call_on_progress()

    def _on_error(
        self, batch: Batch[Item, Result], request: Request[Any], error: Exception
    ) -> None:
        batch.is_in_doubt |= request.was_possibly_applied
        if self._split(batch, error):
            return
        if self._operation.may_be_gone(batch, error):
            self._on_success(batch, [None] * len(batch))
            return
        self._report.add_failed(batch, error, was_delivered=request.was_delivered)
        self._fail(error)

    def _split(self, batch: Batch[Item, Result], error: Exception) -> bool:
        """Send the items again in smaller batches, if that can help; tell whether it can."""
        idempotent = self._operation.operation.idempotent
        if self._queue.put_back_smaller(batch, error, idempotent=idempotent):
            return True
        if self._operation.may_be_gone(batch, error) and len(batch) > 1:
            # Some of the items are gone, but which? One by one, each response tells.
            self._queue.put_back_one_by_one(batch)
            return True
        return False

    def _fail(self, error: Exception) -> None:
        self.failure = self.failure or error

    def _call_on_progress(self) -> None:
        on_progress = self._options.on_progress
        if on_progress is None or self._is_interrupted:
            return
        requests = self._requests + sum(one.attempts for one in self._in_flight)
        waited = self._waited + sum(one.waited for one in self._in_flight)
        try:
            on_progress(Progress(self._done, self._total, requests, waited))
        except Exception as error:  # noqa: BLE001 - it stops the write, and is the cause
            self._fail(error)

    def _batch_error(self, reason: str) -> BatchError[Item, Result]:
        report = self._current_report()
        report.succeeded += self._succeeded_before
        name = self._operation.operation.name
        return report.to_error(name, reason, self._options.enterprise_id)

    def _current_report(self) -> BatchReport[Item, Result]:
        """Return what became of every item that was taken, at this moment."""
        report = self._report.copy()
        name = self._operation.operation.name
        error = OutcomeUnknownError(name, "no response was received")
        for request, batch in self._in_flight.items():
            report.add_unfinished(batch, error, is_in_doubt=request.is_in_doubt)
        for batch in self._queue.batches():
            report.add_unfinished(batch, error)
        return report


def create_writer(
    request_factory: RequestFactory,
    operation: BatchOperation[Item, Result],
    items: Iterable[Item],
    options: CallOptions,
) -> BatchWriter[Item, Result]:
    """Create the write of the items that the user passed.

    Raises:
        TypeError: They are a single item.
    """
    if isinstance(items, str | Model):
        name = operation.operation.name
        raise TypeError(f"{name} takes several items: put {items!r} into a list")
    total = len(items) if isinstance(items, Sized) else None
    return BatchWriter(request_factory, operation, enumerate(items), options, total=total)
