"""What goes into each request of a bulk write: the input, split into batches."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice, starmap
from typing import Generic, TypeVar

from ..batch_error import Outcome
from .batch import Batch
from .batch_size import AdaptiveBatchSize
from .numbered_input import NumberedInput

Item = TypeVar("Item")
Result = TypeVar("Result")


class BatchQueue(Generic[Item, Result]):
    """Takes items from the input as they are needed, and takes batches back to split them.

    An interruption can come between any two instructions. So a batch is first looked at with
    `peek()`, and removed after it is registered elsewhere: an item is always in at least one place.

    Args:
        numbered: The input. The rest of one whose length is known is read to report it.
        known: Items with their positions that were read before, and are sent before them.
        first: Batches that are sent before all. They are not mixed with other items: they may
            have been applied already, and other items would inherit the doubt.
        is_in_doubt: Whether any of the items may have been applied already.
    """

    def __init__(
        self,
        numbered: NumberedInput[Item],
        *,
        known: Iterable[tuple[int, Item]] = (),
        first: Iterable[Batch[Item, Result]] = (),
        is_in_doubt: bool = False,
    ) -> None:
        self._input = numbered
        self._is_in_doubt = is_in_doubt
        self._size = AdaptiveBatchSize()
        self._pending: deque[tuple[int, Item]] = deque(known)
        #: Batches that are not mixed with other items, and are sent before them.
        self._separate: deque[Batch[Item, Result]] = deque(first)

    @property
    def is_exhausted(self) -> bool:
        """Whether the input was read to its end."""
        return self._input.is_over

    def peek(self) -> Batch[Item, Result] | None:
        """Return the next batch; None at the end of the input."""
        if self._separate:
            return self._separate[0].first(self._size.current)
        if (missing := self._size.current - len(self._pending)) > 0:
            self._input.read_into(self._pending, missing)
        # Creating outcomes can be interrupted; `_pending` stays complete.
        items = islice(self._pending, self._size.current)
        outcomes: list[Outcome[Item, Result]] = list(starmap(Outcome, items))
        return Batch(outcomes, self._is_in_doubt) if outcomes else None

    def remove(self, batch: Batch[Item, Result]) -> None:
        """Remove the batch that `peek()` returned."""
        if not self._separate:
            for _ in batch.outcomes:
                self._pending.popleft()
        elif (rest := self._separate[0].after(len(batch))) is None:
            self._separate.popleft()
        else:
            self._separate[0] = rest

    def put_back_smaller(
        self, batch: Batch[Item, Result], error: Exception, *, idempotent: bool
    ) -> bool:
        """Take back a batch that was too large; return False if smaller ones do not help."""
        if not self._size.on_error(error, len(batch), idempotent=idempotent):
            return False
        if batch.is_in_doubt:
            self._separate.appendleft(batch)
        else:
            self._pending.extendleft((one.position, one.item) for one in reversed(batch.outcomes))
        return True

    def put_back_one_by_one(self, batch: Batch[Item, Result]) -> None:
        """Take back a batch, to send each of its items in a request of its own."""
        singles = [Batch([outcome], batch.is_in_doubt) for outcome in batch.outcomes]
        self._separate.extendleft(reversed(singles))

    def on_success(self) -> None:
        """Count a request that was not too large."""
        self._size.on_success()

    def drain(self) -> None:
        """Take the rest of an input that is known to end; one that fails is not complete."""
        if self._input.length is not None:
            with suppress(Exception):
                self._input.read_into(self._pending)

    def batches(self) -> Iterator[Batch[Item, Result]]:
        """Return all that was taken from the input and not sent, or not sent again."""
        yield from self._separate
        pending: list[Outcome[Item, Result]] = list(starmap(Outcome, self._pending))
        yield Batch(pending)
