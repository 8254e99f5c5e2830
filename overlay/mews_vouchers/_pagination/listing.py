"""A listing in progress: which partition is read next, and in which order pages come. No I/O."""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, Generic, TypeVar

from .._batching.batch_size import AdaptiveBatchSize
from .._http.completion import Completion
from .._http.request import Request
from .checkpoints import ListingState, Position
from .deduplication import Deduplicator
from .partition_reader import PartitionReader, SharedState
from .query import PARTITIONS_PER_REQUEST, FetchedPage, ListQuery

Item = TypeVar("Item")
Result = TypeVar("Result")


class Listing(Generic[Item, Result]):
    """Reads partitions, one after the other or concurrently. See `_runners/work.py`.

    Concurrent partitions take turns, so that those that start together end at about the same time:
    a long one that started last would be read alone at the end.

    Only the page that was received last is kept, and it has to be taken before the next is
    received. So one page is prefetched while the user works on one. To prefetch more, responses
    would have to be received while the user's code runs, in another thread or task.
    """

    def __init__(self, query: ListQuery[Item, Result], state: ListingState) -> None:
        self.concurrency = query.options.concurrency
        self._query = query
        partitions = query.partitions(state.target, state.now)
        overlap = len(partitions) > 1 and query.filters.overlap
        self._shared = SharedState(
            partitions,
            AdaptiveBatchSize(query.page_size),
            Deduplicator(overlap=overlap),
            query.max_items,
        )
        #: Ids of the partition that is resumed: they are left out in the partitions after it.
        self._seen_later: set[str] = set()
        #: The readers that have not started.
        self._readers = self._create_readers(state)
        is_sequential = self.concurrency == 1 or query.filters.overlap
        max_open = 1 if is_sequential else PARTITIONS_PER_REQUEST * self.concurrency
        #: The readers that have started, and have no request in flight.
        self._ready = deque(islice(self._readers, max_open))
        self._in_flight: dict[Request[Any], PartitionReader[Item, Result]] = {}
        #: Number of requests sent, including retries; number of retries; and seconds waited.
        self.requests, self.retries, self.waited = 0, 0, 0.0
        self._page: FetchedPage[Item, Result] | None = None

    def next_request(self) -> Request[Any] | None:
        """Return the next request; None while there is nothing to send."""
        while self._ready:
            reader = self._ready.popleft()
            request = reader.next_request()
            if request is not None:
                self._in_flight[request] = reader
                return request
            self._complete(reader)
        return None

    def receive(self, completion: Completion[Any]) -> None:
        """Take in the result of a request.

        Raises:
            MewsError: The listing cannot continue.
        """
        request = completion.request
        self.requests += request.attempts
        self.retries += max(0, request.attempts - 1)
        self.waited += request.waited
        reader = self._in_flight.pop(request)
        self._page = reader.receive(completion)
        if self._page is None:
            self._ready.appendleft(reader)
        else:
            self._ready.append(reader)

    def take_page(self) -> FetchedPage[Item, Result] | None:
        """Return the page that was received, if there is one."""
        page, self._page = self._page, None
        return page

    def _create_readers(self, state: ListingState) -> Iterator[PartitionReader[Item, Result]]:
        if self._shared.remaining == 0:
            return
        if self._shared.deduplicator.overlap:
            # What was listed before the checkpoint is read again, to know what to leave out.
            in_progress = {position.partition for position in state.in_progress}
            for number in range(state.started):
                seen = self._shared.deduplicator.seen
                ids = self._seen_later if number in in_progress else seen
                yield PartitionReader(self._query, self._shared, Position(number), record_into=ids)
        for position in state.positions():
            yield PartitionReader(self._query, self._shared, position)

    def _complete(self, reader: PartitionReader[Item, Result]) -> None:
        if not reader.is_recording:
            self._shared.deduplicator.seen |= self._seen_later
        self._ready.extend(islice(self._readers, 1))
