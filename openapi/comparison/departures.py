"""Which differences are intended: the entries of `departures.yaml`.

An entry names a place, what differs there, and the reason.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from .compare import Difference
from .facts import SourceError, label
from .tree import Node, parse

SOURCES = ("document", "pages")


@dataclass(frozen=True, slots=True)
class Departure:
    """An entry, with the differences that it covers."""

    place: str  # as reports write it, with `*` for anything; after a colon what differs
    reason: str
    source: str | None  # which publication of the vendor says so; None for both
    line: int | None
    differences: tuple[Difference, ...] = ()

    def covering(self, differences: Sequence[Difference], source: str) -> "Departure":
        """Return the entry with those differences from a kind of source that it covers."""
        place, _, what = self.place.partition(": ")
        pattern = re.compile(".*".join(map(re.escape, place.split("*"))))
        found = tuple(
            one for one in differences if one.what == what and pattern.fullmatch(label(one.place))
        )
        return replace(self, differences=found if self.source in (None, source) else ())


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
    texts = {**entry} if isinstance(entry, Node) else {}
    line = min(entry.lines.values(), default=None) if isinstance(entry, Node) else None
    has_keys = {"place", "reason"} <= texts.keys() <= {"place", "reason", "source"}
    if not has_keys or not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise SourceError(name, "an entry has texts for place, reason and perhaps source", line)
    if ": " not in texts["place"]:
        raise SourceError(name, "`place` ends with what differs, such as `: gone`", line)
    if texts.get("source") not in (None, *SOURCES):
        raise SourceError(name, f"`source` can be {' or '.join(SOURCES)}", line)
    reason = " ".join(texts["reason"].split())
    return Departure(texts["place"], reason, texts.get("source"), line)
