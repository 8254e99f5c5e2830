"""Files that are either as before or complete, whenever the process is killed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def beside(path: Path, ending: str) -> Path:
    """Return the file beside another one whose name has one more ending."""
    return path.with_name(path.name + ending)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield the name of a temporary file; at the end of the `with` block it replaces `path`.

    It is beside it, with `.tmp` at the end of its name, and is removed after an error. After a
    kill it stays, and the next run writes it again.
    """
    temporary = beside(path, ".tmp")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make sure that the new name is on the disk. Windows cannot be asked for it."""
    if os.name == "posix":  # pragma: no branch - Windows
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
