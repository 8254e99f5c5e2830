"""Lists what changed, of vouchers and codes alike: the part of `client.py` that reads."""

from __future__ import annotations

from collections.abc import Iterable

from mews_vouchers_client import models

from .._batching.batch_size import MAX_ITEMS_PER_REQUEST
from .._changes.queries import ListOptions
from .._changes.run import DEFAULT_OVERLAP
from .._changes.starting import start_property
from .._runners.client_state import ClientState
from .changes import AsyncChanges


class AsyncVoucherChanges:
    """Lists changes of vouchers and their codes."""

    _state: ClientState

    def changes(
        self,
        *,
        service_ids: Iterable[str],
        since: str | None = None,
        enterprise_ids: Iterable[str] | None = None,
        overlap: float = DEFAULT_OVERLAP,
        page_size: int = MAX_ITEMS_PER_REQUEST,
        prefetch: bool = True,
        concurrency: int = 1,
    ) -> AsyncChanges[models.Voucher | models.VoucherCode]:
        """List what was added, changed or deleted since a mark: vouchers, and the codes of all.

        Like `voucher_codes.changes()`, but it finds the vouchers by itself. Those that changed come
        first, then the codes. For this it lists all vouchers, then the codes by their vouchers: a
        run without changes is two requests per 1,000 vouchers, and one more if there are 1,000 or
        more. A run that is continued lists the vouchers once more. The ids of all vouchers are in
        memory, 0.3 MB per 1,000; codes are not. The codes of a voucher that is deleted come only
        if the server changes them as well.

        Args:
            service_ids: All services of a property, or of several with a portfolio access token.
                With others, begin with None again.
            since: A mark of this method with the same filters; None for everything.
            enterprise_ids: Only these enterprises; None for all that the token can access.
            overlap: Seconds. See `voucher_codes.changes()`.
            page_size: See `voucher_codes.get_all()`.
            prefetch: See `voucher_codes.get_all()`.
            concurrency: See `voucher_codes.get_all()`.

        Raises:
            PaginationError, ValueError, TypeError: See `voucher_codes.changes()`.
            ApiError, ConnectionFailedError, OutcomeUnknownError: While iterating: a request failed
                for good. Continue later from the `mark` of the error.

        Example:
            feed = client.changes(service_ids=service_ids, since=mark)
            async for item in feed:
                save_voucher(item) if isinstance(item, Voucher) else save_code(item)
            mark = feed.mark
        """
        create_run = start_property(
            self._state.request_factory,
            since,
            overlap,
            ListOptions(page_size, prefetch, concurrency),
            service_ids=service_ids,
            enterprise_ids=enterprise_ids,
        )
        return AsyncChanges(self._state, since, create_run)
