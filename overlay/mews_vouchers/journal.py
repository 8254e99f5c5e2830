"""`Journal`: asks the journal of a write how far it is, and what was rejected."""

from collections.abc import Iterator
from os import PathLike
from types import TracebackType
from typing import Any, NoReturn, Self

from ._batching.journaling.texts import read_batch_error, read_outcome
from ._journal.opening import read_journal
from ._options import Progress
from .batch_error import BatchError, Outcome


class Journal:
    """The journal of a write: the file that was passed as `journal=`, while no call uses it.

    Args:
        path: The file.

    Raises:
        JournalError: The file does not exist, is in use, is damaged, or is not a journal.

    Example:
        with Journal("spring.journal") as journal:
            print(journal.progress.done, "of", journal.progress.total)
            for outcome in journal.rejected():
                print(outcome.position, outcome.error)
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._store = read_journal(path)

    def __repr__(self) -> str:
        return f"<Journal {self._store.path}>"

    @property
    def operation(self) -> str:
        """The name of the operation, such as `voucherCodes/add`."""
        return self._store.parameters["operation"]

    @property
    def progress(self) -> Progress:
        """How far the write is. It counts no requests and no waits."""
        done = self._store.counts()["succeeded"]
        total = self._store.items_read if self._store.is_complete else None
        return Progress(done, total, 0, 0.0)

    # Any: items and results of any write.
    def rejected(self) -> Iterator[Outcome[Any, Any]]:
        """Yield the items that were rejected, in input order, each with its error.

        With `on_rejected="stop"`, these are all items of a refused request.
        """
        for row in self._store.rows("rejected", "refused"):
            yield read_outcome(row, self.operation)

    def succeeded(self) -> Iterator[Outcome[Any, Any]]:
        """Yield the items that succeeded, in input order, each with its result."""
        for row in self._store.rows("succeeded"):
            yield read_outcome(row, self.operation)

    def retry_rejected(self) -> int:
        """Let the next call send all rejected items again; return how many they are.

        For a reason that was not in the items: an inactive voucher that was activated since.
        """
        rows = [*self._store.rows("rejected", "refused")]
        if rows:
            self._store.record((one.position, "refused", None, one.error) for one in rows)
        return len(rows)

    def batch_error(self) -> BatchError:
        """Return what became of every item, for `resume()`.

        Close the journal before: the resume uses it. One that does not find it, on another machine,
        cannot record what it adds. A later call with the journal therefore looks up all items that
        it does not know to be done.
        """
        return read_batch_error(self._store, is_copy=True)

    def close(self) -> None:
        """Close the file, so that a call can use it."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a journal cannot be pickled: open it in the process that uses it")
