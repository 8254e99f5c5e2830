"""Reads JSON and YAML into a tree that remembers line numbers. The one YAML reader of `openapi/`.

Scalars have the types of JSON, as in YAML 1.2: `NO`, `012` and dates stay strings. An alias is the
same object again, not a copy.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from .facts import SourceError

MAX_DEPTH = 200
#: Ten times what the vendor's document has.
MAX_PARTS = 1_000_000


# Any, here and below: a document has no types until it is read.
class Node(dict[str, Any]):
    """A JSON object with the line number of each key (YAML only)."""

    def __init__(self, entries: Mapping[str, Any] | None = None, like: object = None) -> None:
        super().__init__(entries or {})
        self.lines: dict[str, int] = {**getattr(like, "lines", {})}


def parse(source: str, text: str, *, strict: bool = False) -> Any:
    """Return the tree of a text, which is JSON or YAML.

    Args:
        source: The name for error messages.
        text: The text. YAML, too, can begin with a brace, unless the name ends with `.json`.
        strict: Refuse keys that YAML does not read as strings, such as an unquoted 200.

    Raises:
        SourceError: The text is malformed; names the line where it is known.
    """
    try:
        if text.lstrip()[:1] in ("{", "["):
            try:
                return json.loads(text, object_pairs_hook=_unique)
            except json.JSONDecodeError as error:
                if source.endswith(".json"):
                    raise SourceError(source, f"no JSON: {error.msg}", error.lineno) from error
        return _from_yaml(source, text, strict=strict)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem if isinstance(error, _RefusedError) else f"no YAML: {error.problem}"
        raise SourceError(source, problem, mark.line + 1 if mark else None) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceError(source, f"not usable: {error}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _from_yaml(source: str, text: str, *, strict: bool) -> Any:
    """Read YAML, after a look at its size: depth would end the process, aliases multiply."""
    sizes, anchors, counts = dict[str | None, int](), list[str | None](), [0]
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            anchors.append(event.anchor)
            counts.append(1)
        elif isinstance(event, yaml.CollectionEndEvent):
            size = sizes[anchors.pop()] = counts.pop()
            counts[-1] += size
        elif isinstance(event, yaml.NodeEvent):  # a scalar or an alias
            counts[-1] += sizes.get(event.anchor, 1) if isinstance(event, yaml.AliasEvent) else 1
        if len(anchors) > MAX_DEPTH or counts[-1] > MAX_PARTS:
            reason = f"more than {MAX_DEPTH} levels deep, or {MAX_PARTS} values with its aliases"
            raise SourceError(source, reason)
    return yaml.load(text, _StrictLoader if strict else _Loader)  # noqa: S506 - builds JSON alone


class _RefusedError(yaml.MarkedYAMLError):
    """What is YAML, but stands for no JSON."""


class _Loader(yaml.CSafeLoader):
    """Resolves plain scalars as JSON does, and knows no tags but those of JSON."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012
    is_strict = False

    def of_any(self, node: yaml.Node) -> Any:
        """Return what stands at a node, whatever its tag is."""
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return self.construct_sequence(node, deep=True)
        made = Node()
        for key, value in node.value:
            reason = ""
            if not isinstance(key, yaml.ScalarNode) or (self.is_strict and ":str" not in key.tag):
                reason = f"the key {key.value!s:.20} is no text: quote it"
            elif key.value == "<<":
                reason = "a merge key (<<), which OpenAPI does not have"
            elif key.value in made:
                reason = f"the key {key.value!r} stands twice in one object"
            if reason:
                raise _RefusedError(problem=reason, problem_mark=key.start_mark)
            made[key.value] = self.construct_object(value, deep=True)
            made.lines[key.value] = key.start_mark.line + 1
        return made


class _StrictLoader(_Loader):
    is_strict = True


for _tag in (None, *(f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str"))):
    _Loader.add_constructor(_tag, _Loader.of_any)
for _name, _pattern, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(_pattern), _first)
