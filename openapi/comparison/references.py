"""Follows the references of one document, and tells its texts from its other keywords."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Never, cast

from referencing import Registry, Resource
from referencing.exceptions import Unresolvable

from .facts import SourceError

#: Keywords that are only read by people.
TEXTS = (
    *("title", "summary", "description", "example", "examples", "externalDocs", "$comment"),
    "x-deprecatedMessage",
)
#: So much of a document may be looked at. References and aliases can make it endless.
MAX_STEPS = 100_000
DIGEST = re.compile(r"sha256:[0-9a-f]{12}")


class References:
    """One document. Nothing outside of it is ever read."""

    def __init__(self, source: str, root: dict[str, Any]) -> None:
        self.source = source
        self._resolver = Registry[Any]().with_resource("", Resource.opaque(root)).resolver("")
        self._count = 0

    def error(self, place: str, reason: str, node: object = None, key: str = "") -> Never:
        """Refuse the document because of what stands at a place."""
        raise SourceError(self.source, f"{place}: {reason}", line_of(node, key))

    def plain(self, node: Any, place: str) -> dict[str, Any]:
        """Return an object that is no schema, with its references resolved."""
        while isinstance(node, dict) and "$ref" in node:
            self.step(place)
            node = self.target(cast("dict[str, Any]", node), place)
        if not isinstance(node, dict):
            self.error(place, "an object is expected here")
        return cast("dict[str, Any]", node)

    def member(self, node: Mapping[str, Any], key: str, place: str) -> dict[str, Any]:
        """Return an object inside an object, an empty one where there is none."""
        value = node.get(key)
        if value is not None and not isinstance(value, dict):
            self.error(place, f"`{key}` is no object", node, key)
        return cast("dict[str, Any]", value or {})

    def canonical(self, node: Any, trail: tuple[str, ...] = (), *, texts: bool = False) -> Any:
        """Return a value that is no schema, without references and order, and without `texts`."""
        self.step("a keyword")
        if isinstance(node, list):
            return sorted((self.canonical(one, trail, texts=texts) for one in node), key=dump)
        if not isinstance(node, dict):
            return node
        own, made = cast("dict[str, Any]", node), dict[str, Any]()
        ref = own.get("$ref")
        if isinstance(ref, str) and ref.startswith("#/") and ref not in trail:
            target = self.target(own, "a keyword")
            made["is"] = self.canonical(target, (*trail, ref), texts=texts)
        kept = sorted(key for key in own if key != "$ref" and (texts or key not in TEXTS))
        return made | {key: self.canonical(own[key], trail, texts=texts) for key in kept}

    def text_of(self, own: Mapping[str, Any], also: Iterable[str] = ()) -> set[str]:
        """Return the digests of all that an object says to people."""
        return {self.digest(key, own[key]) for key in (*TEXTS, *also) if own.get(key) is not None}

    def digest(self, key: str, value: Any) -> str:
        """Return what a text is recognised by; a recorded digest stands for itself."""
        if not isinstance(value, str):
            return digest(dump([key, self.canonical(value, texts=True)]))
        return value if DIGEST.fullmatch(value) else digest(value)

    def step(self, place: str) -> None:
        """Count what is looked at, and stop before it becomes endless."""
        self._count += 1
        if self._count > MAX_STEPS:
            self.error(place, f"the operations reach more than {MAX_STEPS} schemas")

    def target(self, node: dict[str, Any], place: str) -> Any:
        """Return what the `$ref` of an object leads to."""
        ref = node["$ref"]
        if not isinstance(ref, str) or not ref.startswith("#"):
            reason = f"a reference that leads elsewhere is not followed: {ref}"
            self.error(place, reason, node, "$ref")
        try:
            return self._resolver.lookup(ref).contents
        except (Unresolvable, LookupError, ValueError, TypeError):
            self.error(place, f"nothing is at {ref}", node, "$ref")


def line_of(node: object, key: str) -> int | None:
    """Return where a key stands. Only YAML has lines."""
    lines: dict[str, int] = getattr(node, "lines", {})
    return lines.get(key)


def dump(value: object) -> str:
    """Return a value as JSON, the same for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=sorted)


def digest(text: str) -> str:
    """Return a short digest of a text, whatever its line breaks are."""
    return (
        "sha256:" + hashlib.sha256(" ".join(text.split()).encode(errors="replace")).hexdigest()[:12]
    )
