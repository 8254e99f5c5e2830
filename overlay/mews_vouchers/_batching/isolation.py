"""Finds the items because of which the server refused a batch, and what to send meanwhile. No I/O.

The server applies a refused request in no part. So the first bad item is found by bisection, in
the order of the input: all items before it are added on the way, and it is sent alone at the end,
for an error of its own. What comes after it was never judged, and is sent next:

- after the first bad item at once, because most batches have only one;
- after further ones in parts that grow from twice the last distance between bad items, so that
  many bad items cost little more than one request each.

An item that the server names is tried first: the items before it, then the item alone. After a
name that did not help, names are not used any more for this batch.

The number of requests after the refused one, for n items of which k are bad:

- at most 2·log2(n) for each bad item
- at most log2(n) + 2 for k = 1, the logarithm rounded up
- at most 3·k if the server always names the first bad item
- at most 2 more if it names others
"""

from typing import Generic, TypeAlias, TypeVar

from ..batch_error import Outcome
from ..errors import BadRequestError, ForbiddenError
from .batch import Batch
from .named_item import named_index
from .report import with_error

Item = TypeVar("Item")
Result = TypeVar("Result")

#: The errors by which the server rejects the content of a request: others end the write.
Rejection: TypeAlias = BadRequestError | ForbiddenError


class Isolation(Generic[Item, Result]):
    """A refused batch, of which one part after the other is sent until the bad items are known.

    What is added and what is refused is the same as if each item were sent alone, in order. An
    item is only called bad after it was refused alone.

    An interruption can come between any two instructions. So an item stays in `remaining()` until
    the result of its part was reported: record that result elsewhere first, as far as possible.

        isolation = Isolation(batch, error, operation.items)
        while (part := isolation.next_part()) is not None:
            ...  # send it, then call `on_success` or `on_rejected`

    Args:
        batch: The items of the refused request.
        error: The rejection.
        items_property: The property of the request with the items, such as `voucher_ids`.
    """

    def __init__(self, batch: Batch[Item, Result], error: Rejection, items_property: str) -> None:
        self._items_property = items_property
        self._size = len(batch)
        #: What has no result yet, in order. Items that may have been applied before are in
        #: batches of their own: others would inherit the doubt.
        self._rest = [batch]
        self._in_flight: Batch[Item, Result] | None = None
        #: The number of next items of which at least one is bad; 0 if nothing is known. They are
        #: all in the first batch of the rest.
        self._suspects = 0
        #: Where the server has named one of the suspects.
        self._named: int | None = None
        self._uses_names = True
        #: The size of the next part if nothing is known of its items.
        self._largest = self._size
        #: Good items since the last bad one.
        self._distance = 0
        self._has_found = False
        #: The item of a batch of one that was refused: it needs no further request.
        self.rejected = self._take_in(batch, error)

    @property
    def is_finished(self) -> bool:
        """Whether every item was added or found to be bad."""
        return not self._rest

    def next_part(self) -> Batch[Item, Result] | None:
        """Return the next part to send; None while one is in flight, and at the end.

        Each part depends on what came of the one before. Several isolations are independent.
        """
        if self._in_flight is not None or not self._rest:
            return None
        self._in_flight = self._rest[0].first(self._next_size())
        return self._in_flight

    def on_success(self, part: Batch[Item, Result]) -> None:
        """Take in that a part was applied."""
        size = len(part)
        self._distance += size
        self._largest = max(self._largest, 2 * self._distance)
        self._suspects = max(0, self._suspects - size)
        if self._named is not None:
            self._named -= size
            if self._named < 0:  # the named item was good
                self._ignore_names()
        self._remove_first(size)
        self._in_flight = None

    def on_rejected(
        self, part: Batch[Item, Result], error: Rejection
    ) -> list[Outcome[Item, Result]]:
        """Take in that a part was refused for its content, too.

        Returns:
            The outcome of the item that is now known to be bad, with its own error; nothing if it
            is not known yet. If the part is in doubt, an earlier attempt may have been applied.
        """
        if self._named:  # a bad item comes before the named one
            self._ignore_names()
        found = self._take_in(part, error)
        self._in_flight = None
        return found

    def remaining(self) -> list[Batch[Item, Result]]:
        """Return all items without a result, in order; those of a part in flight included."""
        return list(self._rest)

    def _next_size(self) -> int:
        if self._named is not None:
            return max(1, self._named)  # the items before it, then the item
        if self._suspects:
            return max(1, self._suspects // 2)
        return self._largest

    def _take_in(self, part: Batch[Item, Result], error: Rejection) -> list[Outcome[Item, Result]]:
        size = len(part)
        if size == 1:
            found = with_error(error, part.outcomes)
            self._on_found()
            self._remove_first(size)
            return found
        self._suspects = size
        if self._uses_names:
            self._named = named_index(error, self._items_property, size)
        if part.is_in_doubt != self._rest[0].is_in_doubt:
            after = self._rest[0].after(size)
            self._rest = [part, *([after] if after else []), *self._rest[1:]]
        return []

    def _on_found(self) -> None:
        """Prepare for the items after a bad one, of which nothing is known."""
        was_named = self._named == 0
        is_first = not self._has_found
        self._largest = self._size if was_named or is_first else max(1, 2 * self._distance)
        self._has_found = True
        self._named = None
        self._suspects = 0
        self._distance = 0

    def _ignore_names(self) -> None:
        self._named = None
        self._uses_names = False

    def _remove_first(self, size: int) -> None:
        after = self._rest[0].after(size)
        self._rest = [*([after] if after else []), *self._rest[1:]]
