"""The report, as Markdown for people and as JSON for programs. Layout only."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .compare import Difference, Kind, is_contract, merged
from .departures import Departure, Sorted
from .effects import Effect
from .facts import REQUEST, TEXT, Fact, Value, label, legible, path, resource, side

NEXT = """\
Next: edit the document at each place above, in our own words, or add an entry with a reason to
{departures}. When all is carried through, record the vendor's state: `make docs-diff RECORD=1`."""
FLAGS = {
    "required": ("required", "optional"),
    "nullable": ("nullable", "never null"),
    "deprecated": ("deprecated", "not deprecated"),
    "closed": ("no other properties", "other properties"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What was found about one source, or about all pages together.

    Attributes:
        source: What was compared.
        news: How it differs from the recorded state of the vendor.
        texts: Texts of pages that changed since then.
        notes: What was not understood and was not recorded so.
        found: How it differs from our document.
        left_out: What was not compared, for information.
        document: Our document, as places in it are shown; `departures` and `record` likewise.
        has_texts: Whether texts were recorded to compare with.
        is_first: Whether they are now, for the first time.
    """

    source: str
    news: list[Difference]
    texts: list[str]
    notes: list[str]
    found: Sorted
    left_out: list[str]
    document: str
    departures: str
    record: str
    has_texts: bool
    is_first: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        found = self.found.open or self.found.outdated
        return not (self.news or self.texts or self.notes or found or self.is_first)

    def line_of(self, one: Difference) -> str:
        """Return the file and line to edit; a new operation has none."""
        return self.document + (f":{one.line}" if one.line else "")

    def entry(self, entry: Departure) -> str:
        """Return an entry of the departures with its place, as Markdown."""
        place = _code(f"{self.departures}:{entry.line}")
        return f"{place} {_code(entry.place)} {_escaped(entry.reason)}"


def change(one: Difference) -> str:
    """Return what has happened: `maxLength: 128 → 64`."""
    match one.kind:
        case Kind.NEW:
            return legible(f"new: {_outline(one.fact)}")
        case Kind.GONE:
            return legible(f"gone; it was {_outline(one.fact)}")
        case Kind.RENAMED:
            return legible(f"renamed? {one.after} is new, and like {one.before} in all else")
        case Kind.CHANGED:
            return legible(_changed(one.attribute, one.before, one.after))


def _changed(name: str, before: Value, after: Value) -> str:
    if name == TEXT:
        return "the vendor's text changed"
    if name in FLAGS:
        yes, no = FLAGS[name]
        return f"{yes if before else no} → {yes if after else no}"
    if isinstance(before, frozenset) and isinstance(after, frozenset):
        signs = [f"+{one}" for one in sorted(after - before)]
        return f"{name}: {' '.join(signs + [f'-{one}' for one in sorted(before - after)])}"
    return f"{name}: {_shown(before)} → {_shown(after)}"


def _shown(value: Value) -> str:
    if isinstance(value, frozenset):
        return " | ".join(sorted(value))
    return "none" if value is None or value is False else str(value)


def _outline(fact: Fact | None) -> str:
    """Return what there is to know about a place that only one state has."""
    place = fact.place if fact else ()
    if fact is None or len(place) < 3:
        if len(place) == 1:
            return f"an operation of {resource(place[0])}"
        return "a body" if side(place) == REQUEST else "a status"
    says = {
        name: value for name, value in fact.says.items() if value is not None and value is not False
    }
    kinds = [yes for flag, (yes, _) in FLAGS.items() if flag in says]
    kinds += ["optional"] if fact.says.get("required") is False else []
    kinds += [str(says[name]) for name in ("type", "format") if name in says]
    apart = (*FLAGS, "type", "format")
    limits = [f"{n} {_shown(v)}" for n, v in says.items() if n not in apart and is_contract(n)]
    return ", ".join(part for part in (" ".join(kinds), *limits) if part) or "of unknown type"


def _inside(one: Difference) -> str:
    """Return the place inside the operation."""
    return legible(" ".join(filter(None, (side(one.place), path(one.place))))) or "operation"


def _counts(entries: Sequence[Difference]) -> str:
    counts = Counter(one.effect for one in entries)
    parts = [f"{counts[effect]} {effect}" for effect in Effect if counts[effect]]
    number = f"{len(entries) or 'no'} difference{'s' * (len(entries) != 1)}"
    return number + (f" ({', '.join(parts)})" if parts else "")


def _blocks(report: Report) -> Iterator[tuple[str, list[Difference], list[str]]]:
    """Give the parts of a report: a title with the differences or the lines below it."""
    news = merged(report.news)
    yield f"New since {report.record}: {_counts(news)}", news, []
    if report.texts:
        yield "Texts of the vendor that changed: read them", [], [*map(_code, report.texts)]
    if report.notes:
        yield "Not understood: look for yourself", [], [*map(_code, report.notes)]
    found = merged(report.found.open)
    yield f"{report.document} and {report.source}: {_counts(found)}", found, []
    intended = [f"{report.entry(entry)} ({len(some)})" for entry, some in report.found.intended]
    if intended:
        yield "Intended", [], intended
    if report.found.outdated:
        yield "Outdated departures: remove them", [], [*map(report.entry, report.found.outdated)]
    if report.is_first:
        yield f"The vendor's texts are in {report.record} for the first time", [], []
    left_out = [] if report.has_texts else [f"texts: none were recorded in {report.record}"]
    if left_out or report.left_out:
        yield "Not compared", [], [*map(_escaped, report.left_out + left_out)]


def as_markdown(reports: Sequence[Report]) -> str:
    """Lay reports out for a terminal and for the description of a pull request."""
    return "\n".join(line for report in reports for line in _markdown(report)) + "\n"


def _markdown(report: Report) -> Iterator[str]:
    for title, differences, lines in _blocks(report):
        yield f"## {_escaped(title)}\n"
        for one in differences:
            place = f"{_code(report.line_of(one))} {one.effect}: {_code(label(one.place))}"
            yield f"- {place}: {_code(change(one))}"
            yield from (f"  - also {_code(label(place))}" for place in one.also)
        yield from (f"- {line}" for line in lines)
        yield ""
    if not report.is_empty:
        yield NEXT.format(departures=report.departures)


def _code(text: str) -> str:
    return f"`{legible(text).replace('`', chr(39))}`"


def _escaped(text: str) -> str:
    """Escape what would begin markup: names of the vendor are not ours."""
    return re.sub(r"([<*_`\\[\]])", r"\\\1", legible(text))


def as_json(reports: Sequence[Report]) -> str:
    """Lay reports out for a program, with every place by itself."""
    return json.dumps([_data(report) for report in reports], indent=2) + "\n"


def _data(report: Report) -> dict[str, object]:
    def entry(one: Departure) -> dict[str, object]:
        return {"place": one.place, "reason": one.reason, "line": one.line}

    return {
        "source": report.source,
        "news": [_difference(one) for one in report.news],
        "texts": report.texts,
        "notes": report.notes,
        "differences": [_difference(one) for one in report.found.open],
        "intended": [
            entry(one) | {"differences": [_difference(it) for it in found]}
            for one, found in report.found.intended
        ],
        "outdated": [entry(one) for one in report.found.outdated],
        "left_out": report.left_out,
    }


def _difference(one: Difference) -> dict[str, object]:
    def plain(value: Value) -> object:
        return sorted(value) if isinstance(value, frozenset) else value

    return {
        "operation": one.place[0],
        "place": _inside(one),
        "what": one.what,
        "effect": one.effect.value,
        "line": one.line,
        "before": plain(one.before),
        "after": plain(one.after),
        "words": change(one),
    }


FORMS: dict[str, Callable[[Sequence[Report]], str]] = {
    "markdown": as_markdown,
    "json": as_json,
}
