"""The mutants of `make mutants` fit the sources as they are, however these are written."""

import ast
import builtins
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import griffe
import pytest
from comparison.api_surface import surface

from tests.programs.mutants import syntax
from tests.programs.mutants.catalogue import (
    Mutant,
    load,
    locate,
    mutate,
    places,
    read_sources,
)
from tests.support.paths import ROOT

pytestmark = pytest.mark.source

MUTANTS = load()
OF_SYNTAX = [mutant for mutant in MUTANTS if mutant.find]
Files = dict[Path, str]
#: Attributes and parameters of Python and of libraries; the sources have such a name, too.
OF_OTHERS = {"annotation", "args", "cancel", "extract_cookies", "key", "kind", "months", "read"}
OF_OTHERS |= {"run", "stream", "validate"}

all_mutants = pytest.mark.parametrize("mutant", MUTANTS, ids=str)
all_of_syntax = pytest.mark.parametrize("mutant", OF_SYNTAX, ids=str)


def test_there_are_enough() -> None:
    """There are at least 25, each with a name of its own, in seven groups."""
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 25
    assert {mutant.group for mutant in MUTANTS} == {
        "mock",
        "overlay",
        "templates",
        "runtime",
        "document",
        "workflows",
        "comparison",
    }


@all_mutants
def test_the_tests_that_are_tried_first_are_there(mutant: Mutant) -> None:
    """Each mutant names tests that exist, wherever they are."""
    assert mutant.tests
    for test in mutant.tests:
        assert locate(test), test


@all_mutants
def test_each_can_be_planted(mutant: Mutant) -> None:
    """What a mutant changes is there exactly once, and is still Python when it is changed."""
    files = read_sources(mutant, ROOT)
    path, changed = mutate(mutant, files)
    assert changed != files[path]
    if path.suffix == ".py":
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(files[path]))


@all_of_syntax
def test_layout_does_not_matter(mutant: Mutant) -> None:
    """A mutant is the same bug in sources of another layout, line length and quotes."""
    path, expected = mutate(mutant, read_sources(mutant, ROOT))
    for rewritten in (_unparsed(), _reformatted()):
        where, changed = mutate(mutant, {one: rewritten[one] for one in _python(mutant)})
        assert (where, ast.dump(ast.parse(changed))) == (path, ast.dump(ast.parse(expected)))


@all_of_syntax
def test_private_names_do_not_matter(mutant: Mutant) -> None:
    """A mutant is in the same place when all names change that no user of the packages can see."""
    before, after = (
        [
            (place.path, place.line)
            for place in places(mutant, {p: some[p] for p in _python(mutant)})
        ]
        for some in (_unparsed(), _renamed())
    )
    assert before == after


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("a: [b, c]", "a:\n  [ b,\n    c ]\n"),
        ("{% set a = $B %}", "{%set a=c%}"),
    ],
)
def test_spaces_of_a_text_do_not_matter(text: str, source: str) -> None:
    """A text is found whatever its spaces and line breaks are."""
    mutant = Mutant(
        group="", name="", bug="", text=text, put="!", tests=(), sources=(), regenerate=()
    )
    assert [place.changed.strip() for place in places(mutant, {Path("a"): source})] == ["!"]


@pytest.mark.parametrize(
    ("pattern", "template", "source", "changed"),
    [
        ("$F($X, $X)", "$F($X)", "f(a.b, a.b)\nf(a, b)\n", "(f(a.b))\nf(a, b)\n"),
        ("f($$$A, k=$_, **$$$B)", "f($$$A, **$$$B)", "f(1, *a, k=2, z=3)", "(f(1, *a, z=3))"),
        ("{'a': $A, **$$$M}", "{**$$$M}", "{'a': 1, 'b': 2, **c}", "({'b': 2, **c})"),
        ("$X = 1\n$Y = 2", "$Y = $X", "if a:\n    b = 1\n    c = 2\n", "if a:\n    c = b\n"),
        ("if $X:\n    $$$A", "$$$A", "if a:  # é\n    b\n    c\n", "b\nc\n"),
        ("self.$X.pop()", "$X", "self.a.pop()", "(a)"),
        ("lambda $X: $X", "None", "é = lambda b: b\n", "é = (None)\n"),
        (
            "@$D\ndef $F($X: $T):\n    $$$B",
            "@$D\ndef $F($X: $T):\n    1",
            "class A:\n    @b\n    def f(c: d): e\n",
            "class A:\n    @b\n    def f(c: d):\n        1\n",
        ),
        ("def $F($$$A):\n    $$$B", "", "class A:\n    def f(self, *, a: int):\n        b\n", None),
        ("if $X:\n    $Y\n$Z", "$Y", "if a:\n    b\nc\nd\n", "b\nd\n"),
        ("f'{$X}b'", "$X", 'f"{a}" "b"\nf"{a}"\n', '(a)\nf"{a}"\n'),
    ],
)
def test_patterns(pattern: str, template: str, source: str, changed: str | None) -> None:
    """A pattern matches what has its shape, and only its place is changed."""
    (match,) = syntax.find(pattern, source)
    expected = "class A:\n    pass\n" if changed is None else changed
    assert syntax.replace(match, template, source) == expected


def _python(mutant: Mutant) -> list[Path]:
    return [path for path in read_sources(mutant, ROOT) if path.suffix == ".py"]


@cache
def _sources() -> Files:
    """Return all Python sources that have mutants."""
    found = (read_sources(mutant, ROOT).items() for mutant in OF_SYNTAX)
    return {path: source for path, source in chain(*found) if path.suffix == ".py"}


@cache
def _unparsed() -> Files:
    return {path: ast.unparse(ast.parse(source)) for path, source in _sources().items()}


@cache
def _reformatted() -> Files:
    """Return the sources with long lines, single quotes and no trailing commas."""
    options = (
        "line-length=300",
        "format.quote-style='single'",
        "format.skip-magic-trailing-comma=true",
    )
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache"]
    command += [word for option in options for word in ("--config", option)]
    with TemporaryDirectory() as folder:
        copies = {path: Path(folder, f"{n}.py") for n, path in enumerate(_sources())}
        for path, copy in copies.items():
            copy.write_text(_sources()[path], encoding="utf-8")
        subprocess.run([*command, folder], capture_output=True, check=True)
        return {path: copy.read_text(encoding="utf-8") for path, copy in copies.items()}


@cache
def _renamed() -> Files:
    """Return the sources, unparsed, with other names for all that users cannot name."""
    trees = {path: ast.parse(source) for path, source in _sources().items()}
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    ours = {part for path in trees for part in path.with_suffix("").parts}
    imported = {name for node in nodes for name in _imported(node, ours)}
    private = {name for node in nodes for name in _defined(node)} - imported - _public()
    for node in nodes:
        for field, value in ast.iter_fields(node):
            if isinstance(value, str) and value in private and not isinstance(node, ast.Constant):
                setattr(node, field, f"new_{value}")
    return {path: ast.unparse(tree) for path, tree in trees.items()}


def _defined(node: ast.AST) -> Iterator[str]:
    """Give the names that a node defines."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.Attribute(attr=name, ctx=ast.Store()) | ast.ExceptHandler(name=str(name)):
            yield name


def _imported(node: ast.AST, ours: set[str]) -> Iterator[str]:
    """Give the names that a node imports, unless from a module of ours."""
    match node:
        case ast.Import(names):
            yield from (alias.asname or alias.name for alias in names)
        case ast.ImportFrom(str(module), names, 0) if module.partition(".")[0] not in ours:
            yield from (alias.asname or alias.name for alias in names)


def _public() -> set[str]:
    """Return the names that users can see, and those of Python itself."""
    kinds = (str, bytes, list, dict, set, deque)
    names = {
        "self",
        "batch_error",
        *OF_OTHERS,
        *dir(builtins),
        *(name for kind in kinds for name in dir(kind)),
    }
    for one in surface(ROOT).values():
        names |= {*one.path.split("."), *one.fields}
        if isinstance(one.target, griffe.Function):
            names |= {parameter.name for parameter in one.target.parameters}
    return names
