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
#: Ten times what the vendor's operations reach.
MAX_PARTS = 1_000_000
#: Keywords of the whole document that concern every operation.
AROUND = ("security", "servers", "jsonSchemaDialect")


def operation_name(address: str) -> str | None:
    """Return the name of a voucher operation, such as `vouchers/add`; None for all others."""
    found = ADDRESS.match(address)
    name = found["name"] if found else ""
    return name if "voucher" in name.rpartition("/")[0].lower() else None


def excerpt(root: Mapping[str, Any]) -> Node:
    """Return the excerpt of a document. References that lead nowhere stay as they are.

    Raises:
        OverflowError: It is endless.
    """
    copies = _Copies(_object(root, "components"))
    paths = {key: node for key, node in _object(root, "paths").items() if operation_name(key)}
    made: Node = copies.of({key: root[key] for key in ("openapi", *AROUND) if key in root})
    made["paths"] = copies.of(_like(_object(root, "paths"), paths), are_names=True)
    given, found = _object(root, "components"), dict[str, Node]()
    schemes = copies.of(_object(given, "securitySchemes"), are_names=True)
    found |= {"securitySchemes": schemes} if schemes else {}
    waiting, seen = [made, schemes], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node, dict | list):
            continue
        seen.add(id(node))
        waiting += node.values() if isinstance(node, dict) else node
        kind, name = _component(node)
        if name in _object(given, kind) and name not in found.setdefault(kind, Node()):
            found[kind][name] = copies.of(given[kind][name])
            waiting.append(found[kind][name])
    made["components"] = {
        kind: {name: some[name] for name in given[kind] if name in some}
        for kind, some in sorted(found.items())
        if some
    }
    bounded(made)
    return made


def bounded(value: Any) -> Any:
    """Return a value, if its parts are not too many: aliases can make a small file endless.

    Raises:
        OverflowError: They are.
    """
    waiting = [value]
    for _ in range(MAX_PARTS):
        if not waiting:
            return value
        node = waiting.pop()
        inner = node.values() if isinstance(node, dict) else node
        waiting += inner if isinstance(node, dict | list) else ()
    raise OverflowError(f"the operations reach more than {MAX_PARTS} values")


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
    """Makes copies with digests; of an object that comes again, one copy."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components
        #: What was copied, which has to stay where it is, and the copy.
        self._made: dict[tuple[int, bool], tuple[Any, Any]] = {}

    def of(self, node: Any, *, are_names: bool = False) -> Any:
        """Return a copy; `are_names` where the keys of an object are no keywords."""
        if not isinstance(node, dict | list):
            return node
        if (id(node), are_names) in self._made:
            return self._made[id(node), are_names][1]
        if isinstance(node, list):
            some = [self.of(one) for one in node]
            self._made[id(node), are_names] = node, some
            return some
        made = _like(node, {})
        self._made[id(node), are_names] = node, made
        for key, value in cast("dict[str, Any]", node).items():
            if are_names:
                made[key] = self.of(value)
            elif key not in TEXTS or value is not None:
                made[key] = self._value(key, value)
        return made

    def _value(self, key: str, value: Any) -> Any:
        is_text = key in TEXTS or (
            key.startswith("x-") and key not in EXTENSIONS and isinstance(value, str | list | dict)
        )
        if is_text:
            return digest(bounded(self._inlined(bounded(value))))
        if key in OF_DATA:
            return value
        return self.of(value, are_names=key in OF_NAMES)

    def _inlined(self, node: Any, trail: tuple[str, ...] = ()) -> Any:
        """Return a text, such as examples, with the components that it refers to."""
        if isinstance(node, list):
            return [self._inlined(one, trail) for one in node]
        if not isinstance(node, dict):
            return node
        kind, name = _component(node)
        made = {key: self._inlined(value, trail) for key, value in node.items()}
        if name in _object(self._components, kind) and f"{kind} {name}" not in trail:
            target = self._components[kind][name]
            made["$ref"] = self._inlined(target, (*trail, f"{kind} {name}"))
        return made


def _component(node: Any) -> tuple[str, str]:
    """Return the kind and the name of the component that an object refers to; blanks for none."""
    ref = str(node.get("$ref")) if isinstance(node, dict) else ""
    _, first, kind, name = [*ref.split("/"), "", "", ""][:4]
    return (kind, name.replace("~1", "/").replace("~0", "~")) if first == "components" else ("", "")


def _like(node: Any, entries: Mapping[str, Any]) -> Node:
    """Return an object with entries, and with the line numbers of another one."""
    made = Node()
    made.update(entries)
    made.lines = getattr(node, "lines", {})
    return made


def _object(node: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = node.get(key)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
