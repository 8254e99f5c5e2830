"""Reports what is new in the vendor's documentation, and where our document differs from it.

    python -m comparison.docs_diff [SOURCE...]    # make docs-diff [SOURCE=…]

Two questions. What is new since `vendor.json` was recorded? Where does our document differ, and is
that intended (`departures.yaml`)? Without a SOURCE the vendor's published document is fetched. A
SOURCE is a file, a folder, a glob or an address: an OpenAPI 3.0 or 3.1 document in YAML or JSON, or
reference pages in Markdown, which are read together. The exit status is 0 where there is nothing to
do, 1 where there is, 2 where the comparison was not possible.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.paths import DOCUMENT, display

from . import departures, openapi, pages, record, sources, tree
from .compare import Difference, compare
from .effects import is_contract
from .facts import TEXT, Facts, SourceError
from .report import FORMS, Report

HERE = Path(__file__).parent
WORDS = {(True, True): "changed", (False, True): "new", (True, False): "gone"}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="file, folder, glob, address")
    parser.add_argument("--demo", action="store_true", help="fetch the demo environment's document")
    parser.add_argument("--format", choices=FORMS, default="markdown")
    parser.add_argument("--record", action="store_true", help="record the vendor's state")
    files = {"document": DOCUMENT, "departures": HERE / "departures.yaml"}
    for name, default in (files | {"vendor": HERE / "vendor.json"}).items():
        parser.add_argument(f"--{name}", type=Path, default=default, metavar="FILE")
    options = parser.parse_args(arguments)
    published = sources.PUBLISHED_DEMO if options.demo else sources.PUBLISHED
    try:
        found = read(options.sources or [published])
        known = Known(options.document, options.departures, options.vendor)
        reports = [known.report(name, facts) for name, facts in found.items()]
        if options.record:
            options.vendor.write_text(known.recorded(found.values()), encoding="utf-8")
            looked = options.vendor.with_suffix(".date")  # not in the record: that is only news
            looked.write_text(f"{datetime.now(UTC).date()}\n", encoding="utf-8")
            reports = [replace(one, is_first=not one.has_texts) for one in reports]
        print(FORMS[options.format](reports), end="", flush=True)
    except (SourceError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return int(not all(report.is_empty for report in reports))


def read(names: Sequence[str]) -> dict[str, Facts]:
    """Return what each document says, and what all pages together say.

    Raises:
        SourceError: A source cannot be used.
    """
    texts = sources.Texts(names)
    found = {name: _document(name, text) for name, text in texts.documents.items()}
    if texts.pages:
        found[pages.shown_as(texts.pages)] = pages.read(texts.pages, texts.left_out, names)
    return found


class Known:
    """What we know: our document, the intended differences, the vendor's recorded state.

    Raises:
        SourceError: One of the files cannot be used.
    """

    def __init__(self, document: Path, entries: Path, vendor: Path) -> None:
        ours, intended, recorded = display(document), display(entries), display(vendor)
        self._names = ours, intended, recorded
        self._ours = _document(ours, sources.text_of(str(document)))
        self._entries = departures.load(intended, sources.text_of(str(entries)))
        self._record = record.Record()  # before the first
        if vendor.exists():
            self._record = record.load(recorded, sources.text_of(str(vendor)))
        self._recorded = self._record.facts(recorded)
        at_record = compare(self._ours, self._recorded, is_contract)
        self._outdated = [
            entry
            for entry in self._entries
            if entry.source != "pages" and not entry.covering(at_record, "document").differences
        ]

    def report(self, source: str, theirs: Facts) -> Report:
        """Compare what a source says with all of it."""
        differences = compare(self._ours, theirs, is_contract)
        kind = "document" if theirs.is_document else "pages"
        intended = [entry.covering(differences, kind) for entry in self._entries]
        covered = [one for entry in intended for one in entry.differences]
        has_texts = any(fact.says.get(TEXT) for fact in self._recorded.at.values())
        news = compare(self._recorded, theirs, lambda name: has_texts or name != TEXT)
        return Report(
            source,
            *self._names,
            news=[replace(one, line=self._line_of(one)) for one in news],
            texts=_changed(self._record.texts, theirs.texts),
            notes=[one for one in theirs.notes if _without_line(one) not in self._record.notes],
            differences=[one for one in differences if one not in covered],
            intended=[entry for entry in intended if entry.differences],
            outdated=self._outdated,
            left_out=[*theirs.left_out],
            has_texts=has_texts if theirs.is_document else bool(self._record.texts),
        )

    def recorded(self, found: Iterable[Facts]) -> str:
        """Return the text of a record with the state of the sources; the rest stays as it is."""
        made = self._record
        for facts in found:
            if facts.excerpt is not None:
                made = replace(made, document=facts.excerpt)
            else:
                notes = sorted({_without_line(note) for note in facts.notes})
                made = replace(made, texts={**made.texts, **facts.texts}, notes=tuple(notes))
        return record.dump(made)

    def _line_of(self, one: Difference) -> int | None:
        """Return the line of our document for a place of the vendor's."""
        for length in range(len(one.place), 0, -1):
            if fact := self._ours.at.get(one.place[:length]):
                return fact.line_of("properties" if length < len(one.place) else one.what)
        return None


def _document(name: str, text: str) -> Facts:
    return openapi.read(name, tree.parse(name, text))


def _changed(known: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the texts of pages that are not the recorded ones; none if none were recorded."""
    given = {name.partition("#")[0] for name in now}
    names = [*now, *(name for name in known if name.partition("#")[0] in given and name not in now)]
    differ = [name for name in names if known and known.get(name) != now.get(name)]
    return [f"{name}: {WORDS[name in known, name in now]}" for name in differ]


def _without_line(note: str) -> str:
    """Return a note without its place: the page and the line, which move."""
    return note.partition(": ")[2]


if __name__ == "__main__":
    sys.exit(main())
