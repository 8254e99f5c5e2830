"""The partial file of an export: what is listed so far, and the checkpoint that continues it.

It is an SQLite database, because a transaction writes rows and checkpoint together: a kill at any
time loses no row and doubles none. It also keeps a second export to the same file away.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ._failures import ExitCode, Failure
from ._files import beside

#: Marks a file as one of this module: `mewP` in ASCII. The version is that of the tables.
_APPLICATION_ID, _VERSION = 0x6D657750, 1
_TABLES = (
    "CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE row (number INTEGER PRIMARY KEY, json TEXT NOT NULL)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {_VERSION}",
)


class PartialFile:
    """The partial file beside a target, with `.partial` at the end of its name.

    Args:
        target: The file that is exported to.
        request: What is exported, as a text: a partial file of something else is refused.

    Raises:
        Failure: It is in use, of another export, or no partial file.
    """

    def __init__(self, target: Path, request: str) -> None:
        self.path = beside(target, ".partial")
        if not target.parent.is_dir():
            raise Failure(f"{target.parent} is no folder", ExitCode.USAGE)
        self._connection = sqlite3.connect(self.path, isolation_level=None, timeout=0)
        try:
            self._open()
            if self.load("request") is None:
                self.store("request", request)
            stored = self.load("request")
        except sqlite3.Error as error:
            self._connection.close()
            raise Failure(self._reason(error), ExitCode.USAGE) from None
        if stored != request:
            self._connection.close()
            raise Failure(
                f"{self.path} is of an export with other options: "
                "repeat that one, or remove the file",
                ExitCode.USAGE,
            )

    def _open(self) -> None:
        # From the next transaction on, nobody else may use the file until it is closed.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        with self._connection as connection:
            connection.execute("BEGIN EXCLUSIVE")
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not tables:
                for statement in _TABLES:
                    connection.execute(statement)
        found = [
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version")
        ]
        if found != [_APPLICATION_ID, _VERSION]:
            raise sqlite3.DatabaseError

    def _reason(self, error: sqlite3.Error) -> str:
        if isinstance(error, sqlite3.OperationalError):
            return f"{self.path} cannot be used ({error}): perhaps another export to it is running"
        return f"{self.path} is no partial file of this release: move it away"

    @property
    def checkpoint(self) -> str | None:
        """The checkpoint of the listing after the last row; None at the start."""
        return self.load("checkpoint") or None

    @property
    def count(self) -> int:
        """The number of rows."""
        number: int = self._connection.execute("SELECT count(*) FROM row").fetchone()[0]
        return number

    def append(self, rows: Sequence[str], checkpoint: str | None) -> None:
        """Add rows, and the checkpoint of the listing after them, in one transaction."""
        with self._connection as connection:
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO row (json) VALUES (?)", [(row,) for row in rows])
            self.store("checkpoint", checkpoint or "")

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield all rows in their order. Any: values of a row."""
        for (text,) in self._connection.execute("SELECT json FROM row ORDER BY number"):
            yield json.loads(text)

    def load(self, name: str) -> str | None:
        """Return a value of the state; None if there is none."""
        query = "SELECT value FROM state WHERE name = ?"
        found = self._connection.execute(query, (name,)).fetchone()
        return None if found is None else str(found[0])

    def store(self, name: str, value: str) -> None:
        """Store a value of the state."""
        self._connection.execute("REPLACE INTO state VALUES (?, ?)", (name, value))

    def remove(self) -> None:
        """Remove the file: the export is complete."""
        self._connection.close()  # Windows removes no open file
        self.path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()
