"""`client.vouchers`: list, add, update, delete, and resume a failed add."""

from __future__ import annotations

from collections.abc import Iterable

from mews_vouchers_client import models

from .._batching.batch_size import MAX_ITEMS_PER_REQUEST
from .._batching.resume import AddResumer
from .._batching.writer import create_writer
from .._operations.table import LIST_VOUCHERS
from .._operations.voucher_writes import ADD, DELETE, UPDATE, check_identifiable, external_key
from .._options import CallOptions, OnProgress
from .._pagination.intervals import Interval
from .._pagination.partitions import create_filters
from .._pagination.query import ListQuery
from .._runners.client_state import ClientState
from .._runners.tasks import wait_for_abandoned
from ..errors import BatchError
from .pager import AsyncPager
from .writes import write


class AsyncVouchers:
    """Vouchers: they unlock rates that are not publicly bookable."""

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
        page_size: int = MAX_ITEMS_PER_REQUEST,
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

    async def add(
        self,
        vouchers: Iterable[models.VoucherAddParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
    ) -> list[models.Voucher]:
        """Add any number of vouchers, in requests of at most 1,000; return them in input order.

        A request is retried only if it certainly was not applied. To be able to `resume()`, give
        each voucher an `external_identifier` of its own.

        Args:
            vouchers: The vouchers to add.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch.
            concurrency: Maximum number of requests in flight, 1 to 16.

        Raises:
            BatchError: A batch failed. It has the outcome of every voucher.
            RepeatedItemError: A voucher has a rate twice, and nothing was sent. If other batches
                were sent before, it is the cause of a `BatchError`.

        Example:
            (voucher,) = await client.vouchers.add(
                [VoucherAddParameters(service_id, "Weekend", VoucherTypeEnum.PUBLIC)]
            )
        """
        options = CallOptions(enterprise_id, on_progress, concurrency)
        writer = create_writer(self._state.request_factory, ADD, vouchers, options)
        return await write(self._state, writer)

    async def update(
        self,
        updates: Iterable[models.VoucherUpdateParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> list[models.Voucher]:
        """Update vouchers, in requests of at most 1,000; return the updated vouchers.

        `voucher_update()` creates an update. A request without a response is retried.

        Args:
            updates: The updates, at most one per voucher.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch.

        Raises:
            BatchError: A batch failed. It has the outcome of every update.

        Example:
            update = voucher_update(voucher.id, name="Summer", company_id=None)
            await client.vouchers.update([update])
        """
        options = CallOptions(enterprise_id, on_progress)
        writer = create_writer(self._state.request_factory, UPDATE, updates, options)
        return await write(self._state, writer)

    async def delete(
        self,
        ids: Iterable[str],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        """Delete any number of vouchers by id, in requests of at most 1,000.

        A request without a response is retried; vouchers that it does not find then count as
        deleted. To tell which ones, they are sent one by one.

        Args:
            ids: The ids of the vouchers.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch.

        Raises:
            BatchError: A batch failed. It has the outcome of every id.

        Example:
            await client.vouchers.delete([voucher.id])
        """
        options = CallOptions(enterprise_id, on_progress)
        writer = create_writer(self._state.request_factory, DELETE, ids, options)
        await write(self._state, writer)

    async def resume(
        self,
        error: BatchError[models.VoucherAddParameters, models.Voucher],
        *,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
    ) -> list[models.Voucher]:
        """Complete a failed `add()`: each voucher exactly once.

        Looks up the vouchers with an unknown outcome by their `external_identifier`, adds those
        that are missing, and returns all vouchers in input order. The error may have been pickled.
        For requests that an interruption left in flight, see `voucher_codes.resume()`.

        Args:
            error: The error of `add()`, or the `batch_error` of an interruption.
            on_progress: Called after each completed batch.
            concurrency: Maximum number of requests in flight when adding, 1 to 16.

        Raises:
            OutcomeUnknownError: A voucher that may have been added has no `external_identifier`,
                so it cannot be looked up; nothing is sent.
            BatchError: Failed again. Pass this new error to `resume()`; it supersedes the first.
            ValueError: The error is not one of `vouchers/add`.
            ApiError, ConnectionFailedError: The look-up failed; resume the same error later.

        Example:
            try:
                added = await client.vouchers.add(vouchers)
            except BatchError as error:
                added = await client.vouchers.resume(error)
        """
        options = CallOptions(error.enterprise_id, on_progress, concurrency)
        resumer = AddResumer(ADD, external_key, error)
        check_identifiable(error)
        await wait_for_abandoned(self._state)
        if resumer.possibly_added:
            items = [one.item for one in resumer.possibly_added]
            pager = self.get_all(
                service_ids=[item.service_id for item in items],
                external_identifiers=[str(item.external_identifier) for item in items],
                enterprise_ids=None if error.enterprise_id is None else [error.enterprise_id],
            )
            async for voucher in pager:
                resumer.take(voucher)
        writer = resumer.writer(self._state.request_factory, options)
        return await write(self._state, writer)
