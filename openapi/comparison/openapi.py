"""Reads the voucher operations of an OpenAPI document, 3.0 or 3.1, into facts.

Operations, parameters, bodies and headers; `schemas` reads what is in them.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from .documents import Document, line_of
from .excerpt import digest, dump, operation_name
from .facts import (
    HEADER,
    NO_BODY,
    PARAMETERS,
    REQUEST,
    TEXT,
    Fact,
    Facts,
    Place,
    Says,
    SourceError,
    Value,
)
from .keywords import IDS
from .schema_reader import SchemaReader
from .schemas import Schema, facts, form

STATUS = re.compile(r"[1-5](?:\d\d|XX)|default")
METHODS = ("post", "get", "put", "patch", "delete", "head", "options", "trace")
Node = dict[str, Any]
Texts = frozenset[str]


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
        reason = f"OpenAPI 3.0 or 3.1 is expected, `openapi` says {version or 'nothing'}"
        raise SourceError(source, reason)
    try:
        document = Document(source, top)
        at = {fact.place: fact for fact in _Operations(document).facts()}
    except RecursionError as error:
        raise SourceError(source, "schemas that are nested too deep") from error
    if not at:
        raise SourceError(source, "no voucher operation is described")
    return Facts(at, excerpt=document.root)


class _Operations:
    """Walks from the addresses to the schemas."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._schemas = SchemaReader(document)

    def facts(self) -> Iterator[Fact]:
        """Yield the facts of all operations."""
        paths, seen = self._document.root["paths"], set[str]()
        for address, item in paths.items():
            name = str(operation_name(address))
            if name in seen:
                self._document.error(name, "described twice", paths, address)
            seen.add(name)
            plain = self._document.plain(item, name)
            if method := next((one for one in METHODS if one in plain), None):
                line = line_of(paths, address)
                yield from self._operation((name,), address, plain, method, line)

    def _operation(
        self, place: Place, address: str, item: Node, method: str, line: int | None
    ) -> Iterator[Fact]:
        """Yield the facts of the operation of one method; others are compared as a whole."""
        document, (name,) = self._document, place
        own = document.member(item, method, name)
        around = {key.upper() if key in METHODS else key: one for key, one in item.items()}
        of_all = {key: document.root[key] for key in ("jsonSchemaDialect",) if key in document.root}
        texts = {f"{key}: {dump(own[key])}" for key in IDS if key in own}
        if "servers" in document.root:  # as many as there are environments
            texts.add(f"servers: {digest(document.root['servers'])}")
        responses = document.member(own, "responses", name)
        statuses = {key: one for key, one in responses.items() if STATUS.fullmatch(key)}
        says = _joined(
            {"address": address, TEXT: frozenset(texts)},
            {"method": " or ".join(one.upper() for one in METHODS if one in item)},
            document.says(of_all, ()),
            self._security(own, name),
            document.says(around, {"parameters", "security", method.upper()}),
            document.says(own, {"parameters", "security", "requestBody", "responses", *IDS}),
            document.says(responses, statuses),
        )
        new = line_of(own, "responses")  # what is new in an operation is a status
        yield Fact(place, says, line=line, lines={"properties": new} if new else {})
        yield from self._parameters(name, item, own)
        if "requestBody" in own:
            line = line_of(own, "requestBody")
            yield from self._body((name, REQUEST), own["requestBody"], line)
        for status, response in statuses.items():
            line = line_of(responses, status)
            yield from self._body((name, status), response, line)
            plain = document.plain(response, name)
            for title, header in document.member(plain, "headers", name).items():
                yield from self._described((name, status, HEADER + title.title()), header, line)

    def _security(self, own: Node, name: str) -> Says:
        """Return the ways in which a caller can show who it is; `{}` for none at all."""
        document, texts = self._document, set[str]()
        ways = own.get("security", document.root.get("security")) or [{}]
        if not isinstance(ways, list) or not all(isinstance(way, dict) for way in ways):
            document.error(name, "`security` is no list of objects", own, "security")
        schemes = document.member(document.root["components"], "securitySchemes", name)
        found = [
            {
                key: [scopes, document.canonical("", schemes.get(key), texts, f"{key}.")]
                for key, scopes in way.items()
            }
            for way in ways
        ]
        return {"security": frozenset(map(dump, found)), TEXT: frozenset(texts)}

    def _parameters(self, name: str, item: Node, own: Node) -> Iterator[Fact]:
        place: Place = (name, PARAMETERS)
        yield Fact(place, {"type": PARAMETERS})
        found: dict[str, Node] = {}  # those of the operation replace those of the path
        for holder in (item, own):
            for node in self._document.list(holder, "parameters", place):
                plain = self._document.plain(node, place)
                title = str(plain.get("name", ""))
                title = title.title() if plain.get("in") == "header" else title
                found[f"{plain.get('in')} {title}"] = plain
        for title, plain in found.items():
            yield from self._described((*place, title), plain, None)

    def _described(self, place: Place, node: Any, line: int | None) -> Iterator[Fact]:
        """Yield the facts of a parameter or a header."""
        plain = self._document.plain(node, place)
        schema = self._schemas.read(plain.get("schema", True), place, line=line)
        first, *inner = facts(schema, place)
        own = self._document.says(plain, {"name", "in", "schema"})
        says = _joined({"required": False}, first.says, own)
        yield replace(first, says=says, lines={})
        yield from inner

    def _body(self, place: Place, node: Any, line: int | None) -> Iterator[Fact]:
        document = self._document
        plain = document.plain(node, place)
        content = document.member(plain, "content", place)
        parts: list[Says] = [document.says(plain, {"headers", "content"})]
        # RFC 9110, 15.3.5: a 204 has none. What is said of it is told, but is no contract.
        is_204 = place[-1] == "204"
        named = [name for name in content if "json" in name] or list(content)
        best = "application/json" if "application/json" in content else "".join(named[:1])
        best = "" if is_204 else best
        media = document.member(content, best, place)
        for name in content:
            other = document.member(content, name, place)
            parts.append(self._media_type(place, "" if name == best else name, other, media))
        parts.append({f"content{' of a 204' * is_204}": frozenset(content) or None})
        body = self._schemas.read(media.get("schema", True), place, line=line)
        none = Fact(place, {"type": NO_BODY}, line=line)
        inner = list(facts(body, place)) if best else [none]
        says = _joined({"required": False} if place[-1] == REQUEST else {}, inner[0].says, *parts)
        yield replace(inner[0], says=says)
        yield from inner[1:]

    def _media_type(self, place: Place, name: str, node: Node, first: Node) -> Says:
        """Return what a media type says, apart from the schema of the first."""
        says = self._document.says(node, {"schema"})
        if not name:
            return says
        says = {key if key == TEXT else f"{name} {key}": says[key] for key in says}
        outer = Schema()
        if node.get("schema") != first.get("schema"):
            says[name] = form(self._schemas.read(node.get("schema", True), place), outer)
        return _joined(says, {TEXT: frozenset(outer.texts)})


def _joined(*parts: Says) -> dict[str, Value]:
    """Return attributes of several objects as those of one; the texts are those of all."""
    texts = frozenset[str]().union(*(cast("Texts", part.get(TEXT) or ()) for part in parts))
    return {key: part[key] for part in parts for key in part} | {TEXT: texts or None}
