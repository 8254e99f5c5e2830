"""The quick way to read and to write a body: in C, where msgspec is installed.

What a model says of its properties becomes a struct of msgspec's, which refuses everything that is
not exactly so. What is refused, and all where there is no msgspec, is read tolerantly (`wire.py`).
A property that the document does not know is refused until it has been reported, and then a field
like others: a vendor adds one to every item of every page.

Both ways give the same models and the same reports: nothing but the time may depend on this module,
and the order of unknown properties among each other, which JSON does not have.

To be written so, a body has to be made of JSON's own types: msgspec writes others as well, each in
some way that a server need not understand, and `json` refuses them. Short ones are not worth it.
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

# Any: the types of the structs are made here, so that no type checker knows them.

T = TypeVar("T", bound=Model)

#: Schemas and names of unknown properties.
Names = tuple[tuple[str, str], ...]


def read_strictly(content: bytes, model: type[T]) -> T | None:
    """Return a body read into its model; None for one that has to be read tolerantly."""
    names = unknown_names()
    decode = _decoder(model, names)  # type: ignore[arg-type] # a class has a hash, whatever mypy says
    if decode is None:
        return None
    try:
        struct = decode(content)
    except (ValueError, RecursionError):
        return None
    return model._from_strict(struct)


#: No floats: some are no JSON.
_SCALARS = frozenset({str, Secret, bool, int, NoneType})
_TEXT = frozenset({str})
#: Of objects and arrays inside one another, and of values in all of them: one that has itself in
#: it has no end of either.
_DEEPEST, _MOST = 8, 100_000
_LONG = 50


def write_strictly(body: dict[str, Any]) -> SecretBytes | None:
    """Return the bytes of a long body; None for one that `json` has to write, or to refuse."""
    if not any(type(value) is list and len(value) >= _LONG for value in body.values()):
        return None
    encode = _encoder()
    if encode is None or not _is_json(body):
        return None
    try:
        return SecretBytes(encode(body))
    except (TypeError, ValueError, OverflowError):  # such as half a character, or a huge number
        return None


def _is_json(body: dict[str, Any]) -> bool:
    """Tell whether all in a body is exactly of JSON's types. Level by level, for speed."""
    level: list[Any] = [body]
    for _ in range(_DEEPEST):
        kinds = set(map(type, level))
        if kinds <= _SCALARS:
            return True
        if not kinds <= _SCALARS | {dict, list}:
            return False
        dicts = [value for value in level if type(value) is dict]
        lists = [value for value in level if type(value) is list]
        if sum(map(len, chain(dicts, lists))) > _MOST:
            return False
        if not _TEXT.issuperset(map(type, set().union(*dicts))):
            return False
        level = [*chain.from_iterable(map(dict.values, dicts)), *chain.from_iterable(lists)]
    return False


@lru_cache(maxsize=1)
def _encoder() -> Callable[[Any], bytes] | None:
    json = _msgspec_json()
    encode: Callable[[Any], bytes] | None = json and json.Encoder(enc_hook=Secret.reveal).encode
    return encode


def unknown_properties(struct: Any) -> dict[str, Any]:
    """Return what a struct has of the properties that the document does not know."""
    found: dict[str, Any] = {}
    for attribute, name in struct._unknown:
        value = getattr(struct, attribute)
        if value is not UNSET:
            found[name] = value
    return found


@lru_cache(maxsize=16)  # more than there are answers; those for fewer names than now go first
def _decoder(model: type[Model], names: Names) -> Callable[[bytes], Any] | None:
    json = _msgspec_json()
    decode: Callable[[bytes], Any] | None = json and json.Decoder(_struct(model, names)).decode
    return decode


def _msgspec_json() -> Any:
    """Return msgspec's JSON, None where there is none; here, because it takes time to import."""
    try:
        import msgspec.json
    except ImportError:
        return None
    return msgspec.json


def _struct(model: type[Model], names: Names) -> Any:
    """Return the struct for a model: the same attributes, of JSON's types, and the unknown ones."""
    from msgspec import defstruct

    if not model._wire_names:
        return dict[str, Any]  # an object with any names
    hints = get_type_hints(model)
    fields: list[Any] = []
    for name in model._wire_names:
        hint = hints[name]
        kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        type_ = reduce(or_, (_json_type(kind, names) for kind in kinds if kind is not Unset))
        fields.append((name, type_, UNSET) if Unset in kinds else (name, type_))
    unknown = {f"_{n}": name for n, (schema, name) in enumerate(names) if schema == model.__name__}
    return defstruct(
        model.__name__,
        [*fields, *((attribute, Any, UNSET) for attribute in unknown)],
        rename={**model._wire_names, **unknown},
        namespace={"_unknown": tuple(unknown.items())},
        forbid_unknown_fields=True,
    )


def _json_type(kind: Any, names: Names) -> Any:
    """Return the type that msgspec is to insist on; Any for what the model looks at itself."""
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return GenericAlias(list, _json_type(item, names))
    if kind in (int, float):  # JSON has 10.0 for 10, and 10 for 10.0
        return Any
    if issubclass(kind, Model):
        return _struct(kind, names)
    return str if issubclass(kind, datetime | Enum) else kind
