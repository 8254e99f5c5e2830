"""Facts: what a source says about each place of the API. Values only.

The readers make facts, `compare` turns them into differences, `effects` judges these.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: From the operation inwards: ("vouchers/add", "request", "VoucherParameters", "[]", "Name").
#: The second part is `request`, `parameters` or a status. The header of a response is inside of its
#: status: ("vouchers/add", "429", "header Retry-After").
Place = tuple[str, ...]
#: What a source can say about an attribute. None: it does not restrict it.
Value = str | bool | int | float | frozenset[str] | None
Says = Mapping[str, Value]

REQUEST, PARAMETERS, HEADER = "request", "parameters", "header "
ITEM, ENTRY = "[]", "{}"
#: Types beside those of JSON: no body, and that of which there is no value.
NO_BODY, NOTHING = "no body", "nothing"
#: The attribute that holds digests of all texts about a place.
TEXT = "text"
#: Longer lines are truncated in reports.
LONGEST = 400


class SourceError(Exception):
    """A source cannot be used; the message is one line with the place and the reason."""

    def __init__(self, source: str, reason: object, line: int | None = None) -> None:
        place = source if line is None else f"{source}:{line}"
        super().__init__(legible(f"{place}: {reason}"))


@dataclass(frozen=True, slots=True)
class Fact:
    """What a source says about one place."""

    place: Place
    says: Says = field(default_factory=dict[str, Value])
    whole: bool = True  # whether everything inside the place is listed
    line: int | None = None
    lines: Mapping[str, int | None] = field(default_factory=dict[str, int | None])  # of attributes

    def line_of(self, attribute: str) -> int | None:
        """Return the line of an attribute, or else of the place."""
        return self.lines.get(attribute, self.line)


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of one source: a document, or several pages together."""

    at: Mapping[Place, Fact]  # outer places come before inner ones
    excerpt: Mapping[str, Any] | None = None  # of a document; Any: JSON of any shape
    # Of pages: what was not understood, what could not be compared, digests of texts by place.
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_document(self) -> bool:
        """Whether it says everything. Pages leave out attributes and whole operations."""
        return not self.texts

    def covers(self, operation: str) -> bool:
        """Return whether an operation would be listed if it existed. A page has one resource."""
        shown = {place[0].rpartition("/")[0] for place in self.at}
        return self.is_document or operation.rpartition("/")[0] in shown


def is_set(value: Value) -> bool:
    """Return whether a value says something; a flag that is not set says nothing."""
    return value is not None and value is not False


def side(place: Place) -> str:
    """Return `request`, `parameters`, a status; an empty string for an operation."""
    return place[1] if len(place) > 1 else ""


def is_sent(place: Place) -> bool:
    """Return whether a place is part of what callers send."""
    return side(place) in ("", REQUEST, PARAMETERS)


def path(names: Place) -> str:
    """Return the way to a place inside a body, such as `VoucherParameters[].Name`."""
    return "".join(name if name in (ITEM, ENTRY) else f".{name}" for name in names).lstrip(".")


def label(place: Place) -> str:
    """Return a place in words: `vouchers/add request VoucherParameters[].Name`."""
    return legible(" ".join(part for part in (*place[:2], path(place[2:])) if part))


def legible(text: str) -> str:
    """Return foreign text as one line without control characters."""
    line = " ".join(text.split())
    line = line[:LONGEST] + "…" if len(line) > LONGEST else line
    return "".join(letter if letter.isprintable() else "?" for letter in line)
