"""Looks through the spellings of schemas: references, wrappers, the two kinds of null.

3.0 and 3.1 are read alike, and leniently: a 3.0 `$ref` with siblings, which the specification has
ignored, is what generators write when they mean the siblings. Which properties make up a body is
`openapi`'s business.
"""

from typing import Any, Never, cast

from referencing import Registry, Resource
from referencing.exceptions import Unresolvable

from .facts import LIMITS, SourceError
from .schema import Schema, joined_types

#: So many schemas may be looked at, a few times what is needed: references and aliases can make a
#: small document endless.
MAX_STEPS = 10_000
KEPT = ("type", "format", "pattern", "deprecated", "enum", "items", "additionalProperties", *LIMITS)
#: What is edited where it stands; all else where the property stands.
PLACES = ("enum", "required", "items", "additionalProperties", *LIMITS)


class Document:
    """The references and schemas of one OpenAPI document. Nothing outside of it is ever read."""

    def __init__(self, source: str, root: dict[str, Any]) -> None:
        self._source = source
        self._resolver = Registry[Any]().with_resource("", Resource.opaque(root)).resolver("")
        self._steps = 0

    def error(self, place: str, reason: str, node: object = None, key: str = "") -> Never:
        """Refuse the document because of what stands at a place."""
        line = getattr(node, "lines", {}).get(key)
        raise SourceError(self._source, f"{place}: {reason}", line)

    def step(self, place: str) -> None:
        """Count what is looked at, and stop before it becomes endless."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            self.error(place, f"the operations reach more than {MAX_STEPS} schemas")

    def lookup(self, node: dict[str, Any], place: str) -> Any:
        """Return what the `$ref` of an object leads to, inside this document."""
        ref = node["$ref"]
        if not isinstance(ref, str) or not ref.startswith("#"):
            self.error(
                place, f"a reference that leads elsewhere is not followed: {ref}", node, "$ref"
            )
        try:
            return self._resolver.lookup(ref).contents
        except (Unresolvable, LookupError, ValueError, TypeError):
            self.error(place, f"nothing is at {ref}", node, "$ref")

    def plain(self, node: Any, place: str) -> dict[str, Any]:
        """Return an object that is no schema, after its references."""
        while isinstance(node, dict) and "$ref" in node:
            self.step(place)
            node = self.lookup(cast("dict[str, Any]", node), place)
        if not isinstance(node, dict):
            self.error(place, "an object is expected here")
        return cast("dict[str, Any]", node)

    def member(self, node: dict[str, Any], key: str, place: str) -> dict[str, Any]:
        """Return an object inside an object, an empty one if there is none."""
        value = node.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.error(place, f"`{key}` is no object", node, key)
        return cast("dict[str, Any]", value)

    def schema(self, node: Any, trail: tuple[str, ...], place: str) -> Schema:
        """Look through all the spellings of a schema."""
        self.step(place)
        made = Schema(trail)
        if node is True:  # 3.1: anything goes
            return made
        if not isinstance(node, dict):
            self.error(place, "a schema is expected here")
        own = cast("dict[str, Any]", node)
        if "$ref" in own:
            self._follow(made, own, place)
        for part in self._list(own, "allOf", place):
            made.take(self.schema(part, made.trail, place))
        for key in ("anyOf", "oneOf"):
            self._choose(made, self._list(own, key, place), place)
        self._add_own(made, own, place)
        return made

    def _follow(self, made: Schema, own: dict[str, Any], place: str) -> None:
        ref = str(own["$ref"])
        if ref in made.trail:
            made.keywords["type"] = "object"
            made.circular = True
        else:
            made.take(self.schema(self.lookup(own, place), (*made.trail, ref), place))

    def _choose(self, made: Schema, options: list[Any], place: str) -> None:
        """Take the one option that is left beside null; several become a type of their own."""
        found = [self.schema(option, made.trail, place) for option in options]
        others = [option for option in found if option.keywords.get("type") != "null"]
        made.nullable |= len(others) < len(found)
        if len(others) == 1:
            made.take(others[0])
        elif others:
            made.nullable |= any(option.nullable for option in others)
            made.keywords["type"] = joined_types(others)
            values = [option.keywords.get("enum") for option in others]
            if all(values):  # an enum in parts, such as one `const` with a title for each value
                made.keywords["enum"] = [value for part in values for value in part or ()]

    def _add_own(self, made: Schema, own: dict[str, Any], place: str) -> None:
        lines: dict[str, int] = getattr(own, "lines", {})
        made.keywords |= {key: own[key] for key in KEPT if key in own}
        made.lines |= {key: lines[key] for key in PLACES if key in lines}
        properties = self.member(own, "properties", place)
        if properties:
            extra = Schema((), properties=properties)
            extra.property_lines = getattr(properties, "lines", {})
            made.take(extra)
            if "properties" in lines:
                # Several parts may have some: a new property belongs with the first.
                made.lines.setdefault("properties", lines["properties"])
        made.required |= {
            name for name in self._list(own, "required", place) if isinstance(name, str)
        }
        if isinstance(own.get("nullable"), bool):
            made.nullable = own["nullable"]
        self._settle_type(made, own, place)
        if "const" in own:
            made.keywords["enum"] = [own["const"]]
        values = self._list(made.keywords, "enum", place)
        made.nullable |= None in values and len(values) > 1
        if values == [None]:
            made.keywords["type"] = "null"

    def _settle_type(self, made: Schema, own: dict[str, Any], place: str) -> None:
        """Take null out of a list of types."""
        kind = own.get("type", [])
        names: list[object] = kind if isinstance(kind, list) else [kind]
        if not all(isinstance(name, str) for name in names):
            self.error(place, "`type` is no name of a type", own, "type")
        if names and names is kind:
            made.nullable |= "null" in names
            others = sorted(str(name) for name in names if name != "null")
            made.keywords["type"] = " or ".join(others) or "null"

    def _list(self, node: dict[str, Any], key: str, place: str) -> list[Any]:
        value = node.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.error(place, f"`{key}` is no list", node, key)
        return list(value)
