"""The blocking client: drives flows in a plain loop. Its twin is `_awaiting.py`.

No logic belongs here, only how things are done: calls, waits, iteration, opening and closing.
"""

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from mews_vouchers_client.wire import send

from ._client import BaseClient
from ._face import Bound, Face
from ._flow import Emit, Flow, Send, Stream, Wait
from ._listing import Consumption, Listing, Page
from ._voucher_codes import VoucherCodeOperations
from ._vouchers import VoucherOperations

Item = TypeVar("Item")
T = TypeVar("T")


class Pager(Consumption[Item]):
    """A listing: iterate it for items, or `pages()` for pages. No request is made before.

    Each iteration begins anew, where the listing began; `checkpoint` is of the last one that moved.
    """

    def __init__(self, client: "VoucherClient", listing: Listing[Item]) -> None:
        super().__init__(listing)
        self._client = client

    def __iter__(self) -> Iterator[Item]:
        for page in self._pages():
            for index, item in enumerate(page.items):
                self._hand_out(page, index)
                yield item

    def pages(self) -> Iterator[Page[Item]]:
        """Iterate page by page; `checkpoint` is then at the end of the page."""
        for page in self._pages():
            self._hand_out(page, len(page.items) - 1)
            yield page

    def _pages(self) -> Iterator[Page[Item]]:
        with self._consuming():
            yield from iterate(self._client, self._listing.pages())


def run(client: "VoucherClient", flow: Flow[T]) -> T:
    """Drive a flow to its end; return its result."""
    try:
        effect = next(flow)
        while True:
            try:
                outcome = client._perform(effect)
            except BaseException as error:  # an interruption, too: the flow accounts for it
                effect = flow.throw(error)
            else:
                effect = flow.send(outcome)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        flow.close()


def iterate(client: "VoucherClient", stream: Stream[T]) -> Iterator[T]:
    """Drive a stream, and yield what it emits."""
    try:
        effect = next(stream)
        while True:
            if isinstance(effect, Emit):
                yield effect.value
                effect = next(stream)
                continue
            try:
                outcome = client._perform(effect)
            except Exception as error:
                effect = stream.throw(error)
            else:
                effect = stream.send(outcome)
    except StopIteration:
        return
    finally:
        stream.close()


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

    def _perform(self, effect: Send | Wait) -> Any:
        """Do what a flow asks for. Any: the answer to a call, or nothing."""
        self._check_open()
        if isinstance(effect, Wait):
            return time.sleep(effect.seconds)
        return send(self.api.get_httpx_client(), effect.kwargs)

    def close(self) -> None:
        """Close all connections. The client cannot be used afterwards."""
        self._closed = True
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
