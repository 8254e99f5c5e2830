"""All steps, on both targets, one after the other; and the table of the results."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from mews_vouchers_client import Deviation, on_deviation
from mews_vouchers_client.deviations import Problem

from .client_steps import CLIENT_STEPS, ClientStep
from .compare import Finding, Kind, findings
from .names import NotAddedError
from .steps import STEPS, Step
from .target import Target
from .wire import NoResponseError

ALL_STEPS: tuple[Step | ClientStep, ...] = (*STEPS, *CLIENT_STEPS)
_DEVIATION = "client: deviation"
_HEADING = ("step", "expected (mock)", "found (server)", "")
_WIDEST = 64


class StoppedError(Exception):
    """The server does not respond any more."""


@dataclass
class Table:
    """The findings so far; a difference of every response is reported with the first."""

    rows: list[tuple[str, Finding]] = field(default_factory=list[tuple[str, Finding]])
    #: The number of steps so far.
    steps: int = 0

    def add_step(self, step: str, headline: str, found: Iterable[Finding]) -> None:
        """Add the findings of a step; none means that both targets had the same headline."""
        known = {finding for _, finding in self.rows if finding.is_general}
        new = [finding for finding in found if finding not in known]
        same = Finding(Kind.SAME, headline, headline)
        self.rows += [(step, finding) for finding in new or [same]]
        self.steps += 1

    def number(self, kind: Kind) -> int:
        """Return how many rows are of a kind."""
        return sum(finding.kind is kind for _, finding in self.rows)

    def __str__(self) -> str:
        cells = [_HEADING, *((step, one.expected, one.found, one.kind) for step, one in self.rows)]
        shown = [[_cell(string) for string in row] for row in cells]
        widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
        return "\n".join(
            "  ".join(map(str.ljust, row, widths)).rstrip()
            for row in [shown[0], ["-" * width for width in widths], *shown[1:]]
        )


def run_steps(
    reference: Target, given: Target, table: Table, report_progress: Callable[[str], object]
) -> None:
    """Run all steps on both targets, and add the findings to the table.

    Raises:
        StoppedError: Two steps in a row got no response.
    """
    deviations: list[Deviation] = []
    on_deviation(deviations.append)
    try:
        _all_steps(reference, given, table, report_progress)
    finally:
        on_deviation(None)
        table.rows += [(_DEVIATION, _of_deviation(one)) for one in deviations]


def _all_steps(
    reference: Target, given: Target, table: Table, report_progress: Callable[[str], object]
) -> None:
    unanswered = 0
    for number, step in enumerate(ALL_STEPS, 1):
        report_progress(f"{number:>2}/{len(ALL_STEPS)} {step.name}")
        expected = step.execute(reference)
        try:
            found = list(findings(expected, step.execute(given)))
            unanswered = 0
        except NotAddedError as error:
            found = [Finding(Kind.NOT_TRIED, expected.headline, f"there is no {error}")]
        except NoResponseError as error:
            found = [Finding(Kind.DIFFERENT, expected.headline, f"no response: {error}")]
            unanswered += 1
        table.add_step(step.name, expected.headline, found)
        if unanswered == 2:
            raise StoppedError


def _of_deviation(deviation: Deviation) -> Finding:
    unknown = deviation.problem is Problem.UNKNOWN_PROPERTY
    return Finding(Kind.UNDOCUMENTED if unknown else Kind.DIFFERENT, "none", str(deviation))


def printable(string: str) -> str:
    """Return a string of a server as any terminal can print it, in one line."""
    return string if string.isascii() and string.isprintable() else ascii(string)


def _cell(string: str) -> str:
    string = printable(string)
    return string if len(string) <= _WIDEST else f"{string[: _WIDEST - 3]}..."
