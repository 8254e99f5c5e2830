"""Reads an OpenAPI document, 3.0 or 3.1, into facts: only what the voucher operations reach.

The spellings of a single schema are the business of `references` and `schema`.
"""

import re
from collections.abc import Iterator
from typing import Any, cast

from .facts import (
    ENTRY,
    ITEM,
    NO_BODY,
    REQUEST,
    Fact,
    Reading,
    SourceError,
    Value,
    Where,
    label,
    resource,
    with_lengths_inside,
)
from .references import Document
from .schema import BadLimitError, Schema, says, type_of

ADDRESS = re.compile(r"^(?:.*/api/connector)?/(?:v1/)?(?P<name>.+?)/?$")
METHODS = ("post", "get", "put", "patch", "delete")


def read(source: str, root: Any) -> Reading:
    """Return the facts of a document.

    Raises `SourceError` where it is no such document, or malformed where the operations reach.
    """
    if not isinstance(root, dict):
        raise SourceError(source, "no OpenAPI document: an object with `openapi` is expected")
    top = cast("dict[str, Any]", root)
    version = str(top.get("openapi", ""))
    if not version.startswith(("3.0", "3.1")):
        found = version or f"Swagger {top['swagger']}" if "swagger" in top or version else "nothing"
        raise SourceError(source, f"OpenAPI 3.0 or 3.1 is expected, `openapi` says {found}")
    document = Document(source, top)
    try:
        facts = {fact.where: fact for fact in _Operations(document, top).facts()}
    except RecursionError as error:
        raise SourceError(source, "schemas that are nested too deep") from error
    return Reading("openapi", with_lengths_inside(facts))


def operation_name(address: str) -> str | None:
    """Return the name of a voucher operation, such as `vouchers/add`; None for all others."""
    found = ADDRESS.match(address)
    name = found["name"] if found else ""
    return name if "voucher" in resource(name).lower() else None


class _Operations:
    """Walks from the addresses to the innermost properties."""

    def __init__(self, document: Document, root: dict[str, Any]) -> None:
        self._document = document
        self._paths = document.member(root, "paths", "the document")

    def facts(self) -> Iterator[Fact]:
        seen: set[str] = set()
        for address, item in self._paths.items():
            if name := operation_name(address):
                if name in seen:
                    self._document.error(name, "described twice", self._paths, address)
                seen.add(name)
                methods = self._document.plain(item, name)
                yield from self._operation(name, methods, _line(self._paths, address))

    def _operation(self, name: str, item: dict[str, Any], line: int | None) -> Iterator[Fact]:
        methods = [method for method in METHODS if method in item]
        if not methods:
            return
        node = self._document.member(item, methods[0], name)
        says: dict[str, Value] = {"method": " or ".join(map(str.upper, methods))}
        says["deprecated"] = node.get("deprecated") is True
        # What is new in an operation is a status.
        lines = {"properties": new} if (new := _line(node, "responses")) else {}
        yield Fact((name,), says, line=line, lines=lines)
        yield from self._bodies(name, node)

    def _bodies(self, name: str, node: dict[str, Any]) -> Iterator[Fact]:
        if "requestBody" in node:
            yield from self._body((name, REQUEST), node["requestBody"], _line(node, "requestBody"))
        responses = self._document.member(node, "responses", name)
        for status, response in responses.items():
            yield from self._body((name, status), response, _line(responses, status))

    def _body(self, where: Where, node: Any, line: int | None) -> Iterator[Fact]:
        content = self._document.member(
            self._document.plain(node, label(where)), "content", label(where)
        )
        named = [name for name in content if "json" in name] or list(content)
        best = "application/json" if "application/json" in content else "".join(named[:1])
        media = self._document.member(content, best, label(where))
        if "schema" in media:
            yield from self._place(where, media["schema"], (), line, None)
        else:
            yield Fact(where, {"type": NO_BODY}, line=line)

    def _place(
        self,
        where: Where,
        node: Any,
        trail: tuple[str, ...],
        line: int | None,
        outer: Schema | None,
    ) -> Iterator[Fact]:
        """Yield the fact of a place and of all places inside."""
        schema = self._document.schema(node, trail, label(where))
        try:
            said = says(schema)
        except BadLimitError as error:
            self._document.error(label(where), str(error))
        lines = {name: line for name, line in schema.lines.items() if name != "required"}
        if outer:
            said["required"] = where[-1] in outer.required
            lines |= {"required": outer.lines["required"]} if "required" in outer.lines else {}
        yield Fact(where, said, not schema.circular, line, lines)
        if not schema.circular:
            yield from self._inside(where, schema)

    def _inside(self, where: Where, schema: Schema) -> Iterator[Fact]:
        words = schema.keywords
        for name, node in schema.properties.items():
            place = schema.property_lines.get(name)
            yield from self._place((*where, name), node, schema.trail, place, schema)
        kind = type_of(schema)
        if kind == "array":
            items, line = words.get("items", True), schema.lines.get("items")
            yield from self._place((*where, ITEM), items or True, schema.trail, line, None)
        elif kind == "object" and not schema.properties and words.get("additionalProperties"):
            node, line = words["additionalProperties"], schema.lines.get("additionalProperties")
            yield from self._place((*where, ENTRY), node, schema.trail, line, None)


def _line(node: object, key: str) -> int | None:
    """Return where a key stands; only YAML knows."""
    lines: dict[str, int] = getattr(node, "lines", {})
    return lines.get(key)
