"""The report, in three forms: for a terminal, for a pull request, for a program.

What stands in it is decided elsewhere; here it is only laid out.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from . import words
from .compare import Difference, merged
from .departures import Departure, Sorted
from .effects import Effect
from .facts import label, legible

NEXT = """\
Next: edit each place above as the vendor says, in our own words; or, where we mean to differ, add
an entry with a reason to {departures}. Then `make generate`, `make check` and
`make api-diff OLD=<last release>`: see CONTRIBUTING."""
HEAD = "| place | effect | property | change |\n| :-- | :-- | :-- | :-- |"


@dataclass(frozen=True, slots=True)
class Report:
    """What was found about one reading.

    Attributes:
        document: Our document, as places in it are shown.
        departures: The file of departures, likewise.
        source: What it was compared with.
        found: The differences.
        notes: What was not understood.
    """

    document: str
    departures: str
    source: str
    found: Sorted
    notes: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.found.open and not self.found.stale

    def groups(self) -> dict[str, list[Difference]]:
        """Return what is to be done, by operation; what one edit settles is one entry."""
        groups: dict[str, list[Difference]] = {}
        for difference in merged(self.found.open):
            groups.setdefault(difference.where[0], []).append(difference)
        return groups

    def headline(self) -> str:
        """Return the outcome in one line."""
        entries = [one for group in self.groups().values() for one in group]
        counts = Counter(one.effect for one in entries)
        parts = [f"{counts[effect]} {effect}" for effect in Effect if counts[effect]]
        number = (
            f"{len(entries)} difference{'s' * (len(entries) != 1)}" if entries else "no difference"
        )
        return f"{self.document} and {self.source}: {number}" + (
            f" ({', '.join(parts)})" if parts else ""
        )

    def place(self, difference: Difference) -> str:
        """Return the file and line to edit; a new operation has none yet."""
        return self.document + (f":{difference.line}" if difference.line else "")


def as_text(reports: Sequence[Report]) -> str:
    """Lay reports out for a terminal, in aligned columns."""
    return "\n\n".join("\n".join(_text(report)) for report in reports) + "\n"


def _text(report: Report) -> Iterator[str]:
    yield report.headline()
    groups = report.groups()
    entries = [one for group in groups.values() for one in group]
    meant = [entry for entry, _ in report.found.meant] + report.found.stale
    places = [*map(report.place, entries), *(_entry_place(report, entry) for entry in meant)]
    first = max(map(len, places), default=0)
    third = max((len(words.place(one)) for one in entries), default=0)
    for operation, group in groups.items():
        yield f"\n{legible(operation)}"
        for one in group:
            change = f"{words.place(one):{third}}  {words.said(one)}"
            yield f"  {report.place(one):{first}}  {one.effect:14}  {change}"
            yield from (f"  {'':{first}}  {'':14}  also {label(where)}" for where in one.also)
    yield from _text_of_departures(report, first)
    if report.notes:
        yield "\nNot understood, or not to be compared: look for yourself"
        yield from (f"  {legible(note)}" for note in report.notes)
    if not report.empty:
        yield "\n" + NEXT.format(departures=report.departures)


def _text_of_departures(report: Report, width: int) -> Iterator[str]:
    if report.found.meant:
        yield f"\nMeant, says {report.departures}"
        for entry, found in report.found.meant:
            count = f"{len(found)} place{'s' * (len(found) != 1)}"
            yield f"  {_entry_place(report, entry):{width}}  {count:14}  {_entry(entry)}"
    if report.found.stale:
        yield "\nMeant, but not there any more: remove the entry"
        for entry in report.found.stale:
            yield f"  {_entry_place(report, entry):{width}}  {_entry(entry)}"


def _entry_place(report: Report, entry: Departure) -> str:
    return f"{report.departures}:{entry.line}"


def _entry(entry: Departure) -> str:
    return f"{entry.where} {entry.what}: {' '.join(entry.reason.split())}"


def as_markdown(reports: Sequence[Report]) -> str:
    """Lay reports out for the description of a pull request."""
    return "\n\n".join("\n".join(_markdown(report)) for report in reports) + "\n"


def _markdown(report: Report) -> Iterator[str]:
    yield f"### {_cell(report.headline())}"
    for operation, group in report.groups().items():
        yield f"\n#### {_cell(operation)}\n\n{HEAD}"
        for one in group:
            also = "".join(f"<br>also `{_cell(label(where))}`" for where in one.also)
            change = _cell(words.said(one)) + also
            place = f"`{_cell(words.place(one))}`"
            yield f"| `{_cell(report.place(one))}` | {one.effect} | {place} | {change} |"
    if report.found.meant:
        yield f"\n<details><summary>Meant, says {report.departures}</summary>\n"
        for entry, found in report.found.meant:
            yield f"- {_cell_of(entry)} ({len(found)})"
        yield "\n</details>"
    if report.found.stale:
        yield "\n#### Meant, but not there any more\n"
        for entry in report.found.stale:
            yield f"- [ ] remove `{_entry_place(report, entry)}`: {_cell_of(entry)}"
    if report.notes:
        yield "\n#### Not understood, or not to be compared\n"
        yield from (f"- {_cell(note)}" for note in report.notes)


def _cell_of(entry: Departure) -> str:
    """Return an entry with its place as code: in Markdown, `*` would begin a list or emphasis."""
    return f"`{_cell(entry.where)}` {entry.what}: {_cell(entry.reason)}"


def _cell(text: str) -> str:
    """Escape what would end a cell or begin markup; the vendor's names are not ours."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").replace("`", "'").split())


def as_json(reports: Sequence[Report]) -> str:
    """Lay reports out for a program: a list of them, with every place by itself."""
    return json.dumps([_data(report) for report in reports], indent=2) + "\n"


def _data(report: Report) -> dict[str, object]:
    return {
        "document": report.document,
        "source": report.source,
        "differences": [_difference(one) for one in report.found.open],
        "departures": [
            {"entry": entry.where, "what": entry.what, "reason": entry.reason, "line": entry.line}
            | {"differences": [_difference(one) for one in found]}
            for entry, found in report.found.meant
        ],
        "stale_departures": [
            {"entry": entry.where, "what": entry.what, "reason": entry.reason, "line": entry.line}
            for entry in report.found.stale
        ],
        "notes": list(report.notes),
    }


def _difference(one: Difference) -> dict[str, object]:
    def plain(value: object) -> object:
        return sorted(value) if isinstance(value, frozenset) else value

    return {
        "operation": one.where[0],
        "place": words.place(one),
        "what": one.what,
        "effect": one.effect.value,
        "line": one.line,
        "ours": plain(one.ours),
        "theirs": plain(one.theirs),
        "words": words.said(one),
    }


FORMS: dict[str, Callable[[Sequence[Report]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
