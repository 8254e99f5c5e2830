"""Lists voucher codes: the part of `voucher_codes.py` that reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mews_vouchers_client import models

from .._batching.batch_size import MAX_ITEMS_PER_REQUEST
from .._changes.queries import ListOptions
from .._changes.run import DEFAULT_OVERLAP
from .._changes.starting import start_codes
from .._operations.table import LIST_CODES
from .._options import CallOptions
from .._pagination.intervals import Interval
from .._pagination.partitions import create_filters
from .._pagination.query import ListQuery
from .._runners.client_state import ClientState
from .changes import AsyncChanges
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
        page_size: int = MAX_ITEMS_PER_REQUEST,
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
                A fraction of the start is rounded down to the second, of the end up. None instead
                of a datetime: no bound, as in `(since, None)`. An interval without a start cannot
                be split: it is sent as it is.
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
            ValueError: An argument is out of range, an id is no UUID, or a datetime has no time
                zone.
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

    def changes(
        self,
        *,
        voucher_ids: Iterable[str],
        since: str | None = None,
        enterprise_ids: Iterable[str] | None = None,
        overlap: float = DEFAULT_OVERLAP,
        page_size: int = MAX_ITEMS_PER_REQUEST,
        prefetch: bool = True,
        concurrency: int = 1,
    ) -> AsyncChanges[models.VoucherCode]:
        """List the codes that were added, changed or deleted since a mark, to keep a copy.

        Every change comes at least once, as the code is then. Codes come again if they changed
        shortly before or during the run before: replace what the copy has by id. Deleted codes have
        `is_active` False. A run without changes is one request per 1,000 vouchers. No request is
        sent before the iteration.

        The `mark` of what is returned can be kept after any item, once that item is saved: it
        continues the run with the next item. The mark after all items begins the next run. It is a
        text of 25 characters, and of up to 120 within a run, or more with `concurrency`. An error
        while iterating has it as `error.mark`.

        All times are the server's: a run lists what has changed since the one before began, by the
        `Date` of its responses, and in the `overlap` before. The local clock may be wrong. If there
        is no `Date`, the next run lists what this one does.

        Args:
            voucher_ids: Codes of these vouchers, in any order. With others, begin with None again.
                `client.changes()` finds new vouchers by itself.
            since: A mark of this method with the same filters; None for everything.
            enterprise_ids: Only codes of these enterprises; None for all that the token can access.
            overlap: Seconds, 0 to 30 days: how much later than the time that a change has the
                server may show it. A change has the time at which it is executed, and is shown when
                it is committed: the vendor ends a request after tens of seconds (408). Two minutes,
                the default, are more than that and the differences between its clocks. A longer
                overlap hardly costs a request, but what changed within it comes once more.
            page_size: See `get_all()`.
            prefetch: See `get_all()`.
            concurrency: See `get_all()`.

        Raises:
            PaginationError: The mark is corrupt, or was taken with different filters or by another
                method.
            ValueError, TypeError: An argument is out of range, or of another type.
            ApiError, ConnectionFailedError, OutcomeUnknownError: While iterating: a request failed
                for good. Continue later from the `mark` of the error.

        Example:
            feed = client.voucher_codes.changes(voucher_ids=voucher_ids, since=mark)
            async for code in feed:
                save(code)
            mark = feed.mark
        """
        create_run = start_codes(
            self._state.request_factory,
            since,
            overlap,
            ListOptions(page_size, prefetch, concurrency),
            voucher_ids=voucher_ids,
            enterprise_ids=enterprise_ids,
        )
        return AsyncChanges(self._state, since, create_run)

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
