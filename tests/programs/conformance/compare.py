"""What is compared of a response, and what counts as a difference. Pure, for any step.

Compared are: the status; which of our items are returned, in which order, and with which cursor;
the format of the headers; whether each property is present, null, and of which type and format; and
whether the body is valid for the document. Strings that we sent, booleans and enum values must be
equal. There are two kinds of differences:

- `different`: something that a program may rely on is not true
- `undocumented`: an additional property. The client keeps these, so nothing is lost

Not compared: the values of ids, times, numbers and messages; `Details`, which is only for
development; and parameters of the content type, such as the charset.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import jsonschema_rs

from tests.support.documented import ENUMS, JsonObject, document
from tests.support.mock_api import response_schema

from .names import Names
from .wire import WireResponse

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_FREE = "Details"


class Kind(StrEnum):
    """The result of a row; a step is not tried if an item that it needs could not be added."""

    SAME = "same"
    DIFFERENT = "different"
    UNDOCUMENTED = "undocumented"
    NOT_TRIED = "not tried"


class Finding(NamedTuple):
    """One difference."""

    kind: Kind
    expected: str
    found: str
    #: Whether it concerns every response like this one, and need not be reported again.
    is_general: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What is compared of one result."""

    #: Status, items and cursor, in one line.
    headline: str
    #: The message of an error, shown if the headline differs. Never compared.
    remark: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    #: The format of the value at each path, such as `VoucherCodes[].Id`.
    body: Mapping[str, str] = field(default_factory=dict[str, str])
    #: How the body violates the document: the path and the keyword of the schema.
    violations: Mapping[str, str] = field(default_factory=dict[str, str])


def observe(response: WireResponse, operation: str, names: Names) -> Observation:
    """Return what is compared of a response."""
    forms: dict[str, set[str]] = {}
    request_id = response.headers.get("Request-Id", "")
    for path, form in _forms("", response.body, names, request_id):
        forms.setdefault(path, set()).add(form)
    body = response.body if isinstance(response.body, dict) else {}
    return Observation(
        headline=_headline(response, names),
        remark=str(body.get("Message") or "")[:80],
        headers=_headers(response.headers),
        body={path: " or ".join(sorted(some)) for path, some in forms.items()},
        violations=_violations(response, operation),
    )


def findings(expected: Observation, found: Observation) -> Iterator[Finding]:
    """Yield all differences."""
    if expected.headline != found.headline:
        # Then the rest of the body differs, too; reporting it would repeat the same difference.
        shown = f"{found.headline} ({found.remark})" if found.remark else found.headline
        yield Finding(Kind.DIFFERENT, expected.headline, shown)
    for name, form in expected.headers.items():
        other = found.headers.get(name, form)
        if other != form:
            yield Finding(Kind.DIFFERENT, f"{name}: {form}", f"{name}: {other}", is_general=True)
    if expected.headline == found.headline:
        yield from _in_bodies(expected.body, found.body)
        for path, keyword in found.violations.items():
            if expected.body.get(path) == found.body.get(path):
                yield Finding(
                    Kind.DIFFERENT, f"{path} as documented", f"{path} violates {keyword!r}"
                )


# --- the headline


def _headline(response: WireResponse, names: Names) -> str:
    if not isinstance(response.body, dict):
        return f"{response.status}: not a JSON object" if response.body else str(response.status)
    if response.status != 200:
        return str(response.status)
    parts = [
        _items(items, names) for items in response.body.values() if isinstance(items, list)
    ] or ["no list" if response.body else "{}"]
    if "Cursor" in response.body:
        cursor = response.body["Cursor"]
        parts.append(f"cursor {'null' if cursor is None else names.of(str(cursor)) or '?'}")
    return f"200: {'; '.join(parts)}"


def _items(items: list[Any], names: Names) -> str:
    ids = (one.get("Id") if isinstance(one, dict) else None for one in items)
    return ", ".join(names.of(str(one)) or "?" for one in ids) or "nothing"


# --- the headers


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    content_type = headers.get("Content-Type", "none").partition(";")[0].strip().lower()
    return {
        "Content-Type": content_type,
        "Request-Id": _form_of_id(headers.get("Request-Id")),
        # A 429 is never compared: such a request is retried.
        "Retry-After": "present" if "Retry-After" in headers else "none",
    }


def _form_of_id(string: str | None) -> str:
    try:
        return "none" if string is None else str(UUID(string)) and "a UUID"
    except ValueError:
        return "another string"


# --- the body


def _forms(path: str, value: Any, names: Names, request_id: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the format of every value in a body."""
    if isinstance(value, dict):
        yield path, "object"
        for name, inner in value.items():
            if name != _FREE:
                yield from _forms(f"{path}.{name}".lstrip("."), inner, names, request_id)
    elif isinstance(value, list):
        yield path, "list"
        for inner in value:
            yield from _forms(f"{path}[]", inner, names, request_id)
        yield from _missing_in_some(f"{path}[]", [one for one in value if isinstance(one, dict)])
    elif isinstance(value, str):
        # Without the header, the body has nothing to repeat.
        is_repeated = path == "RequestId" and request_id in (value, "")
        own = "the Request-Id" if is_repeated else names.of(value)
        yield path, own or _form_of_text(path.rpartition(".")[2], value)
    else:
        yield path, "number" if type(value) in (int, float) else json.dumps(value)


def _missing_in_some(path: str, items: list[JsonObject]) -> Iterator[tuple[str, str]]:
    """Yield the properties that some items have and others lack."""
    for name in {name for one in items for name in one} - {_FREE}:
        if any(name not in one for one in items):
            yield f"{path}.{name}", "missing"


def _form_of_text(name: str, string: str) -> str:
    if name in ENUMS:
        return repr(string)
    if name.endswith("Utc"):
        return "a UTC time" if _TIME.fullmatch(string) else "string"
    return "an id" if _form_of_id(string) == "a UUID" else "string"


def _in_bodies(expected: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the differences of bodies with the same items."""
    for path in dict.fromkeys([*expected, *found]):
        parent = path[:-2] if path.endswith("[]") else path.rpartition(".")[0]
        if path and expected.get(parent) != found.get(parent):
            continue  # reported there
        form, other = expected.get(path), found.get(path)
        if form is None:
            # The mock sends all documented properties, as its tests check.
            yield Finding(Kind.UNDOCUMENTED, f"no {path}", path, is_general=True)
        elif form != other:
            name = path or "body"
            yield Finding(Kind.DIFFERENT, f"{name}: {form}", f"{name}: {other or 'missing'}")


def _violations(response: WireResponse, operation: str) -> dict[str, str]:
    validator = _validator(operation, response.status)
    if validator is None or response.body == "":
        return {}
    return {
        # The kind of the error names a missing property, because the path ends above it.
        _path([*error.instance_path, *_missing(error.kind)]): error.kind.name
        for error in validator.iter_errors(response.body)
    }


@cache
def _validator(operation: str, status: int) -> jsonschema_rs.Validator | None:
    schema = response_schema(_document(), operation, status)
    if schema is None:
        return None
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


_document = cache(document)


# Any: what a kind carries depends on the keyword.
def _missing(kind: Any) -> list[str]:
    return [kind.property] if kind.name == "required" else []


def _path(parts: list[str | int]) -> str:
    string = "".join("[]" if isinstance(part, int) else f".{part}" for part in parts)
    return string.removeprefix(".")
