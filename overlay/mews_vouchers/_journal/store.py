"""The journal of one bulk write: its items, their outcomes, and settings, as JSON texts.

What the texts mean is up to the caller. How a journal is opened is in `opening.py`.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn, Self, TypeAlias

from . import statements
from .connection import SharedConnection
from .rows import JournalRow, checksum, outcome_checksum, to_row
from .schema import RECORDED, STATUSES, Status
from .sent import SentRange, add_sent, remove_sent
from .stored_values import store_values, stored_values

#: How many rows are in memory at a time.
_PAGE = 500


class JournalStore:
    """An open journal. Threads may share it; each write is one transaction, flushed to the disk.

    While it is open, nothing else in this process may open the file, not even to copy it: POSIX
    would release its lock. Times are POSIX timestamps in seconds.

    Raises:
        JournalError: By all methods: it is closed, or the file cannot be read or written.
    """

    def __init__(self, connection: SharedConnection) -> None:
        self._connection = connection

    @property
    def path(self) -> str:
        """The absolute path of the file."""
        return self._connection.path

    # --- the input

    @property
    def items_read(self) -> int:
        """How many items are registered: the positions from 0 to this, exclusive."""
        with self._connection.reading() as connection:
            return _number(connection.execute(statements.ITEMS_READ).fetchone())

    @property
    def is_complete(self) -> bool:
        """Whether the input was read to its end."""
        with self._connection.reading() as connection:
            return "input_length" in stored_values(connection, "state")

    def register(self, items: Iterable[tuple[int, str]]) -> None:
        """Add the next items of the input, as positions and JSON; they count as `not_sent`.

        Raises:
            ValueError: The positions do not follow those of the items before.
        """
        added = list(items)  # before the lock: reading an input may take long
        positions = [position for position, _ in added]
        with self._connection.transaction() as connection:
            start = _number(connection.execute(statements.ITEMS_READ).fetchone())
            is_over = "input_length" in stored_values(connection, "state")
            if is_over or positions != list(range(start, start + len(added))):
                raise ValueError(f"the input is over, or its next item is that at {start}")
            connection.executemany(
                statements.ADD_ITEM,
                [(position, text, checksum(position, text)) for position, text in added],
            )

    def replace(self, items: Iterable[tuple[int, str]]) -> None:
        """Replace registered items by corrected ones; they count as `not_sent` again."""
        replaced = list(items)
        with self._connection.transaction() as connection:
            connection.executemany(
                statements.REPLACE_ITEM,
                [(text, checksum(position, text), position) for position, text in replaced],
            )
            connection.executemany(
                statements.REMOVE_OUTCOME, [(position,) for position, _ in replaced]
            )

    def finish_input(self) -> None:
        """Store that the input was read to its end: all of it is registered."""
        with self._connection.transaction() as connection:
            length = _number(connection.execute(statements.ITEMS_READ).fetchone())
            store_values(connection, "state", [("input_length", str(length))])

    # --- the outcomes

    def mark_sent(
        self, positions: Iterable[int], sent_at: float, server_time: float | None = None
    ) -> None:
        """Store that items are about to be sent: without an outcome, it is not known if they were.

        Args:
            positions: The positions of the items.
            sent_at: The time by the clock of this machine.
            server_time: The time by the server's clock, if it is known.

        Raises:
            ValueError: An item is not registered.
        """
        marked = list(positions)
        self._check_registered(marked)
        with self._connection.transaction() as connection:
            add_sent(connection, marked, sent_at, server_time)

    def record(
        self,
        outcomes: Iterable[tuple[int, Status, str | None, str | None]],
        server_time: float | None = None,
    ) -> None:
        """Store what became of items. It replaces earlier outcomes of them.

        Args:
            outcomes: Position, status other than `sent`, JSON of the result, JSON of the error.
            server_time: The time by the server's clock, from its response; None keeps that of
                `mark_sent`.

        Raises:
            ValueError: An item is not registered, or a status cannot be recorded.
        """
        recorded = list(outcomes)
        positions = [position for position, *_ in recorded]
        self._check_registered(positions)
        if not {status for _, status, *_ in recorded} <= set(RECORDED):
            raise ValueError(f"the status of an outcome is one of {', '.join(RECORDED)}")
        with self._connection.transaction() as connection:
            times = _earlier_times(connection, positions)
            sent = remove_sent(connection, positions)
            rows = []
            for position, status, result, error in recorded:
                earlier = times.get(position, (None, None))
                sent_at, time = _times(status, sent.get(position), earlier, server_time)
                values = position, status, sent_at, time, result, error
                rows.append((*values, outcome_checksum(*values)))
            connection.executemany(statements.RECORD, rows)

    def counts(self) -> dict[Status, int]:
        """Return how many items have each status. It reads all outcomes: not for each batch."""
        with self._connection.reading() as connection:
            found: dict[Status, int] = dict(connection.execute(statements.COUNTS))
            number = _number(connection.execute(statements.ITEMS_READ).fetchone())
            ranges = [SentRange(*values) for values in connection.execute(statements.SENT)]
        found["sent"] = sum(len(sent.positions) for sent in ranges)
        counts: dict[Status, int] = {status: found.get(status, 0) for status in STATUSES}
        counts["not_sent"] += number - sum(counts.values())
        return counts

    def rows(self, *statuses: Status) -> Iterator[JournalRow]:
        """Yield the items with one of the statuses, or all, in the order of the input.

        Writes in between are allowed: an item has the status that it had when it was read, up to
        500 items earlier.
        """
        chosen: Sequence[Status] = statuses or STATUSES
        query = statements.rows_query(len(chosen))
        position = -1
        while True:
            with self._connection.reading() as connection:
                page = connection.execute(query, (position, *chosen, _PAGE)).fetchall()
            for values in page:
                yield to_row(values, self.path)
            if len(page) < _PAGE:
                return
            position = page[-1][0]

    # --- settings

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the call, without its tokens."""
        with self._connection.reading() as connection:
            return stored_values(connection, "parameter")

    def get(self, name: str) -> str | None:
        """Return a value that `set` has stored; None if there is none."""
        with self._connection.reading() as connection:
            return stored_values(connection, "value").get(name)

    def set(self, name: str, value: str) -> None:
        """Store a small value, such as a time or the id of the write."""
        with self._connection.transaction() as connection:
            store_values(connection, "value", [(name, value)])

    # --- the end

    def close(self) -> None:
        """Close it, so that the file alone has everything. A second call does nothing.

        If the disk is full, files with the suffixes `-wal` and `-commits` remain, and belong to it.
        """
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a journal cannot be pickled: open it in the process that uses it")

    def _check_registered(self, positions: Sequence[int]) -> None:
        if positions and not (min(positions) >= 0 and max(positions) < self.items_read):
            raise ValueError("items are registered before they are sent")


#: When an item was sent, by the clock of this machine and by the server's.
_Times: TypeAlias = tuple[float | None, float | None]


def _earlier_times(connection: sqlite3.Connection, positions: Sequence[int]) -> dict[int, _Times]:
    """Return the times of the outcomes that positions have."""
    ends = min(positions), max(positions)
    return {row[0]: row[1:] for row in connection.execute(statements.TIMES, ends)}


def _times(
    status: Status, sent: SentRange | None, earlier: _Times, server_time: float | None
) -> _Times:
    """Return when an item with a new outcome was sent.

    A second outcome, such as that of a look-up, keeps the times of the first.
    """
    if status == "not_sent":
        return None, None
    sent_at, time = earlier if sent is None else (sent.sent_at, sent.server_time)
    return sent_at, time if server_time is None else server_time


def _number(row: tuple[int, ...]) -> int:
    """Return the first value of a row of numbers: those of SQLite have no type."""
    return row[0]
