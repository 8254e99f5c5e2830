"""The journal of one write: what is kept of its input, its requests and their results, and when.

The file is in `_journal/`; what its texts mean is in `journal_rows.py`.
"""

import threading
from collections.abc import Iterable, Iterator, Sized
from itertools import islice
from typing import Generic, NamedTuple, TypeVar
from uuid import uuid4

from .._batch_error_json import STATUSES, item_to_text
from .._journal.rows import JournalRow
from .._journal.schema import Status
from .._journal.store import JournalStore
from ..batch_error import BatchError, Outcome
from ..errors import JournalError
from .batch import BatchOperation
from .journal_rows import create_error, read_outcome, recorded, report, status_of
from .matching import alike

Item = TypeVar("Item")
Result = TypeVar("Result")

#: How many items are registered in one transaction, and read from the file at a time.
_CHUNK = 1_000
#: How many results show whether the clocks of the server agree.
_FOR_CLOCKS = 100


class Unfinished(NamedTuple, Generic[Item, Result]):
    """What is left to do of a write that has a journal."""

    #: What became of the items that were read before.
    error: BatchError[Item, Result]
    #: Known to be bad, and not to be sent again.
    rejected: list[Outcome[Item, Result]]
    #: The items that follow, with their positions.
    rest: Iterable[tuple[int, Item]]
    #: The number of all items, if it is known.
    total: int | None
    #: The number of items that succeeded before.
    done: int


class WriteJournal(Generic[Item, Result]):
    """Registers items, notes what is sent, and records outcomes. Threads may share it.

    Args:
        store: The open file.
        operation: What is done with the items.
    """

    def __init__(self, store: JournalStore, operation: BatchOperation[Item, Result]) -> None:
        self.store = store
        self._operation = operation
        self._name = operation.operation.name
        self._lock = threading.Lock()
        #: Read from an iterator and not registered yet.
        self._unregistered: list[tuple[int, str]] = []
        self._is_input_over = False
        self._rejected: list[Outcome[Item, Result]] = []
        self._earlier: Iterator[Outcome[Item, Result]] = iter(())
        #: The positions of what succeeded before and is reported by the write itself.
        self._reported: set[int] = set()
        if store.get("id") is None:
            store.set("id", uuid4().hex)

    def begin(
        self, items: Iterable[Item], *, retry_rejected: bool, keeps_results: bool
    ) -> Unfinished[Item, Result]:
        """Compare the input with that of the calls before, and return what is left to do.

        Items that are known to be bad may have been corrected in the input.

        Args:
            items: The input.
            retry_rejected: Whether to send items again that are known to be bad.
            keeps_results: Whether to return all that succeeded before; else `next_earlier` does,
                except for what a look-up has to know.

        Raises:
            JournalError: The input differs.
        """
        numbered = enumerate(items)
        found: dict[str, list[Outcome[Item, Result]]] = {status: [] for status in STATUSES}
        done = 0
        corrected: list[tuple[int, str]] = []
        for row in self.store.rows():
            item, text = self._next_item(row, numbered)
            done += row.status == "succeeded"
            if text != row.item:
                corrected.append((row.position, text))
                found["not_sent"].append(Outcome(row.position, item))
            elif row.status != "succeeded" or keeps_results:
                found[status_of(row)].append(read_outcome(row, self._name, item))
        rejected = found.pop("rejected")
        if retry_rejected:
            found["not_sent"] += rejected
        if not keeps_results:
            found["succeeded"] = self._for_look_up(found)
            self._reported = {one.position for one in found["succeeded"]}
            self._earlier = self._read_earlier()
        error: BatchError[Item, Result] = create_error(self.store, found)
        rest = self._rest(numbered, is_sized=isinstance(items, Sized))
        if corrected:
            self.store.replace(corrected)
        total = len(items) if isinstance(items, Sized) else None
        # An iterator: what is read ahead is taken from it.
        return Unfinished(error, [] if retry_rejected else rejected, iter(rest), total, done)

    def succeeded(self) -> Iterator[Outcome[Item, Result]]:
        """Yield all outcomes that are recorded as succeeded, in the order of the input."""
        for row in self.store.rows("succeeded"):
            yield read_outcome(row, self._name)

    def next_earlier(self) -> list[Outcome[Item, Result]]:
        """Return the next outcomes that succeeded before; an empty list at the end."""
        return list(islice(self._earlier, _CHUNK))

    def record(self, status: Status, outcomes: Iterable[Outcome[Item, Result]]) -> None:
        """Record outcomes of one status."""
        if written := [recorded(one, status) for one in outcomes]:
            self.flush()
            self.store.record(written)

    def record_found(self, outcomes: list[Outcome[Item, Result]]) -> None:
        """Record what a look-up has found. The write reports it, and `next_earlier` does not."""
        self._reported |= {one.position for one in outcomes}
        self.record("succeeded", outcomes)

    def note_rejected(self, outcomes: list[Outcome[Item, Result]]) -> None:
        """Note items that are known to be bad. They are recorded with what is written next."""
        with self._lock:
            self._rejected += outcomes

    def flush(self) -> None:
        """Register what was read, and record what was noted."""
        with self._lock:
            # Forgotten only afterwards: if the disk is full, the next call needs all of them.
            if self._unregistered:
                self.store.register(self._unregistered)
                self._unregistered = []
            if self._is_input_over and not self.store.is_complete:
                self.store.finish_input()
            if self._rejected:
                self.store.record([recorded(one, "rejected") for one in self._rejected])
                self._rejected = []

    def batch_error(self) -> BatchError[Item, Result]:
        """Return what became of every item that was registered."""
        return report(self.store)

    def close(self) -> None:
        """Write what is left to be written, and close the file."""
        try:
            self.flush()
        finally:
            self.store.close()

    def _next_item(self, row: JournalRow, numbered: Iterator[tuple[int, Item]]) -> tuple[Item, str]:
        """Take the next item of the input; it must be that of a row, or a correction of it."""
        given = next(numbered, None)
        text = "" if given is None else item_to_text(given[1], self._name)
        if given is None or (text != row.item and row.status != "rejected"):
            raise self._differs(row.position)
        return given[1], text

    def _rest(
        self, numbered: Iterator[tuple[int, Item]], *, is_sized: bool
    ) -> Iterable[tuple[int, Item]]:
        """Return the items that were not read before."""
        if self.store.is_complete:
            if next(numbered, None) is not None:
                raise self._differs(self.store.items_read)
            return ()
        return self._register_all(numbered) if is_sized else self.registering(numbered)

    def registering(self, numbered: Iterable[tuple[int, Item]]) -> Iterator[tuple[int, Item]]:
        """Pass items on; they are registered before the first of them is sent."""
        for position, item in numbered:
            with self._lock:
                self._unregistered.append((position, item_to_text(item, self._name)))
            yield position, item
        self._is_input_over = True

    def _register_all(self, numbered: Iterator[tuple[int, Item]]) -> list[tuple[int, Item]]:
        """Register the rest of an input that is known to end."""
        registered: list[tuple[int, Item]] = []
        registering = self.registering(numbered)
        while chunk := list(islice(registering, _CHUNK)):
            self.flush()
            registered += chunk
        self.flush()
        return registered

    def _read_earlier(self) -> Iterator[Outcome[Item, Result]]:
        return (one for one in self.succeeded() if one.position not in self._reported)

    def _for_look_up(
        self, found: dict[str, list[Outcome[Item, Result]]]
    ) -> list[Outcome[Item, Result]]:
        """Return what succeeded before and is needed for a look-up.

        That is what an item could be taken for, and some that show whether the clocks agree.
        """
        doubtful = [one.item for one in found["unknown"]]
        if self.store.get("was_copied") is not None:
            doubtful += [one.item for one in found["not_sent"]]
        if not (doubtful and self._operation.keys):
            return []
        first = list(islice(self._read_earlier(), _FOR_CLOCKS))
        others = islice(self._read_earlier(), len(first), None)
        return [*first, *alike(others, doubtful, self._operation.keys)]

    def _differs(self, position: int) -> JournalError:
        return JournalError(
            self.store.path,
            f"belongs to another input: the item at position {position} differs, or one of the "
            "two inputs ends there; nothing was sent: pass the input of the first call, in the "
            "same order, in which only rejected items may be corrected, or resume "
            "Journal(path).batch_error(), or choose another path for another input",
        )
