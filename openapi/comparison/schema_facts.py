"""What schemas say, as facts: of a place and of all places inside.

Nothing is left out: a keyword that is not known here becomes an attribute all the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from .facts import BOUNDS, ENTRY, ITEM, LENGTHS, TEXT, Fact, Place, Value, label, path
from .references import dump
from .schemas import (
    OF_FIXED_LENGTH,
    RANGES,
    RESTRICTIONS,
    SUBSCHEMA_LISTS,
    SUBSCHEMA_MAPS,
    SUBSCHEMAS,
    UUID,
    Schema,
    Schemas,
)

#: Keywords that become places, or attributes of a form of their own.
TAKEN_APART = {"type", "format", "pattern", "enum", "const", "items", "additionalProperties"}
#: Keywords of which 0 says nothing.
NO_ZERO = ("minLength", "minItems", "minProperties", "minContains", "multipleOf")
NUMBERS = (*BOUNDS, *LENGTHS, "minItems", "maxItems", "multipleOf", "x-max-interval-in-months")


class SchemaReader:
    """Reads schemas, and other keywords, into facts."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def others(self, node: Mapping[str, Any], apart: set[str]) -> dict[str, Value]:
        """Return the keywords that are not taken apart, as they are."""
        return {
            key: dump(self._schemas.canonical(value))
            for key, value in node.items()
            if key not in apart
        }

    def place(
        self,
        place: Place,
        node: Any,
        trail: tuple[str, ...],
        line: int | None,
        outer: Schema | None = None,
    ) -> Iterator[Fact]:
        """Yield the fact of a schema and of all places inside."""
        schema = self._schemas.schema(node, trail, label(place) if place else "a keyword")
        says = self._says(schema)
        lines = {name: line for name, line in schema.lines.items() if name != "required"}
        if outer:
            says["required"] = place[-1] in outer.required
            lines |= {"required": outer.lines["required"]} if "required" in outer.lines else {}
        yield Fact(place, says, not schema.is_circular, line, lines)
        if not schema.is_circular:
            yield from self._inside(place, schema)

    def _inside(self, place: Place, schema: Schema) -> Iterator[Fact]:
        words = schema.words
        for name, node in schema.properties.items():
            line = schema.property_lines.get(name)
            if name == "Value" and schema.kind == "object":
                # The vendor puts the length of an update value beside the object around it.
                lengths = {key: words[key] for key in LENGTHS if key in words}
                node = {"allOf": [node, lengths]} if lengths else node  # noqa: PLW2901
            yield from self.place((*place, name), node, schema.trail, line, schema)
        if schema.kind == "array":
            line = schema.lines.get("items")
            yield from self.place((*place, ITEM), words.get("items", True), schema.trail, line)
        if isinstance(words.get("additionalProperties"), dict):
            line = schema.lines.get("additionalProperties")
            node = words["additionalProperties"]
            yield from self.place((*place, ENTRY), node, schema.trail, line)

    def _says(self, schema: Schema) -> dict[str, Value]:
        """Return what a schema says about its value, apart from what is inside."""
        words, kind = schema.words, schema.kind
        says: dict[str, Value] = {
            "type": kind,
            "nullable": schema.nullable or kind in ("any", "null"),
            "deprecated": words.get("deprecated") is True,
            "closed": words.get("additionalProperties") is False,
            "requires": frozenset(schema.required - schema.properties.keys()) or None,
        }
        values = [dump(one).strip('"') for one in words.get("enum") or () if one is not None]
        says["enum"] = frozenset(values) or None
        lengths = LENGTHS if kind == "object" and "Value" in schema.properties else ()
        for key, value in words.items():
            if key not in TAKEN_APART and key not in ("deprecated", *lengths):
                says[key] = self._word(schema, key, value)
        says |= _pattern_and_format(words) | {TEXT: frozenset(schema.texts) or None}
        return says | _settled_limits(says, kind)

    def _word(self, schema: Schema, key: str, value: Any) -> Value:
        """Return the value of a keyword; None for one that says nothing."""
        if key not in RESTRICTIONS:
            return dump(self._schemas.canonical(value))
        if _says_nothing(key, value):
            return None
        if key in NUMBERS and not isinstance(value, int | float):
            self._schemas.error("a schema", f"`{key}` is no number: {value!s:.40}")
        if key in SUBSCHEMAS:
            return self.form(value, schema)
        if key in SUBSCHEMA_LISTS and isinstance(value, list):
            forms = [self.form(one, schema) for one in value]
            return dump(forms) if key == "prefixItems" else frozenset(forms)
        if key in SUBSCHEMA_MAPS and isinstance(value, dict):
            named = cast("dict[str, Any]", value)
            return dump({name: self.form(one, schema) for name, one in named.items()})
        is_plain = isinstance(value, bool | int | float)
        return value if is_plain else dump(self._schemas.canonical(value))

    def form(self, node: Any, outer: Schema) -> str:
        """Return a schema inside a keyword as its facts, whatever its spelling is."""
        if isinstance(node, list):  # `dependencies` of older documents
            return dump(sorted(map(str, node)))
        said: dict[str, dict[str, Value]] = {}
        for fact in self.place((), node, outer.trail, None):
            outer.texts |= texts if isinstance(texts := fact.says.get(TEXT), frozenset) else set()
            said[path(("", "", *fact.place))] = {
                key: value
                for key, value in fact.says.items()
                if key != TEXT and value is not None and value is not False
            }
        alone = said.get("", {})
        if len(said) == 1 and alone.keys() == {"type", "nullable", "requires"}:
            return requires(cast("frozenset[str]", alone["requires"]))
        return dump(said)


def requires(names: Iterable[str]) -> str:
    """Return one of several sets of parameters that a request takes, as documents and pages say."""
    return f"requires {', '.join(sorted(names))}"


def _says_nothing(key: str, value: Any) -> bool:
    """Return whether a keyword has a value that restricts nothing."""
    if key in SUBSCHEMAS:
        return (value is True or value == {}) and key not in ("not", "contains")
    return value is None or value is False or value in ([], {}) or (value == 0 and key in NO_ZERO)


def _pattern_and_format(words: Mapping[str, Any]) -> dict[str, Value]:
    """Return both; the pattern of an id is its format."""
    pattern, form = words.get("pattern"), words.get("format")
    if pattern and UUID in str(pattern):
        return {"format": "uuid", "pattern": None}
    return {"format": str(form) if form else None, "pattern": str(pattern) if pattern else None}


def _settled_limits(says: Mapping[str, Value], kind: str) -> dict[str, Value]:
    """Return the limits without those that the format implies, and in the form of 3.1."""
    limits: dict[str, Value] = {}
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if says.get(exclusive) is True:  # as 3.0 writes it
            limits |= {exclusive: says.get(bound), bound: None}
    form = str(says.get("format"))
    for bound, implied in zip(("minimum", "maximum"), RANGES.get(form, ()), strict=False):
        limits |= {bound: None} if says.get(bound) == implied else {}
    if kind == "string" and form in OF_FIXED_LENGTH:
        limits |= dict.fromkeys(LENGTHS)
    return limits
