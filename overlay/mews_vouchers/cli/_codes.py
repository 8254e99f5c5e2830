"""`mews-vouchers codes`: its commands. `list` and `export` are here."""

import json
import sys
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click
from mews_vouchers_client import models

from mews_vouchers import Pager, VoucherClient

from ._delete import delete_command
from ._export import Export, export
from ._formats import STREAMS
from ._import import import_command
from ._listing import Selection, find_voucher_ids, list_codes, selected
from ._options import (
    FILE,
    active_option,
    common_options,
    concurrency_option,
    enterprise_option,
    list_options,
    service_option,
    updated_options,
    verbosity,
    voucher_option,
)
from ._partial_file import PartialFile
from ._rows import shown_columns
from ._settings import Settings


@click.group("codes")
def codes() -> None:
    """List, export, import or delete voucher codes."""


codes.add_command(import_command)
codes.add_command(delete_command)


@codes.command("list")
@service_option
@voucher_option
@click.option("--value", "values", multiple=True, help="Only this value; can be repeated.")
@active_option
@updated_options
@enterprise_option
@list_options
@common_options
def list_command(
    *,
    settings: Settings,
    services: tuple[str, ...],
    vouchers: tuple[str, ...],
    values: tuple[str, ...],
    form: str,
    limit: int | None,
    active: bool,
    updated_since: datetime | None,
    updated_until: datetime | None,
    enterprise: str | None,
) -> None:
    """List codes on standard output, newest first, with deleted ones.

    They are those of the vouchers, or of all vouchers of the services.

    \b
    Example:
      mews-vouchers codes list --value SUMMER-00001 --active
    """
    selection = Selection(
        service_ids=() if vouchers else settings.service_ids(services),
        voucher_ids=vouchers,
        values=values,
        enterprise_id=enterprise,
        updated_since=updated_since,
        updated_until=updated_until,
        is_active=active,
    )
    with settings.open_client() as client:
        listing = list_codes(client, selection, find_voucher_ids(client, selection))
        rows = (item.to_row() for item in selected(selection, listing))
        STREAMS[form](sys.stdout, islice(rows, limit), shown_columns(models.VoucherCode, form))


@codes.command("export")
@click.argument("file", type=FILE)
@service_option
@voucher_option
@active_option
@updated_options
@enterprise_option
@concurrency_option
@common_options
def export_command(
    *,
    settings: Settings,
    file: Path,
    services: tuple[str, ...],
    vouchers: tuple[str, ...],
    concurrency: int,
    active: bool,
    updated_since: datetime | None,
    updated_until: datetime | None,
    enterprise: str | None,
) -> None:
    """Export codes to FILE, which ends with .csv, .jsonl or .parquet.

    They are those of the vouchers, or of all vouchers that the services have when it begins.

    FILE is replaced when everything is listed. Until then, FILE.partial has what is there: after an
    error, Ctrl-C or a crash, run the same command again, and it continues.
    """
    selection = Selection(
        service_ids=() if vouchers else settings.service_ids(services),
        voucher_ids=vouchers,
        enterprise_id=enterprise,
        updated_since=updated_since,
        updated_until=updated_until,
        is_active=active,
    )
    with settings.open_client() as client:
        what = Export(
            "codes",
            models.VoucherCode,
            selection.describe("codes", client.api.base_url),
            lambda partial: _continue(client, selection, partial, concurrency),
            lambda items: selected(selection, items),
        )
        export(file, what, verbosity())


def _continue(
    client: VoucherClient, selection: Selection, partial: PartialFile, concurrency: int
) -> Pager[Any, Any]:
    """List the codes of the vouchers that were there when the export began.

    Any: the type of the items does not matter to the export.
    """
    stored = partial.load("voucher_ids")
    voucher_ids = find_voucher_ids(client, selection) if stored is None else json.loads(stored)
    partial.store("voucher_ids", json.dumps(voucher_ids))
    return list_codes(
        client, selection, voucher_ids, checkpoint=partial.checkpoint, concurrency=concurrency
    )
