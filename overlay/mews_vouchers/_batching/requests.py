"""Creates the requests of a bulk write: of the items of each batch that can be sent."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

from .._http.request import Request
from .._http.request_factory import RequestFactory
from .._options import CallOptions
from ..batch_error import Outcome
from .batch import Batch, BatchOperation
from .checks import ItemChecks, without
from .journaling.request_journal import RequestJournal
from .journaling.write_journal import WriteJournal
from .result_ids import ResultIds

Item = TypeVar("Item")
Result = TypeVar("Result")


class BatchRequests(Generic[Item, Result]):
    """Checks the items of a call, and creates its requests.

    Args:
        request_factory: Creates any request.
        operation: What to do with the items.
        options: Of the call.
        journal: The journal of the write, if it has one.
        sent_before: See `ItemChecks`.
    """

    def __init__(
        self,
        request_factory: RequestFactory,
        operation: BatchOperation[Item, Result],
        options: CallOptions,
        journal: WriteJournal[Item, Result] | None = None,
        sent_before: Iterable[Outcome[Item, Result]] = (),
    ) -> None:
        self.operation = operation
        self.options = options
        self.journal = journal
        self._request_factory = request_factory
        self._checks = ItemChecks(operation, sent_before)
        #: The ids of all results of the write.
        self.result_ids = ResultIds()

    @property
    def is_idempotent(self) -> bool:
        """Whether the requests can be repeated: they add nothing."""
        return self.operation.operation.idempotent

    @property
    def server_time(self) -> datetime | None:
        """The time of the server, as far as known."""
        return self._request_factory.clock.now

    def prepare(
        self, peeked: Batch[Item, Result]
    ) -> tuple[Batch[Item, Result], list[Outcome[Item, Result]], Request[Any] | None]:
        """Return the items that can be sent, those that cannot, and the request of the former."""
        invalid = self._checks.invalid(peeked)
        batch = without(peeked, invalid)
        try:
            return batch, invalid, self._create_if_any(batch)
        except (TypeError, ValueError):
            unserialisable = self._checks.unserialisable(batch)
            if not unserialisable:
                raise
            batch = without(batch, unserialisable)
            return batch, [*invalid, *unserialisable], self._create_if_any(batch)

    def create(self, batch: Batch[Item, Result]) -> Request[Any]:
        """Create the request of a batch."""
        operation = self.operation.operation
        properties = {operation.items: batch.items}
        request = self._request_factory.request(operation, self.options, **properties)
        if self.journal is not None:
            request.observer = RequestJournal(
                self.journal, self.operation, batch, partial(self.results, batch)
            )
        return request

    def results(self, batch: Batch[Item, Result], response: Any) -> list[Result | None]:
        """Return the result of each item in a response; None for an item that has none.

        Of an `add`, each result is that of one item of the write. Any: one of three models.
        """
        if not self.operation.keys:
            return self.operation.results(batch.items, response, lambda _: False)
        ids, positions = self.result_ids, {one.position for one in batch.outcomes}
        results = self.operation.results(
            batch.items, response, lambda one: ids.is_of_others(one, positions)
        )
        return [
            result if ids.take(one.position, result) else None
            for one, result in zip(batch.outcomes, results, strict=True)
        ]

    def _create_if_any(self, batch: Batch[Item, Result]) -> Request[Any] | None:
        return self.create(batch) if batch.outcomes else None
