"""The awaiting client: what users have in their hands. Its twin is `_blocking.py`.

No logic belongs here, only iteration, opening and closing; `_tasks.py` does what flows ask for.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import TracebackType
from typing import Self, TypeVar

import httpx

from ._client import BaseClient
from ._consumption import Consumption, Iteration
from ._face import Bound, Face
from ._listing import Listing, Page
from ._tasks import end_all, iterate, run
from ._voucher_codes import VoucherCodeOperations
from ._vouchers import VoucherOperations
from .errors import MewsError

Item = TypeVar("Item")


class AsyncPager(Consumption[Item]):
    """A listing: iterate it for items, or `pages()` for pages. No request is made before.

    Each iteration begins anew, where the listing began; `checkpoint` is of the last one that moved.
    """

    def __init__(self, client: "AsyncVoucherClient", listing: Listing[Item]) -> None:
        super().__init__(listing)
        self._client = client

    async def __aiter__(self) -> AsyncGenerator[Item]:
        iteration = Iteration(self._listing)
        async with aclosing(self._pages(iteration)) as pages:
            async for page in pages:
                for index, item in enumerate(page.items):
                    self._last, iteration.at = iteration, (page, index)
                    yield item

    async def pages(self) -> AsyncGenerator[Page[Item]]:
        """Iterate page by page; `checkpoint` is then at the end of the page."""
        iteration = Iteration(self._listing)
        async with aclosing(self._pages(iteration)) as pages:
            async for page in pages:
                self._last, iteration.at = iteration, (page, len(page.items) - 1)
                yield page

    async def _pages(self, iteration: Iteration[Item]) -> AsyncGenerator[Page[Item]]:
        try:
            async with aclosing(iterate(self._client, iteration.pages())) as pages:
                async for page in pages:
                    if iteration.is_shown(page):
                        yield page
        except MewsError as error:
            error.checkpoint = iteration.checkpoint
            raise


class AsyncVoucherCodes(Bound):
    """`client.voucher_codes`: the texts that customers enter."""

    get_all = Face(VoucherCodeOperations.get_all, AsyncPager)
    add = Face(VoucherCodeOperations.add, run)
    add_batches = Face(VoucherCodeOperations.add_batches, iterate)
    delete = Face(VoucherCodeOperations.delete, run)
    resume = Face(VoucherCodeOperations.resume, run)


class AsyncVouchers(Bound):
    """`client.vouchers`: what opens rates that are otherwise hidden."""

    get_all = Face(VoucherOperations.get_all, AsyncPager)
    add = Face(VoucherOperations.add, run)
    update = Face(VoucherOperations.update, run)
    delete = Face(VoucherOperations.delete, run)
    resume = Face(VoucherOperations.resume, run)


class AsyncVoucherClient(BaseClient[httpx.AsyncBaseTransport]):
    __doc__ = f"""{BaseClient.__doc__}
    Use it in an `async with` block, or await `close()`. It belongs to one event loop, whose tasks
    may share it.

    Example:
        async with AsyncVoucherClient(credentials, environment=Environment.DEMO) as client:
            async for code in client.voucher_codes.get_all(voucher_ids=[voucher_id]):
                print(code.value)
    """

    @property
    def vouchers(self) -> AsyncVouchers:
        """What can be done with vouchers."""
        return AsyncVouchers(self, VoucherOperations(self._session))

    @property
    def voucher_codes(self) -> AsyncVoucherCodes:
        """What can be done with voucher codes."""
        return AsyncVoucherCodes(self, VoucherCodeOperations(self._session))

    async def close(self) -> None:
        """Close all connections. The client cannot be used afterwards."""
        self._closed = True
        await end_all(self)
        self._session.gate.release()
        await self.api.get_async_httpx_client().aclose()

    async def __aenter__(self) -> Self:
        self._check_open()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
