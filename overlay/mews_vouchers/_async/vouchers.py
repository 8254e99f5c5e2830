"""`client.vouchers`: list, add, update, delete, and resume what stopped."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import TypeVar

from mews_vouchers_client import models

from .._operations.voucher_writes import ADD, DELETE, UPDATE
from .._options import DEFAULT_SETTLE, CallOptions, OnProgress, OnRejected
from ..batch_error import BatchError
from .voucher_listing import AsyncVoucherListing
from .writes import resume_items, write_items

Item = TypeVar("Item")
Result = TypeVar("Result")


class AsyncVouchers(AsyncVoucherListing):
    """Vouchers: they unlock rates that are not publicly bookable."""

    async def add(
        self,
        vouchers: Iterable[models.VoucherAddParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
        on_rejected: OnRejected = "stop",
        journal: str | PathLike[str] | None = None,
        settle: float = DEFAULT_SETTLE,
    ) -> list[models.Voucher]:
        """Add any number of vouchers, in requests of at most 1,000; return them in input order.

        A request is retried only if it certainly was not applied. To be able to `resume()`, give
        each voucher an `external_identifier` of its own.

        Args:
            vouchers: The vouchers to add.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch. What it raises stops the call.
            concurrency: Maximum number of requests in flight, 1 to 16.
            on_rejected: See `voucher_codes.add()`.
            journal: See `voucher_codes.add()`.
            settle: See `voucher_codes.add()`.

        Raises:
            BatchError: A batch failed. It has the outcome of every voucher.

        Example:
            (voucher,) = await client.vouchers.add(
                [VoucherAddParameters(service_id, "Weekend", VoucherTypeEnum.PUBLIC)]
            )
        """
        options = CallOptions(enterprise_id, on_progress, concurrency, on_rejected, journal, settle)
        return await write_items(self._state, ADD, vouchers, options, self._list_added)

    async def update(
        self,
        updates: Iterable[models.VoucherUpdateParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
        on_rejected: OnRejected = "stop",
        journal: str | PathLike[str] | None = None,
        settle: float = DEFAULT_SETTLE,
    ) -> list[models.Voucher]:
        """Update vouchers, in requests of at most 1,000; return the updated vouchers.

        `voucher_update()` creates an update. A request without a response is retried.

        Args:
            updates: The updates, each voucher once.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch. What it raises stops the call.
            concurrency: Maximum number of requests in flight, 1 to 16.
            on_rejected: See `voucher_codes.add()`.
            journal: See `voucher_codes.add()`.
            settle: See `voucher_codes.add()`.

        Raises:
            BatchError: A batch failed. It has the outcome of every update.

        Example:
            update = voucher_update(voucher.id, name="Summer", company_id=None)
            await client.vouchers.update([update])
        """
        options = CallOptions(enterprise_id, on_progress, concurrency, on_rejected, journal, settle)
        return await write_items(self._state, UPDATE, updates, options, self._list_added)

    async def delete(
        self,
        ids: Iterable[str],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
        on_rejected: OnRejected = "stop",
        journal: str | PathLike[str] | None = None,
        settle: float = DEFAULT_SETTLE,
    ) -> None:
        """Delete any number of vouchers by id, in requests of at most 1,000.

        A request without a response is retried; vouchers that it does not find then count as
        deleted. To tell which ones, they are sent one by one.

        Args:
            ids: The ids of the vouchers, each once.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch. What it raises stops the call.
            concurrency: Maximum number of requests in flight, 1 to 16.
            on_rejected: See `voucher_codes.add()`.
            journal: See `voucher_codes.add()`.
            settle: See `voucher_codes.add()`.

        Raises:
            BatchError: A batch failed. It has the outcome of every id.

        Example:
            await client.vouchers.delete([voucher.id])
        """
        options = CallOptions(enterprise_id, on_progress, concurrency, on_rejected, journal, settle)
        await write_items(self._state, DELETE, ids, options, self._list_added)

    async def resume(
        self,
        error: BatchError[Item, Result],
        *,
        remaining: Iterable[Item] | None = None,
        settle: float = DEFAULT_SETTLE,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
        on_rejected: OnRejected = "stop",
    ) -> list[Result]:
        """Complete a stopped `add()`, `update()` or `delete()`: each voucher exactly once.

        Like `voucher_codes.resume()`, but vouchers are recognised by their `external_identifier`.

        Args:
            error: The error, or the `batch_error_of()` an interruption.
            remaining: The rest of the input, if it was an iterator that was not read to its end.
            settle: Seconds after which a request without a response cannot be applied any more.
            on_progress: Called after each completed batch, and before a wait for `settle`.
            concurrency: Maximum number of requests in flight when adding, 1 to 16.
            on_rejected: See `voucher_codes.add()`.

        Returns:
            All vouchers in input order. Nothing for a `delete()`.

        Raises:
            BatchError: Stopped again, or the look-up failed and nothing was sent. Pass this new
                error to `resume()`; it supersedes the first. Its cause is an `OutcomeUnknownError`
                if a voucher that may have been added has no `external_identifier` to look it up by.
            ResumeInProgressError: The same write is being resumed in this process.
            JournalError: The journal of the write cannot be used.
            ValueError: The error is not one of `vouchers`, or `remaining` is missing.
            TypeError: It is not a `BatchError`.

        Example:
            try:
                added = await client.vouchers.add(vouchers)
            except BatchError as error:
                added = await client.vouchers.resume(error)
        """
        options = CallOptions(None, on_progress, concurrency, on_rejected, settle=settle)
        operations = (ADD, UPDATE, DELETE)
        return await resume_items(
            self._state, operations, error, options, self._list_added, remaining=remaining
        )
