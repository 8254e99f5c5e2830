# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
"""The quick way to read a body that keeps the contract: decoded in C, where msgspec is installed.

What a model says of its properties becomes a struct of msgspec's, which refuses everything that is
not exactly so. What is refused, and all where there is no msgspec, is read tolerantly (`wire.py`).
Both ways give the same models and the same reports: nothing but the time may depend on this module.
"""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from functools import cache, reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from .types import UNSET, Model, Unset

# Any: the types of the structs are made here, so that no type checker knows them.

T = TypeVar("T", bound=Model)


def read_strictly(content: bytes, model: type[T]) -> T | None:
    """Return a body read into its model; None for one that has to be read tolerantly."""
    decode = _decoder(model)  # type: ignore[arg-type] # a class has a hash, whatever mypy says
    if decode is None:
        return None
    try:
        struct = decode(content)
    except (ValueError, RecursionError):
        return None
    return model._from_strict(struct)


@cache
def _decoder(model: type[Model]) -> Callable[[bytes], Any] | None:
    try:
        from msgspec.json import Decoder  # here, because it is optional, and takes time
    except ImportError:
        return None
    return Decoder(_struct(model)).decode  # type: ignore[arg-type]


@cache
def _struct(model: type[Model]) -> Any:
    """Return the struct for a model: the same attributes, of JSON's types."""
    from msgspec import defstruct

    if not model._wire_names:
        return dict[str, Any]  # an object with any names
    hints = get_type_hints(model)
    fields: list[Any] = []
    for name in model._wire_names:
        hint = hints[name]
        kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        type_ = reduce(or_, (_json_type(kind) for kind in kinds if kind is not Unset))
        fields.append((name, type_, UNSET) if Unset in kinds else (name, type_))
    return defstruct(
        model.__name__, fields, rename=dict(model._wire_names), forbid_unknown_fields=True
    )


def _json_type(kind: Any) -> Any:
    """Return the type that msgspec is to insist on; Any for what the model looks at itself."""
    if get_origin(kind) is list:
        return GenericAlias(list, _json_type(*get_args(kind)))
    if kind in (int, float):  # JSON has 10.0 for 10, and 10 for 10.0
        return Any
    if issubclass(kind, Model):
        return _struct(kind)
    return str if issubclass(kind, datetime | Enum) else kind
