"""The vendor's documentation, made from our document: in its shapes, and in later states.

An edit changes a copy of our document; a shape turns that copy into what the vendor would publish.
Both are written without the tools that they test. The words are placeholders.
"""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml

#: Any, because what a YAML file holds has no type.
Node = dict[str, Any]

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "openapi" / "mews-vouchers.yaml"
REF = "#/components/schemas/"
#: What the vendor has no schema for: it writes it out each time.
INLINE: dict[str, Node] = {
    "Identifier": {"type": "string", "format": "uuid"},
    "UtcDateTime": {"type": "string", "format": "date-time", "minLength": 1},
    "Token": {"type": "string", "minLength": 1},
    "ClientName": {"type": "string", "minLength": 1},
    "RateTypeEnum": {"type": "string", "enum": ["Private", "Public", "AvailabilityBlock"]},
}
UNDOCUMENTED_STATUSES = ("404", "409", "413")
_OURS: Node = {}


def ours() -> Node:
    """Return a copy of our document, to be edited."""
    if not _OURS:
        _OURS.update(yaml.load(DOCUMENT.read_bytes(), yaml.CSafeLoader))
    return copy.deepcopy(_OURS)


def schema(document: Node, name: str) -> Node:
    """Return a schema by its name."""
    found: Node = document["components"]["schemas"][name]
    return found


def properties(document: Node, name: str) -> Node:
    """Return the properties of a schema."""
    found: Node = schema(document, name)["properties"]
    return found


def as_yaml(document: object, *, sort_keys: bool = True) -> str:
    """Return a document as YAML, quickly."""
    return str(yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=sort_keys))


def operations(document: Node) -> Iterator[tuple[str, Node]]:
    """Yield the operations by their names, such as `vouchers/add`."""
    for address, item in document["paths"].items():
        yield address.removeprefix("/api/connector/v1/"), item["post"]


# --- the vendor's OpenAPI document


def as_openapi_30(document: Node) -> Node:
    """Return the vendor's shape: 3.0, other names, wrappers, without what it lacks."""
    document = copy.deepcopy(document)
    _as_in_july_2025(document)
    schemas = {
        f"Mews.Connector.{name}Dto": {"title": name, **_schema_30(node)}
        for name, node in document["components"]["schemas"].items()
        if name not in INLINE
    }
    return {
        "openapi": "3.0.4",
        "info": {"title": "Connector API", "version": "v1"},
        "paths": {
            address: {"post": _operation_30(document, item["post"])}
            for address, item in document["paths"].items()
        },
        "components": {"schemas": schemas},
    }


def _as_in_july_2025(document: Node) -> None:
    """Take away what we have added to the vendor's document on purpose."""
    for _, operation in operations(document):
        request = properties(document, _body_of(operation))
        for key in ("LanguageCode", "CultureCode"):
            request.pop(key, None)
        for status in UNDOCUMENTED_STATUSES:
            operation["responses"].pop(status, None)
    for name, key in (("Limitation", "Count"), ("Company", "Number")):
        for bound in ("minimum", "maximum"):
            properties(document, name)[key].pop(bound, None)
    for key, node in properties(document, "VoucherCode").items():
        if key.endswith("Utc"):
            node.pop("anyOf")
            node["type"] = ["string", "null"]


def _body_of(operation: Node) -> str:
    media = operation["requestBody"]["content"]["application/json"]
    return str(media["schema"]["$ref"]).removeprefix(REF)


def _operation_30(document: Node, operation: Node) -> Node:
    responses: Node = {}
    for status, node in operation["responses"].items():
        ref = node.get("$ref", "").removeprefix("#/components/responses/")
        answer = document["components"]["responses"][ref] if ref else node
        media = answer.get("content", {}).get("application/json", {})
        body = media.get("schema", {"$ref": REF + "ConnectorApiExceptionResult"})
        responses[status] = {
            "description": "Words.",
            "content": {"application/json": {"schema": _schema_30(body)}},
        }
    body = {"$ref": REF + _body_of(operation)}
    return {
        "tags": ["Vouchers"],
        "summary": "Words.",
        "requestBody": {"content": {"application/json": {"schema": _schema_30(body)}}},
        "responses": responses,
    }


def _schema_30(node: Node) -> Node:
    """Return a schema as the vendor's generator writes it."""
    node = {key: value for key, value in node.items() if not key.startswith("x-")}
    for key in ("description", "dependentRequired", "pattern"):
        node.pop(key, None)
    if "anyOf" in node:
        inner = _schema_30(node.pop("anyOf")[0])
        # The limit of a new text stands beside the object that wraps it.
        limit = inner.pop("properties", {}).get("Value", {})
        if "$ref" in inner or "allOf" in inner:
            inner = {"allOf": inner.get("allOf", [inner])}
        return {**inner, **limit, **node, "nullable": True}
    if "$ref" in node:
        name = node.pop("$ref").removeprefix(REF)
        if name in INLINE:
            return {**INLINE[name], **node}
        reference = {"$ref": f"{REF}Mews.Connector.{name}Dto"}
        return {"allOf": [reference], **node} if node else reference
    if isinstance(node.get("type"), list):
        node |= {"type": node["type"][0], "nullable": True}
    if "properties" in node:
        node["properties"] = {
            key: _with_words(_schema_30(value), key) for key, value in node["properties"].items()
        }
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            node[key] = _schema_30(node[key])
    return node


def _with_words(node: Node, name: str) -> Node:
    return {"description": f"Words about {name}.", **node}


# --- our shape, spelt otherwise


def as_openapi_31(document: Node, seed: int = 0) -> Node:
    """Return a document of our own shape in other words, another order and with other names."""
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    return cast("Node", _shuffled(_renamed(document), chance))


def _renamed(document: Node) -> Node:
    """Give every schema another name."""
    schemas = document["components"]["schemas"]
    text = json.dumps({**document, "components": {**document["components"], "schemas": None}})
    bodies = json.dumps(list(schemas.values()))
    for name in schemas:
        text, bodies = (part.replace(f'{REF}{name}"', f'{REF}{name}V2"') for part in (text, bodies))
    renamed: Node = json.loads(text)
    names = [f"{name}V2" for name in schemas]
    renamed["components"]["schemas"] = dict(zip(names, json.loads(bodies), strict=True))
    return renamed


def _shuffled(node: Any, chance: random.Random) -> Any:
    if isinstance(node, dict):
        entries = list(cast("Node", node).items())
        chance.shuffle(entries)
        found = {key: _shuffled(value, chance) for key, value in entries}
        if isinstance(found.get("description"), str):
            found["description"] = f"Other words {chance.random()}."
        if isinstance(found.get("required"), list):
            chance.shuffle(found["required"])
        return found
    if isinstance(node, list):
        return [_shuffled(value, chance) for value in node]
    return node


# --- the vendor's reference pages


def as_pages(document: Node, seed: int | None = None) -> dict[str, str]:
    """Return a page per resource, by file name; with a seed, rows and sections in another order."""
    chance = None if seed is None else random.Random(seed)  # noqa: S311 - an order, not a secret
    pages: dict[str, str] = {}
    for name, operation in operations(document):
        file = f"{name.partition('/')[0]}.md".lower()
        pages.setdefault(file, "# Operations\n\nWords.\n")
        pages[file] += _page_of(document, name, operation, chance)
    for file, text in pages.items():
        pages[file] = text + "".join(_types(document, text, chance))
    return pages


def _page_of(document: Node, name: str, operation: Node, chance: random.Random | None) -> str:
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    request = _table(document, schema(document, _body_of(operation)), chance)
    response = _table(document, schema(document, answer.removeprefix(REF)), chance)
    return (
        f"\n## Operation {name}\n\nWords.\n\n### Request\n\n"
        f"`[PlatformAddress]/api/connector/v1/{name}`\n\n"
        f'```javascript\n{{ "Client": "# no heading" }}\n```\n\n{request}'
        f"\n### Response\n\n```javascript\n{{}}\n```\n\n{response}"
    )


def _types(document: Node, text: str, chance: random.Random | None) -> list[str]:
    """Return a section for every type that the text, or another section, links to."""
    found: dict[str, str] = {}
    while True:
        linked = [
            name
            for name in document["components"]["schemas"]
            if f"](#{name})" in text + "".join(found.values()) and name not in found
        ]
        if not linked:
            break
        for name in linked:
            node = schema(document, name)
            values = "".join(f"* `{value}` - words\n" for value in node.get("enum", ()))
            found[name] = f"\n#### {_spaced(name)}\n\n{values or _table(document, node, chance)}"
    sections = list(found.values())
    if chance:
        chance.shuffle(sections)
    return sections


def _spaced(name: str) -> str:
    """Return the heading of a type, which is not quite its name."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _table(document: Node, node: Node, chance: random.Random | None) -> str:
    if not node.get("properties"):
        return ""
    rows = [
        _row(document, name, value, required=name in node.get("required", ()))
        for name, value in node["properties"].items()
    ]
    if chance:
        chance.shuffle(rows)
    head = "| Property | Type | Contract | Description |\n| :-- | :-- | :-- | :-- |\n"
    return head + "".join(rows)


def _row(document: Node, name: str, node: Node, *, required: bool) -> str:
    known = {**node, **node.get("anyOf", [{}])[0]}
    title = f"~~`{name}`~~" if node.get("deprecated") else f"`{name}`"
    contract = "required" if required else "optional"
    for key, unit in (("maxItems", "items"), ("maxLength", "characters")):
        contract += f", max {known[key]} {unit}" if key in known else ""
    return f"| {title} | {_cell(document, known)} | {contract} | Words about \\| it. |\n"


def _cell(document: Node, node: Node) -> str:
    if "$ref" in node:
        name = node["$ref"].removeprefix(REF)
        target = schema(document, name)
        if name == "LocalizedText":
            return "[Localized text](_objects.md#localized-text)"
        if target["type"] == "object" or "enum" in target:
            return f"[{_spaced(name)}](#{name})"
        node = target
    kind = node["type"][0] if isinstance(node["type"], list) else node["type"]
    return f"array of {_cell(document, node['items'])}" if kind == "array" else str(kind)
