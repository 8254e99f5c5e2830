"""Reads the voucher operations of an OpenAPI document, 3.0 or 3.1, into facts.

Operations, parameters, bodies and headers. What a schema says is the business of `schema_facts`.
"""

import re
from collections.abc import Iterator
from typing import Any, cast

from .facts import (
    HEADER,
    NO_BODY,
    PARAMETERS,
    REQUEST,
    TEXT,
    Fact,
    Facts,
    Place,
    SourceError,
    Value,
    label,
    resource,
)
from .references import TEXTS, dump, line_of
from .schema_facts import SchemaReader
from .schemas import Schema, Schemas

ADDRESS = re.compile(r"^(?:.*/api/connector)?/(?:v1/)?(?P<name>.+?)/?$")
STATUS = re.compile(r"[1-5](?:\d\d|XX)|default")
METHODS = ("post", "get", "put", "patch", "delete", "head", "options", "trace")
#: Keywords of an operation that become places, or attributes of a form of their own.
OF_OPERATIONS = {"parameters", "requestBody", "responses", "deprecated", "security"}


def read(source: str, root: Any) -> Facts:
    """Return the facts of a document.

    Raises:
        SourceError: It is no OpenAPI document, has no voucher operation, or is malformed.
    """
    if not isinstance(root, dict):
        raise SourceError(source, "no OpenAPI document: an object with `openapi` is expected")
    top = cast("dict[str, Any]", root)
    version = str(top.get("openapi", ""))
    if not version.startswith(("3.0", "3.1")):
        found = version or f"Swagger {top['swagger']}" if "swagger" in top or version else "nothing"
        raise SourceError(source, f"OpenAPI 3.0 or 3.1 is expected, `openapi` says {found}")
    try:
        facts = {fact.place: fact for fact in _Document(source, top).facts()}
    except RecursionError as error:
        raise SourceError(source, "schemas that are nested too deep") from error
    if not facts:
        raise SourceError(source, "no voucher operation is described")
    return Facts(facts)


def operation_name(address: str) -> str | None:
    """Return the name of a voucher operation, such as `vouchers/add`; None for all others."""
    found = ADDRESS.match(address)
    name = found["name"] if found else ""
    return name if "voucher" in resource(name).lower() else None


class _Document:
    """Walks from the addresses to the innermost properties."""

    def __init__(self, source: str, root: dict[str, Any]) -> None:
        self._schemas = Schemas(source, root)
        self._reader = SchemaReader(self._schemas)
        self._root = root

    def facts(self) -> Iterator[Fact]:
        paths = self._schemas.member(self._root, "paths", "the document")
        seen: set[str] = set()
        for address, item in paths.items():
            if name := operation_name(address):
                if name in seen:
                    self._schemas.error(name, "described twice", paths, address)
                seen.add(name)
                plain = self._schemas.plain(item, name)
                yield from self._operation(name, address, plain, line_of(paths, address))

    def _operation(
        self, name: str, address: str, item: dict[str, Any], line: int | None
    ) -> Iterator[Fact]:
        methods = [method for method in METHODS if method in item]
        if not methods:
            return
        node = self._schemas.member(item, methods[0], name)
        around = {key: value for key, value in item.items() if key not in (*METHODS, *TEXTS)}
        texts = self._schemas.text_of(item) | self._schemas.text_of(node, ("operationId", "tags"))
        if (servers := self._root.get("servers")) is not None:
            texts.add(self._schemas.digest("servers", servers))
        says = self._reader.others(around | node, {*OF_OPERATIONS, *TEXTS, "operationId", "tags"})
        says |= {
            "address": address,
            "method": " or ".join(map(str.upper, methods)),
            TEXT: frozenset(texts) or None,
            "deprecated": node.get("deprecated") is True,
            "security": self._security(name, node),
        }
        for method in methods[1:]:  # compared as a whole: there is one method so far
            says[method.upper()] = dump(self._schemas.canonical(item[method]))
        responses = self._schemas.member(node, "responses", name)
        statuses = {key: value for key, value in responses.items() if STATUS.fullmatch(key)}
        says |= self._reader.others(responses, {*statuses})
        # What is new in an operation is a status.
        lines = {"properties": new} if (new := line_of(node, "responses")) else {}
        yield Fact((name,), says, line=line, lines=lines)
        yield from self._parameters(
            name, [*item.get("parameters", ()), *node.get("parameters", ())]
        )
        if "requestBody" in node:
            where = (name, REQUEST)
            yield from self._body(where, node["requestBody"], line_of(node, "requestBody"))
        for status, response in statuses.items():
            line = line_of(responses, status)
            yield from self._body((name, status), response, line)
            plain = self._schemas.plain(response, name)
            for title, header in self._schemas.member(plain, "headers", name).items():
                yield from self._described((name, status, HEADER + title.title()), header, line)

    def _security(self, name: str, node: dict[str, Any]) -> Value:
        """Return what a caller has to show, None where that is nothing."""
        ways = node.get("security", self._root.get("security")) or [{}]
        if not isinstance(ways, list) or not all(isinstance(way, dict) for way in ways):
            self._schemas.error(name, "`security` is no list of objects", node, "security")
        components = self._schemas.member(self._root, "components", "the document")
        schemes = self._schemas.member(components, "securitySchemes", "the document")
        found = [
            {
                key: [scopes, self._schemas.canonical(schemes.get(key))]
                for key, scopes in way.items()
            }
            for way in ways
        ]
        return None if {} in found else frozenset(map(dump, found))

    def _parameters(self, name: str, nodes: list[Any]) -> Iterator[Fact]:
        place: Place = (name, PARAMETERS)
        yield Fact(place, {"type": PARAMETERS})
        found: dict[str, dict[str, Any]] = {}  # those of the operation replace those of the path
        for node in nodes:
            plain = self._schemas.plain(node, label(place))
            title = str(plain.get("name", ""))
            title = title.title() if plain.get("in") == "header" else title
            found[f"{plain.get('in')} {title}"] = plain
        for title, plain in found.items():
            yield from self._described((*place, title), plain, None)

    def _described(self, place: Place, node: Any, line: int | None) -> Iterator[Fact]:
        """Yield the facts of a parameter or a header."""
        plain = self._schemas.plain(node, label(place))
        apart = {*TEXTS, "name", "in", "schema", "required", "deprecated"}
        says = self._reader.others(plain, apart) | {"required": plain.get("required") is True}
        texts = self._schemas.text_of(plain)
        first, *inner = self._reader.place(place, plain.get("schema", True), (), line)
        says = {**first.says, **says}
        says["deprecated"] = plain.get("deprecated") is True or first.says.get("deprecated") is True
        yield _with_texts(Fact(place, says, first.whole, line), texts)
        yield from inner

    def _body(self, place: Place, node: Any, line: int | None) -> Iterator[Fact]:
        plain = self._schemas.plain(node, label(place))
        content = self._schemas.member(plain, "content", label(place))
        if place[-1] == "204":  # RFC 9110, 15.3.5: a 204 has no content, whatever is said of it
            content = {}
        named = [name for name in content if "json" in name] or list(content)
        best = "application/json" if "application/json" in content else "".join(named[:1])
        media = self._schemas.member(content, best, label(place))
        says = self._reader.others(plain, {*TEXTS, "content", "headers", "required"})
        says |= self._reader.others(media, {*TEXTS, "schema"})
        says |= {"content": frozenset(content) or None}
        if place[-1] == REQUEST:
            says["required"] = plain.get("required") is True
        for name in content.keys() - {best}:
            other = self._schemas.member(content, name, label(place))
            if other.get("schema") != media.get("schema"):
                says[name] = self._reader.form(other.get("schema", True), Schema(()))
        inner = (
            list(self._reader.place(place, media["schema"], (), line)) if "schema" in media else []
        )
        first = inner[0] if inner else Fact(place, {"type": NO_BODY}, line=line)
        texts = self._schemas.text_of(plain) | self._schemas.text_of(media)
        made = Fact(place, {**first.says, **says}, first.whole, line, first.lines)
        yield _with_texts(made, texts)
        yield from inner[1:]


def _with_texts(fact: Fact, texts: set[str]) -> Fact:
    known = fact.says.get(TEXT) or frozenset()
    both = frozenset(texts) | (known if isinstance(known, frozenset) else frozenset())
    return Fact(fact.place, {**fact.says, TEXT: both or None}, fact.whole, fact.line, fact.lines)
