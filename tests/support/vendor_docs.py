"""The vendor's OpenAPI document, made from its recorded state: published again, or of July 2025.

The facts are those of the recorded state, the texts are placeholders. `vendor_pages` renders a
document as reference pages. Neither uses the tools under test.
"""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, cast

import yaml

from tests.support.paths import ROOT

#: Any, because what a YAML or JSON file holds has no type.
Node = dict[str, Any]
Edit = Callable[[Node], object]

DOCUMENT = ROOT / "openapi" / "mews-vouchers.yaml"
VENDOR = ROOT / "openapi" / "comparison" / "vendor.json"
REF = "#/components/schemas/"
API = "/api/connector/v1/"
#: Part of every text of the vendor that is made here, and of nothing else.
WORD = "Placeholder"
#: Keywords that only people read.
TEXTS = {"title", "summary", "description", "example", "examples", "externalDocs", "$comment"}
TEXTS |= {"x-deprecatedMessage", "operationId", "tags"}
#: Keywords whose value is an object of names.
OF_NAMES = ("paths", "responses", "content", "headers", "properties", "schemas")


# --- the parts of a document


def objects(node: object, path: str = "", *, are_names: bool = False) -> Iterator[tuple[str, Node]]:
    """Yield every object whose keys are keywords, with the path to it."""
    if isinstance(node, list):
        for number, one in enumerate(cast("list[object]", node)):
            yield from objects(one, f"{path}/{number}")
    elif isinstance(node, dict):
        found = cast("Node", node)
        if not are_names:
            yield path, found
        for key, value in list(found.items()):
            yield from objects(value, f"{path}/{key}", are_names=not are_names and key in OF_NAMES)


def schema(document: Node, name: str) -> Node:
    """Return a schema by its name."""
    found: Node = document["components"]["schemas"][name]
    return found


def properties(document: Node, name: str) -> Node:
    """Return the properties of a schema."""
    found: Node = schema(document, name)["properties"]
    return found


def operations(document: Node) -> Iterator[tuple[str, Node]]:
    """Yield the voucher operations by their names, such as `vouchers/add`."""
    for address, item in document["paths"].items():
        if "voucher" in address:
            yield address.removeprefix(API), item["post"]


def operation(document: Node, name: str) -> Node:
    """Return an operation by its name."""
    found: Node = document["paths"][API + name]["post"]
    return found


def body(part: Node) -> Node:
    """Return the schema of a request's or a response's body."""
    found: Node = part["content"]["application/json"]["schema"]
    return found


def places(document: Node) -> Iterator[tuple[str, Node]]:
    """Yield each place of the bodies as reports name it, with the objects that describe it."""
    for name, node in operations(document):
        yield from _inside(document, f"{name} request", body(node["requestBody"]))
        yield from _inside(document, f"{name} 200", body(node["responses"]["200"]))


def _inside(document: Node, label: str, node: Node) -> Iterator[tuple[str, Node]]:
    yield label, node
    if "$ref" in node:
        yield from _inside(document, label, schema(document, node["$ref"].removeprefix(REF)))
    for part in node.get("allOf", ()):
        yield from _inside(document, label, part)
    for name, inner in node.get("properties", {}).items():
        yield from _inside(document, label + ("." if label.count(" ") > 1 else " ") + name, inner)
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(node.get(key), dict):
            yield from _inside(document, label + mark, node[key])


def at(document: Node, label: str) -> Node:
    """Return the object that describes a place, behind all references."""
    return [node for place, node in places(document) if place == label][-1]


def labels(document: Node, node: Node) -> set[str]:
    """Return all places that an object describes."""
    return {place for place, one in places(document) if one is node}


def as_yaml(document: object) -> str:
    """Return a document as YAML, fast."""
    return str(yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False))


def ours() -> Node:
    """Return our own document."""
    return cast("Node", yaml.load(DOCUMENT.read_bytes(), yaml.CSafeLoader))


# --- what the vendor publishes


def recorded() -> Node:
    """Return the facts of the recorded document."""
    document = cast("Node", json.loads(VENDOR.read_bytes())["document"])
    for _, node in objects(document):
        for key in TEXTS:
            node.pop(key, None)
    return document


def published(document: Node | None = None, edition: str = "") -> Node:
    """Return the recorded document with texts; `edition` is in each of them."""
    document = copy.deepcopy(document) if document else recorded()
    for name, node in operations(document):
        node["operationId"], node["tags"] = name.replace("/", "_"), ["Vouchers"]
        node["externalDocs"] = {"url": f"https://docs.example/{WORD}", "description": WORD}
        for part in (node["requestBody"], *node["responses"].values()):
            part["content"]["application/json"]["example"] = {WORD: edition}
    for path, node in objects(document):
        if "content" in node or "responses" in node or node.keys() & {"type", "allOf", "nullable"}:
            node["description"] = f"{WORD} for {path}\nof {edition} several lines."
    for name, node in document["components"]["schemas"].items():
        node["title"] = f"{WORD} {name} {edition}"
    document["info"] = {"title": WORD, "version": "v1", "description": f"{WORD} {edition}"}
    document["tags"] = [{"name": WORD, "description": WORD}]
    rates = {"requestBody": {"$ref": "elsewhere.json"}, "responses": {"200": 7}}
    document["paths"][API + "rates/getAll"] = {"post": rates}
    document["components"]["schemas"]["Rate"] = {"$ref": f"#/{WORD}/Rate"}
    return document


def reworded(document: Node) -> Node:
    """Return a document with other texts everywhere, and the same facts."""
    return published(document, "in another edition")


# --- the same in another form


def as_openapi_31(document: Node) -> Node:
    """Return the document in OpenAPI 3.1: null is a type, and references have siblings."""
    document = copy.deepcopy(document) | {"openapi": "3.1.0"}
    for _, node in objects(document):
        may_be_null = node.pop("nullable", False)
        if may_be_null and "type" in node:
            node["type"] = [node["type"], "null"]
        elif may_be_null and "allOf" in node:
            node["anyOf"] = [*node.pop("allOf"), {"type": "null"}]
        elif "allOf" in node and len(node["allOf"]) == 1:
            node.update(node.pop("allOf")[0])
    return document


def renamed(document: Node, suffix: str = "Dto") -> Node:
    """Return the document with other names of its schemas."""
    document = copy.deepcopy(document)
    for _, node in objects(document):
        if node.get("$ref", "").startswith(REF):
            node["$ref"] += suffix
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {name + suffix: one for name, one in schemas.items()}
    return document


def shuffled(document: Node, seed: int) -> Node:
    """Return the document in another order of objects and lists."""
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret

    def turned(node: Any) -> Any:
        if isinstance(node, list):
            return chance.sample([turned(one) for one in node], len(node))
        if not isinstance(node, dict):
            return node
        entries = [*cast("Node", node).items()]
        return {key: turned(value) for key, value in chance.sample(entries, len(entries))}

    return cast("Node", turned(document))


# --- the state of July 2025


class Change(NamedTuple):
    """A row of what changed from July 2025 to August 2026.

    Attributes:
        schema: The schema with the property.
        before: The earlier value; None if there was none.
        name: The property.
        reports: Its lines in a report: with the effect of the change, and of its reversal.
    """

    schema: str
    name: str
    before: Edit | None
    reports: dict[str, tuple[str, str]]


CALLERS, READERS = "breaks callers", "breaks readers"
ADDS, WORDS = "only adds", "documentation"
TEXT, UNKNOWN = "text: read it", "not understood"
#: The reversal of a stronger promise to readers is a weaker one.
PROMISE = (ADDS, READERS)


def _optional_state(node: Node) -> None:
    node["nullable"] = True


def _plain_state(node: Node) -> None:
    node.pop("allOf")
    node |= {"type": "string", "nullable": True}


def _as_it_is(node: Node) -> None:
    """Change nothing except what the schema requires."""


CHANGES = (
    Change("Voucher", "EnterpriseId", None, {"new": PROMISE}),
    Change("Voucher", "ActivityState", _optional_state, {"required": PROMISE, "nullable": PROMISE}),
    Change("VoucherCode", "Id", _as_it_is, {"required": PROMISE}),
    Change("VoucherCode", "VoucherId", _as_it_is, {"required": PROMISE}),
    Change(
        "VoucherCode",
        "ActivityState",
        _plain_state,
        {"required": PROMISE, "nullable": PROMISE, "enum": PROMISE},
    ),
    Change("VoucherCode", "IsActive", _as_it_is, {"required": PROMISE}),
    Change(
        "VoucherAddParameters",
        "AssignedRateIds",
        lambda node: node.pop("uniqueItems"),
        {"uniqueItems": (CALLERS, ADDS)},
    ),
)


def undo(document: Node, change: Change) -> None:
    """Reverse one change."""
    found = schema(document, change.schema)
    if change.before is None:
        del found["properties"][change.name]
    else:
        change.before(found["properties"][change.name])
    if "required" in change.reports or change.before is None:
        found["required"].remove(change.name)
    if not found["required"]:
        del found["required"]


def july_2025() -> Node:
    """Return the facts of July 2025: those of today without the later changes."""
    document = recorded()
    for change in CHANGES:
        undo(document, change)
    return document


def reported(change: Change, *, taken_back: bool = False) -> set[str]:
    """Return the expected report of a change, or of its reversal."""
    document = recorded()
    of_schema = labels(document, schema(document, change.schema))
    turned = {"new": "gone"} if taken_back else {}
    return {
        f"{place}.{change.name}: {turned.get(what, what)}, {effects[taken_back]}"
        for place in of_schema
        for what, effects in change.reports.items()
    }
