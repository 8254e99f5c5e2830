"""One connection for all threads: transactions, and their failures as a `JournalError`."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import JournalError
from .failures import FAILURES, code_of, journal_errors
from .file import JournalFile


class SharedConnection:
    """The connection of an open file. One thread uses it at a time.

    After a failed write it refuses further ones, unless only the disk was full: what is on the
    disk is not known until the file is opened again.
    """

    def __init__(self, file: JournalFile) -> None:
        self.path = file.path
        self._file = file
        self._lock = threading.Lock()
        self._is_closed = False
        self._has_failed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection, to read from it.

        Raises:
            JournalError: It is closed, or the file cannot be read.
        """
        with self._lock, journal_errors(self.path):
            if self._is_closed or not self._file.is_open:
                raise JournalError(self.path, "is closed: open it again")
            if self._file.is_inherited:
                raise JournalError(self.path, "was opened before a fork: use it in one process")
            yield self._file.connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection in a transaction, and commit it; after an exception, roll it back.

        Raises:
            JournalError: It is closed, or the file cannot be written, now or earlier.
        """
        with self.reading() as connection:
            if self._has_failed:
                raise JournalError(self.path, "could not be written: close it, and open it again")
            try:
                connection.execute("BEGIN")
                yield connection
                self._file.count_commit()
                connection.execute("COMMIT")
                self._file.note_commit()
            except FAILURES as error:
                self._has_failed = code_of(error) != sqlite3.SQLITE_FULL
                raise
            finally:
                connection.rollback()  # does nothing after a commit

    def close(self) -> None:
        """Close the file. A second call, or one in a fork, does nothing."""
        with self._lock:
            if not self._is_closed and not self._file.is_inherited:
                self._is_closed = True
                self._file.close()
