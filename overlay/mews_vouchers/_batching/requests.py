"""Creates the requests of a bulk write: of the items of each batch that can be sent."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from .._http.request import Request
from .._http.request_factory import RequestFactory
from .._options import CallOptions
from ..batch_error import Outcome
from .batch import Batch, BatchOperation
from .checks import ItemChecks, without
from .request_journal import RequestJournal
from .write_journal import WriteJournal

Item = TypeVar("Item")
Result = TypeVar("Result")


class BatchRequests(Generic[Item, Result]):
    """Checks the items of a call, and creates its requests.

    Args:
        request_factory: Creates any request.
        operation: What to do with the items.
        options: Of the call.
        journal: The journal of the write, if it has one.
    """

    def __init__(
        self,
        request_factory: RequestFactory,
        operation: BatchOperation[Item, Result],
        options: CallOptions,
        journal: WriteJournal[Item, Result] | None = None,
    ) -> None:
        self.operation = operation
        self.options = options
        self.journal = journal
        self._request_factory = request_factory
        self._checks = ItemChecks(operation)

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
            request.journal = RequestJournal(self.journal, self.operation, batch)
        return request

    def _create_if_any(self, batch: Batch[Item, Result]) -> Request[Any] | None:
        return self.create(batch) if batch.outcomes else None
