"""Ranges of positions that are in flight: adding some, and removing those with an outcome."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from . import statements
from .rows import sent_checksum


class SentRange(NamedTuple):
    """Neighbouring positions that were sent at the same time."""

    first: int
    last: int
    sent_at: float
    server_time: float | None

    @property
    def positions(self) -> range:
        """The positions."""
        return range(self.first, self.last + 1)


def add_sent(
    connection: sqlite3.Connection,
    positions: Sequence[int],
    sent_at: float,
    server_time: float | None,
) -> None:
    """Store that positions are about to be sent, also if they were sent before."""
    remove_sent(connection, positions)
    _add(connection, (SentRange(*ends, sent_at, server_time) for ends in _ranges(positions)))


def remove_sent(connection: sqlite3.Connection, positions: Sequence[int]) -> dict[int, SentRange]:
    """Remove positions from the ranges, and return the range of each that was in one."""
    removed = set(positions)
    found: dict[int, SentRange] = {}
    for values in connection.execute(statements.SENT).fetchall():
        sent = SentRange(*values)
        if removed.isdisjoint(sent.positions):
            continue
        found.update(dict.fromkeys(sent.positions, sent))
        connection.execute(statements.REMOVE_SENT, (sent.first,))
        rest = _ranges([position for position in sent.positions if position not in removed])
        _add(connection, (SentRange(*ends, *sent[2:]) for ends in rest))
    return found


def _add(connection: sqlite3.Connection, ranges: Iterable[SentRange]) -> None:
    connection.executemany(statements.ADD_SENT, [(*sent, sent_checksum(*sent)) for sent in ranges])


def _ranges(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of neighbours."""
    found: list[tuple[int, int]] = []
    for position in sorted(set(positions)):
        if found and found[-1][1] == position - 1:
            found[-1] = (found[-1][0], position)
        else:
            found.append((position, position))
    return found
