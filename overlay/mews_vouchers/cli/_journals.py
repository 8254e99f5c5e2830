"""Writes of codes: their progress, how they end, and what is wrong with items of their input."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mews_vouchers import BatchError, Progress, batch_error_of

from ..batch_error import ALL_OTHERS_WRITTEN
from ._console import Verbosity, counted, progress_bar, say
from ._errors import as_failure
from ._failures import ExitCode, Failure
from ._files import beside

#: So many problems are shown without --verbose.
_SHOWN = 20


def journal_of(file: Path, journal: Path | None) -> Path:
    """Return the path of the journal: as given, or beside the input."""
    return journal or beside(file, ".journal")


@contextmanager
def reported(
    shown: Verbosity, done: str, places: Sequence[int | str], journal: Path | None
) -> Iterator[Callable[[Progress], None]]:
    """Report the progress of the write in the `with` block, and how it ends.

    Args:
        shown: What is shown.
        done: What becomes of the codes, such as `added`.
        places: The place of each code in the input, for messages.
        journal: The journal, if there is one.

    Raises:
        Failure: It stopped, or codes were rejected.
    """
    progresses: list[Progress] = []  # the first and the last one
    with progress_bar(shown, "codes", len(places)) as bar:

        def on_progress(progress: Progress) -> None:
            progresses[1:] = [progress]
            bar.reach(progress.done)
            waiting = f"waiting {progress.settling:.0f} s for requests of an earlier run"
            bar.note(waiting if progress.settling else "")

        try:
            yield on_progress
        except BaseException as error:
            report = batch_error_of(error)
            if report is None:  # the write had not begun
                raise
            rejected = [(places[one.position], str(one.error)) for one in report.rejected]
            # What stopped a write, such as a wrong token, rejects all codes of its request alike.
            stopped = "" if _is_finished(report) else str(report.cause)
            show_problems(shown, [one for one in rejected if one[1] != stopped])
            raise _ended(error, report, done) from error
    if not shown.quiet:
        # If there are any, the first call is before all requests.
        before = progresses[0].done if progresses and not progresses[0].requests else 0
        earlier = f", {before:,} of them by earlier runs" if before else ""
        kept = f"; the journal is {journal}" if journal else ""
        say(f"{counted(len(places), 'codes')} {done}{earlier}{kept}")


def _is_finished(report: BatchError) -> bool:
    """Whether everything is written but what was rejected by itself."""
    return report.reason.startswith(ALL_OTHERS_WRITTEN)


def _ended(error: BaseException, report: BatchError, done: str) -> Failure:
    total = sum(map(len, (report.succeeded, report.rejected, report.unknown, report.not_sent)))
    state = f"{len(report.succeeded):,} of {counted(total, 'codes')} {done}"
    if not isinstance(error, Exception):
        text = f"interrupted: {state}; run the same command again to continue"
        return Failure(text, ExitCode.INTERRUPTED)
    if _is_finished(report):
        text = f"{state}, {len(report.rejected):,} rejected: correct them, and run it again"
        return Failure(text, ExitCode.INPUT)
    text = f"{state}: {report.cause or report.reason}; run the same command again"
    return Failure(text, as_failure(error).code)


def show_problems(shown: Verbosity, problems: Sequence[tuple[int | str, str]]) -> None:
    """Show what is wrong with items of the input: the first ones, or all with --verbose."""
    limit = len(problems) if shown.verbose else _SHOWN
    for place, reason in problems[:limit]:
        say(f"{f'line {place}' if isinstance(place, int) else place}: {reason}")
    if len(problems) > limit:
        say(f"... and {len(problems) - limit:,} more: see --verbose")
