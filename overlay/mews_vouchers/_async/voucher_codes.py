"""`client.voucher_codes`: list, add, delete, and resume what stopped."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import TypeVar

from mews_vouchers_client import models

from .._operations.voucher_code_writes import ADD, DELETE
from .._options import DEFAULT_SETTLE, CallOptions, OnProgress, OnRejected
from ..batch_error import BatchError
from .voucher_code_listing import AsyncVoucherCodeListing
from .write_stream import AsyncWriteStream
from .writes import resume_items, write_items

Item = TypeVar("Item")
Result = TypeVar("Result")


class AsyncVoucherCodes(AsyncVoucherCodeListing):
    """Voucher codes: the strings that guests enter when they book."""

    async def add(
        self,
        codes: Iterable[models.VoucherCodeAddParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
        on_rejected: OnRejected = "stop",
        journal: str | PathLike[str] | None = None,
        settle: float = DEFAULT_SETTLE,
    ) -> list[models.VoucherCode]:
        """Add any number of codes, in requests of at most 1,000; return them in input order.

        A request is retried only if it certainly was not applied. If the call is interrupted by
        Ctrl-C or a cancelled task, `batch_error_of(exception)` is the outcome of every code.

        Args:
            codes: The codes to add. Of an iterator, only those of the next request are read.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch. What it raises stops the call.
            concurrency: Maximum number of requests in flight, 1 to 16.
            on_rejected: What happens to a code that breaks the contract of the API (it is not
                sent), or to a batch that the server refuses because of its content (400, 403).
                "stop": the call stops. "isolate": the batch is sent again in parts until the
                refused codes are alone, with at most 2·log2(batch) more requests for each of
                them, the other codes are added, and the `BatchError` at the end reports the
                refused ones.
            journal: A file that keeps what became of every code, so that the same call can be run
                again after a crash: it completes what is missing. See `Journal`.
            settle: With a journal: see `resume()`.

        Raises:
            BatchError: A batch failed. It has the outcome of every code, and `resume(error)`
                completes the call without adding a code twice.

        Example:
            codes = [VoucherCodeAddParameters(voucher_id, value) for value in values]
            added = await client.voucher_codes.add(codes)
        """
        options = CallOptions(enterprise_id, on_progress, concurrency, on_rejected, journal, settle)
        return await write_items(self._state, ADD, codes, options, self._list_added)

    def add_batches(
        self,
        codes: Iterable[models.VoucherCodeAddParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
        on_rejected: OnRejected = "stop",
        journal: str | PathLike[str] | None = None,
        settle: float = DEFAULT_SETTLE,
    ) -> AsyncWriteStream[models.VoucherCodeAddParameters, models.VoucherCode]:
        """Add codes like `add()`, and yield each batch when it is added: memory stays constant.

        Only the codes of the next requests are read from `codes`. The yielded outcomes have the
        positions of the codes in `codes`; with `concurrency`, batches are in no certain order. The
        `batch_error` of the stream, a `BatchError`, and that of an interruption report what was
        not yielded.

        Args:
            codes: The codes to add.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch. What it raises stops the call.
            concurrency: Maximum number of requests in flight, 1 to 16.
            on_rejected: See `add()`.
            journal: See `add()`.
            settle: See `add()`.

        Raises:
            BatchError: While iterating: a batch failed.

        Example:
            async with client.voucher_codes.add_batches(read_codes(file)) as batches:
                async for outcomes in batches:
                    save(outcomes)
        """
        options = CallOptions(enterprise_id, on_progress, concurrency, on_rejected, journal, settle)
        return AsyncWriteStream(self._state, ADD, codes, options, self._list_added)

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
        """Delete any number of codes by id, in requests of at most 1,000.

        A request without a response is retried; codes that it does not find then count as deleted.
        To tell which ones, they are sent one by one.

        Args:
            ids: The ids of the codes, each once.
            enterprise_id: The property, with a portfolio access token.
            on_progress: Called after each completed batch. What it raises stops the call.
            concurrency: Maximum number of requests in flight, 1 to 16.
            on_rejected: See `add()`.
            journal: See `add()`.
            settle: See `add()`.

        Raises:
            BatchError: A batch failed. It has the outcome of every id.

        Example:
            await client.voucher_codes.delete([code.id for code in added])
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
        """Complete a stopped `add()` or `delete()`: each code exactly once.

        Codes that may have been added are looked up among the active codes of their vouchers that
        were created since they were sent; the others, and those that are missing, are added. These
        are the unknown ones, and all of them if the error was pickled, written as JSON or resumed
        before: another resume may have added them. A code is recognised by its voucher, its value
        and its validity, in full seconds; if there is none, by its voucher, its validity and a
        value that only differs in case, in spaces at its ends, or in its Unicode form.

        An error can be resumed any number of times, in any process, one after the other. Two
        resumes at the same time add codes twice: in one process the second is refused, between
        processes nothing can refuse it.

        Args:
            error: The error, or the `batch_error_of()` an interruption.
            remaining: The rest of `codes`, if it was an iterator that was not read to its end.
            settle: Seconds after which a request without a response cannot be applied any more. A
                code is only taken for missing that long after it was sent, and if another process
                may have sent it, that long after this call began. 0 if that is certain.
            on_progress: Called after each completed batch, and before a wait for `settle`.
            concurrency: Maximum number of requests in flight when adding, 1 to 16.
            on_rejected: See `add()`.

        Returns:
            All codes in input order. Nothing for a `delete()`.

        Raises:
            BatchError: Stopped again, or the look-up failed and nothing was sent. Pass this new
                error to `resume()`; it supersedes the first.
            ResumeInProgressError: The same write is being resumed in this process.
            JournalError: The journal of the write cannot be used.
            ValueError: The error is not one of `voucherCodes`, or `remaining` is missing.
            TypeError: It is not a `BatchError`.

        Example:
            try:
                added = await client.voucher_codes.add(codes)
            except BatchError as error:
                added = await client.voucher_codes.resume(error)
        """
        options = CallOptions(None, on_progress, concurrency, on_rejected, settle=settle)
        operations = (ADD, DELETE)
        return await resume_items(
            self._state, operations, error, options, self._list_added, remaining=remaining
        )
