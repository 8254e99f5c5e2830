"""Models as rows: plain values by column. And rows as texts, for files and terminals."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from mews_vouchers_client.types import UNSET, Model

# Any, in this module: a value as the server sent it, which may not be as documented.


def columns_of(model: type[Model]) -> tuple[str, ...]:
    """Return the names of the columns of a model."""
    from attrs import fields  # noqa: PLC0415 - not every command needs it

    of_attrs: Any = model
    return tuple(one.name for one in fields(of_attrs) if one.name != "additional_properties")


def shown_columns(model: type[Model], form: str) -> tuple[str, ...]:
    """Return the columns of a list: all for programs, the most useful ones in a table."""
    return _IN_TABLES[model.__name__] if form == "table" else columns_of(model)


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


def to_row(item: Model) -> dict[str, Any]:
    """Return a model as a row; None for what is missing."""
    values = {name: getattr(item, name) for name in columns_of(type(item))}
    return {
        name: None if value is UNSET else value.value if isinstance(value, Enum) else value
        for name, value in values.items()
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


def _write(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
