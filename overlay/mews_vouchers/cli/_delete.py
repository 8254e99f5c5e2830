"""`mews-vouchers codes delete`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from mews_vouchers_client import models

from mews_vouchers import VoucherClient

from ._code_values import find_codes
from ._console import counted
from ._csv_file import read_csv
from ._failures import ExitCode, Failure
from ._journals import journal_of, reported
from ._listing import Selection
from ._options import (
    EXISTING_FILE,
    FILE,
    common_options,
    enterprise_option,
    service_option,
    settle_option,
    verbosity,
    voucher_option,
)
from ._settings import Settings


@click.command("delete")
@click.argument("file", type=EXISTING_FILE, required=False)
@click.option("--id", "ids", multiple=True, metavar="ID", help="The id of a code; repeatable.")
@click.option("--value", "values", multiple=True, help="The value of a code; can be repeated.")
@service_option
@voucher_option
@enterprise_option
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--journal", type=FILE, help="Instead of FILE.journal.")
@settle_option
@common_options
def delete_command(
    *,
    settings: Settings,
    file: Path | None,
    ids: tuple[str, ...],
    values: tuple[str, ...],
    services: tuple[str, ...],
    vouchers: tuple[str, ...],
    enterprise: str | None,
    journal: Path | None,
    settle: float,
    yes: bool,
) -> None:
    """Delete codes: those of FILE, or those named with --id or --value.

    FILE is a CSV file whose first line names the columns, such as an export: its column id counts,
    or without one its column value.

    By value, codes are looked up among the active codes of the services, or of --voucher. If a
    value has no code, or several, nothing is deleted.

    After an error, Ctrl-C or a crash, run the same command again. What became of each id of FILE
    is kept in FILE.journal; values are looked up again.

    \b
    Examples:
      mews-vouchers codes delete --value SUMMER-00001
      mews-vouchers codes delete old-codes.csv --yes
    """
    if sum(map(bool, (file, ids, values))) != 1:
        raise Failure("name codes in one way: with FILE, --id, or --value", ExitCode.USAGE)
    places: Sequence[int | str] = ()
    if file is not None:
        column, items = _read(file)
        ids, values = (tuple(items), ()) if column == "id" else ((), tuple(items))
        places = [*items.values()]
    kept = None if file is None or values else journal_of(file, journal)
    with settings.open_client() as client:
        if values:
            selection = Selection(
                service_ids=() if vouchers else settings.service_ids(services),
                voucher_ids=vouchers,
                values=values,
                enterprise_id=enterprise,
            )
            named = dict(zip(values, places, strict=False))
            ids = tuple(find_codes(client, selection, named, verbosity()))
            places = ()
        ids = tuple(dict.fromkeys(ids))
        if not ids:
            return
        _confirm(client, len(ids), yes=yes)
        with reported(verbosity(), "deleted", places or ids, kept) as on_progress:
            client.voucher_codes.delete(
                ids,
                enterprise_id=enterprise,
                on_progress=on_progress,
                on_rejected="isolate",
                journal=kept,
                settle=settle,
            )


def _read(file: Path) -> tuple[str, dict[str, int]]:
    """Return the column of a file that names the codes, and its cells with their lines."""
    table = read_csv(file, models.VoucherCode.columns(), encoding=None, delimiter=None)
    column = next((one for one in ("id", "value") if one in table.columns), None)
    if column is None or not table.lines:
        raise Failure(f"{file} has no rows, or no column id or value", ExitCode.INPUT)
    found: dict[str, int] = {}
    for number, cells in table.lines:
        if cells is None:
            reason = "has another number of cells than the header; nothing was deleted"
            raise Failure(f"{file}, line {number}: {reason}", ExitCode.INPUT)
        found.setdefault(cells[column].strip(), number)
    return column, found


def _confirm(client: VoucherClient, count: int, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure("nobody can be asked: pass --yes to delete", ExitCode.USAGE)
    question = f"Delete {counted(count, 'codes')} on {client.api.base_url}?"
    try:
        is_confirmed = click.confirm(question, err=True)
    except click.Abort:  # Ctrl-C, or the end of the input
        raise Failure("interrupted; nothing was deleted", ExitCode.INTERRUPTED) from None
    if not is_confirmed:
        raise Failure("nothing was deleted", ExitCode.USAGE)
