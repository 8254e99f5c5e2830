"""Is the input of a call that of earlier calls with its journal, and what is left to do of it?"""

from collections import deque
from typing import Generic, NamedTuple, TypeVar

from ..._batch_error_json import STATUSES
from ..._journal.rows import JournalRow
from ..._outcome_json import item_to_text
from ...batch_error import BatchError, Outcome
from ...errors import JournalError
from ..numbered_input import NumberedInput
from .texts import create_batch_error, is_correctable, read_outcome, status_of
from .write_journal import WriteJournal

Item = TypeVar("Item")
Result = TypeVar("Result")

#: How many items are compared at a time, and registered in one transaction.
_CHUNK = 1_000


class StoppedWrite(NamedTuple, Generic[Item, Result]):
    """A write that was begun before: what became of its items, and what is left to do."""

    #: What became of the items that were read before.
    error: BatchError[Item, Result]
    #: Known to be bad, and not to be sent again.
    rejected: list[Outcome[Item, Result]]
    #: The items that follow.
    rest: NumberedInput[Item]
    #: The number of all items, if it is known.
    total: int | None
    #: The number of items that succeeded before.
    done: int


class InputComparison(Generic[Item, Result]):
    """Compares an input with the items of a journal, and registers what follows if it has a length.

    Items that were rejected or refused may have been corrected in the input, in doubt or not. What
    was refused is sent again in any case.

        while comparison.read():  # in the thread of the caller: an iterator may be bound to it
            comparison.compare()  # in another thread, as all else: it waits for the disk
        stopped = comparison.finish()

    Args:
        journal: The journal.
        numbered: The input.
        retry_rejected: Whether to send items again that are known to be bad.
        keeps_results: Whether to return all that succeeded before; else `next_earlier` of the
            journal does, except for what a look-up has to know.

    Raises:
        JournalError: By all methods but `read`: the input differs, or the journal is unusable.
    """

    def __init__(
        self,
        journal: WriteJournal[Item, Result],
        numbered: NumberedInput[Item],
        *,
        retry_rejected: bool,
        keeps_results: bool,
    ) -> None:
        self._journal = journal
        self._name = journal.store.parameters["operation"]
        self._numbered = numbered
        self._retry_rejected = retry_rejected
        self._keeps_results = keeps_results
        self._rows = journal.store.rows()
        self._registered = journal.store.items_read
        self._was_complete = journal.store.is_complete
        #: The number of items of the journal that were not compared yet.
        self._left = self._registered
        self._read: deque[tuple[int, Item]] = deque()
        self._new: list[Item] = []
        self._found: dict[str, list[Outcome[Item, Result]]] = {status: [] for status in STATUSES}
        self._corrected: list[tuple[int, str]] = []
        self._done = 0

    def read(self) -> bool:
        """Read the next items of the input; return whether there are any to be compared."""
        self._read.clear()
        if self._left:
            self._numbered.read_into(self._read, min(self._left, _CHUNK))
        elif self._was_complete:
            self._numbered.read_into(self._read, 1)  # there must be none
        elif self._numbered.length is not None:
            self._numbered.read_into(self._read, _CHUNK)
        return bool(self._read)

    def compare(self) -> None:
        """Compare the items that were read, or register them."""
        new = []
        for position, item in self._read:
            if (row := next(self._rows, None)) is not None:
                self._take(row, item)
            elif self._was_complete:
                raise self._differs(position)
            else:
                new.append((position, item))
        self._left = max(0, self._left - len(self._read))
        self._journal.register(new)
        self._new += [item for _, item in new]

    def finish(self) -> StoppedWrite[Item, Result]:
        """Return what is left to do."""
        if (row := next(self._rows, None)) is not None:
            raise self._differs(row.position)
        rejected = self._found.pop("rejected")
        if self._retry_rejected:
            self._found["not_sent"] += rejected
        if not self._keeps_results:
            self._found["succeeded"] = self._journal.for_look_up(self._found)
        self._journal.follow(self._numbered)
        self._journal.flush()
        error: BatchError[Item, Result] = create_batch_error(self._journal.store, self._found)
        if self._corrected:
            self._journal.store.replace(self._corrected)
        rest, total = self._numbered, None
        if self._was_complete or self._numbered.length is not None:
            rest = NumberedInput(self._new, self._registered)
            total = self._registered + len(self._new)
        return StoppedWrite(
            error, [] if self._retry_rejected else rejected, rest, total, self._done
        )

    def _take(self, row: JournalRow, item: Item) -> None:
        """Take in an item that must be that of a row, or a correction of it."""
        text = item_to_text(item, self._name)
        if text != row.item and not is_correctable(row):
            raise self._differs(row.position)
        self._done += row.status == "succeeded"
        if text != row.item:
            self._corrected.append((row.position, text))
            self._found["not_sent"].append(Outcome(row.position, item))
        elif row.status == "refused":
            self._found["not_sent"].append(read_outcome(row, self._name, item))
        elif row.status != "succeeded" or self._keeps_results:
            self._found[status_of(row)].append(read_outcome(row, self._name, item))

    def _differs(self, position: int) -> JournalError:
        return JournalError(
            self._journal.store.path,
            f"belongs to another input: at position {position}, the item differs, or one of the "
            "two inputs ends. Nothing was sent. Pass the input of the first call in the same "
            "order; only refused items may be corrected. If that input is lost, resume "
            "Journal(path).batch_error(). For another input, choose another path",
        )
