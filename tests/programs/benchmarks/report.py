"""Where results go: the terminal and RESULTS.md. Pictures are elsewhere.

Ratios come first: they are the same on another machine, medians are not.
"""

import platform
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.programs.benchmarks.rows import Row, Spread, Table

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
BEGIN, END = "<!-- written by `make bench` -->", "<!-- until here -->"
#: What is measured of all variants, and their names where they are not explained.
MAIN = ("reading codes", "reading vouchers", "writing codes", "one call, 100 codes")
LABELS = {
    "ours": "this client",
    "tolerant": "this client without msgspec",
    "stock": "openapi-python-client",
    "openapi-generator": "openapi-generator",
    "pydantic": "httpx and pydantic, by hand",
    "msgspec": "httpx and msgspec, by hand",
    "json": "httpx and json, by hand",
}
_INTRODUCTION = f"""\
# What it costs

`make bench` wrote this on {{date}} with Python {{python}}. Variants take turns; a ratio is the
median of the ratios of all rounds, followed by their middle half. Ratios are similar on other
machines, medians are not.

The cost of the same work, as a multiple of this client's:

{BEGIN}
{END}

![The table as bars](relative.svg)

How it grows:

![Cost per item, memory, share of the limit and cost per property, as plots](growth.svg)
"""


def printed(table: Table) -> str:
    """Return a table as plain text."""
    lines = [
        f"{table.title}\n{table.note}",
        f"{'':<48}{'ratio':>8}  {'25 % to 75 %':<15}{'median':>12}",
    ]
    lines += [
        f"  {row.what:<22}{row.variant:<24}{_ratio(row):>8}  {_middle(row):<15}{_median(row):>12}"
        for row in table.rows
    ]
    return "\n".join([*lines, ""])


def results(tables: Sequence[Table]) -> str:
    """Return the whole of RESULTS.md."""
    date, python = datetime.now(UTC).date(), platform.python_version()
    text = _INTRODUCTION.format(date=date, python=python)
    chapters = [f"\n## {table.title}\n\n{table.note}\n\n{_details(table)}\n" for table in tables]
    return with_table(text, summary(tables)) + "".join(chapters)


def summary(tables: Iterable[Table]) -> str:
    """Return the small table: for each variant, the ratios of what is measured of all variants."""
    rows = {(row.what, row.variant): row for table in tables for row in table.rows}
    lines = [("", *MAIN), ("---", *["---"] * len(MAIN))]
    for variant, label in LABELS.items():
        found = [rows.get((what, variant)) for what in MAIN]
        if any(found):
            lines.append((label, *(_cell(row) for row in found)))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def with_table(text: str, table: str) -> str:
    """Return a text with a table in place of what is between its markers.

    Raises:
        ValueError: The text does not have exactly one pair of markers.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end or BEGIN in rest or END in before + after:
        raise ValueError(f"there must be exactly one {BEGIN} and one {END}")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def table_in(text: str) -> str:
    """Return what is between the markers of a text."""
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def ratios(table: str) -> dict[str, dict[str, Spread]]:
    """Return what `summary` wrote, by variant and by what was measured; it has two decimals."""
    _, *measured = _cells(table.splitlines()[0])
    found: dict[str, dict[str, Spread]] = {}
    for line in table.splitlines()[2:]:
        label, *cells = _cells(line)
        found[label] = {
            what: _spread_in(cell) for what, cell in zip(measured, cells, strict=True) if cell
        }
    return found


def write(tables: Sequence[Table]) -> None:
    """Write RESULTS.md."""
    RESULTS.write_text(results(tables), encoding="utf-8")


def _details(table: Table) -> str:
    lines = ["| | | ratio | 25 % to 75 % | median |", "| --- | --- | ---: | --- | ---: |"]
    lines += [
        f"| {row.what} | {row.variant} | {_ratio(row)} | {_middle(row)} | {_median(row)} |"
        for row in table.rows
    ]
    return "\n".join(lines)


def _cell(row: Row | None) -> str:
    if row is None or row.ratio is None:
        return ""
    if row.variant == "ours":
        return "1"
    return f"{row.ratio.middle:.2f} ({_span(row.ratio)})"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")[1:-1]]


def _spread_in(cell: str) -> Spread:
    """Return the spread in a cell, which is a median alone, or with its middle half."""
    middle, *rest = map(float, re.findall(r"\d+(?:\.\d+)?", cell))
    low, high = rest or (middle, middle)
    return Spread(low, middle, high)


def _ratio(row: Row) -> str:
    return "" if row.ratio is None else f"{row.ratio.middle:.2f}"


def _middle(row: Row) -> str:
    """Return the spread of a ratio, if there are several rounds."""
    return "" if row.ratio is None or len(row.values) == 1 else _span(row.ratio)


def _span(spread: Spread) -> str:
    return f"{spread.low:.2f} to {spread.high:.2f}"


def _median(row: Row) -> str:
    places = 0 if row.unit in {"", "bytes"} else 2
    return f"{row.median:,.{places}f} {row.unit}".strip()
