"""Which differences are meant: the entries of `departures.yaml`, and what has become of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from .compare import Difference
from .effects import Kind
from .facts import OF_EVERY_TYPE, OF_ONE_TYPE, Reading, SourceError, Value, label
from .fetch import text_of
from .tree import Node, parse

NEEDED = {"where", "what", "reason"}
KEYS = {*NEEDED, "theirs", "source"}
ATTRIBUTES = (*OF_EVERY_TYPE, *OF_ONE_TYPE)
WITH_THEIRS = (Kind.RENAMED, *ATTRIBUTES)
KINDS = ("openapi", "pages")


@dataclass(frozen=True, slots=True)
class Departure:
    """A difference that is meant; the attributes are the keys of the file."""

    where: str
    what: str
    theirs: Value
    source: str | None
    reason: str
    line: int

    def covers(self, difference: Difference, kind: str) -> bool:
        """Say whether a difference from a source of a kind is the one that is meant."""
        return (
            self.source in (None, kind)
            and self.what == difference.what
            and self.theirs == difference.theirs
            and _like(self.where, label(difference.where))
        )

    def concerns(self, ours: Reading, theirs: Reading) -> bool:
        """Say whether `theirs` would show the difference if it were still there."""
        attribute = self.what if self.what in ATTRIBUTES else ""
        places = [where for where in ours.facts if _like(self.where, label(where))]
        if not places:  # what only the vendor has
            operation = self.where.split(" ")[0]
            known = [name for name in ours.operations() if _like(operation, name)]
            places = [(name,) for name in known or [operation]]
        return self.source in (None, theirs.kind) and any(
            theirs.shows(where, attribute) for where in places
        )


@dataclass(frozen=True, slots=True)
class Sorted:
    """The differences, apart: to be acted on, meant; and the entries that match nothing."""

    open: list[Difference]
    meant: list[tuple[Departure, list[Difference]]]
    stale: list[Departure]


def sort(
    differences: list[Difference],
    departures: Sequence[Departure],
    ours: Reading,
    theirs: Reading,
) -> Sorted:
    """Tell the differences that are meant from the others."""
    left = list(differences)
    meant: list[tuple[Departure, list[Difference]]] = []
    stale: list[Departure] = []
    for departure in departures:
        matching = [one for one in differences if departure.covers(one, theirs.kind)]
        left = [one for one in left if one not in matching]
        if matching:
            meant.append((departure, matching))
        elif departure.concerns(ours, theirs):
            stale.append(departure)
    return Sorted(left, meant, stale)


def load(file: Path, name: str) -> list[Departure]:
    """Return the entries of the file; `name` is how places in it are shown.

    Raises `SourceError` with the line of an entry that cannot be meant so.
    """
    root = parse(name, text_of(str(file)))
    entries = root.get("departures") if isinstance(root, Node) and len(root) == 1 else None
    if not isinstance(entries, list):
        raise SourceError(name, "a list called `departures` is expected, and nothing else")
    return [_entry(name, entry) for entry in cast("list[object]", entries)]


def _entry(name: str, entry: object) -> Departure:
    if not isinstance(entry, Node):
        raise SourceError(name, f"an entry has the keys {', '.join(sorted(KEYS))}")
    line = min(entry.lines.values(), default=1)
    what = str(entry.get("what"))
    if not entry.keys() >= NEEDED or not entry.keys() <= KEYS:
        wrong = sorted((NEEDED - entry.keys()) | (entry.keys() - KEYS))
        raise SourceError(name, f"missing or unknown: {', '.join(wrong)}", line)
    if what not in (*Kind, *ATTRIBUTES) or what == Kind.CHANGED:
        raise SourceError(
            name, f"`what` can be new, gone, renamed or an attribute, not {what}", line
        )
    if (what in WITH_THEIRS) != ("theirs" in entry):
        raise SourceError(
            name, "`theirs` goes with renamed and with attributes, and only there", line
        )
    if entry.get("source") not in (None, *KINDS):
        raise SourceError(name, f"`source` can be {' or '.join(KINDS)}", line)
    if not str(entry["reason"] or "").strip():
        raise SourceError(name, "a reason is expected", line)
    theirs = _value(entry.get("theirs"))
    return Departure(
        str(entry["where"]), what, theirs, entry.get("source"), str(entry["reason"]).strip(), line
    )


def _value(value: Any) -> Value:
    """Return a value as facts have it: the values of an enum are a set."""
    if isinstance(value, list):
        return frozenset(map(str, cast("list[object]", value)))
    return cast("Value", value)


def _like(pattern: str, text: str) -> bool:
    """Match with `*` as the only wildcard: brackets stand for themselves here."""
    return bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text))
