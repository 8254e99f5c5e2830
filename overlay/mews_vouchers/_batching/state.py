"""Where every item of a bulk write is, at any moment, and the error that reports it. No I/O."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from .._http.request import Request
from .._http.server_clock import earliest
from .._local_clock import local_now
from ..batch_error import BatchError, Outcome
from ..errors import ApiError, OutcomeUnknownError
from .batch import Batch
from .isolation import Isolation
from .named_item import named_index
from .queue import BatchQueue
from .report import BatchReport, Write, by_position, is_refusal, with_error
from .requests import BatchRequests

Item = TypeVar("Item")
Result = TypeVar("Result")


class WriteState(Generic[Item, Result]):
    """The places where an item can be: in the queue, in flight, in an isolation, in the report.

    An interruption can come between any two instructions. So an item is put into the next place
    before it is removed from the last: it is always in at least one.

    Args:
        requests: Creates the requests.
        queue: The items.
        write: What the reports on this write have in common.
    """

    def __init__(
        self,
        requests: BatchRequests[Item, Result],
        queue: BatchQueue[Item, Result],
        write: Write[Item, Result],
    ) -> None:
        self.queue = queue
        self.report: BatchReport[Item, Result] = BatchReport()
        self.isolations: list[Isolation[Item, Result]] = []
        #: The batch of each request in flight, and the isolation that it is a part of.
        self.in_flight: dict[
            Request[Any], tuple[Batch[Item, Result], Isolation[Item, Result] | None]
        ] = {}
        #: The position of the item that the server named as the reason for a rejection.
        self.rejected_position: int | None = None
        self._requests = requests
        self._write = write
        self._result_ids = requests.result_ids
        self._result_ids.begin(write.known_ids, write.succeeded)
        self._result_ids.items_without_id += write.known_items
        self._date_ahead = write.date_ahead
        self.note_change()

    @property
    def write_id(self) -> str:
        """Identifies the write."""
        return self._write.id

    @property
    def refused(self) -> list[Outcome[Item, Result]]:
        """What was rejected, also in earlier calls, and what was refused in doubt.

        The latter is all that is unknown, as long as nothing has failed.
        """
        return [*self._write.rejected, *self.report.rejected, *self.report.unknown]

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was sent."""
        return not self.isolations and self.current_report().is_empty

    def outcomes(self) -> list[Outcome[Item, Result]]:
        """Return what succeeded, in the order of the input."""
        return sorted([*self._write.succeeded, *self.report.succeeded], key=by_position)

    def forget_outcomes(self) -> None:
        """Do not report any longer what has succeeded: the user has it."""
        outcomes = self.outcomes()
        self._result_ids.note_yielded(outcomes)
        self._result_ids.forget_before(self._not_sent_before())
        last = max((one.position for one in outcomes), default=-1)
        read = max(self._write.items_read, last + 1)
        self._write = replace(self._write, items_read=read, succeeded=())
        self.report.succeeded.clear()

    def note_yielded(self, outcomes: Sequence[Outcome[Item, Result]]) -> None:
        """Take nothing else for results of earlier calls: the user has them."""
        ids = self._result_ids
        for one in outcomes:
            ids.take(one.position, one.result)
        ids.note_yielded(outcomes)
        # Nothing that this call sends is older than the newest of them.
        ids.forget_before(self._not_sent_before() or ids.newest_yielded)

    def add_rejected(self, outcomes: list[Outcome[Item, Result]]) -> None:
        """Add items that are known to be bad."""
        self.report.rejected += outcomes
        if self._requests.journal is not None:
            self._requests.journal.note_refused("rejected", outcomes)

    def add_refused_in_doubt(self, outcomes: list[Outcome[Item, Result]]) -> None:
        """Report items that were refused, but that an earlier attempt may have applied.

        They are only sent again if that does no harm, and may be corrected meanwhile.
        """
        self.report.unknown += outcomes
        if self._requests.journal is not None:
            self._requests.journal.note_refused("unknown", outcomes)

    def add_failed(
        self, batch: Batch[Item, Result], error: Exception, *, was_delivered: bool
    ) -> None:
        """Add a batch whose request failed for good."""
        if batch.is_in_doubt and is_refusal(error):
            self.add_refused_in_doubt(with_error(error, batch.outcomes))
            return
        known = len(self.report.rejected)
        self.report.add_failed(batch, error, was_delivered=was_delivered)
        if self._requests.journal is not None:
            self._requests.journal.note_refused("refused", self.report.rejected[known:])

    def name_rejected(self, batch: Batch[Item, Result], error: Exception) -> None:
        """Note which item the server named as the reason, if it did."""
        if isinstance(error, ApiError) and self.rejected_position is None:
            items = self._requests.operation.operation.items
            named = named_index(error, items, len(batch))
            if named is not None:
                self.rejected_position = batch.outcomes[named].position

    def batch_error(self, reason: str, cause: Exception | None) -> BatchError[Item, Result]:
        """Return what became of every item, at this moment. The rest of the input is not sent."""
        self.queue.drain()
        error = self.current_report().to_error(
            self._write,
            reason,
            cause,
            is_complete=self.queue.is_exhausted,
            rejected_position=self.rejected_position,
            times=self._changed_at,
            known_ids=self._result_ids.left_out(),
        )
        error.known_items = tuple(self._result_ids.items_without_id)
        error.date_ahead = self._date_ahead
        return error

    def note_date(self, date: datetime | None, added: Sequence[Outcome[Item, Result]]) -> None:
        """Note how far the `Date` of a response was ahead of what it says was added."""
        times = [getattr(one.result, "created_utc", None) for one in added]
        newest = max((one for one in times if isinstance(one, datetime)), default=None)
        if date is not None and newest is not None and not self._requests.is_idempotent:
            self._date_ahead = max(self._date_ahead, (date - newest).total_seconds())

    def note_change(self) -> None:
        """Note when the report was true, by both clocks.

        A report that is read later has these times: a resume in between is then known to be newer.
        """
        self._changed_at = local_now(), self._requests.server_time

    def current_report(self) -> BatchReport[Item, Result]:
        """Return what became of every item that was taken, at this moment."""
        report = self.report.copy()
        name = self._write.operation
        error = OutcomeUnknownError(name, "no response was received")
        for request, (batch, _) in self.in_flight.items():
            batch.note_sent(request.sent_at, request.server_time, request.request_id)
            report.add_unfinished(batch, error, is_in_doubt=request.is_in_doubt)
        if self._requests.journal is not None:
            report.succeeded += self._requests.journal.not_yielded()
        waiting = [part for isolation in self.isolations for part in isolation.remaining()]
        for batch in [*waiting, *self.queue.batches()]:
            report.add_unfinished(batch, error)
        return report

    def _not_sent_before(self) -> datetime | None:
        """Return the time of the server before which no item without a result was sent.

        None if it is unknown.
        """
        times = [self._requests.server_time]  # the others are later, if they are not sent
        times += [one.server_time for one in self.in_flight if one.is_in_doubt]
        return earliest(times)
