"""The statements for items and outcomes, and the rows that they return, with their checksums."""

import zlib
from typing import Any, Final, NamedTuple

from .failures import damaged
from .schema import Status


class JournalRow(NamedTuple):
    """An item and what became of it."""

    #: The position of the item in the input, from 0.
    position: int
    status: Status
    #: JSON.
    item: str
    #: JSON of what the server returned for it; None if it returned nothing.
    result: str | None
    #: JSON of its error; None if it has none.
    error: str | None
    #: When it was last about to be sent, by the clock of this machine; None if it was not sent.
    sent_at: float | None
    #: The same by the server's clock; None if that is not known.
    server_time: float | None


SETTINGS: Final = "SELECT name, value FROM setting WHERE kind = ?"
ALL_SETTINGS: Final = "SELECT kind, name, value, checksum FROM setting"
SET: Final = "INSERT OR REPLACE INTO setting VALUES (?, ?, ?, ?)"
ITEMS_READ: Final = "SELECT coalesce(max(position), -1) + 1 FROM item"
ADD_ITEM: Final = "INSERT INTO item VALUES (?, ?, ?)"
REPLACE_ITEM: Final = "UPDATE item SET json = ?, checksum = ? WHERE position = ?"
REMOVE_OUTCOME: Final = "DELETE FROM outcome WHERE position = ?"
ITEMS: Final = "SELECT position, json FROM item WHERE position > ? ORDER BY position LIMIT ?"
SENT: Final = "SELECT first, last, sent_at, server_time FROM sent"
ALL_SENT: Final = "SELECT first, last, sent_at, server_time, checksum FROM sent ORDER BY first"
ADD_SENT: Final = "INSERT INTO sent VALUES (?, ?, ?, ?, ?)"
REMOVE_SENT: Final = "DELETE FROM sent WHERE first = ?"
#: The times of the outcomes in a range of positions.
TIMES: Final = "SELECT position, sent_at, server_time FROM outcome WHERE position BETWEEN ? AND ?"
RECORD: Final = "INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?)"
#: What was recorded before an item was sent again does not count.
COUNTS: Final = """
    SELECT status, count(*) FROM outcome
    WHERE NOT EXISTS (SELECT 1 FROM sent WHERE position BETWEEN first AND last)
    GROUP BY status
"""
_COLUMNS: Final = 7


def rows_query(statuses: int) -> str:
    """Return the query for a page of rows after a position, with one of some statuses."""
    status = "CASE WHEN first IS NULL THEN coalesce(status, 'not_sent') ELSE 'sent' END"
    # Only question marks are inserted.
    return f"""
        SELECT position, {status}, json, result, error,
            coalesce(sent.sent_at, outcome.sent_at),
            CASE WHEN first IS NULL THEN outcome.server_time ELSE sent.server_time END,
            item.checksum, outcome.checksum
        FROM item
            LEFT JOIN outcome USING (position)
            LEFT JOIN sent ON position BETWEEN first AND last
        WHERE position > ? AND {status} IN ({", ".join("?" * statuses)})
        ORDER BY position LIMIT ?
    """  # noqa: S608


def checksum(position: int, text: str) -> int:
    """Return what shows whether a text was changed: SQLite has no checksums of its own."""
    return zlib.crc32(text.encode(), position)


def outcome_checksum(  # noqa: PLR0917 - the columns, in their order
    position: int,
    status: str,
    sent_at: float | None,
    server_time: float | None,
    result: str | None,
    error: str | None,
) -> int:
    """Return the checksum of an outcome."""
    times = f"{_as_read(sent_at)} {_as_read(server_time)}"
    return checksum(position, f"{status}\n{times}\n{result}\n{error}")


def sent_checksum(first: int, last: int, sent_at: float, server_time: float | None) -> int:
    """Return the checksum of a range of positions that were sent."""
    return checksum(first, f"{last} {_as_read(sent_at)} {_as_read(server_time)}")


def setting_checksum(kind: str, name: str, value: str) -> int:
    """Return the checksum of a setting."""
    return checksum(0, f"{kind}\n{name}\n{value}")


def _as_read(time: float | None) -> float | None:
    """Return a time as SQLite returns it: an integer as a float, and no negative zero."""
    return None if time is None else time + 0.0


# Any: as SQLite returns it.
def to_row(values: tuple[Any, ...], path: str) -> JournalRow:
    """Return the row of a result of `rows_query`.

    Raises:
        JournalError: Its texts are not those that were written.
    """
    row = JournalRow(*values[:_COLUMNS])
    of_item, of_outcome = values[_COLUMNS:]
    is_whole = of_item == checksum(row.position, row.item)
    if row.status == "sent":
        row = row._replace(result=None, error=None)
    elif of_outcome is not None:
        expected = outcome_checksum(
            row.position, row.status, row.sent_at, row.server_time, row.result, row.error
        )
        is_whole = is_whole and of_outcome == expected
    if not is_whole:
        raise damaged(path, f"item {row.position} was changed")
    return row
