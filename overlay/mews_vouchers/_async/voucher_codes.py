"""`client.voucher_codes`: list, add, delete, and resume a failed add."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable

from mews_vouchers_client import models

from .._batching.batch_size import MAX_ITEMS_PER_REQUEST
from .._batching.resume import AddResumer
from .._batching.writer import create_writer
from .._operations.table import LIST_CODES
from .._operations.voucher_code_writes import ADD, DELETE, code_key
from .._options import CallOptions, OnProgress
from .._pagination.intervals import Interval
from .._pagination.partitions import create_filters
from .._pagination.query import ListQuery
from .._runners.client_state import ClientState
from .._runners.tasks import wait_for_abandoned
from ..errors import BatchError
from .pager import AsyncPager
from .writes import write, write_batches


class AsyncVoucherCodes:
    """Voucher codes: the strings that guests enter when they book."""

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

    async def add(
        self,
        codes: Iterable[models.VoucherCodeAddParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
    ) -> list[models.VoucherCode]:
        """Add any number of codes, in requests of at most 1,000; return them in input order.

        A request is retried only if it certainly was not applied. If the call is interrupted by
        Ctrl-C or a cancelled task, the exception has an attribute `batch_error`: the outcome of
        every code that was taken from `codes`.

        Args:
            codes: The codes to add.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch.
            concurrency: Maximum number of requests in flight, 1 to 16.

        Raises:
            BatchError: A batch failed. It has the outcome of every code, and `resume(error)`
                completes the call without adding a code twice.

        Example:
            codes = [VoucherCodeAddParameters(voucher_id, value) for value in values]
            added = await client.voucher_codes.add(codes)
        """
        options = CallOptions(enterprise_id, on_progress, concurrency)
        writer = create_writer(self._state.request_factory, ADD, codes, options)
        return await write(self._state, writer)

    def add_batches(
        self,
        codes: Iterable[models.VoucherCodeAddParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> AsyncGenerator[list[models.VoucherCode]]:
        """Add codes like `add()`, and yield each batch when it is added: memory stays constant.

        Only the codes of the next request are taken from `codes`. A `BatchError`, or the
        `batch_error` of an interruption, reports what was taken and not yielded. If requests had to
        be split because they were too large, a `break` can leave up to 1,000 codes that were taken
        and not sent.

        Args:
            codes: The codes to add.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch.

        Raises:
            BatchError: A batch failed.

        Example:
            async for batch in client.voucher_codes.add_batches(read_codes(file)):
                save(batch)
        """
        options = CallOptions(enterprise_id, on_progress)
        writer = create_writer(self._state.request_factory, ADD, codes, options)
        return write_batches(self._state, writer)

    async def delete(
        self,
        ids: Iterable[str],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        """Delete any number of codes by id, in requests of at most 1,000.

        A request without a response is retried; codes that it does not find then count as deleted.
        To tell which ones, they are sent one by one.

        Args:
            ids: The ids of the codes.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch.

        Raises:
            BatchError: A batch failed. It has the outcome of every id.

        Example:
            await client.voucher_codes.delete([code.id for code in added])
        """
        options = CallOptions(enterprise_id, on_progress)
        writer = create_writer(self._state.request_factory, DELETE, ids, options)
        await write(self._state, writer)

    async def resume(
        self,
        error: BatchError[models.VoucherCodeAddParameters, models.VoucherCode],
        *,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
    ) -> list[models.VoucherCode]:
        """Complete a failed `add()`: each code exactly once, whatever became of its request.

        Looks up the codes with an unknown outcome among the active codes of their vouchers, adds
        those that are missing, and returns all codes in input order. A code is recognised by its
        voucher and its value: an active code that existed before counts as the one looked for. The
        error may have been pickled. Resuming the same object again is safe: every code that had not
        succeeded is looked up first. A stored pickle does not know of it: resume it once.

        The server may still apply requests that were in flight when the call was interrupted or
        timed out: wait for `timeout` seconds before you resume. Only the sync client waits by
        itself, and only for requests of its own that had `concurrency` above 1.

        Args:
            error: The error of `add()`, or the `batch_error` of an interruption.
            on_progress: Called after each completed batch.
            concurrency: Maximum number of requests in flight when adding, 1 to 16.

        Raises:
            BatchError: Failed again. Pass this new error to `resume()`; it supersedes the first.
            ValueError: The error is not one of `voucherCodes/add`.
            ApiError, ConnectionFailedError: The look-up failed; resume the same error later.

        Example:
            try:
                added = await client.voucher_codes.add(codes)
            except BatchError as error:
                added = await client.voucher_codes.resume(error)
        """
        options = CallOptions(error.enterprise_id, on_progress, concurrency)
        resumer = AddResumer(ADD, code_key, error)
        await wait_for_abandoned(self._state)
        if resumer.possibly_added:
            pager = self.get_all(
                voucher_ids=[one.item.voucher_id for one in resumer.possibly_added],
                enterprise_ids=None if error.enterprise_id is None else [error.enterprise_id],
            )
            async for code in pager:
                resumer.take(code)
        writer = resumer.writer(self._state.request_factory, options)
        return await write(self._state, writer)
