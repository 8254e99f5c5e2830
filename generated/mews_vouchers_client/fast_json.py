# Copied from openapi/runtime/fast_json.py by `make generate`: do not edit.
"""The fast path for reading and writing JSON: in C, if msgspec is installed.

Reading: the type hints of a model become a msgspec struct, which rejects every body that is not
exactly as documented. A rejected body, and any body without msgspec, is read tolerantly instead
(`serialization.py`). A struct also rejects a property that the document does not define, until it
has been reported; from then on the struct has a field for it. Otherwise, one property that the
vendor adds to every item would disable the fast path for good.

Writing: only long bodies that consist of JSON's own types take the fast path. msgspec also encodes
other types, in formats that the server may not accept; `json` rejects them.

Both paths return the same models and reports. They differ only in speed and in the order of unknown
properties, which has no meaning in JSON.
"""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from functools import lru_cache, reduce
from itertools import chain
from operator import or_
from types import GenericAlias, NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from .deviations import unknown_names
from .types import UNSET, Model, Secret, SecretBytes, Unset

# Any: the struct types are created at runtime, so no type checker knows them.

T = TypeVar("T", bound=Model)

#: Pairs of a schema and the name of an unknown property.
UnknownNames = tuple[tuple[str, str], ...]


def decode_fast(content: bytes, model: type[T]) -> T | None:
    """Return a response body as a model, or None if it must be read tolerantly."""
    names = unknown_names()
    decode = _decoder(model, names)  # type: ignore[arg-type] # a class is hashable
    if decode is None:
        return None
    try:
        struct = decode(content)
    except (ValueError, RecursionError):
        return None
    return model._from_struct(struct)


#: Types that msgspec encodes as `json` does. Not float: msgspec writes NaN as null.
_SCALARS = frozenset({str, Secret, bool, int, NoneType})
_STRINGS = frozenset({str})
#: A body beyond these limits may contain itself.
_MAX_DEPTH, _MAX_VALUES = 8, 100_000
#: A body without a list of this length is not worth the check of its types.
_MIN_ITEMS = 50


def encode_fast(body: dict[str, Any]) -> SecretBytes | None:
    """Return a long request body as JSON, or None if `json` must write or reject it."""
    if not any(type(value) is list and len(value) >= _MIN_ITEMS for value in body.values()):
        return None
    encode = _encoder()
    if encode is None or not _has_only_json_types(body):
        return None
    try:
        return SecretBytes(encode(body))
    except (TypeError, ValueError, OverflowError):  # for example a lone surrogate or a huge integer
        return None


def _has_only_json_types(body: dict[str, Any]) -> bool:
    """Return whether all values have exactly JSON's types. Goes level by level, for speed."""
    level: list[Any] = [body]
    for _ in range(_MAX_DEPTH):
        types = set(map(type, level))
        if types <= _SCALARS:
            return True
        if not types <= _SCALARS | {dict, list}:
            return False
        dicts = [value for value in level if type(value) is dict]
        lists = [value for value in level if type(value) is list]
        if sum(map(len, chain(dicts, lists))) > _MAX_VALUES:
            return False
        if not _STRINGS.issuperset(map(type, set().union(*dicts))):
            return False
        level = [*chain.from_iterable(map(dict.values, dicts)), *chain.from_iterable(lists)]
    return False


@lru_cache(maxsize=1)
def _encoder() -> Callable[[Any], bytes] | None:
    json = _msgspec_json()
    encode: Callable[[Any], bytes] | None = json and json.Encoder(enc_hook=Secret.reveal).encode
    return encode


def unknown_properties(struct: Any) -> dict[str, Any]:
    """Return the properties of a struct that the document does not define."""
    properties: dict[str, Any] = {}
    for attribute, name in struct._unknown:
        value = getattr(struct, attribute)
        if value is not UNSET:
            properties[name] = value
    return properties


@lru_cache(maxsize=16)  # more than there are response models; evicts outdated names first
def _decoder(model: type[Model], names: UnknownNames) -> Callable[[bytes], Any] | None:
    json = _msgspec_json()
    decode: Callable[[bytes], Any] | None = json and json.Decoder(_struct_type(model, names)).decode
    return decode


def _msgspec_json() -> Any:
    """Return the module `msgspec.json`, or None. Imported late, because that takes time."""
    try:
        import msgspec.json
    except ImportError:
        return None
    return msgspec.json


def _struct_type(model: type[Model], names: UnknownNames) -> Any:
    """Return a struct type with the attributes of a model and fields for its unknown properties."""
    from msgspec import defstruct

    if not model._json_names:
        return dict[str, Any]  # an object with any properties
    hints = get_type_hints(model)
    fields: list[Any] = []
    for attribute in model._json_names:
        hint = hints[attribute]
        kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        type_ = reduce(or_, (_json_type(kind, names) for kind in kinds if kind is not Unset))
        fields.append((attribute, type_, UNSET) if Unset in kinds else (attribute, type_))
    unknown = {f"_{n}": name for n, (schema, name) in enumerate(names) if schema == model.__name__}
    return defstruct(
        model.__name__,
        [*fields, *((attribute, Any, UNSET) for attribute in unknown)],
        rename={**model._json_names, **unknown},
        namespace={"_unknown": tuple(unknown.items())},
        forbid_unknown_fields=True,
    )


def _json_type(kind: Any, names: UnknownNames) -> Any:
    """Return the type that msgspec must enforce, or Any for values that the model checks itself."""
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return GenericAlias(list, _json_type(item, names))
    if kind in (int, float):  # JSON Schema accepts 10.0 as an integer and 10 as a float
        return Any
    if issubclass(kind, Model):
        return _struct_type(kind, names)
    return str if issubclass(kind, datetime | Enum) else kind
