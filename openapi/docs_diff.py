"""Says how what the vendor publishes now differs from our document. See `contract/` for how.

    python openapi/docs_diff.py SOURCE...    # make docs-diff SOURCE=…

A SOURCE is a file or an http(s) address: an OpenAPI 3.0 or 3.1 document in YAML or JSON, or
reference pages in Markdown, several of which are read together. The exit status is 0 where nothing
differs, 1 where something does (or a departure is out of date), 2 where it could not be compared.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from contract import compare, departures, reading
from contract.facts import Reading, SourceError
from contract.report import FORMS, Report
from places import DOCUMENT, ROOT, shown

DEPARTURES = ROOT / "openapi" / "departures.yaml"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a file or an address")
    parser.add_argument("--format", choices=FORMS, default="text")
    parser.add_argument("--document", type=Path, default=DOCUMENT, metavar="FILE")
    parser.add_argument("--departures", type=Path, default=DEPARTURES, metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        reports = diff(options.sources, options.document, options.departures)
    except SourceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    sys.stdout.write(FORMS[options.format](reports))
    return int(not all(report.empty for report in reports))


def diff(sources: Sequence[str], document: Path, known: Path) -> list[Report]:
    """Compare the document with each source; pages count as one.

    Raises `SourceError` for whatever cannot be read.
    """
    readings = reading.read(sources)
    ours = reading.ours(document, shown(document))
    entries = departures.load(known, shown(known))
    return [
        Report(shown(document), shown(known), name, _sorted(ours, theirs, entries), theirs.notes)
        for name, theirs in readings
    ]


def _sorted(
    ours: Reading, theirs: Reading, entries: Sequence[departures.Departure]
) -> departures.Sorted:
    differences = compare.compare(ours, theirs)
    return departures.sort(differences, entries, ours, theirs)


if __name__ == "__main__":
    sys.exit(main())
