"""All steps, on both targets, one after the other; and the table of what came of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from mews_vouchers_client import Deviation, on_deviation
from mews_vouchers_client.deviations import Problem

from .client_steps import CLIENT_STEPS, ClientStep
from .compare import Finding, Kind, findings
from .names import NotMadeError
from .steps import STEPS, Step
from .target import Target
from .wire import NoAnswerError

ALL_STEPS: tuple[Step | ClientStep, ...] = (*STEPS, *CLIENT_STEPS)
_DEVIATION = "client: deviation"
_HEADING = ("step", "expected (mock)", "found (server)", "")
_WIDEST = 64


class StoppedError(Exception):
    """The server does not answer any more."""


@dataclass
class Table:
    """What was found so far; a difference of every answer is told with the first."""

    rows: list[tuple[str, Finding]] = field(default_factory=list[tuple[str, Finding]])
    #: How many steps were done.
    steps: int = 0

    def add_step(self, step: str, headline: str, found: Iterable[Finding]) -> None:
        """Add what was found at a step; nothing means that both targets had the same headline."""
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
        shown = [[_cell(text) for text in row] for row in cells]
        widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
        return "\n".join(
            "  ".join(map(str.ljust, row, widths)).rstrip()
            for row in [shown[0], ["-" * width for width in widths], *shown[1:]]
        )


def carry_out(
    reference: Target, given: Target, table: Table, tell: Callable[[str], object]
) -> None:
    """Do all steps on both targets, and enter what came of them into the table.

    Raises:
        StoppedError: Two steps in a row got no answer.
    """
    deviations: list[Deviation] = []
    on_deviation(deviations.append)
    try:
        _all_steps(reference, given, table, tell)
    finally:
        on_deviation(None)
        table.rows += [(_DEVIATION, _of_deviation(one)) for one in deviations]


def _all_steps(
    reference: Target, given: Target, table: Table, tell: Callable[[str], object]
) -> None:
    silent = 0
    for number, step in enumerate(ALL_STEPS, 1):
        tell(f"{number:>2}/{len(ALL_STEPS)} {step.name}")
        expected = step.look(reference)
        try:
            found = list(findings(expected, step.look(given)))
            silent = 0
        except NotMadeError as error:
            found = [Finding(Kind.NOT_TRIED, expected.headline, f"there is no {error}")]
        except NoAnswerError as error:
            found = [Finding(Kind.DIFFERENT, expected.headline, f"no answer: {error}")]
            silent += 1
        table.add_step(step.name, expected.headline, found)
        if silent == 2:
            raise StoppedError


def _of_deviation(deviation: Deviation) -> Finding:
    unknown = deviation.problem is Problem.UNKNOWN_PROPERTY
    return Finding(Kind.UNDOCUMENTED if unknown else Kind.DIFFERENT, "none", str(deviation))


def printable(text: str) -> str:
    """Return a text with parts of a server's as any terminal can print it, in one line."""
    return text if text.isascii() and text.isprintable() else ascii(text)


def _cell(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."
