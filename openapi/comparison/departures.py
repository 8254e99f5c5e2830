"""Which differences are intended: the entries of `departures.yaml`.

An entry names a place, an attribute where it is about one, and the reason.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .compare import Difference
from .facts import SourceError, label
from .tree import Node, parse

KEYS = {"place", "reason", "source"}
SOURCES = ("document", "pages")


@dataclass(frozen=True, slots=True)
class Departure:
    """An intended difference.

    Attributes:
        place: As reports write it, with `*` for anything: `* request LanguageCode`. After a colon
            the attribute that differs, `new` or `gone`.
        reason: Why we differ.
        source: Which publication of the vendor says so: `document`, `pages`, or None for both.
        line: Where the entry stands.
    """

    place: str
    reason: str
    source: str | None
    line: int

    def covers(self, difference: Difference, source: str) -> bool:
        """Return whether it is about a difference from this kind of source."""
        place, _, what = self.place.partition(": ")
        return (
            self.source in (None, source)
            and what == difference.what
            and _matches(place, label(difference.place))
        )


@dataclass(frozen=True, slots=True)
class Sorted:
    """Differences that need an edit, intended ones, and entries that match nothing any more."""

    open: list[Difference]
    intended: list[tuple[Departure, list[Difference]]]
    outdated: list[Departure]


def sort(
    differences: list[Difference],
    recorded: list[Difference],
    departures: Sequence[Departure],
    *,
    is_document: bool,
) -> Sorted:
    """Separate the intended differences from the others.

    Args:
        differences: What a source says otherwise.
        recorded: What the recorded document says otherwise. An entry that matches nothing there is
            outdated. A source at hand cannot show that: it may be older, or pages.
        departures: The entries.
        is_document: Whether the source is a document.
    """
    source = SOURCES[0] if is_document else SOURCES[1]
    matches = [
        (entry, [one for one in differences if entry.covers(one, source)]) for entry in departures
    ]
    covered = [one for _, found in matches for one in found]
    return Sorted(
        [one for one in differences if one not in covered],
        [(entry, found) for entry, found in matches if found],
        [
            entry
            for entry in departures
            if entry.source != SOURCES[1]
            and not any(entry.covers(one, SOURCES[0]) for one in recorded)
        ],
    )


def load(name: str, text: str) -> list[Departure]:
    """Return the entries of the file.

    Raises:
        SourceError: An entry is malformed; names its line.
    """
    root = parse(name, text)
    entries = root.get("departures") if isinstance(root, Node) and len(root) == 1 else None
    if not isinstance(entries, list):
        raise SourceError(name, "a list called `departures` is expected, and nothing else")
    return [_entry(name, entry) for entry in entries]


def _entry(name: str, entry: Any) -> Departure:
    if not isinstance(entry, Node):
        raise SourceError(name, f"an entry has the keys {', '.join(sorted(KEYS))}")
    line = min(entry.lines.values(), default=1)
    if not {"place", "reason"} <= entry.keys() <= KEYS or not all(
        isinstance(value, str) and value.strip() for value in entry.values()
    ):
        raise SourceError(name, "an entry has texts for place, reason and perhaps source", line)
    if ": " not in entry["place"]:
        raise SourceError(name, "`place` ends with what differs, such as `: gone`", line)
    if entry.get("source") not in (None, *SOURCES):
        raise SourceError(name, f"`source` can be {' or '.join(SOURCES)}", line)
    return Departure(entry["place"], " ".join(entry["reason"].split()), entry.get("source"), line)


def _matches(pattern: str, text: str) -> bool:
    """Match with `*` as the only wildcard: brackets stand for themselves."""
    return bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text))
