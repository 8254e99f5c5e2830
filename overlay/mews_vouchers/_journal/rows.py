"""The rows of a journal, and the checksums that show whether they are as they were written."""

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


#: Of the columns that `rows_query` returns, those of a `JournalRow`.
_COLUMNS: Final = 7


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
