"""Reads a CSV file as Excel and other programs write it: any encoding and delimiter that is clear.

What is not clear is refused, with the option that says it.
"""

import codecs
import csv
import io
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ._failures import ExitCode, Failure

#: Between cells, in the order of messages.
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}

_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class Line(NamedTuple):
    """A row of the file."""

    #: Where it starts in the file, from 1.
    number: int
    #: The cells by the name of their column; None if their number is another than in the header.
    cells: dict[str, str] | None


class Table(NamedTuple):
    """The content of a file."""

    #: As the header names them, in lower case.
    columns: list[str]
    lines: list[Line]


def read_csv(
    path: Path, columns: Collection[str], *, encoding: str | None, delimiter: str | None
) -> Table:
    """Read the rows of a file, without empty ones.

    Args:
        path: The file.
        columns: The names that its header may have, in lower case.
        encoding: As Python names it; None to find out.
        delimiter: A name in `DELIMITERS`; None to find out.

    Raises:
        Failure: The file cannot be read, or it is not clear how.
    """
    text = _decode(path, encoding)
    first, _, rest = text.partition("\n")
    skipped = 0
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:  # Excel's own hint
        delimiter, text, skipped = first[4], rest, 1
    elif delimiter is not None:
        delimiter = DELIMITERS[delimiter]
    else:
        delimiter = _find_delimiter(path, text, columns)
    lines = list(_lines(path, text, delimiter, skipped))
    if not lines:
        raise Failure(f"{path} is empty: {_header_hint(columns)}", ExitCode.INPUT)
    (_, names), *rows = lines
    names = [name.strip().lower() for name in names]
    _check_header(path, names, columns)
    return Table(
        names,
        [
            Line(number, dict(zip(names, row, strict=True)) if len(row) == len(names) else None)
            for number, row in rows
        ],
    )


def _decode(path: Path, encoding: str | None) -> str:
    data = path.read_bytes()
    if encoding is None:
        found = [name for bom, name in _BOMS.items() if data.startswith(bom)]
        encoding = found[0] if found else "utf-8"
    try:
        text = data.decode(encoding)
    except LookupError:
        raise Failure(f"--encoding {encoding} is unknown", ExitCode.USAGE) from None
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Failure(
            f"{path} is not {encoding}: pass --encoding, such as cp1252, or save it as CSV UTF-8",
            ExitCode.INPUT,
        )
    return text


def _find_delimiter(path: Path, text: str, columns: Collection[str]) -> str:
    """Return the delimiter with which the header has known names only."""
    header = text.partition("\n")[0]
    found = [
        one
        for one in DELIMITERS.values()
        if all(name.strip(' \r"').lower() in columns for name in header.split(one))
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failure(f"{path}, line 1: {_header_hint(columns)}", ExitCode.INPUT)
    # The header is a single name. A delimiter below it may be part of a value.
    readings = [list(_lines(path, text, one, 0)) for one in found]
    if any(one != readings[0] for one in readings):
        raise Failure(
            f"{path} has one column, and a row with a delimiter in it: pass --delimiter",
            ExitCode.INPUT,
        )
    return found[0]


def _lines(
    path: Path, text: str, delimiter: str, skipped: int
) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start + skipped, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise Failure(f"{path}, line {start + skipped}: {error}", ExitCode.INPUT) from None


def _check_header(path: Path, names: Sequence[str], columns: Collection[str]) -> None:
    unknown = [name for name in names if name not in columns]
    if unknown:
        raise Failure(
            f"{path}: unknown column {unknown[0]!r}: {_header_hint(columns)}; "
            "to leave a column out, pass --ignore-column with its name",
            ExitCode.INPUT,
        )
    if len({*names}) < len(names):
        raise Failure(f"{path}: the header has a column twice", ExitCode.INPUT)


def _header_hint(columns: Collection[str]) -> str:
    return f"the first line has to name the columns, of {', '.join(columns)}"
