"""Finds code by its shape and changes it in place: Python with holes, matched on the syntax tree.

`$X` stands for one expression, statement or name, and `$$$X` for any number of arguments, items or
statements; `**$$$X` does so among the items of a dict and after a keyword argument. A name that
comes twice stands for the same code twice, except `$_` and `$$$_`. A pattern of statements matches
a run of them, anywhere in a block. Annotations that a pattern leaves out may be there.

Layout, quotes, comments and parentheses are not in the tree, so they never matter.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from textwrap import dedent, indent
from typing import Any, NamedTuple, TypeAlias

_ONE, _MANY = "one__", "many__"
_HOLE = re.compile(r"(\$\$\$|\$)(?=[A-Z_])")
_ANONYMOUS = "_"
#: What a pattern need not say: `ctx` and `kind` follow from the rest.
_IGNORED, _OPTIONAL = {"ctx", "kind", "type_comment"}, {"annotation", "returns"}

#: What the holes stand for, by name. Any: a node, a name, or a list of nodes.
Bound: TypeAlias = dict[str, Any]
#: A part of a tree. Any: a node, a list, a pair of a dict, or a plain value.
Part: TypeAlias = Any
#: One expression, or statements that follow each other.
Run: TypeAlias = Sequence[ast.expr] | Sequence[ast.stmt]


class Match(NamedTuple):
    """Code that a pattern matches."""

    nodes: Run
    bound: Bound
    #: The classes and functions around it, such as `Class.method`.
    scope: str

    @property
    def line(self) -> int:
        """The line where it begins."""
        return self.nodes[0].lineno


def find(pattern: str, source: str) -> list[Match]:
    """Return what a pattern matches in a source."""
    wanted: list[ast.stmt] | list[ast.expr] = _parse(pattern)
    if len(wanted) == 1 and isinstance(wanted[0], ast.Expr):
        wanted = [wanted[0].value]
    return [
        Match(nodes[:length], bound, scope)
        for scope, nodes in _runs(source)[type(wanted[0])]
        for length, bound in islice(_match_run(wanted, nodes, {}), 1)
    ]


def replace(match: Match, template: str, source: str) -> str:
    """Return the source with a template, whose holes are filled, in place of what was matched."""
    made: list[ast.stmt] = _fill(_parse(template or "pass"), match.bound)
    lines = source.encode().splitlines(keepends=True)
    first, last = match.nodes[0], match.nodes[-1]
    assert last.end_lineno is not None
    decorators = getattr(first, "decorator_list", None)
    line = decorators[0].lineno if decorators else first.lineno
    start = sum(map(len, lines[: line - 1])) + first.col_offset
    end = sum(map(len, lines[: last.end_lineno - 1])) + (last.end_col_offset or 0)
    code = ast.unparse(ast.fix_missing_locations(ast.Module(made, [])))
    if isinstance(first, ast.expr):
        text = f"({code})"
    else:
        text = indent(code, " " * first.col_offset).lstrip()
    content = b"".join(lines)
    return (content[:start] + text.encode() + content[end:]).decode()


@cache
def _parse(pattern: str) -> list[ast.stmt]:
    """Read a pattern, or a template: statements, of which one may be an expression."""
    python = _HOLE.sub(lambda hole: _MANY if len(hole[1]) > 1 else _ONE, dedent(pattern))
    return ast.parse(python).body


@cache
def _runs(source: str) -> defaultdict[type[ast.AST], list[tuple[str, Run]]]:
    """Return where a match can begin, by the type of its first node, and what that is in."""
    runs: defaultdict[type[ast.AST], list[tuple[str, Run]]] = defaultdict(list)

    def visit(node: ast.AST, scope: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            scope = f"{scope}.{node.name}".lstrip(".")
        if isinstance(node, ast.expr):
            runs[type(node)].append((scope, [node]))
        if isinstance(node, ast.JoinedStr):
            return  # before Python 3.12, what is in it does not know its place
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                for start, first in enumerate(value):
                    runs[type(first)].append((scope, value[start:]))
        for child in ast.iter_child_nodes(node):
            visit(child, scope)

    visit(ast.parse(source), "")
    return runs


def _match(pattern: Part, found: Part, bound: Bound) -> Iterator[Bound]:
    """Give each way in which a part of a pattern matches a part of a tree."""
    if name := _single(pattern):
        yield from _bind(name, found, bound)
    elif isinstance(pattern, list):
        if isinstance(found, list):
            for length, made in _match_run(pattern, found, bound):
                if length == len(found):
                    yield made
    elif isinstance(pattern, tuple | ast.AST):
        if type(pattern) is type(found):
            parts = _parts(found)
            pairs = [
                (part, parts[key])
                for key, part in _parts(pattern).items()
                if part is not None or key not in _OPTIONAL
            ]
            yield from _match_each(pairs, bound)
    elif type(pattern) is type(found) and pattern == found:
        yield bound


def _match_each(pairs: list[tuple[Part, Part]], bound: Bound) -> Iterator[Bound]:
    if not pairs:
        yield bound
        return
    for made in _match(*pairs[0], bound):
        yield from _match_each(pairs[1:], made)


def _match_run(
    pattern: Sequence[Part], found: Sequence[Part], bound: Bound
) -> Iterator[tuple[int, Bound]]:
    """Give each length of a beginning that a list of patterns matches, the shortest first."""
    if not pattern:
        yield 0, bound
    elif name := _name(pattern[0], _MANY):
        for length in range(len(found) + 1):
            for made in _bind(name, list(found[:length]), bound):
                for rest, last in _match_run(pattern[1:], found[length:], made):
                    yield length + rest, last
    elif found:
        for made in _match(pattern[0], found[0], bound):
            for rest, last in _match_run(pattern[1:], found[1:], made):
                yield 1 + rest, last


def _bind(name: str, found: Part, bound: Bound) -> Iterator[Bound]:
    match found:
        case ast.Name(id=plain) | ast.arg(arg=plain):
            found = plain
    if name == _ANONYMOUS:
        yield bound
    elif name not in bound:
        yield bound | {name: found}
    else:
        yield from _match(bound[name], found, bound)


def _name(part: Part, kind: str) -> str | None:
    """Return the name of a hole of a kind; None for what is no such hole."""
    match part:
        case str():
            return part.removeprefix(kind) if part.startswith(kind) else None
        case ast.Name(id=inner) | ast.Expr(value=ast.Name() as inner):
            return _name(inner, kind)
        case ast.arg(arg=inner, annotation=None):
            return _name(inner, kind)
        case (None, inner) | ast.keyword(arg=None, value=inner) if kind == _MANY:
            return _name(inner, kind)
        case ast.arguments(args=[inner]) if kind == _MANY:
            return _name(inner, kind)
    return None


def _single(part: Part) -> str | None:
    """Return the name of a hole that stands for one part; all parameters of a function are one."""
    return _name(part, _MANY if isinstance(part, ast.arguments) else _ONE)


def _parts(part: Part) -> dict[str, Part]:
    """Return what a node or a pair consists of: all arguments of a call and pairs are one list."""
    match part:
        case ast.Call(func, args, keywords):
            return {"func": func, "args": [*args, *keywords]}
        case ast.Dict(keys, values):
            return {"pairs": list(zip(keys, values, strict=True))}
        case key, value:
            return {"key": key, "value": value}
    return {name: value for name, value in ast.iter_fields(part) if name not in _IGNORED}


def _fill(part: Part, bound: Bound) -> Part:
    """Return a copy of a part of a template, with its holes filled."""
    if name := _single(part):
        return _fitting(part, bound[name])
    if isinstance(part, list):
        filled: list[Part] = []
        for item in part:
            name = _name(item, _MANY)
            filled += [_fill(item, bound)] if name is None else bound[name]
        return filled
    if isinstance(part, tuple | ast.AST):
        return _built(part, {key: _fill(value, bound) for key, value in _parts(part).items()})
    return part


def _built(part: Part, parts: dict[str, Part]) -> Part:
    """Return what consists of parts like those of `_parts`."""
    match part:
        case tuple():
            return tuple(parts.values())
        case ast.Call():
            keywords = [one for one in parts["args"] if isinstance(one, ast.keyword)]
            args = [one for one in parts["args"] if not isinstance(one, ast.keyword)]
            return ast.Call(parts["func"], args, keywords)
        case ast.Dict():
            pairs = parts["pairs"]
            return ast.Dict([key for key, _ in pairs], [value for _, value in pairs])
    return type(part)(**parts)


def _fitting(hole: Part, value: Part) -> Part:
    """Return what a hole stood for as what is wanted in its place."""
    match hole, value:
        case ast.Expr(), str() | ast.expr():
            return ast.Expr(_fitting(hole.value, value))
        case ast.Name(), str():
            return ast.Name(value)
        case ast.arg(), str():
            return ast.arg(value)
    return value
