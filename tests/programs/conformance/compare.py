"""What of an answer is compared, and what a difference is: pure, for answers of any step.

Compared are the status; which of our items come back, in which order, and with which cursor; the
form of the headers; of each property whether it is there, null, and of which type and form; and
whether the body keeps the document. Texts that we sent, booleans and enums are compared as they
are. Of two kinds of difference, one leads nobody astray:

- `different`: something that a program may rely on is not so
- `undocumented`: one more property. The client keeps those, so that nothing is lost

Allowed, and not looked at: other values of ids, times, numbers and messages, `Details`, which is
for development only, and parameters of the content type, such as the charset.
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
from .wire import Answer

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_FREE = "Details"


class Kind(StrEnum):
    """What a row of the table says; a step is not tried if what it needs could not be made."""

    SAME = "same"
    DIFFERENT = "different"
    UNDOCUMENTED = "undocumented"
    NOT_TRIED = "not tried"


class Finding(NamedTuple):
    """One difference."""

    kind: Kind
    expected: str
    found: str
    #: Whether it concerns every answer like this one, and need not be told again.
    is_general: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What is compared of one outcome."""

    #: Status, items, cursor: what the outcome is, in one line.
    headline: str
    #: The message of an error, to be shown if the headline is another one. Never compared.
    remark: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    #: The form of what is at each path, such as `VoucherCodes[].Id`.
    body: Mapping[str, str] = field(default_factory=dict[str, str])
    #: How the body breaks the document: the path and the keyword of the schema.
    breaks: Mapping[str, str] = field(default_factory=dict[str, str])


def look(answer: Answer, operation: str, names: Names) -> Seen:
    """Return what is compared of an answer."""
    forms: dict[str, set[str]] = {}
    request_id = answer.headers.get("Request-Id", "")
    for path, form in _forms("", answer.body, names, request_id):
        forms.setdefault(path, set()).add(form)
    body = answer.body if isinstance(answer.body, dict) else {}
    return Seen(
        headline=_headline(answer, names),
        remark=str(body.get("Message") or "")[:80],
        headers=_headers(answer.headers),
        body={path: " or ".join(sorted(some)) for path, some in forms.items()},
        breaks=_breaks(answer, operation),
    )


def findings(expected: Seen, found: Seen) -> Iterator[Finding]:
    """Yield all differences."""
    if expected.headline != found.headline:
        # The rest of the body differs as well then; to say it would be to say the same twice.
        shown = f"{found.headline} ({found.remark})" if found.remark else found.headline
        yield Finding(Kind.DIFFERENT, expected.headline, shown)
    for name, form in expected.headers.items():
        other = found.headers.get(name, form)
        if other != form:
            yield Finding(Kind.DIFFERENT, f"{name}: {form}", f"{name}: {other}", is_general=True)
    if expected.headline == found.headline:
        yield from _in_bodies(expected.body, found.body)
        for path, keyword in found.breaks.items():
            if expected.body.get(path) == found.body.get(path):
                yield Finding(Kind.DIFFERENT, f"{path} as documented", f"{path} breaks {keyword!r}")


# --- the headline


def _headline(answer: Answer, names: Names) -> str:
    if not isinstance(answer.body, dict):
        return f"{answer.status}: not a JSON object" if answer.body else str(answer.status)
    if answer.status != 200:
        return str(answer.status)
    parts = [_items(items, names) for items in answer.body.values() if isinstance(items, list)] or [
        "no list" if answer.body else "{}"
    ]
    if "Cursor" in answer.body:
        cursor = answer.body["Cursor"]
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
        # Nothing is compared that was answered with a 429: such a request is sent again.
        "Retry-After": "there" if "Retry-After" in headers else "none",
    }


def _form_of_id(text: str | None) -> str:
    try:
        return "none" if text is None else str(UUID(text)) and "a UUID"
    except ValueError:
        return "another text"


# --- the body


def _forms(path: str, value: Any, names: Names, request_id: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the form of all that is in a body."""
    if isinstance(value, dict):
        yield path, "object"
        for name, inner in value.items():
            if name != _FREE:
                yield from _forms(f"{path}.{name}".lstrip("."), inner, names, request_id)
    elif isinstance(value, list):
        yield path, "list"
        for inner in value:
            yield from _forms(f"{path}[]", inner, names, request_id)
        yield from _left_out(f"{path}[]", [one for one in value if isinstance(one, dict)])
    elif isinstance(value, str):
        # Without the header there is nothing that the body could repeat.
        is_repeated = path == "RequestId" and request_id in (value, "")
        own = "the Request-Id" if is_repeated else names.of(value)
        yield path, own or _form_of_text(path.rpartition(".")[2], value)
    else:
        yield path, "number" if type(value) in (int, float) else json.dumps(value)


def _left_out(path: str, items: list[JsonObject]) -> Iterator[tuple[str, str]]:
    """Yield what some of the items have and some have not."""
    for name in {name for one in items for name in one} - {_FREE}:
        if any(name not in one for one in items):
            yield f"{path}.{name}", "missing"


def _form_of_text(name: str, text: str) -> str:
    if name in ENUMS:
        return repr(text)
    if name.endswith("Utc"):
        return "a UTC time" if _TIME.fullmatch(text) else "text"
    return "an id" if _form_of_id(text) == "a UUID" else "text"


def _in_bodies(expected: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what differs in bodies with the same items."""
    for path in dict.fromkeys([*expected, *found]):
        parent = path[:-2] if path.endswith("[]") else path.rpartition(".")[0]
        if path and expected.get(parent) != found.get(parent):
            continue  # told there
        form, other = expected.get(path), found.get(path)
        if form is None:
            # The mock sends all that is documented; tests of the mock hold it to that.
            yield Finding(Kind.UNDOCUMENTED, f"no {path}", path, is_general=True)
        elif form != other:
            name = path or "body"
            yield Finding(Kind.DIFFERENT, f"{name}: {form}", f"{name}: {other or 'missing'}")


def _breaks(answer: Answer, operation: str) -> dict[str, str]:
    validator = _validator(operation, answer.status)
    if validator is None or answer.body == "":
        return {}
    return {
        # A missing property is named by the error's kind, because the path ends above it.
        _path([*error.instance_path, *_missing(error.kind)]): error.kind.name
        for error in validator.iter_errors(answer.body)
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
    text = "".join("[]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")
