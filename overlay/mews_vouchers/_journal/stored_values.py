"""The settings of a journal: named texts of several kinds, such as parameters. One row each."""

import sqlite3
from collections.abc import Iterable

from . import statements
from .rows import setting_checksum


def stored_values(connection: sqlite3.Connection, kind: str) -> dict[str, str]:
    """Return the settings of a kind, by name."""
    return dict(connection.execute(statements.SETTINGS, (kind,)))


def store_values(
    connection: sqlite3.Connection, kind: str, values: Iterable[tuple[str, str]]
) -> None:
    """Store settings of a kind, as names and values; earlier ones with the same names are lost."""
    rows = [(kind, name, value, setting_checksum(kind, name, value)) for name, value in values]
    connection.executemany(statements.SET, rows)
