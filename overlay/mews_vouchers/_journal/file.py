"""An open journal file: who may have it open, and how it is opened and closed.

SQLite locks the file for this process until it is closed or the process ends, in whatever way.
What is in its tables is up to `store.py`.
"""

import os
import random
import sqlite3
import time
import weakref
from contextlib import suppress

from ..errors import JournalError
from .checks import check_content, check_file, size_of
from .failures import FAILURES, code_of, damaged, journal_errors
from .schema import create_tables

#: Two processes that open a file at the same time can refuse each other: then both try again.
_ATTEMPTS = 5
#: Seconds between two attempts, at most.
_LONGEST_DELAY = 0.03
#: Which files are open in which processes: a child that was forked has what its parent had.
#: SQLite's lock is lost if the process opens and closes the file once more, even to read its first
#: bytes; so this is asked before.
_open_files: dict[tuple[str, int], list[sqlite3.Connection]] = {}
_SETTINGS = (
    "PRAGMA page_size = 16384",  # for a new file; takes two thirds of the time of smaller pages
    "PRAGMA locking_mode = EXCLUSIVE",  # before reading, so that there is no file for shared memory
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",  # macOS keeps data in the cache of the disk otherwise
    "PRAGMA checkpoint_fullfsync = ON",
    "PRAGMA cell_size_check = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA wal_autocheckpoint = 250",  # 4 MB
    "BEGIN EXCLUSIVE",
)
_SET_STATE = "INSERT OR REPLACE INTO setting VALUES ('state', 'wal', ?)"


class JournalFile:
    """A file that only this object has open.

    Args:
        path: Where it is.
        create: Whether to create it if it is missing or empty.

    Raises:
        JournalError: It cannot be opened, is no journal, is damaged, or is in use.
    """

    def __init__(self, path: str | os.PathLike[str], *, create: bool) -> None:
        #: Absolute, because the working folder may change.
        self.path = os.path.realpath(path)
        self._key = (os.path.normcase(self.path), os.getpid())
        claim: list[sqlite3.Connection] = []
        if _open_files.setdefault(self._key, claim) is not claim:
            raise JournalError(self.path, "is in use in this process: close it there first")
        # Also for an object that is dropped without being closed.
        self._finish = weakref.finalize(self, _finish, self._key, claim)
        try:
            self.connection = self._open(create=create)
        except BaseException:
            self._finish()
            raise
        claim.append(self.connection)

    @property
    def is_open(self) -> bool:
        """Whether it is open. At the end of the process it is closed in any case."""
        return self._finish.alive

    @property
    def is_inherited(self) -> bool:
        """Whether this process is a fork of the one that opened it, and must not touch it."""
        return self._key[1] != os.getpid()

    def close(self) -> None:
        """Close it, so that the file alone has everything.

        If the disk is full, a `-wal` file remains beside it, and belongs to it.
        """
        self._finish()

    def _open(self, *, create: bool) -> sqlite3.Connection:
        if create:
            _create_file(self.path)
        check_file(self.path, may_be_new=create)
        has_wal = size_of(self.path + "-wal") > 0
        with journal_errors(self.path):
            connection = _connect(self.path)
            try:
                self._prepare(connection, has_wal=has_wal)
            except BaseException:
                # SQLite removes the `-wal` file in any case.
                (_close if has_wal else sqlite3.Connection.close)(connection)
                raise
        try:
            with journal_errors(self.path):
                _use_wal(connection)
        except BaseException:
            _close(connection)
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection, *, has_wal: bool) -> None:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            check_content(connection, self.path, has_wal=has_wal)
        elif connection.execute("PRAGMA application_id").fetchone()[0]:
            raise damaged(self.path, "it has no tables")
        else:
            create_tables(connection)
        connection.execute("COMMIT")


def _finish(key: tuple[str, int], connections: list[sqlite3.Connection]) -> None:
    if key[1] == os.getpid():
        try:
            for connection in connections:
                _close(connection)
        finally:
            del _open_files[key]


def _keep_inherited() -> None:  # pragma: no cover - in a child that a test has forked
    """Let no connection of the parent be closed: SQLite would remove its `-wal` file."""
    for connections in _open_files.values():
        for connection in connections:
            import ctypes  # noqa: PLC0415 - some systems lack it, and few programs fork

            # The end of the interpreter closes what has no other reference.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=_keep_inherited)


def _create_file(path: str) -> None:
    """Create an empty file for this user alone: codes of vouchers are worth money."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        reason = f"cannot be created ({error.strerror}): check the path and its folder"
        raise JournalError(path, reason) from error


def _connect(path: str) -> sqlite3.Connection:
    """Return a connection that has the file for itself, in a transaction."""
    attempts = _ATTEMPTS
    while True:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            for statement in _SETTINGS:
                connection.execute(statement)
        except BaseException as error:
            connection.close()
            attempts -= 1
            if code_of(error) != sqlite3.SQLITE_BUSY or not attempts:
                raise
        else:
            return connection
        time.sleep(random.uniform(0, _LONGEST_DELAY))  # noqa: S311 - guards nothing


def _use_wal(connection: sqlite3.Connection) -> None:
    """From now on, write to the `-wal` file first, and note in the file itself that there is one.

    So a file that was moved without it is recognised.
    """
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    connection.execute(_SET_STATE, (mode,))
    connection.execute("PRAGMA wal_checkpoint(FULL)")


def _close(connection: sqlite3.Connection) -> None:
    try:
        _note_closing(connection)
    except BaseException:
        # Interrupted: without the note, the file would be refused when it is opened again.
        _note_closing(connection)
        raise
    finally:
        connection.close()


def _note_closing(connection: sqlite3.Connection) -> None:
    # A checkpoint first: then the note needs no space on a full disk. If the checkpoint fails, so
    # does that of close(), and the `-wal` file remains.
    with suppress(*FAILURES):
        connection.rollback()
        connection.execute("PRAGMA wal_checkpoint(RESTART)")
        connection.execute(_SET_STATE, ("closed",))
