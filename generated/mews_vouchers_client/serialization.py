# Copied from openapi/runtime/serialization.py by `make generate`: do not edit.
"""Converts between JSON and models: tolerant when reading, strict when writing.

Reading converts what is as documented. Anything else is kept as received and reported to
`deviations.py`. No function here raises on anything that a server can send.

Writing rejects an item that is twice in a list of unique items, and a datetime without a time zone
(`datetimes.py`). All other values are sent unchanged.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from .deviations import Problem, report
from .errors import RepeatedItemError
from .fast_json import decode_fast, encode_fast
from .http_types import HttpResponse
from .types import UNSET, Model, Response, SecretBytes

# Any, here and in the models: a value that was received may have any type.

T = TypeVar("T", bound=Model)


def split_known(
    src_dict: Mapping[str, Any], names: tuple[str, ...]
) -> tuple[list[Any], dict[str, Any]]:
    """Return the values of `names`, with `UNSET` for missing ones, and the other properties."""
    rest = dict(src_dict)
    return [rest.pop(name, UNSET) for name in names], rest


def unexpected(value: Any, schema: str, name: str) -> Any:
    """Report a value that is missing or has the wrong type, and return it."""
    if value is UNSET:
        report(schema, name, Problem.MISSING)
    elif value is None:
        report(schema, name, Problem.NULL)
    else:
        report(schema, name, Problem.WRONG_TYPE)
    return value


def unknown_value(text: str, schema: str, name: str) -> Any:
    """Report a string that is not a value of its enum, and return it."""
    report(schema, name, Problem.UNKNOWN_VALUE)
    return text


def read_integer(value: Any, schema: str, name: str) -> Any:
    """Return an integral float as an int, because JSON Schema accepts `1.0` as an integer."""
    if type(value) is float and value.is_integer():
        return int(value)
    return unexpected(value, schema, name)


def require_unique(items: Any, field: str) -> Any:
    """Return `items` unchanged.

    Raises:
        RepeatedItemError: A list contains a string twice. The error names `field` and both
            positions, but never the item.
    """
    positions: dict[str, int] = {}
    for position, item in enumerate(items if isinstance(items, list | tuple) else ()):
        if isinstance(item, str) and positions.setdefault(item, position) != position:
            raise RepeatedItemError(field, position, positions[item])
    return items


_encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def write_body(body: dict[str, Any]) -> SecretBytes:
    """Return a request body as JSON.

    The slow path writes ASCII, so that no string can fail to encode: a `UnicodeEncodeError` would
    contain the body, and so the tokens.
    """
    encoded = encode_fast(body)
    return SecretBytes(_encoder.encode(body).encode("ascii")) if encoded is None else encoded


def read_response(response: HttpResponse, models: Mapping[int, type[T]]) -> Response[T]:
    """Return the response with its body read into the model for its status code."""
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_read_body(response.content, models.get(response.status_code)),
    )


def _read_body(content: bytes, model: type[T] | None) -> T | None:
    if model is None:
        return None
    decoded: T | None = decode_fast(content, model)
    if decoded is not None:
        return decoded
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):  # no JSON, no UTF, or nested too deeply
        data = None
    if not isinstance(data, dict):
        report(model.__name__, "(body)", Problem.NOT_AN_OBJECT)
        return None
    return model.from_dict(data)
