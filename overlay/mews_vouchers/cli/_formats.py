"""Rows as CSV, JSON lines, Parquet and tables.

A row has plain values; in a partial file, a datetime is a text already.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ._console import one_line
from ._failures import ExitCode, Failure
from ._rows import to_cells, to_json

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]  # Any: a value as the server sent it, which may not be as documented
#: Writes rows with some columns.
WriteRows = Callable[[Path, Iterable[Row], Sequence[str]], None]

#: Rows that are in memory at a time.
_CHUNK = 10_000


def write_csv(file: TextIO, rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Write rows as CSV, with a header."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(to_cells(row, columns) for row in rows)


def write_json_lines(file: TextIO, rows: Iterable[Row], columns: Sequence[str]) -> None:  # noqa: ARG001
    """Write each row as JSON in a line."""
    file.writelines(f"{to_json(row)}\n" for row in rows)


def write_table(file: TextIO, rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Write rows in aligned columns, for people. A column is as wide as it has been so far."""
    widths = [len(name) for name in columns]
    for cells in _with_header(rows, columns):
        widths = [max(*pair) for pair in zip(widths, map(len, cells), strict=True)]
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        file.write("  ".join(padded).rstrip() + "\n")


def _with_header(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[list[str]]:
    yield [*columns]
    for row in rows:
        yield [one_line(cell) for cell in to_cells(row, columns)]


def choose_format(path: Path) -> WriteRows:
    """Return what writes a file, by the ending of its name.

    Raises:
        Failure: There is no such format, or its package is not installed.
    """
    ending = path.suffix.lower()
    if ending not in _BY_ENDING:
        endings = ", ".join(_BY_ENDING)
        raise Failure(f"{path}: the name must end with one of {endings}", ExitCode.USAGE)
    if ending == ".parquet" and find_spec("pyarrow") is None:
        message = 'Parquet needs pyarrow: pip install "mews-vouchers[parquet]"'
        raise Failure(message, ExitCode.USAGE)
    return _BY_ENDING[ending]


def _text_file(write: Callable[[TextIO, Iterable[Row], Sequence[str]], None]) -> WriteRows:
    def write_file(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> None:
        # Half of a surrogate pair, which a server may send, cannot be written as UTF-8.
        with path.open("w", encoding="utf-8", newline="", errors="backslashreplace") as file:
            write(file, rows, columns)

    return write_file


def _write_parquet(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> None:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415

    schema = pa.schema([(name, _parquet_type(name)) for name in columns])
    remaining = iter(rows)
    with parquet.ParquetWriter(path, schema) as writer:
        while chunk := list(islice(remaining, _CHUNK)):
            arrays = [_column(chunk, field) for field in schema]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _parquet_type(column: str) -> "pa.DataType":
    """Return the type of a column: the names of the API say which are times and flags."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    if column.endswith("_utc"):
        return pa.timestamp("us", tz="UTC")
    return pa.bool_() if column.startswith("is_") else pa.string()


def _column(chunk: Sequence[Row], field: "pa.Field") -> "pa.Array":
    import pyarrow as pa  # noqa: PLC0415 - an extra

    try:
        values = [row[field.name] for row in chunk]
        if pa.types.is_timestamp(field.type):
            values = [None if one is None else datetime.fromisoformat(one) for one in values]
        return pa.array(values, type=field.type)
    except (pa.ArrowException, TypeError, ValueError):
        raise Failure(
            f"the server sent a {field.name} that is no {field.type}, which Parquet cannot hold: "
            "export to a .csv or .jsonl file"
        ) from None


_BY_ENDING: dict[str, WriteRows] = {
    ".csv": _text_file(write_csv),
    ".jsonl": _text_file(write_json_lines),
    ".ndjson": _text_file(write_json_lines),
    ".parquet": _write_parquet,
}
#: For output on a terminal or a pipe.
STREAMS = {"table": write_table, "csv": write_csv, "jsonl": write_json_lines}
