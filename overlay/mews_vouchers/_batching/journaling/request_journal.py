"""What the journal of a write is told about the request of one batch. See `_http/attempts.py`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from ...errors import MewsError
from ..batch import Batch, BatchOperation
from .write_journal import WriteJournal

Item = TypeVar("Item")
Result = TypeVar("Result")


class RequestJournal(Generic[Item, Result]):
    """What is noted of the request of one batch. See `_http/attempts.py`."""

    def __init__(
        self,
        journal: WriteJournal[Item, Result],
        operation: BatchOperation[Item, Result],
        batch: Batch[Item, Result],
        results: Callable[[Any], list[Result | None]],
    ) -> None:
        self._journal = journal
        self._operation = operation
        self._batch = batch
        #: Finds the result of each item in a response. Any: one of three models.
        self._results = results

    def before_attempt(self, sent_at: datetime, server_time: datetime | None) -> None:
        """Note that the batch is about to be sent."""
        self._journal.flush()
        positions = [one.position for one in self._batch.outcomes]
        self._journal.mark_sent(positions, sent_at, server_time)

    def on_result(self, result: Any) -> None:
        """Record what became of the items. Any: one of three models."""
        results = self._results(result)
        is_complete = self._operation.match is None
        done, missing = self._batch.with_results(results, is_complete=is_complete)
        self._journal.record("succeeded", done)
        self._journal.record("unknown", missing)

    def on_error(self, error: Exception, *, is_in_doubt: bool) -> None:
        """Record that the request failed. What is in doubt stays marked as sent."""
        batch = Batch(self._batch.outcomes, self._batch.is_in_doubt or is_in_doubt)
        if len(batch) == 1 and self._operation.may_be_gone(batch, error):
            self._journal.record("succeeded", batch.outcomes)
        elif not batch.is_in_doubt:
            known = error if isinstance(error, MewsError) else None
            self._journal.record("not_sent", [replace(one, error=known) for one in batch.outcomes])
