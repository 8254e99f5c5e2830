"""Compiles the schema of a string: its length, format, pattern and allowed values.

A datetime is a string in JSON and a `datetime` in Python. It is checked as it will be sent.
"""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from mews_vouchers_client.datetimes import write_datetime
from mews_vouchers_client.errors import NaiveDatetimeError

from .problem import Problem, wrong_type

#: Returns what is wrong with a text; None if nothing is.
TextRule = Callable[[str], str | None]

KEYWORDS: Final = frozenset({"enum", "format", "maxLength", "minLength", "pattern"})
#: How the problem of a pattern is put, by the name of the schema: users know no patterns.
_PATTERN_REASONS: Final = {
    "Identifier": "is no UUID of 36 characters",
    "UtcDateTime": "is not written as YYYY-MM-DDThh:mm:ssZ, with a year after 999",
}
#: What programs make of an id that is missing, as text: of `UNSET`, its repr, None, null.
_MISSING_IDS: Final = frozenset({"", "UNSET", "None", "null"})
_CACHE_SIZE: Final = 4_096
_UUID: Final = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


def string_check(schema: dict[str, Any]) -> Callable[[Any], Problem | None]:
    """Return the check of a string.

    Any: an attribute of a model, and a keyword of a schema, can have any type.

    Raises:
        NotImplementedError: A keyword has a value that is not known here.
    """
    find_reason = _first_of(tuple(_text_rules(schema)))
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", sys.maxsize)

    def check(value: Any) -> Problem | None:
        if not isinstance(value, str):
            return wrong_type(value, "str")
        # Python and JSON Schema both count code points.
        if len(value) > longest:
            return Problem("", f"is longer than {longest} characters")
        if len(value) < shortest:
            return Problem("", f"is shorter than {shortest} characters" if value else "is empty")
        reason = find_reason(value) or (None if value.isascii() else _unicode_reason(value))
        return None if reason is None else Problem("", reason)

    if schema.get("format") != "date-time":
        return check
    # Items that were created together have the same datetimes.
    check_text = lru_cache(maxsize=_CACHE_SIZE)(check)

    def check_datetime(value: Any) -> Problem | None:
        if not isinstance(value, datetime):
            return check(value) if isinstance(value, str) else wrong_type(value, "datetime")
        try:
            return check_text(write_datetime(value, ""))
        except NaiveDatetimeError:
            return Problem("", "has no time zone")
        except ValueError:
            return Problem("", "is outside the years 1 to 9999 in UTC")

    return check_datetime


def is_missing_id(text: str) -> bool:
    """Return whether a text is what a program makes of an id that the server has left out."""
    return text.strip() in _MISSING_IDS


def datetime_reason(text: str) -> str | None:
    """Return why a text is no datetime with a time zone; None if it is one."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return "is no datetime"
    return "has no time zone" if value.tzinfo is None else None


def _first_of(rules: tuple[TextRule, ...]) -> TextRule:
    """Return one rule for several."""
    if len(rules) == 1:
        return rules[0]

    def find_reason(text: str) -> str | None:
        for rule in rules:
            if (reason := rule(text)) is not None:
                return reason
        return None

    return find_reason


def _text_rules(schema: dict[str, Any]) -> Iterator[TextRule]:
    if "format" in schema:
        yield _format_rule(schema["format"])
    if "pattern" in schema:
        reason = _PATTERN_REASONS.get(schema.get("title", ""), "does not match its pattern")
        yield _pattern_rule(schema["pattern"], reason)
    if "enum" in schema:
        yield _enum_rule(schema["enum"])


def _format_rule(name: str) -> TextRule:
    if name == "date-time":
        return datetime_reason
    if name == "uuid":
        return _pattern_rule(_UUID, _PATTERN_REASONS["Identifier"])
    raise NotImplementedError(f"the format {name!r}")


def _pattern_rule(pattern: str, reason: str) -> TextRule:
    if "\\" in pattern or "$" in pattern[:-1]:
        raise NotImplementedError("a pattern that may mean something else in Python")
    # In Python, `$` also matches before a line break at the end.
    ending = r"\Z" if pattern.endswith("$") else ""
    matches = re.compile(pattern.removesuffix("$") + ending).search
    return lambda text: None if matches(text) else reason


def _enum_rule(members: list[Any]) -> TextRule:
    allowed = frozenset(members)
    return lambda text: None if text in allowed else "is not one of the allowed values"


def _unicode_reason(text: str) -> str | None:
    """Return why a text is none; None if it is one. Half of a surrogate pair is no character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "has a lone surrogate, which is no character"
    return None
