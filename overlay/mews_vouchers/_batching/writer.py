"""A bulk write in progress: what became of every item, and when it has to stop. No I/O."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from .._http.completion import Completion
from .._http.request import Request
from ..batch_error import ALL_OTHERS_WRITTEN, BatchError, Outcome
from ..errors import (
    ClosedError,
    MewsError,
    OutcomeUnknownError,
)
from .batch import Batch
from .interruption import attach_batch_error, shielded
from .isolation import Isolation, Rejection
from .progress import ProgressCounter
from .queue import BatchQueue
from .report import Write, reason_of, with_error, without_yielded
from .requests import BatchRequests
from .state import WriteState

Item = TypeVar("Item")
Result = TypeVar("Result")


class BatchWriter(Generic[Item, Result]):
    """Writes items in batches, one after the other or concurrently. See `_runners/work.py`.

    After a failure it has no more requests. What became of every item can be asked at any time,
    also in the middle of an interruption: no item is missing, whatever was being done.

    Args:
        requests: Creates the requests.
        queue: The items.
        write: What the reports on this write have in common.
        total: The number of items, if it is known.
    """

    def __init__(
        self,
        requests: BatchRequests[Item, Result],
        queue: BatchQueue[Item, Result],
        write: Write[Item, Result],
        *,
        total: int | None,
    ) -> None:
        options = requests.options
        self.concurrency = options.concurrency
        #: The first error that stopped it; None so far.
        self.failure: Exception | None = None
        self._requests = requests
        self._operation = requests.operation
        self._isolates = options.on_rejected == "isolate"
        #: The journal of the write, if it has one.
        self.journal = requests.journal
        #: Where every item is.
        self.state = WriteState(requests, queue, write)
        self._progress = ProgressCounter(options.on_progress, total, write.done)

    def next_request(self) -> Request[Any] | None:
        """Return the request of the next batch; None while there is nothing to send."""
        if self.failure is not None:
            return None
        request = self._next_of_isolations() or self._next_of_queue()
        self.state.note_change()
        return request

    def receive(self, completion: Completion[Any]) -> None:
        """Take in the result of a request."""
        request = completion.request
        batch, isolation = self.state.in_flight[request]
        batch.note_sent(request.sent_at, request.server_time, request.request_id)
        if isinstance(completion.error, Exception):
            self._on_error(batch, isolation, request, completion.error)
        else:
            results = self._requests.results(batch, completion.unwrap())
            self._on_success(batch, results, request.date)
            if isolation is not None:
                isolation.on_success(batch)
        if request.observer_error is not None:
            self._fail(request.observer_error)
        self._progress.count(request)
        self.state.note_change()
        del self.state.in_flight[request]

    def error(self) -> Exception | None:
        """Return the error for the user, with the outcome of every item; None for a success."""
        refused = self.state.refused
        if self.failure is None and not refused:
            return None
        cause = self.failure or refused[0].error
        assert cause is not None
        is_mistake = not isinstance(cause, MewsError) or isinstance(cause, ClosedError)
        if is_mistake and not self._progress.done and self.state.is_untouched:
            return cause  # nothing was sent: it is the mistake of the caller, and no BatchError
        reason = reason_of(cause)
        if self.failure is None:
            reason = f"{ALL_OTHERS_WRITTEN}; the first refused one: {reason}"
        return self.state.batch_error(reason, cause)

    def begin(self) -> None:
        """Show the progress of earlier calls, if there were any."""
        if self._progress.done:
            try:
                self._progress.begin()
            except Exception as error:  # noqa: BLE001 - it stops the write, and is the cause
                self._fail(error)

    def forget_earlier(self, outcomes: Sequence[Outcome[Item, Result]]) -> None:
        """Do not report any longer what an earlier call has added: the user has it."""
        assert self.journal is not None
        self.state.note_yielded(outcomes)
        self.journal.note_yielded(outcomes)

    def interrupt(self) -> None:
        """Prepare for an interruption: `on_progress` is not called any more."""
        self._progress.stop()

    def attach_report(
        self, error: BaseException, yielded: Sequence[Outcome[Item, Result]] = ()
    ) -> None:
        """Attach what became of every item to an exception that interrupted the write.

        Args:
            error: The exception.
            yielded: What the user has, although it was not forgotten yet.
        """
        if isinstance(error, BatchError | GeneratorExit) or error is self.failure:
            return
        attached = getattr(error, "batch_error", None)
        if isinstance(attached, BatchError) and attached.id == self.state.write_id:
            return
        name = type(error).__name__
        shielded(
            lambda: attach_batch_error(
                error, without_yielded(self.state.batch_error(name, None), yielded)
            )
        )

    def _next_of_isolations(self) -> Request[Any] | None:
        self.state.isolations = [one for one in self.state.isolations if not one.is_finished]
        for isolation in self.state.isolations:
            part = isolation.next_part()
            if part is not None:
                request = self._requests.create(part)
                self.state.in_flight[request] = part, isolation
                return request
        return None

    def _next_of_queue(self) -> Request[Any] | None:
        while (peeked := self._peek()) is not None:
            try:
                batch, invalid, request = self._requests.prepare(peeked)
            except (TypeError, ValueError) as error:  # of an option, such as `enterprise_id`
                self._fail(error)
                return None
            self.state.add_rejected(invalid)
            if invalid and not self._isolates:
                self.failure = self.failure or invalid[0].error
                return None
            if request is not None:
                self.state.in_flight[request] = batch, None
            self.state.queue.remove(peeked)
            if request is not None:
                return request
        return None

    def _peek(self) -> Batch[Item, Result] | None:
        """Return the next batch; None at the end of the input, or if it fails."""
        try:
            return self.state.queue.peek()
        except Exception as error:  # noqa: BLE001 - of the user's iterable
            self._fail(error)
            return None

    def _on_success(
        self,
        batch: Batch[Item, Result],
        results: list[Result | None],
        date: datetime | None = None,
    ) -> None:
        self.state.queue.on_success()
        done, missing = batch.with_results(results, is_complete=self._operation.match is None)
        self.state.report.succeeded += done
        self.state.note_date(date, done)
        if missing:
            name = self._operation.operation.name
            error = OutcomeUnknownError(name, "the response does not contain it")
            self.state.report.unknown += with_error(error, missing)
            self._fail(error)
            return
        try:
            self._progress.on_success(len(done), self.state.in_flight)
        except Exception as error:  # noqa: BLE001 - it stops the write, and is the cause
            self._fail(error)

    def _on_error(
        self,
        batch: Batch[Item, Result],
        isolation: Isolation[Item, Result] | None,
        request: Request[Any],
        error: Exception,
    ) -> None:
        batch.is_in_doubt |= request.was_possibly_applied
        if self._operation.may_be_gone(batch, error) and len(batch) == 1:
            self._on_success(batch, [None])
        elif self._split(batch, error):
            pass
        elif self._isolates and isinstance(error, Rejection):
            self._isolate(batch, isolation, error)
            return
        else:
            self.state.add_failed(batch, error, was_delivered=request.was_delivered)
            self.state.name_rejected(batch, error)
            self._fail(error)
            return
        if isolation is not None:
            isolation.on_success(batch)

    def _split(self, batch: Batch[Item, Result], error: Exception) -> bool:
        """Send the items again in smaller batches, if that can help; return whether it can."""
        idempotent = self._operation.operation.idempotent
        if self.state.queue.put_back_smaller(batch, error, idempotent=idempotent):
            return True
        if self._operation.may_be_gone(batch, error):
            # Some of the items are gone, but which? One by one, each response tells.
            self.state.queue.put_back_one_by_one(batch)
            return True
        return False

    def _isolate(
        self,
        batch: Batch[Item, Result],
        isolation: Isolation[Item, Result] | None,
        error: Rejection,
    ) -> None:
        """Send the items of a rejected batch again in parts, until the bad ones are alone."""
        if isolation is None:
            isolation = Isolation(batch, error, self._operation.operation.items)
            found = isolation.rejected
            self.state.isolations.append(isolation)
        else:
            found = isolation.on_rejected(batch, error)
        if batch.is_in_doubt:
            self.state.add_refused_in_doubt(found)
        else:
            self.state.add_rejected(found)

    def _fail(self, error: Exception) -> None:
        self.failure = self.failure or error
