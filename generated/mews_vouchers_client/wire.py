# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
"""Between JSON and Python: tolerant when reading, strict when writing.

Reading: what is as documented is converted; what is not is kept as it came and reported to
`deviations.py`. No function here raises on anything that a server can send.

Writing: a datetime without a zone is an error; everything else goes out as it is.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Protocol, Self, TypeVar

import httpx

from .deviations import Problem, report
from .errors import NaiveDatetimeError
from .types import UNSET, Response, SecretBytes

# Any, here and in the models: a value that came from outside may be anything at all.

_fromisoformat = datetime.fromisoformat
_DOCUMENTED_LENGTH = len("YYYY-MM-DDThh:mm:ssZ")


class Readable(Protocol):
    """A model, seen from here."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object; never raise."""
        ...


T = TypeVar("T", bound=Readable)


def odd(value: Any, schema: str, name: str) -> Any:
    """Report a value that is not as documented, and return it."""
    if value is UNSET:
        report(schema, name, Problem.MISSING)
    elif value is None:
        report(schema, name, Problem.NULL)
    else:
        report(schema, name, Problem.WRONG_TYPE)
    return value


def read_datetime(text: str, schema: str, name: str) -> Any:
    """Return `text` as a datetime in UTC; as it came if it is no date, or has no zone."""
    try:
        value = _fromisoformat(text)
        if value.tzinfo is not UTC:
            if value.tzinfo is None:
                return malformed(text, schema, name)
            value = value.astimezone(UTC)
    except (ValueError, OverflowError):  # no date, or one that in UTC lies outside the years 1-9999
        return malformed(text, schema, name)
    if len(text) != _DOCUMENTED_LENGTH:  # another zone, or a fraction: understood, but a deviation
        malformed(text, schema, name)
    return value


def malformed(text: str, schema: str, name: str) -> str:
    """Report a text that is not written as documented, and return it."""
    report(schema, name, Problem.MALFORMED)
    return text


def read_enum(enum: type[Enum], text: str, schema: str, name: str) -> Any:
    """Return the member of `enum` that `text` stands for; `text` itself if there is none."""
    try:
        return enum(text)
    except ValueError:
        report(schema, name, Problem.UNKNOWN_VALUE)
        return text


def read_integer(value: Any, schema: str, name: str) -> Any:
    """Return a whole number; JSON Schema takes `1.0` for one as well."""
    if type(value) is float and value.is_integer():
        return int(value)
    return odd(value, schema, name)


def write_datetime(value: Any, field: str, timespec: str = "seconds") -> Any:
    """Return `YYYY-MM-DDThh:mm:ssZ` for a datetime of any zone; anything else as it is.

    Raises `NaiveDatetimeError`, which names `field`, for a datetime without a zone.
    """
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is not UTC:
        if value.utcoffset() is None:
            raise NaiveDatetimeError(field, value)
        value = value.astimezone(UTC)
    return value.isoformat(timespec=timespec).removesuffix("+00:00") + "Z"


def write_body(body: Mapping[str, Any]) -> SecretBytes:
    """Return the bytes of a request's body.

    ASCII, so that no text in it can fail to encode: that error would carry the body, and with it
    the tokens.
    """
    return SecretBytes(json.dumps(body, separators=(",", ":"), allow_nan=False).encode("ascii"))


def read_response(response: httpx.Response, answers: Mapping[int, type[T]]) -> Response[T]:
    """Return the answer with its body read into the model that `answers` has for the status."""
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_read_body(response.content, answers.get(response.status_code)),
    )


def _read_body(content: bytes, model: type[T] | None) -> T | None:
    if model is None:
        return None
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):  # not JSON, not text, or nested beyond reason
        data = None
    if not isinstance(data, dict):
        report(model.__name__, "(body)", Problem.NOT_AN_OBJECT)
        return None
    return model.from_dict(data)
