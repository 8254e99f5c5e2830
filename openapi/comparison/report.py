"""The report, as Markdown for people and as JSON for programs. Layout only."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from .compare import Difference, merged
from .departures import Departure
from .effects import Effect
from .facts import label, legible

NEXT = """\
Next: edit the document at each place above, in our own words, or add an entry with a reason to
{departures}. When all is carried through, record the vendor's state: `make docs-diff RECORD=1`."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found about one source, or about all pages together."""

    source: str
    document: str  # ours, as places in it are shown; so are the next two files
    departures: str
    record: str
    news: list[Difference]  # since the vendor's state was recorded
    texts: list[str]  # of pages, that changed since then
    notes: list[str]  # what was not understood, and was not recorded so
    differences: list[Difference]  # from our document, apart from what is intended
    intended: list[Departure]  # those that cover a difference
    outdated: list[Departure]  # those that the recorded document does not need
    left_out: list[str]  # what was not compared, for information
    has_texts: bool  # whether texts were recorded to compare with
    is_first: bool = False  # whether they are now, for the first time

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        found = self.news or self.texts or self.notes or self.differences or self.outdated
        return not (found or self.is_first)


def as_markdown(reports: Sequence[Report]) -> str:
    """Lay reports out for a terminal and for the description of a pull request."""
    made = list[str]()
    for report in reports:
        for title, lines, is_shown in _blocks(report):
            made += [f"## {_escaped(title)}\n", *lines, ""] if is_shown else []
        made += [] if report.is_empty else [NEXT.format(departures=report.departures)]
    return "\n".join(made) + "\n"


def _blocks(report: Report) -> Iterator[tuple[str, list[str], bool]]:
    """Yield the parts of a report: a title, the lines below it, and whether it is shown."""
    news, found, document = merged(report.news), merged(report.differences), report.document
    intended, outdated = (_entries(report, it) for it in (report.intended, report.outdated))
    texts, notes = ([f"- {_code(one)}" for one in some] for some in (report.texts, report.notes))
    left_out = [f"- {_escaped(one)}" for one in report.left_out]
    left_out += [] if report.has_texts else [f"- texts: none were recorded in {report.record}"]
    yield f"New since {report.record}: {_counts(news)}", _rows(document, news), True
    yield "Texts of the vendor that changed: read them", texts, bool(texts)
    yield "Not understood: look for yourself", notes, bool(notes)
    yield f"{document} and {report.source}: {_counts(found)}", _rows(document, found), True
    yield "Intended", intended, bool(intended)
    yield "Outdated departures: remove them", outdated, bool(outdated)
    yield f"The vendor's texts are in {report.record} for the first time", [], report.is_first
    yield "Not compared", left_out, bool(left_out)


def _rows(document: str, differences: Sequence[Difference]) -> list[str]:
    """Return a line for each difference, with the line to edit, and for each other place."""
    rows = list[str]()
    for one in differences:
        place = _code(document + (f":{one.line}" if one.line else ""))  # a new operation has none
        rows.append(f"- {place} {one.effect}: {_code(label(one.place))}: {_code(one.words)}")
        rows += [f"  - also {_code(label(other))}" for other in one.also]
    return rows


def _entries(report: Report, entries: Sequence[Departure]) -> list[str]:
    return [
        f"- {_code(f'{report.departures}:{one.line}')} {_code(one.place)} {_escaped(one.reason)}"
        + (f" ({len(one.differences)})" if one.differences else "")
        for one in entries
    ]


def _counts(entries: Sequence[Difference]) -> str:
    counts = Counter(one.effect for one in entries)
    parts = [f"{counts[effect]} {effect}" for effect in Effect if counts[effect]]
    number = f"{len(entries) or 'no'} difference{'s' * (len(entries) != 1)}"
    return number + (f" ({', '.join(parts)})" if parts else "")


def _code(text: str) -> str:
    return f"`{legible(text).replace('`', chr(39))}`"


def _escaped(text: str) -> str:
    """Escape what would begin markup: names of the vendor are not ours."""
    return re.sub(r"([<*_`\\[\]])", r"\\\1", legible(text))


def as_json(reports: Sequence[Report]) -> str:
    """Lay reports out for a program: all of their data, with every place by itself."""
    return json.dumps(reports, indent=2, default=_data) + "\n"


def _data(value: Any) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    data = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Difference):
        data |= {"operation": value.place[0], "place": value.inside, "words": value.words}
    return data


FORMS: dict[str, Callable[[Sequence[Report]], str]] = {"markdown": as_markdown, "json": as_json}
