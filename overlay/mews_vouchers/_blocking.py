"""The blocking client: what users have in their hands. Its twin is `_awaiting.py`.

No logic belongs here, only iteration, opening and closing; `_threads.py` does what flows ask for.
"""

from collections.abc import Generator
from contextlib import closing
from types import TracebackType
from typing import Self, TypeVar

import httpx

from ._client import BaseClient
from ._consumption import Consumption, Iteration
from ._face import Bound, Face
from ._listing import Listing, Page
from ._threads import end_all, iterate, run
from ._voucher_codes import VoucherCodeOperations
from ._vouchers import VoucherOperations
from .errors import MewsError

Item = TypeVar("Item")


class Pager(Consumption[Item]):
    """A listing: iterate it for items, or `pages()` for pages. No request is made before.

    Each iteration begins anew, where the listing began; `checkpoint` is of the last one that moved.
    """

    def __init__(self, client: "VoucherClient", listing: Listing[Item]) -> None:
        super().__init__(listing)
        self._client = client

    def __iter__(self) -> Generator[Item]:
        iteration = Iteration(self._listing)
        with closing(self._pages(iteration)) as pages:
            for page in pages:
                for index, item in enumerate(page.items):
                    self._last, iteration.at = iteration, (page, index)
                    yield item

    def pages(self) -> Generator[Page[Item]]:
        """Iterate page by page; `checkpoint` is then at the end of the page."""
        iteration = Iteration(self._listing)
        with closing(self._pages(iteration)) as pages:
            for page in pages:
                self._last, iteration.at = iteration, (page, len(page.items) - 1)
                yield page

    def _pages(self, iteration: Iteration[Item]) -> Generator[Page[Item]]:
        try:
            with closing(iterate(self._client, iteration.pages())) as pages:
                yield from filter(iteration.is_shown, pages)
        except MewsError as error:
            error.checkpoint = iteration.checkpoint
            raise


class VoucherCodes(Bound):
    """`client.voucher_codes`: the texts that customers enter."""

    get_all = Face(VoucherCodeOperations.get_all, Pager)
    add = Face(VoucherCodeOperations.add, run)
    add_batches = Face(VoucherCodeOperations.add_batches, iterate)
    delete = Face(VoucherCodeOperations.delete, run)
    resume = Face(VoucherCodeOperations.resume, run)


class Vouchers(Bound):
    """`client.vouchers`: what opens rates that are otherwise hidden."""

    get_all = Face(VoucherOperations.get_all, Pager)
    add = Face(VoucherOperations.add, run)
    update = Face(VoucherOperations.update, run)
    delete = Face(VoucherOperations.delete, run)
    resume = Face(VoucherOperations.resume, run)


class VoucherClient(BaseClient[httpx.BaseTransport]):
    __doc__ = f"""{BaseClient.__doc__}
    Use it in a `with` block, or call `close()`. It may be shared by threads.

    Example:
        with VoucherClient(credentials, environment=Environment.DEMO) as client:
            for code in client.voucher_codes.get_all(voucher_ids=[voucher_id]):
                print(code.value)
    """

    @property
    def vouchers(self) -> Vouchers:
        """What can be done with vouchers."""
        return Vouchers(self, VoucherOperations(self._session))

    @property
    def voucher_codes(self) -> VoucherCodes:
        """What can be done with voucher codes."""
        return VoucherCodes(self, VoucherCodeOperations(self._session))

    def close(self) -> None:
        """Close all connections. The client cannot be used afterwards.

        Requests that are under way in the background are waited for, 5 seconds at most.
        """
        self._closed = True
        end_all(self)
        self._session.gate.release()
        self.api.get_httpx_client().close()

    def __enter__(self) -> Self:
        self._check_open()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
