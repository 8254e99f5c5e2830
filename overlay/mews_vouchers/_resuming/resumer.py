"""Completes a stopped write: what was done already is not done again. No I/O."""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import starmap
from typing import Any, Generic, TypeVar

from .._batching.batch import Batch, BatchOperation
from .._batching.batch_size import MAX_ITEMS_PER_REQUEST
from .._batching.interruption import attach_batch_error
from .._batching.journal_input import Unfinished
from .._batching.numbered_input import NumberedInput
from .._batching.queue import BatchQueue
from .._batching.report import Write, by_position, reason_of
from .._batching.requests import BatchRequests
from .._batching.write_journal import WriteJournal
from .._batching.writer import BatchWriter
from .._http.request_factory import RequestFactory
from .._options import MAX_CONCURRENCY, CallOptions
from ..batch_error import BatchError, Outcome, changed
from ..errors import InvalidItemError
from . import resumptions
from .journal_merging import merge

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Items. A resume that was killed has sent at most that many besides the first it did not add.
_READ_AHEAD = MAX_CONCURRENCY * MAX_ITEMS_PER_REQUEST


class Resumer(Generic[Item, Result]):
    """Knows which items of a stopped write are still to be written.

    Args:
        operation: What is done with the items.
        unfinished: What is left to do.
        journal: The journal of the write, if it has one.
    """

    def __init__(
        self,
        operation: BatchOperation[Item, Result],
        unfinished: Unfinished[Item, Result],
        journal: WriteJournal[Item, Result] | None = None,
    ) -> None:
        self.operation = operation
        self.error = unfinished.error
        self.journal = journal
        #: Whether the journal has more than the error: it is that of a call, not of a `resume()`.
        self._is_reported_by_journal = journal is not None
        #: What has succeeded, by position. A look-up adds to it.
        self.succeeded = {one.position: one for one in self.error.succeeded}
        #: The positions of what succeeded before any look-up: the journal, if any, has them.
        self._recorded = {*self.succeeded}
        #: When another resume may have sent items of the write; None: there was none.
        self.resumed_until = _resumed_until(self.error)
        self._unfinished = unfinished

    @property
    def is_add(self) -> bool:
        """Whether it adds items: repeating it would add them twice."""
        return not self.operation.operation.idempotent

    @property
    def total(self) -> int | None:
        """The number of all items, if it is known."""
        return self._unfinished.total

    @property
    def done(self) -> int:
        """The number of items that have succeeded."""
        return self._unfinished.done + len(self.succeeded) - len(self.error.succeeded)

    def use_journal(self, journal: WriteJournal[Item, Result]) -> None:
        """Use the journal of the write that the error is of. It may block.

        Raises:
            JournalError: The journal cannot be read or written.
        """
        error = merge(self.error, journal)
        self.succeeded = {one.position: one for one in error.succeeded}
        self._recorded = {*self.succeeded}
        _, rejected, rest, total, _ = self._unfinished
        self._unfinished = Unfinished(error, rejected, rest, total, len(self.succeeded))
        self.error = error
        self.journal = journal
        journal.follow(rest)

    def record_found(self) -> None:
        """Record in the journal what a look-up has found."""
        if self.journal is not None:
            found = [one for at, one in self.succeeded.items() if at not in self._recorded]
            self.journal.record_found(found)

    def read_ahead(self) -> list[Outcome[Item, Result]]:
        """Read items of the rest that another resume may have added, to be looked up.

        It has sent them in order, so that it suffices to read on until none is found.
        """
        read: deque[tuple[int, Item]] = deque()
        ahead: list[Outcome[Item, Result]] = []
        try:
            self._unfinished.rest.read_into(read, _READ_AHEAD)
        finally:
            ahead += starmap(Outcome, read)
            self.error = changed(
                self.error,
                not_sent=[*self.error.not_sent, *ahead],
                items_read=max([self.error.items_read, *(one.position + 1 for one in ahead)]),
                is_complete=self.error.is_complete or self._unfinished.rest.is_over,
            )
        return ahead

    def load_alike(self, ahead: list[Outcome[Item, Result]]) -> None:
        """Load from the journal what items that were read ahead could be taken for.

        A stream does not keep all that has succeeded.
        """
        if self.journal is None or self.done == len(self.succeeded):
            return
        found = self.journal.alike([one.item for one in ahead])
        self.error = changed(self.error, succeeded=[*self.error.succeeded, *found])
        self.succeeded |= {one.position: one for one in found}
        self._recorded |= {one.position for one in found}

    def attach_report(self, interruption: BaseException) -> None:
        """Attach what became of every item to what interrupted the look-up, not the write."""
        # Not by `batch_error_of`: the context may be the error of another write.
        if getattr(interruption, "batch_error", None) is None:
            attach_batch_error(interruption, self._report())

    def stopped_by(self, error: Exception) -> BatchError[Item, Result]:
        """Return what became of every item, after a look-up that failed: nothing has changed."""
        if self.journal is not None:
            self.journal.flush()  # what was read ahead
        reason = f"the look-up of what was added failed: {reason_of(error)}"
        return changed(self._report(), reason=reason, cause=error)

    def writer(
        self, request_factory: RequestFactory, options: CallOptions
    ) -> BatchWriter[Item, Result]:
        """Return the write of the missing items; all results are among its outcomes."""
        error = self.error
        # Repeated in doubt: what they delete may be gone already.
        unknown = [] if self.is_add else [Batch([*error.unknown], is_in_doubt=True)]
        is_in_doubt = not self.is_add and self.resumed_until is not None
        done = {*self.succeeded} | {one.position for batch in unknown for one in batch.outcomes}
        missing = [
            (one.position, one.item) for one in unfinished(error) if one.position not in done
        ]
        _, rejected, rest, total, _ = self._unfinished
        queue: BatchQueue[Item, Result] = BatchQueue(
            rest,
            known=missing,
            first=[batch for batch in unknown if batch.outcomes],
            is_in_doubt=is_in_doubt,
        )
        write = Write(
            error.operation,
            error.enterprise_id,
            error.id,
            error.known_ids,
            error.items_read,
            [*self.succeeded.values()],
            rejected,
            self.done,
            error.journal,
        )
        requests = BatchRequests(
            request_factory, self.operation, options, self.journal, self._sent_before()
        )
        return BatchWriter(requests, queue, write, total=total)

    def _report(self) -> BatchError[Item, Result]:
        if self.journal is not None and self._is_reported_by_journal:
            return self.journal.batch_error()
        return self.error

    def _sent_before(self) -> list[Outcome[Item, Result]]:
        """Return the items that were sent, and are not among those that are checked in order.

        A journal in constant memory does not have all of them; but then it is an `add`, which takes
        equal items.
        """
        refused = [
            one for one in self._unfinished.rejected if not isinstance(one.error, InvalidItemError)
        ]
        sent = [*self.succeeded.values(), *self.error.unknown, *refused]
        return sorted(sent, key=by_position)


def check_is_batch_error(error: object) -> None:
    """Raise `TypeError` if it is not what `resume()` takes; say what to pass instead."""
    if isinstance(error, BatchError):
        return
    instead = "a BatchError"
    if isinstance(error, str):
        instead = "BatchError.from_json(text)"
    elif isinstance(error, BaseException):
        instead = "batch_error_of(exception), unless that is None"
    raise TypeError(f"resume() takes a BatchError, not a {type(error).__name__}: pass {instead}")


def create_resumer(
    operations: Iterable[BatchOperation[Any, Any]],
    error: BatchError[Item, Result],
    remaining: Iterable[Item] | None,
) -> Resumer[Item, Result]:
    """Return what completes the write of an error.

    Args:
        operations: The operations of the resource. Any: of several types.
        error: The error of the write.
        remaining: The rest of an input that was not read to its end.

    Raises:
        ValueError: The error is of another operation, or its input was not read to its end and
            `remaining` is missing, or the other way round.
    """
    by_name = {one.operation.name: one for one in operations}
    if error.operation not in by_name:
        resource = "voucher_codes" if error.operation.startswith("voucherCodes/") else "vouchers"
        raise ValueError(
            f"this is an error of {error.operation}: client.{resource}.resume() completes it"
        )
    if remaining is None and not error.is_complete:
        raise ValueError(
            f"only {error.items_read} items were read from the input: pass the rest of it, "
            "resume(error, remaining=iterator)"
        )
    if remaining is not None and error.is_complete:
        raise ValueError("this error has all items of the input: nothing can be remaining")
    rest = () if remaining is None else remaining
    done = len(error.succeeded)
    known = done + len(unfinished(error))
    numbered = NumberedInput(rest, error.items_read)
    total = None if numbered.length is None else known + numbered.length
    return Resumer(by_name[error.operation], Unfinished(error, [], numbered, total, done))


def unfinished(error: BatchError[Item, Result]) -> list[Outcome[Item, Result]]:
    """Return the items that had not succeeded, in the order of the input."""
    return sorted([*error.rejected, *error.unknown, *error.not_sent], key=by_position)


def _resumed_until(error: BatchError[Any, Any]) -> datetime | None:
    """Return until when another resume may have sent items of an error; None for never."""
    if error.was_copied or resumptions.was_forked_since(error.created_at):
        return datetime.now(UTC)
    return resumptions.resumed_until(error.id, error.created_at)
