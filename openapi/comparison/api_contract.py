"""Says what became of the contract between two releases: compares the documents that they ship.

The comparison and the judgement are those of `docs_diff`; here a place of the API is found in the
models. What users can name is the business of `api_surface`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi_python_client.strings import snake_case

from . import openapi
from .compare import GONE, NEW, Difference, compare, merged
from .effects import BREAKING, KNOWN
from .facts import ENTRY, ITEM, REQUEST, Place, label

PACKAGE = "mews_vouchers_client"
SHIPPED = Path("generated") / PACKAGE / "openapi.json"
SECTIONS = {NEW: "Added", GONE: "Removed"}

# Any: a document is JSON of any shape.
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ContractChange:
    """What has become of a place of the API.

    Attributes:
        difference: The difference, judged as `docs_diff` judges it.
        names: The attributes of models that show it.
    """

    difference: Difference
    names: frozenset[str]

    @property
    def path(self) -> str:
        """The place."""
        return label(self.difference.place)

    @property
    def section(self) -> str:
        """The part of the CHANGELOG it belongs to."""
        return SECTIONS.get(self.difference.what, "Changed")

    @property
    def breaking(self) -> bool:
        """Whether callers or readers may have to change something."""
        return self.difference.effect in BREAKING

    @property
    def words(self) -> str:
        """What has happened, and whom it concerns."""
        return f"{self.difference.words} ({self.difference.effect})"


def contract_changes(old: Path, new: Path) -> list[ContractChange]:
    """Return what differs between the documents below two copies of the project."""
    before, after = (_document(root) for root in (old, new))
    if not before or not after:
        return []
    was, now = (openapi.read(str(SHIPPED), document) for document in (before, after))
    differences = merged(compare(was, now, lambda name: name in KNOWN))
    return [ContractChange(one, frozenset(_names(one, before, after))) for one in differences]


def _document(root: Path) -> Document:
    """Return the document of a copy; an empty one where a release did not ship it."""
    path = root / SHIPPED
    document: Document = json.loads(path.read_bytes()) if path.exists() else {}
    return document


def _names(one: Difference, before: Document, after: Document) -> Iterator[str]:
    for place in (one.place, *one.also):
        for document in (before, after):
            if name := _attribute(document, place):
                yield name


def _attribute(document: Document, place: Place) -> str | None:
    """Return the attribute of a model that stands for a place; None where there is none."""
    operation, *rest = place
    paths: dict[str, Any] = document["paths"]
    node: Any = next(
        (it["post"] for path, it in paths.items() if path.endswith(f"/{operation}")), {}
    )
    side, *parts = rest or [""]
    body = node.get("requestBody") if side == REQUEST else node.get("responses", {}).get(side)
    content = _resolved(document, body)[1].get("content", {})
    node = content.get("application/json", {}).get("schema")
    found = None
    for part in parts:
        name, schema = _resolved(document, node)
        inner = {ITEM: "items", ENTRY: "additionalProperties"}.get(part)
        if inner is None:
            found = f"{PACKAGE}.models.{name}.{snake_case(part)}"
        node = schema.get(inner, {}) if inner else schema.get("properties", {}).get(part)
        if node is None:
            return None
    return found


def _resolved(document: Document, node: Any) -> tuple[str, Document]:
    """Return what a node stands for, and its name: our document names every object."""
    name = ""
    while isinstance(node, dict) and ("$ref" in node or "anyOf" in node):
        node = node["anyOf"][0] if "anyOf" in node else node
        if "$ref" in node:
            _, _, kind, name = node["$ref"].split("/")
            node = document["components"][kind][name]
    return name, node if isinstance(node, dict) else {}
