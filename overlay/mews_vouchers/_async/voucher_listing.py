"""Lists vouchers: the part of `vouchers.py` that reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mews_vouchers_client import models

from .._limits import MAX_PAGE_SIZE
from .._operations.table import LIST_VOUCHERS
from .._options import CallOptions
from .._pagination.intervals import Interval
from .._pagination.partitions import create_filters
from .._pagination.query import ListQuery
from .._runners.client_state import ClientState
from .pager import AsyncPager


class AsyncVoucherListing:
    """Lists vouchers."""

    def __init__(self, state: ClientState) -> None:
        self._state = state

    def get_all(
        self,
        *,
        service_ids: Iterable[str],
        extent: models.VoucherExtent | None = None,
        voucher_ids: Iterable[str] | None = None,
        company_ids: Iterable[str] | None = None,
        voucher_code_values: Iterable[str] | None = None,
        external_identifiers: Iterable[str] | None = None,
        activity_states: Iterable[models.ActivityState] | None = None,
        enterprise_ids: Iterable[str] | None = None,
        updated: Interval | None = None,
        page_size: int = MAX_PAGE_SIZE,
        max_items: int | None = None,
        checkpoint: str | None = None,
        cursor: str | None = None,
        prefetch: bool = True,
        concurrency: int = 1,
    ) -> AsyncPager[models.Voucher, models.VoucherResult]:
        """List vouchers, newest first. Deleted ones are included, unless `activity_states` is set.

        No request is sent before the pager is iterated. Filters narrow the result; an empty list
        matches nothing. Filters can have any length, and `updated` can span years: the listing is
        then partitioned into several, and each voucher is still listed once.

        Args:
            service_ids: Vouchers of these services.
            extent: What to return; None for the vouchers alone. Related items are in the `result`
                of each page. Every extent costs the server a look-up: request the fewest.
            voucher_ids: Only these vouchers.
            company_ids: Only vouchers for these companies.
            voucher_code_values: Only vouchers with one of these codes.
            external_identifiers: Only vouchers with one of these ids of another system.
            activity_states: Only active, or only deleted ones.
            enterprise_ids: Only those of these enterprises; None for all that the token can access.
            updated: Only those last updated in this interval, in any time zone. The start is
                included, the end is excluded; twice the same full second means exactly that second.
                A fraction of the start is rounded down to the second, of the end up.
            page_size: Vouchers per request, 1 to 1,000. A page that is too heavy for the server is
                requested again in smaller pages.
            max_items: Stop after this many vouchers.
            checkpoint: Continue from a `checkpoint` of a listing with the same filters.
            cursor: Continue from a cursor of the vendor: the id of the last voucher.
            prefetch: Whether to request the next page while you process the current one.
            concurrency: Maximum number of requests in flight, 1 to 16. Above 1 the listing is
                partitioned by ids and by `updated`, and the partitions are read concurrently: each
                voucher once, in no overall order. A partition costs at least one request. A single
                service without an interval cannot be partitioned.

        Raises:
            ValueError: An argument is out of range, or a datetime has no time zone.
            TypeError: A filter is a string instead of a list.
            ApiError, ConnectionFailedError, OutcomeUnknownError: While iterating: a request failed
                for good. Continue later from the `checkpoint` of the error.
            PaginationError: While iterating: the cursors go in circles, or the checkpoint is
                invalid.

        Example:
            pager = client.vouchers.get_all(
                service_ids=[service_id], extent=VoucherExtent(vouchers=True, rates=True)
            )
            async for page in pager.pages():
                print(len(page.items), page.result.rates)
        """
        extent = extent or models.VoucherExtent(vouchers=True)
        query: ListQuery[models.Voucher, models.VoucherResult] = ListQuery(
            self._state.request_factory,
            LIST_VOUCHERS,
            create_filters(
                LIST_VOUCHERS.filters,
                updated,
                {"extent": extent},
                activity_states=activity_states,
                service_ids=service_ids,
                voucher_ids=voucher_ids,
                company_ids=company_ids,
                voucher_code_values=voucher_code_values,
                external_identifiers=external_identifiers,
                enterprise_ids=enterprise_ids,
            ),
            page_size,
            CallOptions(concurrency=concurrency),
            max_items,
            checkpoint,
            cursor,
            prefetch,
            short_page_is_last=extent.vouchers is True,
        )
        return AsyncPager(self._state, query)

    def _list_added(
        self,
        items: Iterable[Any],
        enterprise_id: str | None,
        updated: Interval | None,
        max_items: int | None,
    ) -> AsyncPager[Any, Any]:
        """List what may belong to the items of an `add()`. Any: of others it is not called.

        Not by external identifier: the server may write one in another way.
        """
        return self.get_all(
            service_ids=[item.service_id for item in items],
            enterprise_ids=None if enterprise_id is None else [enterprise_id],
            updated=updated,
            max_items=max_items,
            prefetch=False,
        )
