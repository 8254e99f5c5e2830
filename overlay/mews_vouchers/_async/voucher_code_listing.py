"""Lists voucher codes: the part of `voucher_codes.py` that reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mews_vouchers_client import models

from .._limits import MAX_PAGE_SIZE
from .._operations.table import LIST_CODES
from .._options import CallOptions
from .._pagination.intervals import Interval
from .._pagination.partitions import create_filters
from .._pagination.query import ListQuery
from .._runners.client_state import ClientState
from .pager import AsyncPager


class AsyncVoucherCodeListing:
    """Lists voucher codes."""

    def __init__(self, state: ClientState) -> None:
        self._state = state

    def get_all(
        self,
        *,
        voucher_ids: Iterable[str],
        voucher_code_ids: Iterable[str] | None = None,
        enterprise_ids: Iterable[str] | None = None,
        updated: Interval | None = None,
        page_size: int = MAX_PAGE_SIZE,
        max_items: int | None = None,
        checkpoint: str | None = None,
        cursor: str | None = None,
        prefetch: bool = True,
        concurrency: int = 1,
    ) -> AsyncPager[models.VoucherCode, models.VoucherCodeResult]:
        """List voucher codes, newest first. Deleted codes are included, with `is_active` False.

        No request is sent before the pager is iterated. Filters narrow the result; an empty list
        matches nothing. Filters can have any length, and `updated` can span years: the listing is
        then partitioned into several, and each code is still listed once, the newest interval
        first.

        Args:
            voucher_ids: Codes of these vouchers.
            voucher_code_ids: Only these codes.
            enterprise_ids: Only codes of these enterprises; None for all that the token can access.
            updated: Only codes last updated in this interval, in any time zone. The start is
                included, the end is excluded; twice the same full second means exactly that second.
                A fraction of the start is rounded down to the second, of the end up.
            page_size: Codes per request, 1 to 1,000. A page that is too heavy for the server is
                requested again in smaller pages.
            max_items: Stop after this many codes.
            checkpoint: Continue from a `checkpoint` of a listing with the same filters.
            cursor: Continue from a cursor of the vendor: the id of the last code.
            prefetch: Whether to request the next page while you process the current one.
            concurrency: Maximum number of requests in flight, 1 to 16. Above 1 the listing is
                partitioned by ids and by `updated`, and the partitions are read concurrently: each
                code once, in no overall order. A partition costs at least one request. A single
                voucher without an interval cannot be partitioned.

        Raises:
            ValueError: An argument is out of range, or a datetime has no time zone.
            TypeError: A filter is a string instead of a list.
            ApiError, ConnectionFailedError, OutcomeUnknownError: While iterating: a request failed
                for good. Continue later from the `checkpoint` of the error.
            PaginationError: While iterating: the cursors go in circles, or the checkpoint is
                invalid.

        Example:
            async for code in client.voucher_codes.get_all(voucher_ids=[voucher_id]):
                print(code.value)
        """
        query: ListQuery[models.VoucherCode, models.VoucherCodeResult] = ListQuery(
            self._state.request_factory,
            LIST_CODES,
            create_filters(
                LIST_CODES.filters,
                updated,
                voucher_ids=voucher_ids,
                voucher_code_ids=voucher_code_ids,
                enterprise_ids=enterprise_ids,
            ),
            page_size,
            CallOptions(concurrency=concurrency),
            max_items,
            checkpoint,
            cursor,
            prefetch,
        )
        return AsyncPager(self._state, query)

    def _list_added(
        self,
        items: Iterable[Any],
        enterprise_id: str | None,
        updated: Interval | None,
        max_items: int | None,
    ) -> AsyncPager[Any, Any]:
        """List what may belong to the items of an `add()`. Any: it is of any type."""
        return self.get_all(
            voucher_ids=[item.voucher_id for item in items],
            enterprise_ids=None if enterprise_id is None else [enterprise_id],
            updated=updated,
            max_items=max_items,
            prefetch=False,
        )
