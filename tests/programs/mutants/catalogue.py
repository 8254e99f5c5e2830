"""The mutants: what there are, and how one is planted into the sources. Nothing is run here.

Each `*.toml` file beside this module is a group. It begins with the files that its mutants are in,
and with the Python command that generates modules from these, if any does. A mutant is a table,
named by what goes wrong:

    sources = ["overlay/mews_vouchers/**/*.py", "!overlay/mews_vouchers/mock/**/*.py"]
    regenerate = ["overlay/unasync.py"]

    [ignores-retry-after]
    bug = "The wait that the server asks for is ignored."
    find = 'getattr($ERROR, "retry_after", None)'  # Python that is there once: see `syntax.py`
    put = "None"                                   # what takes its place
    tests = ["test_retry"]                         # tried first, so that a run is quick

`text` instead of `find` is a string that is there once in a file of any kind. Its spaces and line
breaks do not matter, and `$X` is any word. `near` decides between several places: it is a part of
the file's name, or of the class's or the function's. A test is the name of a module or of a
function, wherever it is in `tests/`; a folder tells modules of one name apart, as in
`client/test_secrets`. A mutant may have `sources` and `regenerate` of its own.

A good mutant is a mistake that could pass a review: it breaks a promise, not the syntax.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.programs.mutants import syntax
from tests.support.paths import ROOT

_TEST = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
_TOKEN = re.compile(r"\$[A-Z_]+|\w+|[^\w\s]")


class MovedError(Exception):
    """A mutant does not apply: what it changes is not there, or in several places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A bug, and the tests that should catch it."""

    group: str
    name: str
    #: What goes wrong, in one sentence.
    bug: str
    find: str = ""
    text: str = ""
    near: str = ""
    put: str
    tests: tuple[str, ...]
    #: Globs of the files that it may be in; `!` begins one that leaves some out.
    sources: tuple[str, ...]
    #: The Python command that makes the modules that are generated from these files, if any are.
    regenerate: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.group}/{self.name}"

    def is_meant(self, pattern: str) -> bool:
        """Return whether a pattern names this mutant, or its group."""
        return any(fnmatchcase(name, pattern) for name in (str(self), self.name, self.group))


class Place(NamedTuple):
    """Where a mutant applies, and the whole file with it."""

    path: Path
    line: int
    scope: str
    changed: str

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line} {self.scope}".rstrip()


def load() -> list[Mutant]:
    """Return all mutants, group by group."""
    return [
        mutant for path in sorted(Path(__file__).parent.glob("*.toml")) for mutant in _group(path)
    ]


def _group(path: Path) -> Iterator[Mutant]:
    group = tomllib.loads(path.read_text(encoding="utf-8"))
    common = {"sources": group.pop("sources"), "regenerate": group.pop("regenerate")}
    for name, own in group.items():
        table = common | own
        lists = {key: tuple(table[key]) for key in ("sources", "regenerate", "tests")}
        yield Mutant(group=path.stem, name=name, **table | lists)


def read_sources(mutant: Mutant, root: Path) -> dict[Path, str]:
    """Return the files below `root` that a mutant may be in."""
    paths: set[Path] = set()
    for pattern in mutant.sources:
        found = set(root.glob(pattern.removeprefix("!")))
        paths = paths - found if pattern.startswith("!") else paths | found
    return {path: path.read_text(encoding="utf-8") for path in sorted(paths)}


def mutate(mutant: Mutant, files: dict[Path, str]) -> tuple[Path, str]:
    """Return the file that a mutant changes, and what is in it then.

    Raises:
        MovedError: What it changes is not there, or in several places.
    """
    found = places(mutant, files)
    if len(found) > 1 and mutant.near:
        found = [one for one in found if mutant.near in f"{one.path.name} {one.scope}"] or found
    if len(found) != 1:
        listed = "".join(f"\n    {place}" for place in found)
        raise MovedError(
            f"mutant {mutant} ({mutant.bug}) does not apply: what it changes is in {len(found)} "
            f"places, not in one: {(mutant.find or mutant.text).strip()!r}{listed}"
        )
    return found[0].path, found[0].changed


def places(mutant: Mutant, files: dict[Path, str]) -> list[Place]:
    """Return all places where a mutant could apply."""
    return [place for path in files for place in _places(mutant, path, files[path])]


def _places(mutant: Mutant, path: Path, source: str) -> Iterator[Place]:
    if mutant.text:
        tokens = _TOKEN.findall(mutant.text)
        pattern = r"\s*".join(r"\w+" if one[:1] == "$" else re.escape(one) for one in tokens)
        for match in re.finditer(pattern, source):
            changed = source[: match.start()] + mutant.put + source[match.end() :]
            yield Place(path, source.count("\n", 0, match.start()) + 1, "", changed)
    elif path.suffix == ".py":
        for found in syntax.find(mutant.find, source):
            changed = syntax.replace(found, mutant.put, source)
            yield Place(path, found.line, found.scope, changed)


def plant(mutant: Mutant, root: Path) -> None:
    """Change the files below `root`."""
    path, source = mutate(mutant, read_sources(mutant, root))
    path.write_text(source, encoding="utf-8")


def locate(test: str) -> list[str]:
    """Return the node ids of the tests of a name: those of a module, or the functions."""
    return _tests()[test]


@cache
def _tests() -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        file = path.relative_to(ROOT).as_posix()
        for name in (path.stem, f"{path.parent.name}/{path.stem}"):
            found[name].append(file)
        for name in _TEST.findall(path.read_text(encoding="utf-8")):
            found[name].append(f"{file}::{name}")
    return found
