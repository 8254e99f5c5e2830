"""Compares the generated folder with what it should be: which files, and which lines."""

import difflib
from pathlib import Path

from places import shown


def strangers(package: Path) -> list[str]:
    """Return what stands beside the package, in a folder that holds nothing else."""
    return [
        shown(path)
        for path in sorted(package.parent.iterdir())
        if path != package and not path.name.startswith(".generate-")
    ]


def tree(package: Path) -> dict[str, bytes]:
    """Return every file below `package` with its bytes, but for what Python itself caches."""
    return {
        path.relative_to(package).as_posix(): path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }


def difference(name: str, found: bytes, expected: bytes) -> list[str]:
    """Return a unified diff of one file, empty where there is no difference."""
    before, after = (
        data.decode(errors="replace").splitlines(keepends=True) for data in (found, expected)
    )
    lines = list(difflib.unified_diff(before, after, f"found/{name}", f"expected/{name}"))
    if found != expected and not lines:
        return [f"differs in bytes that are not text: {name}\n"]
    return [line if line.endswith("\n") else f"{line}\n" for line in lines]
