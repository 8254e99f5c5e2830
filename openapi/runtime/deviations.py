"""Where the server breaks its contract, somebody should hear of it: once, and without the data.

Reading never fails (see `wire.py`); what it met that the document does not promise comes here.
Each schema and property is reported once in a process, as a warning of the logger
`mews_vouchers_client`, or to a callback of yours:

    from mews_vouchers_client.deviations import on_deviation

    on_deviation(lambda deviation: statsd.increment("mews.deviation"))

No value of a body is ever part of a report. A deviation means that the vendor's API and this
package's document differ: look for a newer release, or regenerate.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Deviation", "Problem", "on_deviation"]

logger = logging.getLogger(__package__)

#: A server that invents names must not fill the memory: after this many, reports stop.
MAX_REPORTS = 1_000
#: Nor make `strict.py` prepare for ever more of them: so many of a schema, at most.
MAX_UNKNOWN = 16
#: How names of properties look. Another one may be anything, such as a token that is echoed.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,47}|\(body\)")
_OTHER_NAME = "(a name of another form)"


class Problem(StrEnum):
    """What is wrong with a property."""

    MISSING = "is required and missing"
    NULL = "is null and must not be"
    WRONG_TYPE = "has another JSON type"
    UNKNOWN_VALUE = "has a value that the document does not list"
    MALFORMED = "is not written as documented"
    UNKNOWN_PROPERTY = "is not in the document"
    NOT_AN_OBJECT = "is not a JSON object"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One difference between the document and what the server sent."""

    #: The schema's name in the document, such as `VoucherCode`.
    schema: str
    #: The property's name on the wire, such as `IsActive`; `(body)` for the body as a whole. A name
    #: that does not look like one is not shown.
    property: str
    problem: Problem

    def __str__(self) -> str:
        return f"{self.schema}.{self.property} {self.problem}"


def _log(deviation: Deviation) -> None:
    logger.warning(
        "%s: the API and the document of this package differ; what could not be understood is "
        "kept as it came. Reported once.",
        deviation,
    )


class _Reports:
    """What was reported already, and who hears of the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seen: set[tuple[str, str]] = set()
        #: See `unknown_names`.
        self.unknown: tuple[tuple[str, str], ...] = ()
        self._listener: Callable[[Deviation], None] = _log

    def listen(self, listener: Callable[[Deviation], None]) -> None:
        with self._lock:
            self._listener = listener
            self.seen.clear()
            self.unknown = ()

    def add(self, deviation: Deviation) -> None:
        key = (deviation.schema, deviation.property)
        with self._lock:
            if key in self.seen or len(self.seen) >= MAX_REPORTS:
                return
            self.seen.add(key)
            if deviation.problem is Problem.UNKNOWN_PROPERTY:
                self._expect(*key)
            listener = self._listener
            last = len(self.seen) == MAX_REPORTS
        try:
            listener(deviation)
        except Exception:
            logger.exception("the callback given to on_deviation() failed")
        if last:
            logger.warning("%d deviations reported; no more will be", MAX_REPORTS)

    def _expect(self, schema: str, name: str) -> None:
        earlier = sum(one == schema for one, _ in self.unknown)
        if earlier < MAX_UNKNOWN and name != _OTHER_NAME:
            self.unknown += ((schema, name),)


_reports = _Reports()


def on_deviation(callback: Callable[[Deviation], None] | None) -> None:
    """Send reports to `callback` instead of the log, and begin anew: what was seen is forgotten.

    None goes back to the log. The callback runs in the thread that reads; an error in it is logged
    and does not disturb the reading.
    """
    _reports.listen(callback or _log)


def report(schema: str, name: str, problem: Problem) -> None:
    """Report a deviation, unless this schema and property were reported before."""
    if (schema, name) in _reports.seen:  # the usual case, in every item of a page
        return
    shown = name if _NAME.fullmatch(name) else _OTHER_NAME
    _reports.add(Deviation(schema, shown, problem))


def report_unknown(schema: str, names: Iterable[str]) -> None:
    """Report properties that the document does not have."""
    for name in names:
        report(schema, name, Problem.UNKNOWN_PROPERTY)


def unknown_names() -> tuple[tuple[str, str], ...]:
    """Return the first unknown properties of each schema that were reported: schemas and names.

    To meet one of them again is nothing to report.
    """
    return _reports.unknown
