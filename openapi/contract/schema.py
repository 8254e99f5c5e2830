"""One schema of an OpenAPI document, put together from its parts, and what its keywords say.

Finding the parts is `references`' business.
"""

from dataclasses import dataclass, field
from typing import Any

from .facts import BOUNDS, ITEMS, LENGTHS, Value

#: Our own spelling of `format: uuid`; see Identifier in the document.
UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
#: Limits that say no more than the format does.
RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
OF_FIXED_LENGTH = ("date-time", "date", "uuid")
SCALARS = ("string", "integer", "number")


class BadLimitError(Exception):
    """A limit is no number."""


@dataclass(slots=True)
class Schema:
    """One schema with all that it is made of.

    Attributes:
        keywords: What counts, by keyword. Any: as it stands in the document.
        lines: Where each keyword stands.
        properties: The properties' schemas.
        property_lines: Where each of them stands.
        required: Which of them are required.
        nullable: Whether null is allowed beside all else.
        trail: The references that led here; one that comes again is a circle.
        circular: Whether it is such a circle, and therefore left shut.
    """

    trail: tuple[str, ...]
    keywords: dict[str, Any] = field(default_factory=dict[str, Any])
    lines: dict[str, int] = field(default_factory=dict[str, int])
    properties: dict[str, Any] = field(default_factory=dict[str, Any])
    property_lines: dict[str, int] = field(default_factory=dict[str, int])
    required: set[str] = field(default_factory=set[str])
    nullable: bool = False
    circular: bool = False

    def take(self, other: "Schema") -> None:
        """Add what a part says."""
        self.keywords |= other.keywords
        self.lines |= other.lines
        for name, schema in other.properties.items():
            known = self.properties.get(name)
            self.properties[name] = schema if known is None else {"allOf": [known, schema]}
            if name in other.property_lines:
                # The first place is that of the property, later ones add to it.
                self.property_lines.setdefault(name, other.property_lines[name])
        self.required |= other.required
        self.nullable |= other.nullable
        self.circular |= other.circular
        self.trail += tuple(ref for ref in other.trail if ref not in self.trail)


def says(schema: Schema) -> dict[str, Value]:
    """Return what a schema says, in the terms of facts.

    Raises `BadLimitError` for a limit that is no number.
    """
    words = schema.keywords
    kind = type_of(schema)
    said: dict[str, Value] = {
        "type": kind,
        "nullable": schema.nullable or kind in ("any", "null"),
        "deprecated": words.get("deprecated") is True,
    }
    if kind in SCALARS:
        values = [str(value) for value in words.get("enum") or () if value is not None]
        said |= {"format": _format(words), "enum": frozenset(values) or None}
    return said | _limits(words, kind)


def _limits(words: dict[str, Any], kind: str) -> dict[str, Value]:
    limits: dict[str, Value] = {key: _number(words, key) for key in limits_of(kind)}
    # Beside an object: meant for the value inside, see `facts.with_lengths_inside`.
    limits |= {key: _number(words, key) for key in LENGTHS if key in words}
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if words.get(exclusive) is True and bound in limits:  # as 3.0 writes it
            limits |= {exclusive: limits[bound], bound: None}
    form = _format(words)
    for bound, needless in zip(("minimum", "maximum"), RANGES.get(form or "", ()), strict=False):
        limits |= {bound: None} if limits.get(bound) == needless else {}
    return limits | (dict.fromkeys(LENGTHS) if form in OF_FIXED_LENGTH else {})


def _number(words: dict[str, Any], key: str) -> int | float | None:
    value = words.get(key)
    if value is None or isinstance(value, bool):
        return None
    if not isinstance(value, int | float):
        raise BadLimitError(f"`{key}` is no number: {str(value)[:40]!r}")
    return None if value == 0 and key in ("minLength", "minItems") else value


def limits_of(kind: str) -> tuple[str, ...]:
    """Return the limits that a value of a type can have."""
    by_type = {"string": LENGTHS, "array": ITEMS, "integer": BOUNDS, "number": BOUNDS}
    return by_type.get(kind, ())


def _format(words: dict[str, Any]) -> str | None:
    """Return the format, also where a pattern stands for it."""
    if UUID in str(words.get("pattern", "")):
        return "uuid"
    return str(words["format"]) if words.get("format") else None


def type_of(schema: Schema) -> str:
    """Return the type, guessed from the other keywords where it is not given."""
    words = schema.keywords
    if isinstance(words.get("type"), str):
        return str(words["type"])
    if schema.properties or words.get("additionalProperties"):
        return "object"
    if "items" in words:
        return "array"
    return "string" if words.get("enum") else "any"


def joined_types(options: list[Schema]) -> str:
    """Return the type of a choice. Several objects are a type of their own.

    None of them is the one object that was expected; what is inside cannot be compared with it.
    """
    kinds = [type_of(option) for option in options]
    several = kinds.count("object") > 1
    names = {"one of several objects" if several and k == "object" else k for k in kinds}
    return " or ".join(sorted(names))
