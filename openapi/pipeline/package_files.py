"""Compares the files of two packages: which exist, and how they differ."""

import difflib
from pathlib import Path

from .paths import display


def unexpected_files(package: Path) -> list[str]:
    """Return the paths beside `package`, whose folder must contain nothing else."""
    return [
        display(path)
        for path in sorted(package.parent.iterdir())
        if path != package and not path.name.startswith(".generate-")
    ]


def read_files(package: Path) -> dict[str, bytes]:
    """Return the content of every file of `package` by its path, without Python's caches."""
    return {
        path.relative_to(package).as_posix(): path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }


def differences(package: Path, expected_package: Path) -> list[str]:
    """Return the lines of a report on how `package` differs from another one; empty if equal."""
    found, expected = read_files(package), read_files(expected_package)
    lines = [
        *(f"missing: {name}\n" for name in sorted(expected.keys() - found.keys())),
        *(f"not generated: {name}\n" for name in sorted(found.keys() - expected.keys())),
        *(f"not generated: {name}\n" for name in unexpected_files(package)),
    ]
    for name in sorted(expected.keys() & found.keys()):
        lines += _diff(name, found[name], expected[name])
    return lines


def _diff(name: str, found: bytes, expected: bytes) -> list[str]:
    """Return a unified diff of one file; empty if both are equal."""
    before, after = (
        data.decode(errors="replace").splitlines(keepends=True) for data in (found, expected)
    )
    lines = list(difflib.unified_diff(before, after, f"found/{name}", f"expected/{name}"))
    if found != expected and not lines:
        return [f"binary files differ: {name}\n"]
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]
