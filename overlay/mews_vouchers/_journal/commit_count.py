"""How many transactions were committed to a journal: a number in a file beside it.

SQLite ends a damaged or truncated `-wal` file at the damage, without a word. The journal has the
same number, stored by each transaction: if it is lower than that of this file, something that was
committed is missing. The number is written after each commit and not flushed. So after a power
cut it may be lower than that of the journal, which is no damage, but never higher.

The file is there while the journal is open, and after a crash.
"""

import os
from contextlib import suppress
from pathlib import Path

from ..errors import JournalError
from .failures import damaged

_SUFFIX = "-commits"
_DIGITS = 20
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)


class CommitCount:
    """The open file.

    Args:
        path: Of the journal.
        number: How many transactions were committed.

    Raises:
        JournalError: The file cannot be written.
    """

    def __init__(self, path: str, number: int) -> None:
        self._path = path + _SUFFIX
        try:
            self._file = os.open(self._path, _FLAGS, 0o600)
            try:
                self._write(number)
                os.fsync(self._file)
                _flush_folder(self._path)
            except BaseException:
                os.close(self._file)
                raise
        except OSError as error:
            raise JournalError(
                path,
                f"cannot be written ({Path(self._path).name}: {error.strerror}): check the disk "
                "and the permissions of the folder, then run the same call again",
            ) from error

    def note(self, number: int) -> None:
        """Write how many transactions were committed."""
        with suppress(OSError):  # a number that is too low only notices less
            self._write(number)

    def close(self, *, remove: bool) -> None:
        """Close the file, and remove it if it is not needed any more."""
        os.close(self._file)
        if remove:
            with suppress(OSError):  # its number is not read any more
                Path(self._path).unlink()

    def _write(self, number: int) -> None:
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, f"{number:0{_DIGITS}}".encode())


def read_commit_count(path: str) -> int:
    """Return the number of the file beside a journal.

    Raises:
        JournalError: There is none, or it cannot be read.
    """
    file = Path(path + _SUFFIX)
    try:
        text = file.read_text("ascii")
    except FileNotFoundError:
        raise JournalError(
            path,
            f"lacks the file {file.name}, which tells whether all that was written is there: "
            "move that back beside it",
        ) from None
    except (OSError, UnicodeDecodeError):
        text = ""
    if len(text) != _DIGITS or not text.isdigit():
        raise damaged(path, f"{file.name} was changed")
    return int(text)


def _flush_folder(path: str) -> None:
    """Let the name of a new file survive a power cut. Windows cannot open a folder."""
    with suppress(OSError):
        folder = os.open(Path(path).parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
