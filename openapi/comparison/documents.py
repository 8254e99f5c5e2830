"""One OpenAPI document: its references, and its keywords as attributes."""

from collections.abc import Collection, Mapping
from typing import Any, Never, cast

from referencing import Registry, Resource
from referencing.exceptions import Unresolvable

from .excerpt import dump, excerpt
from .facts import TEXT, Place, SourceError, Value, label
from .keywords import OF_DATA, OF_NAMES, TEXTS

#: So much of a document may be looked at. References and aliases can make it endless.
MAX_STEPS = 100_000


class Document:
    """The excerpt of a document. Nothing outside of it is ever read."""

    def __init__(self, source: str, root: Mapping[str, Any]) -> None:
        self.source = source
        self.root = excerpt(root)
        resource = Resource.opaque(self.root)
        self._resolver = Registry[Any]().with_resource("", resource).resolver("")
        self._count = 0

    def error(self, place: Place | str, reason: str, node: object = None, key: str = "") -> Never:
        """Refuse the document because of what stands at a place."""
        where = place if isinstance(place, str) else label(place)
        raise SourceError(self.source, f"{where}: {reason}", line_of(node, key))

    def plain(self, node: Any, place: Place | str) -> dict[str, Any]:
        """Return an object that is no schema, without references; what stands beside one counts."""
        if not isinstance(node, dict):
            self.error(place, "an object is expected here")
        own = cast("dict[str, Any]", node)
        if "$ref" not in own:
            return own
        self.step(place)
        beside = {key: value for key, value in own.items() if key != "$ref"}
        target = self.plain(self.target(own, place), place)
        return target | beside if beside else target

    def member(self, node: Mapping[str, Any], key: str, place: Place | str) -> dict[str, Any]:
        """Return an object inside an object, an empty one where there is none."""
        value = node.get(key)
        if value is not None and not isinstance(value, dict):
            self.error(place, f"`{key}` is no object", node, key)
        return cast("dict[str, Any]", value or {})

    def list(self, node: Mapping[str, Any], key: str, place: Place | str) -> list[Any]:
        """Return a list inside an object, an empty one where there is none."""
        value = node.get(key)
        if value is not None and not isinstance(value, list):
            self.error(place, f"`{key}` is no list", node, key)
        return list(value or ())

    def says(self, node: Mapping[str, Any], apart: Collection[str]) -> dict[str, Value]:
        """Return the keywords of an object, apart from some, as attributes; and texts as one."""
        texts, made = set[str](), dict[str, Value]()
        for key, value in node.items():
            if key not in apart:
                plain = self.canonical(key, value, texts)
                is_flag = key in ("required", "deprecated") and isinstance(value, bool)
                made |= {} if key in TEXTS else {key: value if is_flag else dump(plain)}
        return made | {TEXT: frozenset(texts) or None}

    def canonical(
        self, key: str, node: Any, texts: set[str], path: str = "", trail: tuple[str, ...] = ()
    ) -> Any:
        """Return a value without references, order and texts, which are added to `texts`.

        `key` is its keyword, empty if it has a name instead. `path` is what the keyword is in,
        `trail` the references that led there.
        """
        self.step(key)
        if key in TEXTS:
            texts.add(f"{path}{key}: {node}")
            return None
        if isinstance(node, list):
            return sorted((self.canonical(key, it, texts, path, trail) for it in node), key=dump)
        if not isinstance(node, dict) or key in OF_DATA:
            return node
        own, made = cast("dict[str, Any]", node), dict[str, Any]()
        ref = own.get("$ref")
        if isinstance(ref, str) and ref.startswith("#/") and ref not in trail:
            target = self.target(own, path)
            made["is"] = self.canonical("", target, texts, path, (*trail, ref))
        for name in own.keys() - {"$ref"}:
            inner = "" if key in OF_NAMES else name
            value = self.canonical(inner, own[name], texts, f"{path}{name}.", trail)
            made |= {} if inner in TEXTS else {name: value}
        return made

    def step(self, place: Place | str) -> None:
        """Count what is looked at, and stop before it becomes endless."""
        self._count += 1
        if self._count > MAX_STEPS:
            self.error(place, f"the operations reach more than {MAX_STEPS} schemas")

    def target(self, node: Mapping[str, Any], place: Place | str) -> Any:
        """Return what the `$ref` of an object leads to."""
        ref = str(node["$ref"])
        try:
            return self._resolver.lookup(ref).contents
        except (Unresolvable, LookupError, ValueError, TypeError):
            self.error(place, f"nothing in the document is at {ref}", node, "$ref")


def line_of(node: object, key: str) -> int | None:
    """Return where a key stands. Only YAML has lines."""
    lines: dict[str, int] = getattr(node, "lines", {})
    return lines.get(key)
