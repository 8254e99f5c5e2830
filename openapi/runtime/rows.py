"""Models as rows of a table: flat, with plain values, and the same columns for each row of a model.

How a model is written as JSON is not here, but in the models themselves.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from .types import UNSET, Model, Secret

# Any, here and in rows: tolerant reading may have kept a value of any type.

#: Types of values that a row has as they are. Looked up first, for speed.
_PLAIN = frozenset({str, bool, int, float, datetime, NoneType})


def columns(model: type[Model]) -> tuple[str, ...]:
    """Return the names of all columns of a model."""
    return tuple(name for name, _ in _cells(None, model))


def to_row(item: Model) -> dict[str, Any]:
    """Return a model as a row."""
    return dict(_cells(item, type(item)))


def _cells(item: Model | None, model: type[Model]) -> Iterator[tuple[str, Any]]:
    """Yield the name and the value of each column; None for all values if there is no item."""
    for attribute, inner in _attributes(model):  # type: ignore[arg-type] # a class is hashable
        value = getattr(item, attribute, None)
        if inner is None:
            yield attribute, value if type(value) in _PLAIN else _plain(value)
        else:
            for name, cell in _cells(value if isinstance(value, inner) else None, inner):
                yield f"{attribute}.{name}", cell


def _plain(value: Any) -> Any:
    """Return a value without `UNSET`, enums, models and tokens."""
    if value is UNSET:
        return None
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Secret):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Model):  # in a list, or without documented properties
        return to_row(value) or dict(value.additional_properties)
    return value


@cache
def _attributes(model: type[Model]) -> tuple[tuple[str, type[Model] | None], ...]:
    """Return the attributes of a model, each with the model of its value if it has one.

    A list has none, nor has an object without documented properties: they are one column.
    """
    from attrs import fields  # imported late: models import it, this module need not

    hints = get_type_hints(model)
    any_model: Any = model  # type checkers do not know that all models are classes of attrs
    names = [one.name for one in fields(any_model) if one.name != "additional_properties"]
    return tuple((name, _inner_model(hints[name])) for name in names)


def _inner_model(hint: Any) -> type[Model] | None:
    """Return the model with columns that an attribute has, apart from null and `UNSET`."""
    for kind in get_args(hint) or (hint,):
        if get_origin(kind) is None and issubclass(kind, Model):
            return kind if columns(kind) else None
    return None
