"""Is a file a journal of this version, and undamaged? Nothing is changed here.

The first bytes are read before SQLite opens the file, because opening the database of another
program can change it.
"""

import sqlite3
import stat
from pathlib import Path

from ..errors import JournalError
from . import statements
from .commit_count import read_commit_count
from .failures import damaged
from .rows import sent_checksum, setting_checksum
from .schema import APPLICATION_ID, IMPOSSIBLE, TABLES, VERSION

_MAGIC = b"SQLite format 3\0"
_HEADER_SIZE = 100


def check_file(path: str, *, may_be_new: bool) -> None:
    """Check that a file can be a journal, by its kind and its first bytes.

    Raises:
        JournalError: It is missing, cannot be read, or is something else.
    """
    file = Path(path)
    try:
        status = file.stat()
        # Reading a pipe would wait for ever.
        if not stat.S_ISREG(status.st_mode):
            raise JournalError(path, "is not a file: choose another path")
        # What SQLite keeps beside a file is found by its name, so one file needs one name.
        if status.st_nlink > 1:
            raise JournalError(path, "has a second name (a hard link): make a copy, and use that")
        with file.open("r+b") as opened:  # an error if it may only be read
            head = opened.read(_HEADER_SIZE)
    except OSError as error:
        raise JournalError(
            path, f"cannot be opened ({error.strerror}): check the path and its permissions"
        ) from error
    if head:
        _check_head(path, head)
        _check_commit_count(path)
    elif not may_be_new:
        raise JournalError(path, "is empty: there is nothing to read")
    elif size_of(path + "-wal"):
        raise JournalError(path, "is new or empty, but has the -wal file of another: remove that")


def _check_head(path: str, head: bytes) -> None:
    if not any(head) and size_of(path + "-journal"):
        return  # the power failed while it was created: SQLite undoes that
    if len(head) < _HEADER_SIZE or not head.startswith(_MAGIC):
        raise JournalError(path, "is not a journal, or is damaged: choose another path")
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise JournalError(path, "is a database of another program: choose another path")
    version = int.from_bytes(head[60:64], "big")
    if version != VERSION:
        raise JournalError(
            path,
            f"has version {version} of the format, and this release reads version {VERSION}: "
            "use the release that wrote it",
        )
    pages, page_size = int.from_bytes(head[28:32], "big"), int.from_bytes(head[16:18], "big")
    # SQLite would refuse it, but fill its last page before.
    if size_of(path) < pages * page_size and not size_of(path + "-wal"):
        raise damaged(path, "it is shorter than it was")


def _check_commit_count(path: str) -> None:
    """Check that the file beside a `-wal` file can be read, before SQLite removes the latter."""
    if size_of(path + "-wal"):
        try:
            read_commit_count(path)
        except JournalError:
            # Else another process has just closed it.
            if size_of(path + "-wal"):  # pragma: no branch - nothing can be done in between
                raise


def check_content(connection: sqlite3.Connection, path: str, *, has_wal: bool) -> None:
    """Check that a journal has all that was written to it, as far as this can be known.

    Args:
        connection: In a transaction.
        path: For messages.
        has_wal: Whether its `-wal` file was there before SQLite opened it.

    Raises:
        JournalError: It is damaged, or its `-wal` file is missing.
        sqlite3.Error: It cannot be read.
    """
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise damaged(path, found)
    if dict(connection.execute("SELECT name, sql FROM sqlite_master")) != TABLES:
        raise damaged(path, "its tables are not those of a journal")
    for table, condition in IMPOSSIBLE.items():
        # Both are constants of this package.
        query = f"SELECT 1 FROM {table} WHERE {condition}"  # noqa: S608
        if connection.execute(query).fetchone():
            raise damaged(path, f"the table {table} has an impossible value")
    _check_rows(connection, path)
    in_use = "SELECT 1 FROM setting WHERE (kind, name, value) = ('state', 'wal', 'wal')"
    if connection.execute(in_use).fetchone() and not has_wal:
        raise JournalError(
            path,
            f"lacks the file {Path(path).name}-wal, which has what was written last: "
            "move that back beside it",
        )
    _check_positions(connection, path)


def _check_rows(connection: sqlite3.Connection, path: str) -> None:
    """Check the rows that are read without a check of their own. They are few."""
    last = -1
    for *values, checksum in connection.execute(statements.ALL_SENT):
        if sent_checksum(*values) != checksum or values[0] <= last:
            raise damaged(path, "the table sent was changed")
        last = values[1]
    for *values, checksum in connection.execute(statements.ALL_SETTINGS):
        if setting_checksum(*values) != checksum:
            raise damaged(path, "the table setting was changed")


def _check_positions(connection: sqlite3.Connection, path: str) -> None:
    count, first, last = connection.execute(
        "SELECT count(*), coalesce(min(position), 0), coalesce(max(position), -1) FROM item"
    ).fetchone()
    (last_used,) = connection.execute(
        "SELECT max(coalesce((SELECT max(position) FROM outcome), -1),"
        " coalesce((SELECT max(last) FROM sent), -1))"
    ).fetchone()
    length = connection.execute(
        "SELECT value FROM setting WHERE (kind, name) = ('state', 'input_length')"
    ).fetchone()
    is_whole = first == 0 and last == count - 1 and last_used <= last
    if not is_whole or length not in (None, (str(count),)):
        raise damaged(path, "its items are not complete")


def size_of(path: str) -> int:
    """Return the size of a file in bytes; 0 if there is none."""
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0
