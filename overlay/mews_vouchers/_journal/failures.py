"""The `JournalError` for each failure of SQLite: what happened, and what to do next."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import JournalError

#: UnicodeDecodeError: the text of a damaged file, also in a message of SQLite, may be no UTF-8.
FAILURES = (sqlite3.Error, UnicodeDecodeError)

_DAMAGED = (
    "is damaged: look up what was added, and choose another path for the rest; a backup that is "
    "older than the last call does not know what was added since"
)
_REASONS = {
    sqlite3.SQLITE_BUSY: "is in use: wait until the other call has ended",
    sqlite3.SQLITE_FULL: "cannot be written, because the disk is full: free some space, "
    "then run the same call again",
    sqlite3.SQLITE_IOERR: "cannot be read or written ({error}): check the disk and "
    "the permissions of the folder, then run the same call again",
    sqlite3.SQLITE_READONLY: "cannot be written: check its permissions and those of its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check its permissions and those of its folder",
    sqlite3.SQLITE_PERM: "cannot be opened: check its permissions and those of its folder",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


@contextmanager
def journal_errors(path: str) -> Iterator[None]:
    """Raise each failure of SQLite as a `JournalError` with it as the cause."""
    try:
        yield
    except FAILURES as error:
        reason = _REASONS.get(code_of(error), f"{_DAMAGED} ({{error}})")
        raise JournalError(path, reason.format(error=error)) from error


def code_of(error: BaseException) -> int:
    """Return the primary result code of SQLite; 0 if the failure is not one of SQLite's own."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def damaged(path: str, found: str) -> JournalError:
    """Return the error for a file that is not as it was written."""
    return JournalError(path, f"{_DAMAGED} ({found})")
