"""The tables of a journal, and what marks a file as one. No rows are read or written here.

A row of `sent` is a range of positions that are about to be sent or in flight; recording their
outcomes removes it. The ranges do not overlap. They are what keeps a batch cheap: one row of them
is written before its request, and one row per item only after it.
"""

import sqlite3
from collections.abc import Mapping
from typing import Final, Literal, get_args

#: "MwsJ", at byte 68 of the file.
APPLICATION_ID: Final = 0x4D77734A
#: Counts the changes of the tables, at byte 60. A file of another version is refused.
VERSION: Final = 1

#: `sent`: about to be sent; nothing is known about what came of it. `rejected`: known to be bad.
#: `refused`: rejected with its whole batch, of which perhaps another item is bad, or none.
Status = Literal["not_sent", "sent", "succeeded", "rejected", "refused", "unknown"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)

#: What can be recorded of an item.
RECORDED: Final[tuple[Status, ...]] = tuple(status for status in STATUSES if status != "sent")

_RECORDED = ", ".join(f"'{status}'" for status in RECORDED)

TABLES: Final[Mapping[str, str]] = {
    "item": """CREATE TABLE item (
        position INTEGER PRIMARY KEY, json TEXT NOT NULL, checksum INTEGER NOT NULL
    )""",
    "sent": """CREATE TABLE sent (
        first INTEGER PRIMARY KEY, last INTEGER NOT NULL, sent_at REAL NOT NULL, server_time REAL,
        checksum INTEGER NOT NULL
    )""",
    "outcome": """CREATE TABLE outcome (
        position INTEGER PRIMARY KEY, status TEXT NOT NULL, sent_at REAL, server_time REAL,
        result TEXT, error TEXT, checksum INTEGER NOT NULL
    )""",
    "setting": """CREATE TABLE setting (
        kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, checksum INTEGER NOT NULL,
        PRIMARY KEY (kind, name)
    ) WITHOUT ROWID""",
}
#: What no row of a table may be. Not constraints of the tables, which would double the cost of a
#: batch: they are checked when a file is opened.
IMPOSSIBLE: Final[Mapping[str, str]] = {
    "item": "(typeof(json), typeof(checksum)) != ('text', 'integer')",
    "sent": "(typeof(last), typeof(sent_at), typeof(checksum)) != ('integer', 'real', 'integer')"
    " OR typeof(server_time) NOT IN ('real', 'null') OR last < first",
    "outcome": f"status NOT IN ({_RECORDED}) OR typeof(checksum) != 'integer'"
    " OR typeof(sent_at) NOT IN ('real', 'null') OR typeof(server_time) NOT IN ('real', 'null')"
    " OR typeof(result) NOT IN ('text', 'null') OR typeof(error) NOT IN ('text', 'null')",
    "setting": "(typeof(kind), typeof(name), typeof(value), typeof(checksum))"
    " != ('text', 'text', 'text', 'integer')",
}


def create_tables(connection: sqlite3.Connection) -> None:
    """Make an empty database a journal, in the transaction that the caller has begun."""
    for table in TABLES.values():
        connection.execute(table)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
