"""Turns the rows of a file into codes to add, and finds what is wrong with them. No request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from mews_vouchers_client import UNSET, models
from mews_vouchers_client.types import Unset

from .._operations.table import ADD_CODES
from .._validation.items import find_problem
from ._csv_file import Line, Table
from ._failures import ExitCode, Failure
from ._local_times import (
    AmbiguousDatesError,
    LocalTime,
    Order,
    end_of_day,
    find_order,
    in_zone,
    read_time,
)

VALUE, VOUCHER = "value", "voucher_id"
START, END = "validity_start_utc", "validity_end_utc"
#: The columns that a file can have, and shorter names for them.
ALIASES: Final = {
    VALUE: VALUE,
    "code": VALUE,
    VOUCHER: VOUCHER,
    START: START,
    "start": START,
    END: END,
    "end": END,
}


class BadRow(NamedTuple):
    """What is wrong with a row."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows are understood."""

    #: The voucher of all codes; None if the file has a column for it.
    voucher_id: str | None = None
    #: The zone of times without an offset.
    zone: ZoneInfo | None = None
    #: Whether the day or the month is first; None to find out.
    order: Order | None = None
    #: Whether a code is still valid on the day of an end without a time.
    last_day: Literal["included", "excluded"] | None = None
    allows_duplicates: bool = False


class Rows(NamedTuple):
    """The codes of a file, the line of each, and the rows that are wrong."""

    codes: list[models.VoucherCodeAddParameters]
    lines: list[int]
    bad: list[BadRow]


def read_rows(table: Table, reading: Reading) -> Rows:
    """Return the codes of a file.

    Raises:
        Failure: The rows as a whole are not clear: the message names the option that says it.
    """
    named = [ALIASES[name] for name in table.columns if name in ALIASES]
    if len({*named}) < len(named):
        raise Failure("the file has two columns for the same", ExitCode.INPUT)
    if VALUE not in named:
        raise Failure("the file has no column 'value' with the codes", ExitCode.INPUT)
    if (VOUCHER in named) == (reading.voucher_id is not None):
        raise Failure(
            "name the voucher once: with --voucher, or in a column 'voucher_id'", ExitCode.USAGE
        )
    parser = _Parser(reading, _order(table.lines, reading))
    rows = Rows([], [], [])
    seen: dict[tuple[str, str], int] = {}
    for line in table.lines:
        try:
            code = parser.code(line)
            first = seen.setdefault((code.voucher_id, code.value), line.number)
            if first != line.number and not reading.allows_duplicates:
                raise ValueError(f"has the code of line {first} again")  # noqa: TRY301
        except ValueError as error:
            rows.bad.append(BadRow(line.number, str(error)))
        else:
            rows.codes.append(code)
            rows.lines.append(line.number)
    return rows


class _Parser:
    """Turns one row into a code."""

    def __init__(self, reading: Reading, order: Order | None) -> None:
        self._reading = reading
        self._order: Order | None = order

    def code(self, line: Line) -> models.VoucherCodeAddParameters:
        """Return the code of a row.

        Raises:
            ValueError: The row is wrong.
            Failure: A time is not clear.
        """
        if line.cells is None:
            raise ValueError("has another number of cells than the header")
        cells = _by_column(line.cells)
        code = models.VoucherCodeAddParameters(
            self._reading.voucher_id or cells[VOUCHER].strip(),
            cells[VALUE],
            self._time(cells, START),
            self._time(cells, END),
        )
        problem = find_problem(ADD_CODES, code)
        if problem is not None:
            raise ValueError(str(problem))
        return code

    def _time(self, cells: dict[str, str], column: str) -> datetime | Unset:
        text = cells.get(column, "").strip()
        if not text:
            return UNSET
        try:
            read = read_time(text, self._order)
            return (
                self._in_zone(read, is_end=column == END) if isinstance(read, LocalTime) else read
            )
        except ValueError as error:
            raise ValueError(f"{column}: {text!r} {error}") from None

    def _in_zone(self, read: LocalTime, *, is_end: bool) -> datetime:
        reading = self._reading
        if reading.zone is None:
            raise Failure(
                "the file has times without a time zone: pass --zone, such as Europe/Paris",
                ExitCode.USAGE,
            )
        value = read.value
        if is_end and read.is_date:
            if reading.last_day is None:
                raise Failure(
                    "the file has ends without a time: pass --last-day included if the codes are "
                    "valid on that day, else --last-day excluded",
                    ExitCode.USAGE,
                )
            value = end_of_day(value) if reading.last_day == "included" else value
        return in_zone(value, reading.zone)


def _order(lines: Iterable[Line], reading: Reading) -> Order | None:
    if reading.order is not None:
        return reading.order
    try:
        return find_order(_times(lines))
    except AmbiguousDatesError as error:
        raise Failure(f"{error}: pass --dates day-first or month-first", ExitCode.USAGE) from None


def _times(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        cells = _by_column(line.cells or {})
        yield from (cells[name] for name in (START, END) if name in cells)


def _by_column(cells: dict[str, str]) -> dict[str, str]:
    """Return the cells by the full names of their columns, without ignored ones."""
    return {ALIASES[name]: cell for name, cell in cells.items() if name in ALIASES}
