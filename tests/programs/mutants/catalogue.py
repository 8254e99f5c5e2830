"""The mutants: what there are, and how one is planted into the sources. Nothing is run here.

Each `*.toml` file beside this module is a group. A mutant is a table, named by what goes wrong:

    [ignores-retry-after]
    file = "overlay/mews_vouchers/_retry.py"
    find = 'asked = getattr(error, "retry_after", None)'    # stands in the file exactly once
    put = "asked = None"
    tests = ["tests/client/test_retry.py"]                  # tried first, so that a run is quick

`also` is a list of further tables with `file`, `find` and `put`, for bugs that take several edits.
A good mutant is a mistake that could pass a review: it breaks a promise, not the syntax.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

#: What `generated/` is made from, and what else is there.
_SOURCES_OF_GENERATED = "openapi/"
_COMPARISON = ("openapi/comparison/",)


class MovedError(Exception):
    """A mutant no longer applies, because the text that it changes is not there any more."""


@dataclass(frozen=True, slots=True)
class Change:
    """A text of a file, and what takes its place."""

    file: str
    find: str
    put: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug, and the tests that should catch it."""

    group: str
    name: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.group}/{self.name}"

    @property
    def is_generated(self) -> bool:
        """Whether it takes effect only when the package is generated anew."""
        return any(
            change.file.startswith(_SOURCES_OF_GENERATED)
            and not change.file.startswith(_COMPARISON)
            for change in self.changes
        )

    def is_meant(self, pattern: str) -> bool:
        """Tell whether a pattern names this mutant, or its group."""
        return any(fnmatchcase(name, pattern) for name in (str(self), self.name, self.group))


def load() -> list[Mutant]:
    """Return all mutants, group by group."""
    return [
        mutant for path in sorted(Path(__file__).parent.glob("*.toml")) for mutant in _group(path)
    ]


def _group(path: Path) -> Iterator[Mutant]:
    for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        tests = tuple(table.pop("tests"))
        also = table.pop("also", [])
        changes = tuple(Change(**change) for change in (table, *also))
        yield Mutant(path.stem, name, changes, tests)


def mutated(mutant: Mutant, root: Path) -> dict[Path, str]:
    """Return the files that a mutant changes below `root`, as they are with it.

    Raises:
        MovedError: A text that it changes is not there, or more than once.
    """
    files: dict[Path, str] = {}
    for change in mutant.changes:
        path = root / change.file
        text = files.get(path) or (path.read_text(encoding="utf-8") if path.exists() else "")
        times = text.count(change.find)
        if times != 1:
            line = change.find.strip().partition("\n")[0]
            raise MovedError(
                f"mutant {mutant} no longer applies, line moved: {line!r} and what follows is "
                f"{times} times in {change.file}, not once"
            )
        files[path] = text.replace(change.find, change.put)
    return files


def plant(mutant: Mutant, root: Path) -> None:
    """Change the files below `root`."""
    for path, text in mutated(mutant, root).items():
        path.write_text(text, encoding="utf-8")
