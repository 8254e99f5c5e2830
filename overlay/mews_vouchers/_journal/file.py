"""An open journal file: how it is opened and closed. Who may have it open is in `claims.py`.

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
from .claims import Claim
from .commit_count import CommitCount, read_commit_count
from .failures import FAILURES, code_of, damaged, journal_errors
from .owner import JournalOwner
from .schema import create_tables
from .stored_values import store_values, stored_values

#: Two processes that open a file at the same time can refuse each other: then both try again.
_ATTEMPTS = 5
#: Seconds between two attempts, at most.
_LONGEST_DELAY = 0.03
_PRAGMAS = (
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
#: The state of a journal whose `-wal` file was damaged.
_DAMAGED = "damaged"


class JournalFile:
    """A file that only this object has open.

    Args:
        path: Where it is.
        create: Whether to create it if it is missing or empty.
        owner: Who opens it. If that has ended without closing it, the next one does so.

    Raises:
        JournalError: It cannot be opened, is no journal, is damaged, or is in use.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, create: bool, owner: JournalOwner | None = None
    ) -> None:
        #: Absolute, because the working folder may change.
        self.path = os.path.realpath(path)
        self._claim = claim = Claim(self.path, owner)
        # Also for an object that is dropped without being closed.
        self._finish = weakref.finalize(self, _finish, claim)
        try:
            claim.take()
            self.connection, self._commit_count = self._open(create=create)
        except BaseException:
            self._finish()
            raise
        claim.connection, claim.commit_count = self.connection, self._commit_count

    @property
    def is_open(self) -> bool:
        """Whether it is open. At the end of the process it is closed in any case."""
        return self._finish.alive

    @property
    def is_inherited(self) -> bool:
        """Whether this process is a fork of the one that opened it, and must not touch it."""
        return self._claim.is_inherited

    def close(self) -> None:
        """Close it, so that the file alone has everything.

        If the disk is full, a `-wal` and a `-commits` file remain beside it, and belong to it.
        """
        self._finish()

    def count_commit(self) -> None:
        """Store the number of the transaction that is about to be committed."""
        self._commits += 1  # a number may be missing, but none comes twice
        store_values(self.connection, "state", [("commits", str(self._commits))])

    def note_commit(self) -> None:
        """Note that the transaction was committed."""
        self._commit_count.note(self._commits)

    def _open(self, *, create: bool) -> tuple[sqlite3.Connection, CommitCount]:
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
        commit_count: CommitCount | None = None
        try:
            with journal_errors(self.path):
                self._commits = _commits(connection)
                commit_count = CommitCount(self.path, self._commits)
                _use_wal(connection)
        except BaseException:
            _close_both(self.path, connection, commit_count)
            raise
        return connection, commit_count

    def _prepare(self, connection: sqlite3.Connection, *, has_wal: bool) -> None:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            check_content(connection, self.path, has_wal=has_wal)
            self._check_commits(connection)
        elif connection.execute("PRAGMA application_id").fetchone()[0]:
            raise damaged(self.path, "it has no tables")
        else:
            create_tables(connection)
        connection.execute("COMMIT")

    def _check_commits(self, connection: sqlite3.Connection) -> None:
        """Check that the `-wal` file, if there is one in use, has all that was written to it.

        If it has not, this is noted, because SQLite removes that file in any case.
        """
        state = stored_values(connection, "state").get("wal")
        if state == "wal" and read_commit_count(self.path) > _commits(connection):
            state = _DAMAGED
            _set_state(connection, state)
            connection.execute("COMMIT")
        if state == _DAMAGED:
            raise damaged(self.path, "its -wal file was")


def _finish(claim: Claim) -> None:
    if claim.is_inherited:
        return
    try:
        if claim.connection is not None:
            _close_both(claim.path, claim.connection, claim.commit_count)
    finally:
        claim.release()


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
            for statement in _PRAGMAS:
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
    _set_state(connection, mode)
    connection.execute("PRAGMA wal_checkpoint(FULL)")


def _close_both(
    path: str, connection: sqlite3.Connection, commit_count: CommitCount | None
) -> None:
    try:
        _close(connection)
    finally:
        if commit_count is not None:
            commit_count.close(remove=not size_of(path + "-wal"))


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
        if stored_values(connection, "state").get("wal") != _DAMAGED:
            _set_state(connection, "closed")


def _set_state(connection: sqlite3.Connection, state: str) -> None:
    store_values(connection, "state", [("wal", state)])


def _commits(connection: sqlite3.Connection) -> int:
    """Return how many transactions were committed, according to the journal."""
    return int(stored_values(connection, "state").get("commits", "0"))
