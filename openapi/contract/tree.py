"""Turns the text of a JSON or YAML document into a tree that remembers its lines.

YAML is read with the C parser, and without its dangers: no types but those of JSON, no merge keys,
no loops; an alias is the same object again, never a copy. What the tree means is not known here.
"""

import json
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from .facts import SourceError

MAX_DEPTH = 200
TAG = "tag:yaml.org,2002:"
SCALARS = SafeConstructor()
MAKE = {
    TAG + "int": SCALARS.construct_yaml_int,
    TAG + "float": SCALARS.construct_yaml_float,
    TAG + "bool": SCALARS.construct_yaml_bool,
    TAG + "null": SCALARS.construct_yaml_null,
}


#: Any, here and below: what a document holds has no type before it is looked at.
class Node(dict[str, Any]):
    """An object of a YAML document, with the line of each key."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class _TwiceError(ValueError):
    """A key stands twice in a JSON object."""


def parse(source: str, text: str) -> Any:
    """Return the tree of `text`. Only YAML has lines; JSON is read by its own, faster parser.

    Raises `SourceError` with the place of what is malformed.
    """
    if text.lstrip()[:1] not in ("{", "["):
        return _from_yaml(source, text)
    try:
        return json.loads(text, object_pairs_hook=_without_twins, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise SourceError(source, f"no JSON: {error.msg}", error.lineno) from error
    except _TwiceError as error:
        # JSON's parser does not tell the line, that of YAML does; and JSON is YAML.
        _from_yaml(source, text)
        raise SourceError(source, error) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(source, f"no usable JSON: {error}") from error


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _TwiceError(f"the key {twice!r} stands twice in one object")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _from_yaml(source: str, text: str) -> Any:
    loader: Any = None  # its stubs do not know the methods of the C parser
    try:
        loader = yaml.CSafeLoader(text)
        return _Builder(source, loader).build()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise SourceError(source, f"no YAML: {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise SourceError(source, f"no YAML: {error}") from error
    finally:
        if loader:
            loader.dispose()


@dataclass(slots=True)
class _Frame:
    """A collection that is being filled; an object holds the key whose value comes next."""

    inside: list[Any] | Node
    anchor: str | None
    key: str | None = None


class _Builder:
    """Builds the tree from the parser's events, without recursion: depth cannot hurt."""

    def __init__(self, source: str, loader: Any) -> None:
        self._source = source
        self._loader = loader
        self._roots: list[Any] = []
        self._open: list[_Frame] = []
        self._named: dict[str, Any] = {}

    def build(self) -> Any:
        handle = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: lambda event: self._start(Node(), event),
            yaml.SequenceStartEvent: lambda event: self._start([], event),
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
        }
        while not isinstance(event := self._loader.get_event(), yaml.StreamEndEvent):
            if type(event) in handle:
                handle[type(event)](event)
        if len(self._roots) > 1:
            raise SourceError(self._source, "more than one document in the file")
        return self._roots[0] if self._roots else None

    def _start(self, value: list[Any] | Node, event: Any) -> None:
        self._put(value, event)
        self._open.append(_Frame(value, event.anchor))
        if len(self._open) > MAX_DEPTH:
            raise self._error(f"nested more than {MAX_DEPTH} levels deep", event)

    def _end(self, _event: Any) -> None:
        frame = self._open.pop()
        if frame.anchor:
            self._named[frame.anchor] = frame.inside

    def _alias(self, event: Any) -> None:
        # A collection gets its name when it ends: an alias inside of it would be a loop.
        if event.anchor not in self._named:
            raise self._error(f"the alias *{event.anchor} of nothing that is complete", event)
        self._put(self._named[event.anchor], event)

    def _scalar(self, event: Any) -> None:
        frame = self._open[-1] if self._open else None
        if frame and isinstance(frame.inside, Node) and frame.key is None:
            self._key(frame, frame.inside, event)
            return
        value = self._value(event)
        self._put(value, event)
        if event.anchor:
            self._named[event.anchor] = value

    def _key(self, frame: _Frame, inside: Node, event: Any) -> None:
        if event.value == "<<" and event.implicit[0]:
            raise self._error("a merge key (<<), which OpenAPI does not have", event)
        if event.value in inside:
            raise self._error(f"the key {event.value!r} stands twice in one object", event)
        frame.key = str(event.value)
        inside.lines[frame.key] = event.start_mark.line + 1

    def _put(self, value: Any, event: Any) -> None:
        if not self._open:
            self._roots.append(value)
            return
        frame = self._open[-1]
        if isinstance(frame.inside, list):
            frame.inside.append(value)
        elif frame.key is None:
            raise self._error("a key that is no text", event)
        else:
            frame.inside[frame.key] = value
            frame.key = None

    def _value(self, event: Any) -> Any:
        """Return what the text stands for in JSON; dates and everything unknown stay text."""
        tag = event.tag or self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag not in MAKE:
            return event.value
        try:
            return MAKE[tag](yaml.ScalarNode(tag, event.value))
        except (ValueError, LookupError) as error:
            raise self._error(f"no usable value: {error}", event) from error

    def _error(self, reason: str, event: Any) -> SourceError:
        return SourceError(self._source, reason, event.start_mark.line + 1)
