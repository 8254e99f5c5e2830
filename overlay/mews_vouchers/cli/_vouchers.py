"""`mews-vouchers vouchers`: `list` and `export`."""

import sys
from datetime import datetime
from itertools import islice
from pathlib import Path

import click
from mews_vouchers_client import models

from ._export import Export, export
from ._formats import STREAMS
from ._listing import Selection, list_vouchers, selected
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
)
from ._rows import shown_columns
from ._settings import Settings


@click.group("vouchers")
def vouchers() -> None:
    """List or export vouchers."""


@vouchers.command("list")
@service_option
@click.option("--voucher", "ids", multiple=True, metavar="ID", help="Only this one; repeatable.")
@click.option("--value", "values", multiple=True, help="Only those with this code; repeatable.")
@active_option
@updated_options
@enterprise_option
@list_options
@common_options
def list_command(
    *,
    settings: Settings,
    services: tuple[str, ...],
    ids: tuple[str, ...],
    values: tuple[str, ...],
    form: str,
    limit: int | None,
    active: bool,
    updated_since: datetime | None,
    updated_until: datetime | None,
    enterprise: str | None,
) -> None:
    """List vouchers on standard output, newest first, with deleted ones.

    \b
    Example, which voucher has a code:
      mews-vouchers vouchers list --value SUMMER-00001
    """
    selection = Selection(
        service_ids=settings.service_ids(services),
        voucher_ids=ids,
        values=values,
        enterprise_id=enterprise,
        updated_since=updated_since,
        updated_until=updated_until,
        is_active=active,
    )
    with settings.open_client() as client:
        rows = (item.to_row() for item in selected(selection, list_vouchers(client, selection)))
        STREAMS[form](sys.stdout, islice(rows, limit), shown_columns(models.Voucher, form))


@vouchers.command("export")
@click.argument("file", type=FILE)
@service_option
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
    concurrency: int,
    active: bool,
    updated_since: datetime | None,
    updated_until: datetime | None,
    enterprise: str | None,
) -> None:
    """Export vouchers to FILE, which ends with .csv, .jsonl or .parquet.

    FILE is replaced when everything is listed. Until then, FILE.partial has what is there: after an
    error, Ctrl-C or a crash, run the same command again, and it continues.
    """
    selection = Selection(
        service_ids=settings.service_ids(services),
        enterprise_id=enterprise,
        updated_since=updated_since,
        updated_until=updated_until,
        is_active=active,
    )
    with settings.open_client() as client:
        what = Export(
            "vouchers",
            models.Voucher,
            selection.describe("vouchers", client.api.base_url),
            lambda partial: list_vouchers(
                client, selection, checkpoint=partial.checkpoint, concurrency=concurrency
            ),
            lambda items: selected(selection, items),
        )
        export(file, what, verbosity())
