"""Reduces the spellings of one schema to one form: references, wrappers, both kinds of null.

OpenAPI 3.0 and 3.1 are read alike. A 3.0 `$ref` with siblings counts with its siblings: generators
that write them mean them. Every keyword is kept, also one that nobody here knows.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from .documents import Document, line_of
from .excerpt import dump
from .facts import ENTRY, ITEM, NOTHING, Place, Value
from .keywords import (
    FLAGS,
    MAXIMA,
    MINIMA,
    RESTRICTIONS,
    SUBSCHEMA_LISTS,
    SUBSCHEMA_MAPS,
    SUBSCHEMAS,
    TEXTS,
)
from .schemas import Schema, form

#: Keywords that are read in a way of their own.
APART = {"$ref", "allOf", "anyOf", "oneOf", "type", "enum", "const", "nullable", "required"}
APART |= {"properties", "items", "additionalProperties"}
#: Keywords of which 0 says nothing.
NO_ZERO = MINIMA - {"minimum", "exclusiveMinimum"} | {"multipleOf"}
NUMBERS = MINIMA | MAXIMA | {"multipleOf"}
Trail = tuple[str, ...]


class SchemaReader:
    """Reads the schemas of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def read(self, node: Any, place: Place, trail: Trail = (), line: int | None = None) -> Schema:
        """Return the schema that is used at a place; `trail` has the references that led to it."""
        self._document.step(place)
        if isinstance(node, bool):
            return Schema({} if node else {"type": NOTHING}, line=line)
        if not isinstance(node, dict):
            self._document.error(place, "a schema is expected here")
        own, made = cast("dict[str, Any]", node), Schema(line=line)
        if own.get("$ref") in trail:
            made.add(Schema({"type": "object"}, is_circular=True))
        elif "$ref" in own:
            target = self._document.target(own, place)
            made.add(self.read(target, place, (*trail, str(own["$ref"]))))
        for part in self._document.list(own, "allOf", place):
            made.add(self.read(part, place, trail))
        for key in ("anyOf", "oneOf"):
            options = self._document.list(own, key, place)
            self._choose(made, key, [self.read(option, place, trail) for option in options])
        self._add_own(made, own, place, trail)
        return made

    def _choose(self, made: Schema, key: str, options: list[Schema]) -> None:
        """Reduce a choice: null is a flag, one option is the schema, enums are one enum."""
        others = [option for option in options if option.keywords.get("type") != "null"]
        if len(others) < len(options) or any(option.nullable for option in others):
            made.nullable = True
        if len(others) == 1:
            made.add(others[0])
        elif others and all(option.keywords.get("enum") for option in others):
            one, enums = Schema(), [option.keywords.pop("enum") for option in others]
            for option in others:
                one.add(option)
            one.keywords["enum"] = frozenset().union(*cast("list[frozenset[str]]", enums))
            made.add(one)
        elif others:
            kinds = [option.kind for option in others]
            several = kinds.count("object") > 1  # then what is inside cannot be compared
            names = {"one of several objects" if several and k == "object" else k for k in kinds}
            keywords: dict[str, Value] = {key: frozenset(form(option, made) for option in others)}
            made.add(
                Schema(
                    keywords | ({"type": " or ".join(sorted(names))} if names != {"any"} else {})
                )
            )

    def _add_own(self, made: Schema, own: Mapping[str, Any], place: Place, trail: Trail) -> None:
        """Add what a schema says itself, behind what it refers to."""
        children = dict[str, Any]()
        part = Schema(lines=dict(getattr(own, "lines", {})))
        for key, value in own.items():
            if key in TEXTS:
                part.texts.add(f"{key}: {value}")
            elif key not in APART:
                part.keywords[key] = self._keyword(part, key, value, place, trail)
        properties = self._document.member(own, "properties", place)
        if "items" in own:
            children[ITEM] = own["items"]
        if isinstance(entries := own.get("additionalProperties"), dict):
            children[ENTRY] = entries
        elif entries is False:
            part.keywords["closed"] = True
        for name, child in (properties | children).items():
            line = line_of(properties, name) or line_of(own, "items")
            part.children[name] = self.read(child, (*place, name), trail, line)
        required = self._document.list(own, "required", place)
        part.required |= {name for name in required if isinstance(name, str)}
        self._add_type(part, own, place)
        made.add(part)
        if isinstance(own.get("nullable"), bool):
            made.nullable = own["nullable"]

    def _add_type(self, part: Schema, own: Mapping[str, Any], place: Place) -> None:
        """Add the type and the values; null in one of them is a flag."""
        kind = own.get("type", [])
        names: list[object] = kind if isinstance(kind, list) else [kind]
        others = sorted(str(name) for name in names if name != "null" or names == ["null"])
        if names:
            part.keywords["type"] = " or ".join(others)
        values = self._document.list(own, "enum", place)
        values = [own["const"]] if "const" in own else values
        if values == [None]:
            part.keywords["type"] = "null"
        elif values:
            part.keywords["enum"] = frozenset(dump(v).strip('"') for v in values if v is not None)
        if len(others) < len(names) or (None in values and len(values) > 1):
            part.nullable = True

    def _keyword(self, part: Schema, key: str, value: Any, place: Place, trail: Trail) -> Value:
        """Return the value of a keyword; None for one that says nothing."""
        says_nothing = value in (None, [], {}) or (value == 0 and key in NO_ZERO)
        if key in RESTRICTIONS and (says_nothing or (value is True and key in SUBSCHEMAS)):
            return "anything" if key in ("not", "contains") else None
        is_number = key in NUMBERS and isinstance(value, int | float)
        if is_number or (key in FLAGS and isinstance(value, bool)):
            return cast("Value", value)
        if key in ("format", "pattern") and isinstance(value, str):
            return value
        if key in SUBSCHEMAS | SUBSCHEMA_LISTS | SUBSCHEMA_MAPS:
            return self._subschemas(part, key, value, place, trail)
        return dump(self._document.canonical(key, value, part.texts))

    def _subschemas(self, part: Schema, key: str, node: Any, place: Place, trail: Trail) -> str:
        """Return the form of a schema inside a keyword, or those of several."""
        inner = partial(self._subschemas, part, "not", place=place, trail=trail)
        if isinstance(node, list) and key in SUBSCHEMA_LISTS:
            return dump([inner(one) for one in node])
        if isinstance(node, dict) and key in SUBSCHEMA_MAPS:
            return dump({name: inner(one) for name, one in cast("dict[str, Any]", node).items()})
        if isinstance(node, list):  # names of properties, in `dependencies` of older documents
            return dump(sorted(map(str, node)))
        return form(self.read(node, place, trail), part)
