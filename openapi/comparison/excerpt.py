"""Cuts the voucher operations, and all that they refer to, out of an OpenAPI document.

Texts and unknown extensions become digests: an excerpt has facts, and no sentence of the vendor.
Every document is compared as an excerpt, and `vendor.json` holds one. An excerpt of an excerpt is
the same.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, cast

from .keywords import EXTENSIONS, OF_DATA, OF_NAMES, TEXTS
from .tree import Node

DIGEST = re.compile(r"sha256:[0-9a-f]{12}")
ADDRESS = re.compile(r"^(?:.*/api/connector)?/(?:v1/)?(?P<name>.+?)/?$")
#: Keywords of the whole document that concern every operation.
AROUND = ("security", "servers", "jsonSchemaDialect")


def operation_name(address: str) -> str | None:
    """Return the name of a voucher operation, such as `vouchers/add`; None for all others."""
    found = ADDRESS.match(address)
    name = found["name"] if found else ""
    return name if "voucher" in name.rpartition("/")[0].lower() else None


def excerpt(root: Mapping[str, Any]) -> Node:
    """Return the excerpt of a document. References that lead nowhere stay as they are."""
    given, paths = _object(root, "components"), _object(root, "paths")
    ours = {address: paths[address] for address in paths if operation_name(address)}
    copies = _Copies(given)
    made: Node = copies.of({key: root[key] for key in ("openapi", *AROUND) if key in root})
    made["paths"] = copies.of(Node(ours, like=paths), are_names=True)
    schemes = copies.of(_object(given, "securitySchemes"), are_names=True)
    found: dict[str, dict[str, Any]] = {"securitySchemes": schemes}
    for kind, name in copies.references:  # it grows meanwhile
        known = found.setdefault(kind, {})
        if name not in known:
            known[name] = copies.of(given[kind][name])
    made["components"] = {
        kind: {name: some[name] for name in given[kind] if name in some}
        for kind, some in sorted(found.items())
        if some
    }
    return made


def dump(value: object) -> str:
    """Return a value as JSON, the same for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=sorted)


def digest(value: Any) -> str:
    """Return a short digest of a text, whatever its line breaks are; of a digest, itself."""
    text = " ".join(value.split()) if isinstance(value, str) else dump(value)
    if DIGEST.fullmatch(text):
        return text
    return "sha256:" + hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]


class _Copies:
    """Makes copies with digests."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components
        self._digests: dict[tuple[str, str], str] = {}
        #: The components that are referred to.
        self.references: list[tuple[str, str]] = []

    def of(self, node: Any, *, are_names: bool = False) -> Any:
        """Return a copy; `are_names` where the keys of an object are no keywords."""
        if isinstance(node, list):
            return [self.of(one) for one in node]
        if not isinstance(node, dict):
            return node
        own = cast("dict[str, Any]", node)
        self.references += self._component(own)
        made = {k: self.of(own[k]) if are_names else self._value(k, own[k]) for k in own}
        return Node(made, like=own)

    def _value(self, key: str, value: Any) -> Any:
        is_text = key in TEXTS or (
            key.startswith("x-") and key not in EXTENSIONS and isinstance(value, str | list | dict)
        )
        if is_text:
            return digest(self._text(value))
        return value if key in OF_DATA else self.of(value, are_names=key in OF_NAMES)

    def _text(self, node: Any) -> Any:
        """Return a text, such as examples, with digests of the components that it refers to."""
        if isinstance(node, list):
            return [self._text(one) for one in node]
        if not isinstance(node, dict):
            return node
        made = {key: self._text(value) for key, value in node.items()}
        for kind, name in self._component(node):
            if (kind, name) not in self._digests:
                self._digests[kind, name] = ""  # it may lead to itself
                self._digests[kind, name] = digest(self._text(self._components[kind][name]))
            made["$ref"] = self._digests[kind, name]
        return made

    def _component(self, node: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the kind and the name of the component that an object refers to, if any."""
        _, first, kind, name = [*str(node.get("$ref")).split("/"), "", "", ""][:4]
        name = name.replace("~1", "/").replace("~0", "~")
        is_one = first == "components" and name in _object(self._components, kind)
        return [(kind, name)] if is_one else []


def _object(node: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = node.get(key)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
