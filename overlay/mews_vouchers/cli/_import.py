"""`mews-vouchers codes import`."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import click

from ._code_rows import ALIASES, Reading, Rows, read_rows
from ._console import Verbosity, counted, say
from ._csv_file import DELIMITERS, read_csv
from ._failures import ExitCode, Failure
from ._journals import journal_of, reported, show_problems
from ._local_times import Order
from ._options import (
    EXISTING_FILE,
    FILE,
    common_options,
    concurrency_option,
    enterprise_option,
    settle_option,
    verbosity,
)
from ._settings import Settings


def _zone(name: str) -> ZoneInfo:
    """Return a time zone by its name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hint = "such as Europe/Paris (on Windows, pip install tzdata)"
        raise click.BadParameter(f"{name!r} is no known time zone, {hint}.") from None


@click.command("import")
@click.argument("file", type=EXISTING_FILE)
@click.option("--voucher", metavar="ID", help="The voucher of all codes.")
@click.option("--zone", type=_zone, metavar="ZONE", help="Of all times, such as Europe/Paris.")
@click.option("--dates", type=click.Choice(["day-first", "month-first"]), help="Of 01/02/2026.")
@click.option(
    "--last-day",
    type=click.Choice(["included", "excluded"]),
    help="Whether codes are valid on the day of an end without a time.",
)
@click.option("--delimiter", type=click.Choice([*DELIMITERS]), help="Between cells.")
@click.option("--encoding", metavar="NAME", help="Such as cp1252, of a file without a BOM.")
@click.option(
    "--ignore-column", "ignored", multiple=True, metavar="NAME", help="A column to leave out."
)
@click.option("--allow-duplicates", is_flag=True, help="Add a code as often as it is in the file.")
@click.option("--dry-run", is_flag=True, help="Only check the rows; send nothing.")
@click.option("--journal", type=FILE, help="Instead of FILE.journal.")
@enterprise_option
@concurrency_option
@settle_option
@common_options
def import_command(
    *,
    settings: Settings,
    file: Path,
    voucher: str | None,
    zone: ZoneInfo | None,
    dates: Order | None,
    last_day: Literal["included", "excluded"] | None,
    delimiter: str | None,
    encoding: str | None,
    ignored: tuple[str, ...],
    journal: Path | None,
    enterprise: str | None,
    concurrency: int,
    settle: float,
    allow_duplicates: bool,
    dry_run: bool,
) -> None:
    """Add the codes of FILE: a CSV file, such as one of Excel.

    Its first line names the columns: value (or code), and if needed voucher_id, start, end. Empty
    starts and ends are no limit. All delimiters, encodings and forms of dates are taken that can be
    understood in one way only; otherwise it says which option is missing.

    All rows are checked first: if one is wrong, nothing is sent, and the lines are shown. What
    became of each code is kept in FILE.journal: after an error, Ctrl-C or a crash, run the same
    command again, and it adds what is missing, nothing twice. A row that the server rejected can be
    corrected in its place. Keep the journal as long as FILE may be imported again.

    \b
    Example:
      mews-vouchers codes import spring.csv --voucher ID --zone Europe/Paris --dry-run
    """
    names = [*ALIASES, *(name.strip().lower() for name in ignored)]
    table = read_csv(file, names, encoding=encoding, delimiter=delimiter)
    reading = Reading(voucher, zone, dates, last_day, allow_duplicates)
    rows = read_rows(table, reading)
    shown = verbosity()
    _check(rows, shown)
    if dry_run:
        _summarize(rows)
        return
    kept = journal_of(file, journal)
    with (
        settings.open_client() as client,
        reported(shown, "added", rows.lines, kept) as on_progress,
    ):
        client.voucher_codes.add(
            rows.codes,
            enterprise_id=enterprise,
            on_progress=on_progress,
            concurrency=concurrency,
            on_rejected="isolate",
            journal=kept,
            settle=settle,
        )


def _check(rows: Rows, shown: Verbosity) -> None:
    if rows.bad:
        show_problems(shown, rows.bad)
        total = counted(len(rows.bad) + len(rows.codes), "rows")
        raise Failure(
            f"{len(rows.bad):,} of {total} wrong; this run has sent nothing", ExitCode.INPUT
        )
    if not rows.codes:
        raise Failure("the file has no rows below its header", ExitCode.INPUT)


def _summarize(rows: Rows) -> None:
    """Say how the rows were understood: the first and the last one as examples."""
    for index in sorted({0, len(rows.codes) - 1}):
        code = rows.codes[index].to_dict()
        start, end = (
            code.get(name) or "no limit" for name in ("ValidityStartUtc", "ValidityEndUtc")
        )
        say(f"line {rows.lines[index]}: {code['Value']!r}, valid from {start} to {end}")
    vouchers = len({code.voucher_id for code in rows.codes})
    say(
        f"{counted(len(rows.codes), 'codes')} of {counted(vouchers, 'vouchers')} right; "
        "nothing was sent"
    )
