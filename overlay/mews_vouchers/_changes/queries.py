"""The listings of a run: vouchers and codes, by filters that no change of an item affects.

By another filter, such as `company_ids`, an item that changes could leave the listing unseen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from mews_vouchers_client import models

from .._http.request_factory import RequestFactory
from .._operations.table import LIST_CODES, LIST_VOUCHERS
from .._options import CallOptions
from .._pagination.partitions import create_filters, unique_values
from .._pagination.query import ListQuery

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ListOptions:
    """How the listings of a run are executed. See `get_all()`."""

    page_size: int
    prefetch: bool
    concurrency: int


def normalised(**ids: Iterable[str] | None) -> dict[str, list[str] | None]:
    """Return lists of ids in one order and in lower case: so the order of the user has no effect.

    Raises:
        TypeError: A filter is a string instead of a list, or has values that are no strings.
    """
    return {
        name: None if values is None else sorted(map(str.lower, unique_values(name, values)))
        for name, values in ids.items()
    }


def voucher_query(
    factory: RequestFactory,
    options: ListOptions,
    start: datetime | None,
    **ids: list[str] | None,
) -> ListQuery[models.Voucher, models.VoucherResult]:
    """Return a listing of the vouchers that were updated since `start`; None for all."""
    updated = None if start is None else (start, None)
    extent = models.VoucherExtent(vouchers=True)
    return ListQuery(
        factory,
        LIST_VOUCHERS,
        create_filters(LIST_VOUCHERS.filters, updated, {"extent": extent}, **ids),
        options.page_size,
        CallOptions(concurrency=options.concurrency),
        prefetch=options.prefetch,
    )


def code_query(
    factory: RequestFactory,
    options: ListOptions,
    start: datetime | None,
    **ids: list[str] | None,
) -> ListQuery[models.VoucherCode, models.VoucherCodeResult]:
    """Return a listing of the codes that were updated since `start`; None for all."""
    updated = None if start is None else (start, None)
    return ListQuery(
        factory,
        LIST_CODES,
        create_filters(LIST_CODES.filters, updated, None, **ids),
        options.page_size,
        CallOptions(concurrency=options.concurrency),
        prefetch=options.prefetch,
    )


def continued(query: ListQuery[Item, Result], checkpoint: str | None) -> ListQuery[Item, Result]:
    """Return a listing that continues from a checkpoint, or begins again if it does not fit.

    It does not fit if the vouchers whose codes are listed are others now, if another release splits
    the listing in another way, or if it is too old. Then items are repeated, and none is missed.
    """
    if not checkpoint:
        return query
    resumed = replace(query, checkpoint=checkpoint)
    return resumed if resumed.is_continuable else query
