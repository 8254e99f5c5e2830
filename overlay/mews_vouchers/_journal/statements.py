"""The SQL statements that read and write the tables of a journal."""

from typing import Final

SETTINGS: Final = "SELECT name, value FROM setting WHERE kind = ?"
ALL_SETTINGS: Final = "SELECT kind, name, value, checksum FROM setting"
SET: Final = "INSERT OR REPLACE INTO setting VALUES (?, ?, ?, ?)"
ITEMS_READ: Final = "SELECT coalesce(max(position), -1) + 1 FROM item"
ADD_ITEM: Final = "INSERT INTO item VALUES (?, ?, ?)"
REPLACE_ITEM: Final = "UPDATE item SET json = ?, checksum = ? WHERE position = ?"
REMOVE_OUTCOME: Final = "DELETE FROM outcome WHERE position = ?"
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
