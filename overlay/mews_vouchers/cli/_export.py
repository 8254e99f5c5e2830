"""`export`: lists into a partial file, and writes the whole file at the end.

A run that was stopped, even by a kill, is continued by the next one with the same arguments.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mews_vouchers_client.types import Model

from mews_vouchers import Pager

from ._console import Bar, Verbosity, counted, progress_bar, say
from ._errors import as_failure
from ._failures import ExitCode, Failure
from ._files import replacing
from ._formats import WriteRows, choose_format
from ._partial_file import PartialFile
from ._rows import to_json


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported."""

    #: What is counted, such as `codes`.
    unit: str
    model: type[Model]
    #: Identifies the arguments: another run with the same text continues this one.
    request: str
    #: Returns the pager that continues from a checkpoint; it may keep a state in the partial file.
    open: Callable[[PartialFile], Pager[Any, Any]]  # Any: of vouchers or codes
    #: Yields those items of a page that are exported.
    select: Callable[[Iterable[Model]], Iterable[Model]]


def export(target: Path, what: Export, shown: Verbosity) -> None:
    """Export to a file, which is replaced when everything is there.

    Raises:
        Failure: It stopped. The partial file has what is there so far.
    """
    write = choose_format(target)
    started = time.monotonic()
    with PartialFile(target, what.request) as partial:
        before = partial.count
        if before and not shown.quiet:
            say(
                f"continuing after {counted(before, what.unit)}: "
                f"remove {partial.path} to begin again"
            )
        try:
            pager = _list(partial, what, shown)
            count = partial.count
            _finish(target, write, partial, what)
        except (Exception, KeyboardInterrupt) as error:
            raise _stopped(error, partial, what.unit) from error
    if not shown.quiet:
        here = f", {count - before:,} of them by this run" if before else ""
        say(
            f"{counted(count, what.unit)} in {target}{here}: "
            f"{counted(pager.requests, 'requests')}, {pager.retries} of them repeated, "
            f"{time.monotonic() - started:.1f} s, {pager.waited:.1f} s of waiting"
        )


def _list(partial: PartialFile, what: Export, shown: Verbosity) -> Pager[Any, Any]:
    """List what is missing. Any: vouchers or codes."""
    with progress_bar(shown, what.unit) as bar:
        pager = what.open(partial)
        done = partial.count
        for page in pager.pages():
            rows = [to_json(item.to_row()) for item in what.select(page.items)]
            partial.append(rows, pager.checkpoint)
            done += len(rows)
            _show(bar, done, pager.waited)
    return pager


def _show(bar: Bar, done: int, waited: float) -> None:
    bar.reach(done)
    bar.note(f"waited {waited:.0f} s" if waited >= 1 else "")


def _finish(target: Path, write: WriteRows, partial: PartialFile, what: Export) -> None:
    with replacing(target) as temporary:
        write(temporary, partial.rows(), what.model.columns())
    partial.remove()


def _stopped(error: BaseException, partial: PartialFile, unit: str) -> Failure:
    kept = f"{counted(partial.count, unit)} kept in {partial.path}: run it again to continue"
    if isinstance(error, Exception):
        failure = as_failure(error)
        return Failure(f"{failure}; {kept}", failure.code)
    return Failure(f"interrupted; {kept}", ExitCode.INTERRUPTED)
