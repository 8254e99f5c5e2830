"""Reads JSON and YAML into a tree that remembers line numbers. The one YAML reader of `openapi/`.

Scalars have the types of JSON, as in YAML 1.2: `NO`, `012` and dates stay strings. An alias is the
same object again, not a copy.
"""

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from .facts import SourceError

MAX_DEPTH = 200


# Any, here and below: a document has no types until it is read.
class Node(dict[str, Any]):
    """A JSON object with the line number of each key (YAML only)."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class _Loader(yaml.CSafeLoader):
    """Resolves plain scalars as JSON does."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _name, _pattern, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(_pattern), _first)


def parse(source: str, text: str, *, strict: bool = False) -> Any:
    """Return the tree of a text.

    Args:
        source: The name for error messages.
        text: JSON or YAML.
        strict: Refuse keys that YAML does not read as strings, such as an unquoted 200.

    Raises:
        SourceError: The text is malformed; names the line where it is known.
    """
    try:
        with _without_collector():
            if text.lstrip()[:1] in ("{", "["):
                return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
            return _from_yaml(source, text, strict=strict)
    except json.JSONDecodeError as error:
        raise SourceError(source, f"no JSON: {error.msg}", error.lineno) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise SourceError(
            source, f"no YAML: {error.problem}", mark.line + 1 if mark else None
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceError(source, f"not usable: {error}") from error


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the search for cycles: a tree has none, and the search takes most of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _from_yaml(source: str, text: str, *, strict: bool) -> Any:
    depth = 0  # checked first: libyaml's own recursion would end the process
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise SourceError(source, f"nested more than {MAX_DEPTH} levels deep")
    return _Builder(source, strict=strict).value(yaml.compose(text, Loader=_Loader))


class _Builder:
    def __init__(self, source: str, *, strict: bool) -> None:
        self._source = source
        self._strict = strict
        #: What an alias stands for; None while it is being built.
        self._built: dict[yaml.Node, Any] = {}

    def value(self, node: yaml.Node | None) -> Any:
        if node is None or isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if node in self._built:
            if self._built[node] is None:
                raise self._error(node, "an alias that contains itself")
            return self._built[node]
        self._built[node] = None
        made = self._mapping(node) if isinstance(node, yaml.MappingNode) else self._list(node)
        self._built[node] = made
        return made

    def _list(self, node: yaml.Node) -> list[Any]:
        return [self.value(child) for child in node.value]

    def _mapping(self, node: yaml.MappingNode) -> Node:
        made = Node()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or (self._strict and ":str" not in key.tag):
                raise self._error(key, f"the key {key.value!s:.20} is no text: quote it")
            if key.value == "<<":
                raise self._error(key, "a merge key (<<), which OpenAPI does not have")
            if key.value in made:
                raise self._error(key, f"the key {key.value!r} stands twice in one object")
            made[key.value] = self.value(value)
            made.lines[key.value] = key.start_mark.line + 1
        return made

    def _error(self, node: yaml.Node, reason: str) -> SourceError:
        return SourceError(self._source, reason, node.start_mark.line + 1)


def _scalar(node: yaml.ScalarNode | None) -> Any:
    """Return the value of a scalar; what has no JSON type stays a string."""
    match node.tag.rpartition(":")[2] if node else "null", node.value if node else "":
        case "null", _:
            return None
        case "bool", text:
            return text == "true"
        case "int", text:
            return int(text)
        case "float", text:
            return float(text)
        case _, text:
            return text
