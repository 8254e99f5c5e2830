"""Runs the benchmarks, one after the other, and writes down what they find; it fails on nothing.

make bench               # all of them: twelve minutes; writes RESULTS.md and the pictures
make bench ONLY=reading  # one, which is only printed
"""

import sys

from tests.programs.benchmarks import (
    calls,
    export,
    growth,
    imports,
    journal,
    mock,
    pictures,
    priorities,
    reading,
    report,
)

BENCHMARKS = {
    "imports": imports.run,
    "reading": reading.run,
    "calls": calls.run,
    "items": growth.items,
    "properties": growth.properties,
    "requests": growth.requests,
    "export": export.run,
    "priorities": priorities.run,
    "journal": journal.run,
    "mock": mock.run,
}


def main(only: str | None = None) -> int:
    """Run all benchmarks, or one; return the exit status."""
    if only is not None and only not in BENCHMARKS:
        print(f"error: there is no {only!r}, but {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 1
    tables = []
    for name, run in BENCHMARKS.items():
        if only in {None, name}:
            tables.append(run())
            print(report.printed(tables[-1]), flush=True)
    if only is None:
        report.write(tables)
        pictures.draw(tables, report.HERE)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
