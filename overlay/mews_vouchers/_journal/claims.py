"""Who has a journal file open in this process? Nobody else may open it, not even to read it.

SQLite's lock is lost if the process opens and closes the file once more, even to read its first
bytes; so this is asked before.
"""

import os
import sqlite3
import time
from contextlib import suppress

from ..errors import JournalError
from .commit_count import CommitCount
from .owner import JournalOwner

#: How often, and after how many seconds, a file is asked for that somebody has left open.
_TAKE_OVER_ATTEMPTS = 100
_TAKE_OVER_DELAY = 0.01


class Claim:
    """The right to have a file open in this process, and what is open.

    Args:
        path: The file.
        owner: Who opens it. If that has ended without closing it, the next one does so.
    """

    def __init__(self, path: str, owner: JournalOwner | None) -> None:
        self.path = path
        self.owner = owner
        self.connection: sqlite3.Connection | None = None
        self.commit_count: CommitCount | None = None
        self._key = (os.path.normcase(path), os.getpid())

    @property
    def is_inherited(self) -> bool:
        """Whether this process is a fork of the one that has the file open."""
        return self._key[1] != os.getpid()

    def take(self) -> None:
        """Take the right; close the file first where somebody has it open who has ended.

        Raises:
            JournalError: That has not ended.
        """
        while (other := _open_files.setdefault(self._key, self)) is not self:
            self._take_over(other)

    def release(self) -> None:
        """Give the right back, if this has it."""
        if _open_files.get(self._key) is self:
            del _open_files[self._key]

    def _take_over(self, other: "Claim") -> None:
        for _ in range(_TAKE_OVER_ATTEMPTS):  # pragma: no branch - the other thread is faster
            if other.owner is None or not other.owner.is_over:
                break
            with suppress(JournalError):  # what was noted is not essential
                other.owner.close()
            if _open_files.get(self._key) is not other:
                return
            time.sleep(_TAKE_OVER_DELAY)  # it is just being opened or closed, in another thread
        raise JournalError(self.path, "is in use in this process: close it there first")


#: Which files are open in which processes: a child that was forked has what its parent had.
_open_files: dict[tuple[str, int], Claim] = {}


def _keep_inherited() -> None:  # pragma: no cover - in a child that a test has forked
    """Let no connection of the parent be closed: SQLite would remove its `-wal` file."""
    for claim in _open_files.values():
        if claim.connection is not None:
            import ctypes  # noqa: PLC0415 - some systems lack it, and few programs fork

            # The end of the interpreter closes what has no other reference.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(claim.connection))


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=_keep_inherited)
