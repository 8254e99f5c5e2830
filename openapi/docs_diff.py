"""Reports what is new in the vendor's documentation, and where our document differs from it.

    python openapi/docs_diff.py [SOURCE...]    # make docs-diff [SOURCE=…]

Two questions. What is new since `vendor.json` was recorded? Where does our document differ, and is
that intended (`departures.yaml`)? Without a SOURCE the vendor's published document is fetched. A
SOURCE is a file, a folder, a glob or an address: an OpenAPI 3.0 or 3.1 document in YAML or JSON, or
reference pages in Markdown, which are read together. The exit status is 0 where there is nothing to
do, 1 where there is, 2 where the comparison was not possible.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from comparison import compare, openapi, pages, record, sources, tree
from comparison.departures import Departure, load, sort
from comparison.facts import TEXT, Facts, SourceError
from comparison.report import FORMS, Report
from pipeline.paths import DOCUMENT, ROOT, display

DEPARTURES = ROOT / "openapi" / "departures.yaml"
VENDOR = ROOT / "openapi" / "vendor.json"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="file, folder, glob, address")
    parser.add_argument("--demo", action="store_true", help="fetch the demo environment's document")
    parser.add_argument("--format", choices=FORMS, default="markdown")
    parser.add_argument("--record", action="store_true", help="record the vendor's state")
    for name, default in (("document", DOCUMENT), ("departures", DEPARTURES), ("vendor", VENDOR)):
        parser.add_argument(f"--{name}", type=Path, default=default, metavar="FILE")
    options = parser.parse_args(arguments)
    published = sources.PUBLISHED_DEMO if options.demo else sources.PUBLISHED
    try:
        known = Known(options.document, options.departures, options.vendor)
        found = read(options.sources or [published])
        reports = [known.report(source) for source in found]
        if options.record:
            options.vendor.write_text(known.recorded(found), encoding="utf-8")
            reports = [replace(one, is_first=not one.has_texts) for one in reports]
    except SourceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    sys.stdout.write(FORMS[options.format](reports))
    return int(not all(report.is_empty for report in reports))


@dataclass(frozen=True, slots=True)
class Source:
    """A document, or all pages together. Any: the tree of a document."""

    name: str
    facts: Facts
    root: dict[str, Any] | None = None


def read(names: Sequence[str]) -> list[Source]:
    """Return what the sources say.

    Raises:
        SourceError: A source cannot be used.
    """
    texts = sources.read(names)
    found: list[Source] = []
    for name, text in texts.documents.items():
        root = tree.parse(name, text)
        found.append(Source(name, openapi.read(name, root), root))
    if texts.pages:
        facts = pages.read(texts.pages, texts.left_out, names)
        found.append(Source(pages.shown_as(texts.pages), facts))
    return found


@dataclass(frozen=True)
class Known:
    """What we know: our document, the intended differences, the vendor's recorded state."""

    document: Path
    departures: Path
    vendor: Path

    @cached_property
    def ours(self) -> Facts:
        """The facts of our document."""
        name = display(self.document)
        return openapi.read(name, tree.parse(name, sources.text_of(str(self.document))))

    @cached_property
    def entries(self) -> list[Departure]:
        """The intended differences."""
        return load(display(self.departures), sources.text_of(str(self.departures)))

    @cached_property
    def record(self) -> record.Record:
        """The vendor's recorded state; an empty one before the first."""
        if not self.vendor.exists():
            return record.Record({})
        return record.load(display(self.vendor), sources.text_of(str(self.vendor)))

    @cached_property
    def recorded_facts(self) -> Facts:
        """The facts of the recorded document."""
        return self.record.facts(display(self.vendor))

    @cached_property
    def recorded_differences(self) -> list[compare.Difference]:
        """How the recorded document differs from ours."""
        return compare.compare(self.ours, self.recorded_facts, compare.is_contract)

    def report(self, source: Source) -> Report:
        """Compare one source with all of it."""
        theirs = source.facts
        has_texts = record.has_texts(self.recorded_facts)
        news = compare.compare(self.recorded_facts, theirs, lambda name: has_texts or name != TEXT)
        differences = compare.compare(self.ours, theirs, compare.is_contract)
        return Report(
            source.name,
            [replace(one, line=self._line_of(one)) for one in news],
            _changed(self.record.texts, theirs.texts),
            [note for note in theirs.notes if _without_line(note) not in self.record.notes],
            sort(
                differences, self.recorded_differences, self.entries, is_document=theirs.is_document
            ),
            [*theirs.left_out],
            document=display(self.document),
            departures=display(self.departures),
            record=display(self.vendor),
            has_texts=has_texts if theirs.is_document else bool(self.record.texts),
        )

    def recorded(self, found: Sequence[Source]) -> str:
        """Return the text of a record with the state of the sources; the rest stays as it is."""
        made = self.record
        for source in found:
            if source.root is not None:
                made = replace(made, document=record.pruned(source.name, source.root))
            else:
                notes = sorted({_without_line(note) for note in source.facts.notes})
                made = replace(made, texts={**made.texts, **source.facts.texts}, notes=tuple(notes))
        return record.dump(made)

    def _line_of(self, one: compare.Difference) -> int | None:
        """Return the line of our document for a place of the vendor's."""
        for length in range(len(one.place), 0, -1):
            if fact := self.ours.at.get(one.place[:length]):
                inner = length < len(one.place)
                return fact.line_of("properties" if inner else one.attribute)
        return None


def _changed(known: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the texts of pages that are not the recorded ones; none if none were recorded."""
    words = {(True, True): "changed", (False, True): "new", (True, False): "gone"}
    given = {name.partition("#")[0] for name in now}
    names = [*now, *(name for name in known if name.partition("#")[0] in given and name not in now)]
    return [
        f"{name}: {words[name in known, name in now]}"
        for name in names
        if known and known.get(name) != now.get(name)
    ]


def _without_line(note: str) -> str:
    """Return a note without its place: the page and the line, which move."""
    return note.partition(": ")[2]


if __name__ == "__main__":
    sys.exit(main())
