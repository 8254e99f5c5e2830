# Copied from openapi/runtime/deviations.py by `make generate`: do not edit.
"""Reports responses that differ from the document.

Reading never fails (see `serialization.py`); every deviation from the document is reported here.
Each property of a schema is reported once per process, as a warning of the logger
`mews_vouchers_client` or to a callback:

    from mews_vouchers_client import on_deviation

    on_deviation(lambda deviation: statsd.increment("mews.deviation"))

A report never contains a value from a body. A deviation means that the vendor's API and the
document of this package differ: look for a newer release of the package, or regenerate it.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Deviation", "Problem", "on_deviation"]

logger = logging.getLogger(__package__)

#: Limits the memory that a server can use up by inventing property names.
MAX_REPORTS = 1_000
#: Limits the unknown properties of one schema that `fast_json.py` decodes.
MAX_UNKNOWN = 16
#: The form of a property name. Anything else may be sensitive, such as an echoed token.
_PROPERTY_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,47}|\(body\)")
_HIDDEN_NAME = "(not a property name)"


class Problem(StrEnum):
    """How a property deviates from the document."""

    MISSING = "is required and missing"
    NULL = "is null and must not be"
    WRONG_TYPE = "has the wrong JSON type"
    UNKNOWN_VALUE = "has a value that is not in the document's enum"
    MALFORMED = "is not in the documented format"
    UNKNOWN_PROPERTY = "is not in the document"
    NOT_AN_OBJECT = "is not a JSON object"


@dataclass(frozen=True, slots=True)
class Deviation:
    """A difference between the document and a response."""

    #: The schema's name in the document, for example `VoucherCode`.
    schema: str
    #: The property's name in JSON, for example `IsActive`, or `(body)` for the body as a whole. A
    #: string that does not have the form of a property name is not shown.
    property: str
    #: What is wrong with the property.
    problem: Problem

    def __str__(self) -> str:
        return f"{self.schema}.{self.property} {self.problem}"


def _log(deviation: Deviation) -> None:
    logger.warning(
        "%s: the response differs from the document of this package. "
        "The data is kept as received. Reported once per process.",
        deviation,
    )


class _Reports:
    """The deviations reported so far, and the callback for new ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seen: set[tuple[str, str]] = set()
        #: See `unknown_names`.
        self.unknown: tuple[tuple[str, str], ...] = ()
        self._callback: Callable[[Deviation], None] = _log

    def reset(self, callback: Callable[[Deviation], None]) -> None:
        with self._lock:
            self._callback = callback
            self.seen.clear()
            self.unknown = ()

    def add(self, deviation: Deviation) -> None:
        key = (deviation.schema, deviation.property)
        with self._lock:
            if key in self.seen or len(self.seen) >= MAX_REPORTS:
                return
            self.seen.add(key)
            if deviation.problem is Problem.UNKNOWN_PROPERTY:
                self._remember_unknown(*key)
            callback = self._callback
            is_last = len(self.seen) == MAX_REPORTS
        try:
            callback(deviation)
        except Exception:
            logger.exception("the callback passed to on_deviation() failed")
        if is_last:
            logger.warning("%d deviations reported; further ones are not reported", MAX_REPORTS)

    def _remember_unknown(self, schema: str, name: str) -> None:
        count = sum(known == schema for known, _ in self.unknown)
        if count < MAX_UNKNOWN and name != _HIDDEN_NAME:
            self.unknown += ((schema, name),)


_reports = _Reports()


def on_deviation(callback: Callable[[Deviation], None] | None) -> None:
    """Report deviations to `callback` instead of the log; None restores the log.

    Deviations that were reported before are reported again. The callback runs in the thread that
    reads the response. An exception in it is logged and does not affect reading.
    """
    _reports.reset(callback or _log)


def report(schema: str, name: str, problem: Problem) -> None:
    """Report a deviation, unless this property of this schema was reported before."""
    if (schema, name) in _reports.seen:  # fast path: a deviation recurs in every item of a page
        return
    displayed = name if _PROPERTY_NAME.fullmatch(name) else _HIDDEN_NAME
    _reports.add(Deviation(schema, displayed, problem))


def report_unknown(schema: str, names: Iterable[str]) -> None:
    """Report properties that the document does not define."""
    for name in names:
        report(schema, name, Problem.UNKNOWN_PROPERTY)


def unknown_names() -> tuple[tuple[str, str], ...]:
    """Return the unknown properties reported so far, as pairs of schema and name.

    There are at most `MAX_UNKNOWN` per schema. They need no further report.
    """
    return _reports.unknown
