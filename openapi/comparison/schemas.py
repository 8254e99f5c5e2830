"""Reduces the spellings of one schema to one form: references, wrappers, both kinds of null.

OpenAPI 3.0 and 3.1 are read alike. A 3.0 `$ref` with siblings counts with its siblings: generators
that write them mean them. Every keyword is kept, also one that nobody here knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from .facts import BOUNDS, LENGTHS
from .references import TEXTS, References

#: Keywords that hold schemas beside those that make up a place of their own.
SUBSCHEMAS = {
    *("not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems"),
    *("unevaluatedProperties", "contentSchema"),
}
SUBSCHEMA_LISTS = {"anyOf", "oneOf", "prefixItems"}
SUBSCHEMA_MAPS = {"patternProperties", "dependentSchemas", "dependencies"}
#: Other keywords of JSON Schema and OpenAPI that restrict a value.
RESTRICTIONS = {
    *("minItems", "maxItems", "minProperties", "maxProperties", "uniqueItems", "multipleOf"),
    *("minContains", "maxContains", "dependentRequired", "contentEncoding", "contentMediaType"),
    *("discriminator", "readOnly", "writeOnly", "pattern", "x-max-interval-in-months"),
    *("x-extensible", *LENGTHS, *BOUNDS, *SUBSCHEMAS, *SUBSCHEMA_LISTS, *SUBSCHEMA_MAPS),
}
#: The spelling of `format: uuid` in our own document, which validators check.
UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
#: Limits that the format implies.
RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
OF_FIXED_LENGTH = ("date-time", "date", "uuid")
NOTHING = "nothing"


@dataclass(slots=True)
class Schema:
    """One schema in one form.

    Attributes:
        words: Its keywords. Any: as they stand in the document.
        lines: Where the keywords stand.
        properties: The schemas of the properties, `property_lines` where they stand.
        required: The names of the required properties.
        nullable: Whether null is allowed.
        texts: Digests of what it says to people.
        trail: The references that led to it.
        is_circular: Whether it leads to itself. Then it is not looked into.
    """

    trail: tuple[str, ...]
    words: dict[str, Any] = field(default_factory=dict[str, Any])
    lines: dict[str, int] = field(default_factory=dict[str, int])
    properties: dict[str, Any] = field(default_factory=dict[str, Any])
    property_lines: dict[str, int] = field(default_factory=dict[str, int])
    required: set[str] = field(default_factory=set[str])
    nullable: bool = False
    texts: set[str] = field(default_factory=set[str])
    is_circular: bool = False

    def add(self, part: "Schema") -> None:
        """Add what a part of the schema says."""
        self.say(part.words)
        self.lines |= part.lines
        for name, node in part.properties.items():
            known = self.properties.get(name)
            self.properties[name] = node if known is None else {"allOf": [known, node]}
            if name in part.property_lines:
                self.property_lines.setdefault(name, part.property_lines[name])
        self.required |= part.required
        self.nullable |= part.nullable
        self.texts |= part.texts
        self.is_circular |= part.is_circular
        self.trail += tuple(ref for ref in part.trail if ref not in self.trail)

    def say(self, words: Mapping[str, Any]) -> None:
        """Add keywords. One that is there already holds as well, not instead."""
        for key, value in words.items():
            known = self.words.get(key)
            self.words[key] = value if known is None else _both(key, known, value)

    @property
    def kind(self) -> str:
        """The type, deduced from other keywords where it is not given."""
        if isinstance(self.words.get("type"), str):
            return str(self.words["type"])
        if self.properties or isinstance(self.words.get("additionalProperties"), dict):
            return "object"
        if "items" in self.words:
            return "array"
        return "string" if self.words.get("enum") else "any"


class Schemas(References):
    """The schemas of one document."""

    def schema(self, node: Any, trail: tuple[str, ...], place: str) -> Schema:
        """Return a schema in its one form."""
        self.step(place)
        made = Schema(trail)
        if isinstance(node, bool):
            made.words |= {} if node else {"type": NOTHING}
            return made
        if not isinstance(node, dict):
            self.error(place, "a schema is expected here")
        own = cast("dict[str, Any]", node)
        if "$ref" in own:
            self._follow(made, own, place)
        for part in self._list(own, "allOf", place):
            made.add(self.schema(part, made.trail, place))
        for key in ("anyOf", "oneOf"):
            self._choose(made, key, self._list(own, key, place), place)
        self._add_own(made, own, place)
        return made

    def _follow(self, made: Schema, own: dict[str, Any], place: str) -> None:
        ref = str(own["$ref"])
        if ref in made.trail:
            made.words["type"] = "object"
            made.is_circular = True
        else:
            made.add(self.schema(self.target(own, place), (*made.trail, ref), place))

    def _choose(self, made: Schema, key: str, options: list[Any], place: str) -> None:
        """Reduce a choice: null is a flag, one option is the schema, enums are one enum."""
        found = [self.schema(option, made.trail, place) for option in options]
        others = [index for index, one in enumerate(found) if one.words.get("type") != "null"]
        made.nullable |= len(others) < len(found)
        if len(others) == 1:
            made.add(found[others[0]])
        elif others and all(found[index].words.get("enum") for index in others):
            for index in others:
                found[index].words["enum"] = [
                    *made.words.get("enum", ()),
                    *found[index].words["enum"],
                ]
                made.add(found[index])
        elif others:
            kinds = [found[index].kind for index in others]
            several = kinds.count("object") > 1  # then what is inside cannot be compared
            names = {"one of several objects" if several and k == "object" else k for k in kinds}
            made.nullable |= any(found[index].nullable for index in others)
            made.words[key] = [options[index] for index in others]
            if names != {"any"}:
                made.words["type"] = " or ".join(sorted(names))

    def _add_own(self, made: Schema, own: dict[str, Any], place: str) -> None:
        lines: dict[str, int] = getattr(own, "lines", {})
        apart = {"$ref", "allOf", "anyOf", "oneOf", "nullable", "required", "properties", *TEXTS}
        made.say({key: value for key, value in own.items() if key not in apart})
        made.lines |= {
            key: line for key, line in lines.items() if key not in ("properties", "type")
        }
        made.texts |= self.text_of(own)
        properties = self.member(own, "properties", place)
        if properties:
            extra = Schema((), properties=properties)
            extra.property_lines = getattr(properties, "lines", {})
            made.add(extra)
            if "properties" in lines:  # a new property belongs with the first of several parts
                made.lines.setdefault("properties", lines["properties"])
        required = self._list(own, "required", place)
        made.required |= {name for name in required if isinstance(name, str)}
        if isinstance(own.get("nullable"), bool):
            made.nullable = own["nullable"]
        self._settle_type(made, own, place)
        if "const" in own:
            made.words["enum"] = [own["const"]]
        values = self._list(made.words, "enum", place)
        made.nullable |= None in values and len(values) > 1
        if values == [None]:
            made.words["type"] = "null"

    def _settle_type(self, made: Schema, own: dict[str, Any], place: str) -> None:
        """Take null out of a list of types."""
        kind = own.get("type", [])
        names: list[object] = kind if isinstance(kind, list) else [kind]
        if not all(isinstance(name, str) for name in names):
            self.error(place, "`type` is no name of a type", own, "type")
        if names and names is kind:
            made.nullable |= "null" in names
            others = sorted(str(name) for name in names if name != "null")
            made.words["type"] = " or ".join(others) or "null"

    def _list(self, node: dict[str, Any], key: str, place: str) -> list[Any]:
        value = node.get(key)
        if value is not None and not isinstance(value, list):
            self.error(place, f"`{key}` is no list", node, key)
        return list(value or ())


def _both(key: str, one: Any, other: Any) -> Any:
    """Return what two values of a keyword ask for together, or else the second."""
    are_numbers = not any(isinstance(it, bool) for it in (one, other)) and all(
        isinstance(it, int | float) for it in (one, other)
    )
    if are_numbers and key in (*LENGTHS, *BOUNDS, "minItems", "maxItems"):
        return max(one, other) if "min" in key.lower() else min(one, other)
    if one != other and key == "pattern":
        return f"{one} and {other}"
    if one != other and key in SUBSCHEMAS:
        return {"allOf": [one, other]}
    if key in SUBSCHEMA_LISTS and isinstance(one, list) and isinstance(other, list):
        return [*one, *(it for it in other if it not in one)]
    return other
