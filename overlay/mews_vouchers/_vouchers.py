"""Vouchers: what users can do with them. Signatures, documentation, and what each asks for.

Written once, for both clients: see `_resource.py`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from mews_vouchers_client import models

from ._bulk import OnProgress
from ._flow import Flow
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
from ._resume import Resumption, doubtful
from ._session import ADD_VOUCHERS, DELETE_VOUCHERS, LIST_VOUCHERS, UPDATE_VOUCHERS
from ._sizes import MOST
from .errors import BatchError, OutcomeUnknownError


class VoucherOperations(Resource):
    """Vouchers: what opens rates that are otherwise hidden."""

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
        updated: Updated | None = None,
        page_size: int = MOST,
        max_items: int | None = None,
        cursor: str | None = None,
        prefetch: bool = True,
        concurrency: int = 1,
    ) -> Listing[models.Voucher]:
        """List vouchers, newest first; deleted ones as well, unless `activity_states` says other.

        Makes no request until it is iterated. Filters narrow the result; one that is an empty list
        gives nothing. They may be of any length, and `updated` may span years: the listing is then
        made of several, which add up to each voucher once.

        Args:
            service_ids: Vouchers of these services.
            extent: What to return; None for the vouchers alone. Related items are in each page's
                `result`. Every extent costs the server a look-up: ask for the fewest.
            voucher_ids: Only these vouchers.
            company_ids: Only vouchers for these companies.
            voucher_code_values: Only vouchers with one of these codes.
            external_identifiers: Only vouchers with one of these ids of another system.
            activity_states: Only active, or only deleted ones.
            enterprise_ids: Only those of these enterprises; None for all that the token opens.
            updated: Only those last changed in this interval, of any zone: its start is included,
                its end excluded; the same full second twice is exactly that moment. A start with a
                fraction is rounded down to the second, an end up.
            page_size: Vouchers per request, 1 to 1,000. A page that is too heavy for the server is
                asked for again in smaller ones.
            max_items: End after so many vouchers.
            cursor: Where to go on: a `checkpoint` of a listing with the same filters, in the same
                order.
            prefetch: Whether the next page is asked for while you work on one.
            concurrency: How many requests are under way at the same time, 1 to 16. Above 1 the
                listing is cut into parts, by ids and by `updated`, which come side by side: each
                voucher once, in no order over all. A part costs a request at least, and one
                service without an interval cannot be cut.

        Raises, while it is iterated:
            ApiError, ConnectionFailedError, OutcomeUnknownError: A request failed for good; its
                `checkpoint` says where to go on.
            PaginationError: The server pages in circles, or the cursor is of another listing.

        Example:
            for page in client.vouchers.get_all(
                service_ids=[service_id], extent=VoucherExtent(vouchers=True, rates=True)
            ).pages():
                print(len(page.items), page.result.rates)
        """
        extent = extent or models.VoucherExtent(vouchers=True)
        return Listing(
            self._session,
            LIST_VOUCHERS,
            filters(
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
            "vouchers",
            page_size,
            max_items,
            cursor,
            counted=extent.vouchers is True,
            prefetch=prefetch,
            concurrency=concurrency,
        )

    def add(
        self,
        vouchers: Iterable[models.VoucherAddParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
    ) -> Flow[list[models.Voucher]]:
        """Add vouchers, any number of them, in requests of at most 1,000; return them in order.

        A request is only sent again if the server surely did nothing with it. Give each voucher an
        `external_identifier` of its own if you want to be able to `resume()`.

        Args:
            vouchers: What to add.
            enterprise_id: The property, needed with a portfolio access token.
            on_progress: Called after each batch that is done.
            concurrency: How many requests are under way at the same time, 1 to 16.

        Raises:
            BatchError: It stopped in the middle; the error says what became of every voucher.
            RepeatedItemError: A voucher has a rate twice, and nothing was sent; later on it is the
                cause of a `BatchError`.

        Example:
            (voucher,) = client.vouchers.add(
                [VoucherAddParameters(service_id, "Weekend", VoucherTypeEnum.PUBLIC)]
            )
        """
        batches = self._batches(_ADD, vouchers, enterprise_id, on_progress, concurrency)
        return (yield from batches.run(results))

    def update(
        self,
        updates: Iterable[models.VoucherUpdateParameters],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Flow[list[models.Voucher]]:
        """Change vouchers, in requests of at most 1,000; return them as they are afterwards.

        `voucher_update()` makes an update. A request whose answer is lost is sent again.

        Args:
            updates: The changes, at most one per voucher.
            enterprise_id: The property, needed with a portfolio access token.
            on_progress: Called after each batch that is done.

        Raises:
            BatchError: It stopped in the middle; the error says what became of every update.

        Example:
            client.vouchers.update([voucher_update(voucher.id, name="Summer", company_id=None)])
        """
        batches = self._batches(_UPDATE, updates, enterprise_id, on_progress)
        return (yield from batches.run(results))

    def delete(
        self,
        ids: Iterable[str],
        *,
        enterprise_id: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Flow[None]:
        """Delete vouchers by id, any number of them, in requests of at most 1,000.

        A request whose answer is lost is sent again; what it finds gone then counts as deleted. To
        tell this for each of a batch takes a request each.

        Args:
            ids: The vouchers.
            enterprise_id: The property, needed with a portfolio access token.
            on_progress: Called after each batch that is done.

        Raises:
            BatchError: It stopped in the middle; the error says what became of every id.

        Example:
            client.vouchers.delete([voucher.id])
        """
        yield from self._batches(_DELETE, ids, enterprise_id, on_progress).run(results)

    def resume(
        self,
        error: BatchError[models.VoucherAddParameters, models.Voucher],
        *,
        on_progress: OnProgress | None = None,
        concurrency: int = 1,
    ) -> Flow[list[models.Voucher]]:
        """Finish a failed `add()`: exactly once each, where `external_identifier` lets it tell.

        Looks the unknown vouchers up by it, adds the ones that are not there, and returns the full
        list in input order. The error may have been pickled; for requests that an interruption
        left under way, see `voucher_codes.resume()`.

        Args:
            error: What `add()` raised, or the `batch_error` of an interruption.
            on_progress: Called after each batch that is done.
            concurrency: How many requests add the missing ones at the same time, 1 to 16.

        Raises:
            OutcomeUnknownError: A voucher that may have been added has no `external_identifier`, so
                nothing can tell whether it was; nothing is sent.
            BatchError: It stopped again; resume that one, which knows more than the first.
            ValueError: The error is not one of `vouchers/add`.
            ApiError, ConnectionFailedError: The look-up failed; the error can be resumed later.

        Example:
            try:
                added = client.vouchers.add(vouchers)
            except BatchError as error:
                added = client.vouchers.resume(error)
        """
        check_resumable(error, _ADD)
        for one in doubtful(error):
            if not one.item.external_identifier:
                raise OutcomeUnknownError(
                    error.operation,
                    f"the voucher at position {one.position} has no external_identifier to find it "
                    "by; look for it, then add what is missing",
                )
        return (
            yield from Resumption(
                self._session, _ADD, listing=self._listing_of, key=_external_key
            ).run(error, on_progress, concurrency)
        )

    def _listing_of(
        self, vouchers: list[models.VoucherAddParameters], enterprise_id: str | None
    ) -> Listing[models.Voucher]:
        return self.get_all(
            service_ids=[voucher.service_id for voucher in vouchers],
            external_identifiers=[str(voucher.external_identifier) for voucher in vouchers],
            enterprise_ids=None if enterprise_id is None else [enterprise_id],
        )


def _key(voucher: models.VoucherAddParameters | models.Voucher) -> Hashable:
    """Return what a voucher is recognised by in the answer to its `add`."""
    external = spelt(voucher.external_identifier) or None
    return spelt_id(voucher.service_id), external, spelt(voucher.name), spelt(voucher.type_)


def _external_key(voucher: models.VoucherAddParameters | models.Voucher) -> Hashable:
    """Return what a voucher is recognised by later; None where it has no such identifier."""
    external = spelt(voucher.external_identifier)
    return (spelt_id(voucher.service_id), external) if external else None


def _service(voucher: models.VoucherAddParameters | models.Voucher) -> Hashable:
    """Return what is left of a voucher whose texts came back in another spelling."""
    return spelt_id(voucher.service_id)


def _id_of_update(update: models.VoucherUpdateParameters) -> Hashable:
    return spelt_id(update.voucher_id)


def _id(voucher: models.Voucher) -> Hashable:
    return spelt_id(voucher.id)


_ADD: Write[models.VoucherAddParameters, models.Voucher] = Write(
    ADD_VOUCHERS,
    "voucher_parameters",
    matching("vouchers", (_key, _key), (_external_key, _external_key), (_service, _service)),
)
_UPDATE: Write[models.VoucherUpdateParameters, models.Voucher] = Write(
    UPDATE_VOUCHERS, "voucher_updates", matching("vouchers", (_id_of_update, _id), several=True)
)
_DELETE: Write[str, None] = Write(DELETE_VOUCHERS, "voucher_ids", gone="VoucherIds")
