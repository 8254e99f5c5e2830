"""What a command writes: its output, one line for people, and a progress bar.

Output is for programs, on standard output. Everything for people is on standard error.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Protocol


@dataclass(slots=True)
class Verbosity:
    """What is shown of a command. It is the `obj` of the context of click."""

    #: Whether warnings, the log of requests and tracebacks are shown.
    verbose: bool = False
    #: Whether the summary and the progress bar are left out.
    quiet: bool = False


def prepare_streams() -> None:
    """Let no character end the command, whatever the encoding of the console.

    On Windows, a redirected output has the encoding of the system, such as cp1252, which lacks
    most characters: what goes into files and pipes is UTF-8 everywhere. A terminal that cannot
    show a character shows its escape sequence.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # pragma: no branch - unless a program replaced it
            encoding = None if stream.isatty() or stream is sys.stderr else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def say(message: str) -> None:
    """Write one line for people."""
    print(one_line(message), file=sys.stderr, flush=True)


def counted(number: int, unit: str) -> str:
    """Return a number with what is counted, such as `1 code` or `2,000 codes`."""
    return f"{number:,} {unit.removesuffix('s') if number == 1 else unit}"


def one_line(text: str) -> str:
    """Return a text in one line, without control characters: a server may have written it."""
    return "".join(one if one.isprintable() else " " for one in " ".join(text.split()))


def is_closed_pipe(error: OSError) -> bool:
    """Whether the reader of the output has left. Windows reports it as an invalid argument."""
    is_on_windows = os.name == "nt" and error.errno == errno.EINVAL and error.filename is None
    return error.errno == errno.EPIPE or is_on_windows


def discard_output() -> None:
    """Let nothing fail that is still written, such as the rest of a buffer at the exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


class Bar(Protocol):
    """A progress bar."""

    def reach(self, done: int) -> None:
        """Show how many items are done."""

    def note(self, text: str) -> None:
        """Show a text beside it; an empty one for none."""


class _NoBar:
    def reach(self, done: int) -> None:
        pass

    def note(self, text: str) -> None:
        pass


@contextmanager
def progress_bar(shown: Verbosity, unit: str, total: int | None = None) -> Iterator[Bar]:
    """Show a progress bar during the `with` block, on a terminal only.

    Args:
        shown: A quiet command shows none.
        unit: What is counted, such as `codes`.
        total: Their number, if it is known.
    """
    if shown.quiet or not sys.stderr.isatty():
        yield _NoBar()
        return
    from tqdm import tqdm  # noqa: PLC0415 - not every command needs it

    with tqdm(total=total, unit=f" {unit}", file=sys.stderr, dynamic_ncols=True) as bar:

        class Shown:
            def reach(self, done: int) -> None:
                bar.update(done - bar.n)

            def note(self, text: str) -> None:
                bar.set_postfix_str(text)

        yield Shown()
