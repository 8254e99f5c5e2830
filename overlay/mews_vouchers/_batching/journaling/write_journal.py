"""The journal of one write: what is kept of its input, its requests and their results, and when.

The file is in `_journal/`; what its texts mean is in `texts.py`.
"""

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Generic, TypeVar
from uuid import uuid4

from ..._journal.schema import Status
from ..._journal.store import JournalStore
from ..._outcome_json import item_to_text
from ...batch_error import BatchError, Outcome
from ..batch import BatchOperation
from ..matching import alike
from ..numbered_input import NumberedInput
from .texts import read_batch_error, read_outcome, recorded, status_of

Item = TypeVar("Item")
Result = TypeVar("Result")

#: How many outcomes are read from the file at a time.
_CHUNK = 1_000
#: How many results show whether the clocks of the server agree.
_FOR_CLOCKS = 100


class WriteJournal(Generic[Item, Result]):
    """Registers items, notes what is sent, and records outcomes. Threads may share it.

    Args:
        store: The open file.
        operation: What is done with the items.
    """

    def __init__(self, store: JournalStore, operation: BatchOperation[Item, Result]) -> None:
        self.store = store
        #: What is done with the items.
        self.operation = operation
        self._name = operation.operation.name
        self._lock = threading.Lock()
        #: Read from an iterator and not registered yet.
        self._unregistered: list[tuple[int, str]] = []
        self._input: NumberedInput[Item] | None = None
        self._is_closed = False
        self._refused: list[tuple[Status, Outcome[Item, Result]]] = []
        self._earlier: Iterator[Outcome[Item, Result]] = iter(())
        self._is_earlier_over = True
        #: The position of the last of what `next_earlier` has returned and the user has.
        self._yielded_to = -1
        #: What the user does not have of it, once this is closed.
        self._not_yielded: list[Outcome[Item, Result]] = []
        #: The positions of what succeeded before and is reported by the write itself.
        self._reported: set[int] = set()
        if store.get("id") is None:
            store.set("id", uuid4().hex)

    def register(self, numbered: Iterable[tuple[int, Item]]) -> None:
        """Register the next items of the input."""
        with self._lock:
            self._unregistered += [(at, item_to_text(one, self._name)) for at, one in numbered]
        self.flush()

    def follow(self, numbered: NumberedInput[Item]) -> None:
        """Register what is read of an input from now on, before it is sent, and its end."""
        numbered.pass_through(self._registering)
        self._input = numbered

    def succeeded(self) -> Iterator[Outcome[Item, Result]]:
        """Yield all outcomes that are recorded as succeeded, in the order of the input."""
        for row in self.store.rows("succeeded"):
            yield read_outcome(row, self._name)

    def read_again(self, items: Mapping[int, Item]) -> Iterator[tuple[str, Outcome[Item, Result]]]:
        """Yield status and outcome of items, by their positions.

        An item is the given one, unless it was corrected since.
        """
        for row in self.store.rows():
            if row.position in items:
                item = items[row.position]
                is_same = item_to_text(item, self._name) == row.item
                given = [item] if is_same else []
                yield status_of(row), read_outcome(row, self._name, *given)

    def for_look_up(
        self, found: dict[str, list[Outcome[Item, Result]]]
    ) -> list[Outcome[Item, Result]]:
        """Return what succeeded before and is needed for a look-up.

        That is what an item could be taken for, and some that show whether the clocks agree.
        `next_earlier` returns the others.
        """
        in_doubt = [one.item for one in found["unknown"]]
        if self.store.get("was_copied") is not None:
            in_doubt += [one.item for one in found["not_sent"]]
        needed: list[Outcome[Item, Result]] = []
        if in_doubt and self.operation.keys:
            needed = list(islice(self._read_earlier(), _FOR_CLOCKS))
            self._reported = {one.position for one in needed}
            needed += self.alike(in_doubt)
        self._earlier, self._is_earlier_over = self._read_earlier(), False
        return needed

    def alike(self, items: Collection[Item]) -> list[Outcome[Item, Result]]:
        """Return what succeeded before and items could be taken for; `next_earlier` does not."""
        found = [*alike(self._read_earlier(), items, self.operation.keys)]
        self._reported |= {one.position for one in found}
        return found

    def next_earlier(self) -> list[Outcome[Item, Result]]:
        """Return the next outcomes that succeeded before; an empty list at the end."""
        outcomes = list(islice(self._earlier, _CHUNK))
        self._is_earlier_over = not outcomes
        return outcomes

    def note_yielded(self, outcomes: Sequence[Outcome[Item, Result]]) -> None:
        """Note that the user has what `next_earlier` has returned."""
        self._yielded_to = outcomes[-1].position

    def not_yielded(self) -> list[Outcome[Item, Result]]:
        """Return what `next_earlier` has not returned yet, or the user does not have."""
        if self._is_earlier_over or self._is_closed:
            return self._not_yielded
        return [one for one in self._read_earlier() if one.position > self._yielded_to]

    def record(self, status: Status, outcomes: Iterable[Outcome[Item, Result]]) -> None:
        """Record outcomes of one status."""
        if written := [recorded(one, status) for one in outcomes]:
            self.flush()
            self.store.record(written)

    def record_found(self, outcomes: list[Outcome[Item, Result]]) -> None:
        """Record what a look-up has found. The write reports it, and `next_earlier` does not."""
        self._reported |= {one.position for one in outcomes}
        self.record("succeeded", outcomes)

    def mark_sent(
        self, positions: Sequence[int], sent_at: datetime, server_time: datetime | None
    ) -> None:
        """Record that items are about to be sent, or may have been."""
        server_seconds = None if server_time is None else server_time.timestamp()
        self.store.mark_sent(positions, sent_at.timestamp(), server_seconds)

    def note_refused(self, status: Status, outcomes: list[Outcome[Item, Result]]) -> None:
        """Note items with the errors of the server. They are recorded with what is written next."""
        with self._lock:
            self._refused.extend((status, one) for one in outcomes)

    def flush(self) -> None:
        """Register what was read, and record what was noted."""
        with self._lock:
            self._flush()

    def batch_error(self) -> BatchError[Item, Result]:
        """Return what became of every item that was registered."""
        return read_batch_error(self.store, is_copy=False)

    def close(self) -> None:
        """Write what is left to be written, and close the file. A second call does nothing."""
        try:
            with self._lock:
                if not self._is_closed:
                    self._not_yielded = self.not_yielded()  # for a report that is asked for later
                    self._is_closed = True
                    self._flush()
        finally:
            self.store.close()

    def _flush(self) -> None:
        # Forgotten only afterwards: if the disk is full, the next call needs all of them.
        if self._unregistered:
            self.store.register(self._unregistered)
            self._unregistered = []
        if self._input is not None and self._input.is_over and not self.store.is_complete:
            self.store.finish_input()
        if self._refused:
            self.store.record([recorded(one, status) for status, one in self._refused])
            self._refused = []

    def _registering(self, numbered: Iterator[tuple[int, Item]]) -> Iterator[tuple[int, Item]]:
        """Pass items on; they are registered before the first of them is sent."""
        for position, item in numbered:
            with self._lock:
                self._unregistered.append((position, item_to_text(item, self._name)))
            yield position, item

    def _read_earlier(self) -> Iterator[Outcome[Item, Result]]:
        return (one for one in self.succeeded() if one.position not in self._reported)
