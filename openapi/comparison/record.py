"""The vendor's state as we last looked at it: `openapi/vendor.json`.

It is the voucher part of the vendor's own document, so the same reader reads it. Every text is
replaced by a digest: facts are kept, sentences are not. Of pages there are digests only.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from . import openapi
from .facts import TEXT, Facts, SourceError
from .references import TEXTS
from .schemas import Schemas
from .tree import parse

#: Keywords whose value is an object of names: what stands in it is no keyword.
OF_NAMES = {
    *("paths", "responses", "content", "headers", "examples", "links", "callbacks", "encoding"),
    *("properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "variables"),
    *("schemas", "parameters", "requestBodies", "securitySchemes", "pathItems", "scopes"),
}
#: Keywords whose value is data.
OF_DATA = {"enum", "const", "default", "required", "security", "mapping", "dependentRequired"}
WIDTH = 110


@dataclass(frozen=True, slots=True)
class Record:
    """The recorded state.

    Attributes:
        document: The document. Any: JSON of any shape.
        texts: Digests of the texts of pages, by page and heading.
        notes: What was not understood on pages.
    """

    document: dict[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    notes: tuple[str, ...] = ()

    def facts(self, name: str) -> Facts:
        """Return the facts of the document; none if nothing was recorded yet."""
        return openapi.read(name, self.document) if self.document else Facts({})


def load(name: str, text: str) -> Record:
    """Return what was recorded.

    Raises:
        SourceError: The text is no record.
    """
    root = parse(name, text)
    if not isinstance(root, dict) or not isinstance(root.get("document"), dict):
        raise SourceError(name, "no record of the vendor's state: run `make docs-diff RECORD=1`")
    pages = cast("dict[str, Any]", root.get("pages") or {})
    return Record(root["document"], pages.get("texts") or {}, tuple(pages.get("notes") or ()))


def dump(record: Record) -> str:
    """Return the text of a record, one line for what fits into one."""
    pages = {"texts": dict(sorted(record.texts.items())), "notes": sorted(record.notes)}
    return _lines({"document": record.document, "pages": pages}, "") + "\n"


def has_texts(facts: Facts) -> bool:
    """Return whether texts were recorded at all."""
    return any(fact.says.get(TEXT) for fact in facts.at.values())


def pruned(source: str, root: dict[str, Any]) -> dict[str, Any]:
    """Return the voucher operations of a document and all that they refer to, with digests.

    Raises:
        SourceError: A reference leads elsewhere than to a component.
    """
    schemas, given = Schemas(source, root), root.get("components", {})
    paths = {key: node for key, node in root["paths"].items() if openapi.operation_name(key)}
    around = {key: root[key] for key in ("security", "servers") if key in root}
    made = {"openapi": root["openapi"]} | _digested(schemas, {"paths": paths, **around})
    found: dict[str, dict[str, Any]] = {}
    if schemes := given.get("securitySchemes"):
        found["securitySchemes"] = _digested(schemas, schemes, are_names=True)
    waiting: list[Any] = [made]
    while waiting:
        for ref in _references(waiting.pop()):
            _, first, kind, name = [*ref.split("/"), "", "", ""][:4]
            name = name.replace("~1", "/").replace("~0", "~")
            if first != "components" or ref.count("/") != 3:
                raise SourceError(source, f"a reference that cannot be recorded: {ref}")
            if name not in given.get(kind, {}):
                raise SourceError(source, f"nothing is at {ref}")
            if name not in found.setdefault(kind, {}):
                found[kind][name] = _digested(schemas, given[kind][name])
                waiting.append(found[kind][name])
    ordered = {
        kind: {name: found[kind][name] for name in given[kind] if name in found[kind]}
        for kind in sorted(found)
    }
    return {**made, "components": ordered}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        named = cast("dict[str, Any]", node)
        if isinstance(named.get("$ref"), str):
            yield named["$ref"]
        for value in named.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _digested(schemas: Schemas, node: Any, *, are_names: bool = False) -> Any:
    """Return a copy in which texts are digests; `are_names` where keys are no keywords."""
    if isinstance(node, list):
        return [_digested(schemas, one) for one in node]
    if not isinstance(node, dict):
        return node
    made: dict[str, Any] = {}
    for key, value in cast("dict[str, Any]", node).items():
        if are_names:
            made[key] = _digested(schemas, value)
        elif key not in TEXTS:
            is_data = key in OF_DATA
            made[key] = value if is_data else _digested(schemas, value, are_names=key in OF_NAMES)
        elif value is not None:
            made[key] = schemas.digest(key, value)
    return made


def _lines(node: Any, indent: str) -> str:
    flat = json.dumps(node, ensure_ascii=False)
    if not node or not isinstance(node, dict | list) or len(indent) + len(flat) <= WIDTH:
        return flat
    inner = indent + " "
    if isinstance(node, list):
        rows = [_lines(one, inner) for one in node]
        return "[\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}]"
    rows = [
        f"{json.dumps(key, ensure_ascii=False)}: {_lines(value, inner)}"
        for key, value in cast("dict[str, Any]", node).items()
    ]
    return "{\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}}}"
