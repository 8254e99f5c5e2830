"""Rows, as `to_row()` of a model returns them, as texts: for files, pipes and terminals."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mews_vouchers_client.types import Model

# Any, in this module: a value as the server sent it, which may not be as documented.


def shown_columns(model: type[Model], form: str) -> tuple[str, ...]:
    """Return the columns of a list: all for programs, the most useful ones in a table."""
    return _IN_TABLES[model.__name__] if form == "table" else model.columns()


_IN_TABLES = {
    "Voucher": ("id", "name", "type_", "is_active", "updated_utc", "service_id"),
    "VoucherCode": (
        "value",
        "is_active",
        "validity_start_utc",
        "validity_end_utc",
        "id",
        "voucher_id",
    ),
}


def to_json(row: Mapping[str, Any]) -> str:
    """Return a row as JSON in one line; datetimes as `2026-01-31T10:00:00Z`."""
    text = json.dumps(row, ensure_ascii=False, default=_write)
    # Half of a surrogate pair, which a server may send, cannot be written as UTF-8.
    return text if _is_encodable(text) else json.dumps(row, default=_write)


def to_cells(row: Mapping[str, Any], columns: Iterable[str]) -> list[str]:
    """Return the texts of a row in the order of the columns; an empty one for None."""
    return [_cell(row[name]) for name in columns]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _write(value)
    return value if isinstance(value, str) else json.dumps(value, default=_write)


def _write(value: datetime) -> str:
    """Write the only values of a row that JSON does not have."""
    return value.isoformat().replace("+00:00", "Z")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
