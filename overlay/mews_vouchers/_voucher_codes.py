"""Voucher codes: what users can do with them. Signatures, documentation, and what each asks for.

Written once, for both clients: see `_resource.py`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from mews_vouchers_client import models

from ._bulk import OnProgress
from ._flow import Flow, Stream
from ._lane import Write
from ._listing import Listing
from ._resource import (
    Resource,
    Updated,
    check_resumable,
    filters,
    matching,
    results,
    spelt,
    spelt_id,
)
from ._resume import Resumption
from ._session import ADD_CODES, DELETE_CODES, LIST_CODES
from ._sizes import MOST
from .errors import BatchError


class VoucherCodeOperations(Resource):
    """Voucher codes: the texts that customers enter."""

    def get_all(
        self,
        *,
        voucher_ids: Iterable[str],
        voucher_code_ids: Iterable[str] | None = None,
        enterprise_ids: Iterable[str] | None = None,
        updated: Updated | None = None,
        page_size: int = MOST,
        max_items: int | None = None,
        cursor: str | None = None,
        prefetch: bool = True,
        concurrency: int = 1,
    ) -> Listing[models.VoucherCode]:
        """List voucher codes, newest first; deleted ones as well, with `is_active` False.

        Makes no request until it is iterated. Filters narrow the result; one that is an empty list
        gives nothing. They may be of any length, and `updated` may span years: the listing is then
        made of several, which add up to each code once, by time from new to old.

        Args:
            voucher_ids: Codes of these vouchers.
            voucher_code_ids: Only these codes.
            enterprise_ids: Only codes of these enterprises; None for all that the token opens.
            updated: Only codes last changed in this interval, of any zone: its start is included,
                its end excluded; the same full second twice is exactly that moment. A start with a
                fraction is rounded down to the second, an end up.
            page_size: Codes per request, 1 to 1,000. A page that is too heavy for the server is
                asked for again in smaller ones.
            max_items: End after so many codes.
            cursor: Where to go on: a `checkpoint` of a listing with the same filters, in the same
                order.
            prefetch: Whether the next page is asked for while you work on one.
            concurrency: How many requests are under way at the same time, 1 to 16. Above 1 the
                listing is cut into parts, by ids and by `updated`, which come side by side: each
                code once, in no order over all. A part costs a request at least, and one
                voucher without an interval cannot be cut.

        Raises, while it is iterated:
            ApiError, ConnectionFailedError, OutcomeUnknownError: A request failed for good; its
                `checkpoint` says where to go on.
            PaginationError: The server pages in circles, or the cursor is of another listing.

        Example:
            for code in client.voucher_codes.get_all(voucher_ids=[voucher_id]):
                print(code.value)
        """
        return Listing(
            self._session,
            LIST_CODES,
            filters(
                updated,
                voucher_ids=voucher_ids,
                voucher_code_ids=voucher_code_ids,
                enterprise_ids=enterprise_ids,
            ),
            "voucher_codes",
            page_size,
            max_items,
            cursor,
            prefetch=prefetch,
            concurrency=concurrency,
        )

    def add(
        self,
        codes: Iterable[models.VoucherCodeAddParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
    ) -> Flow[list[models.VoucherCode]]:
        """Add codes, any number of them, in requests of at most 1,000; return them in input order.

        A request is only sent again if the server surely did nothing with it. An interruption from
        outside, Ctrl-C or a cancelled task, has an attribute `batch_error` that tells of every code
        that was taken.

        Args:
            codes: What to add.
            enterprise_id: The property, needed with a portfolio access token.
            on_progress: Called after each batch that is done.
            concurrency: How many requests are under way at the same time, 1 to 16.

        Raises:
            BatchError: It stopped in the middle; the error says what became of every code, and
                `resume(error)` finishes it without adding one twice.

        Example:
            codes = [VoucherCodeAddParameters(voucher_id, value) for value in values]
            added = client.voucher_codes.add(codes)
        """
        batches = self._batches(_ADD, codes, enterprise_id, on_progress, concurrency)
        return (yield from batches.run(results))

    def add_batches(
        self,
        codes: Iterable[models.VoucherCodeAddParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Stream[list[models.VoucherCode]]:
        """Add codes like `add()`, and hand out each batch when it is done: memory stays constant.

        Takes from `codes` only what the next request needs. A `BatchError`, or the `batch_error` of
        an interruption, tells of what was taken and not handed out; the rest of `codes` is
        untouched. Where requests had to be cut because they were too large, a `break` can leave up
        to 1,000 codes that were taken and not sent.

        Example:
            for batch in client.voucher_codes.add_batches(read_codes(file)):
                save(batch)
        """
        return self._batches(_ADD, codes, enterprise_id, on_progress).stream(results)

    def delete(
        self,
        ids: Iterable[str],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Flow[None]:
        """Delete codes by id, any number of them, in requests of at most 1,000.

        A request whose answer is lost is sent again; what it finds gone then counts as deleted. To
        tell this for each of a batch takes a request each.

        Args:
            ids: The codes.
            enterprise_id: The property, needed with a portfolio access token.
            on_progress: Called after each batch that is done.

        Raises:
            BatchError: It stopped in the middle; the error says what became of every id.

        Example:
            client.voucher_codes.delete(code.id for code in added)
        """
        yield from self._batches(_DELETE, ids, enterprise_id, on_progress).run(results)

    def resume(
        self,
        error: BatchError[models.VoucherCodeAddParameters, models.VoucherCode],
        *,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
    ) -> Flow[list[models.VoucherCode]]:
        """Finish a failed `add()`: exactly once each, whatever became of the lost answer.

        Looks the unknown codes up among the active ones of their vouchers, adds the ones that are
        not there, and returns the full list in input order. A code is recognised by its voucher and
        its value, as it was sent: an active one that was there before counts as the one looked for.
        The error may have been pickled. To resume the same object again adds nothing twice: then
        all that had not succeeded is looked up, as nobody knows how far the first `resume` came.

        After an interruption that left requests under way (a second Ctrl-C, a cancelled task,
        `close()`), another client cannot know of them: wait as long as `timeout` before it resumes.

        Args:
            error: What `add()` raised, or the `batch_error` of an interruption.
            on_progress: Called after each batch that is done.
            concurrency: How many requests add the missing ones at the same time, 1 to 16.

        Raises:
            BatchError: It stopped again; resume that one, which knows more than the first.
            ValueError: The error is not one of `voucherCodes/add`.
            ApiError, ConnectionFailedError: The look-up failed; the error can be resumed later.

        Example:
            try:
                added = client.voucher_codes.add(codes)
            except BatchError as error:
                added = client.voucher_codes.resume(error)
        """
        check_resumable(error, _ADD)
        return (
            yield from Resumption(self._session, _ADD, listing=self._listing_of, key=_key).run(
                error, on_progress, concurrency
            )
        )

    def _listing_of(
        self, codes: list[models.VoucherCodeAddParameters], enterprise_id: str | None
    ) -> Listing[models.VoucherCode]:
        return self.get_all(
            voucher_ids=[code.voucher_id for code in codes],
            enterprise_ids=None if enterprise_id is None else [enterprise_id],
        )


def _key(code: models.VoucherCodeAddParameters | models.VoucherCode) -> tuple[str | None, ...]:
    """Return what a code is recognised by, sent or received."""
    return spelt_id(code.voucher_id), spelt(code.value)


def _exact_key(code: models.VoucherCodeAddParameters | models.VoucherCode) -> Hashable:
    """Return what tells codes of the same value apart."""
    return *_key(code), spelt(code.validity_start_utc), spelt(code.validity_end_utc)


def _voucher(code: models.VoucherCodeAddParameters | models.VoucherCode) -> Hashable:
    """Return what is left of a code whose value came back in another spelling."""
    return spelt_id(code.voucher_id)


_ADD: Write[models.VoucherCodeAddParameters, models.VoucherCode] = Write(
    ADD_CODES,
    "voucher_code_parameters",
    matching("voucher_codes", (_exact_key, _exact_key), (_key, _key), (_voucher, _voucher)),
)
_DELETE: Write[str, None] = Write(DELETE_CODES, "voucher_code_ids", gone="VoucherCodeIds")
