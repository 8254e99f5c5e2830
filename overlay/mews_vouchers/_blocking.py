"""The blocking client: drives flows in a plain loop. Its twin is `_awaiting.py`.

No logic belongs here, only how things are done: calls, waits, iteration, opening and closing.
"""

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from mews_vouchers_client.wire import send

from ._client import BaseClient
from ._face import Bound, Face
from ._flow import BEGIN, Answer, Effect, Emit, Flow, Fork, Join, Send, Stop, Stream, Wait, resume
from ._listing import Consumption, Listing, Page
from ._voucher_codes import VoucherCodeOperations
from ._vouchers import VoucherOperations
from .errors import ClosedError

#: Seconds that `close()` waits for a page that is on its way.
_PATIENCE = 5.0

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
        with self._consuming() as stream, closing(iterate(self._client, stream)) as pages:
            yield from filter(self._is_shown, pages)


class Driver:
    """Does what the flows of one call, or of one iteration, ask for.

    Each forked flow has a thread of its own. Threads perform effects at the same time, but run
    flows one after the other: no flow has to know of them.
    """

    def __init__(self, client: "VoucherClient") -> None:
        self._client = client
        #: Held by whoever runs a flow.
        self._turn = threading.RLock()
        self._stopped = threading.Event()
        #: What came of the forked flows that have ended.
        self._ended: SimpleQueue[Answer] = SimpleQueue()
        self._threads = set[threading.Thread]()

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end; return its result."""
        answer = BEGIN
        try:
            while True:
                with self._turn:
                    effect = resume(flow, answer)
                answer = self._attempt(effect)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            flow.close()
            self.stop()

    def iterate(self, stream: Stream[T]) -> Generator[T]:
        """Drive a stream, and yield what it emits."""
        answer = BEGIN
        try:
            while True:
                with self._turn:
                    effect = resume(stream, answer)
                if isinstance(effect, Emit):
                    yield effect.value
                    answer = BEGIN
                else:
                    answer = self._attempt(effect)
        except StopIteration:
            return
        finally:
            stream.close()
            self.stop()

    def stop(self) -> None:
        """Let no forked flow go on; a request that is under way ends by itself."""
        with self._turn:
            self._stopped.set()

    def wait_for_threads(self, until: float) -> None:
        """Wait until all threads have ended, or until a moment of the monotonic clock."""
        for thread in tuple(self._threads):
            thread.join(max(0.0, until - time.monotonic()))

    def _attempt(self, effect: Effect) -> Answer:
        """Do what a flow asks for; what fails is the flow's to judge, an interruption as well."""
        try:
            return Answer(self._perform(effect))
        except BaseException as error:
            return Answer(error=error)

    def _perform(self, effect: Effect) -> Any:
        """Return the outcome of an effect. Any: of whatever kind the effect says."""
        match effect:
            case Send(kwargs):
                self._client._check_open()
                return send(self._client.api.get_httpx_client(), kwargs)
            case Wait(seconds):
                self._client._check_open()
                return self._stopped.wait(seconds)
            case Fork(flow):
                return self._fork(flow)
            case Join():
                return self._ended.get().result()
            case Stop():
                self.stop()
                return self._results()

    def _fork(self, flow: Flow[Any]) -> bool:
        effect = self._go_on(flow, BEGIN)
        if effect is None:
            return False
        drive = partial(copy_context().run, self._drive, flow, effect)
        thread = threading.Thread(target=drive, daemon=True)
        with self._turn:
            thread.start()
            self._threads.add(thread)
            self._client._drivers.add(self)
        return True

    def _drive(self, flow: Flow[Any], effect: Effect | None) -> None:
        """Drive a forked flow to its end, or until the driver is stopped."""
        while effect is not None:
            effect = self._go_on(flow, self._attempt(effect))
        with self._turn:
            self._threads.discard(threading.current_thread())
            if not self._threads:
                self._client._drivers.discard(self)

    def _go_on(self, flow: Flow[Any], answer: Answer) -> Effect | None:
        """Run a forked flow up to its next effect; None if it has ended."""
        with self._turn:
            try:
                if self._stopped.is_set():
                    flow.close()
                    raise ClosedError("the client was closed meanwhile")  # noqa: TRY301 - caught as others are
                return resume(flow, answer)
            except StopIteration as end:
                self._ended.put(Answer(end.value))
            except BaseException as error:
                self._ended.put(Answer(error=error))
            return None

    def _results(self) -> list[Any]:
        """Return the results that nobody has waited for."""
        answers = [self._ended.get() for _ in range(self._ended.qsize())]
        return [answer.value for answer in answers if answer.error is None]


def run(client: "VoucherClient", flow: Flow[T]) -> T:
    """Do what a call stands for."""
    return Driver(client).run(flow)


def iterate(client: "VoucherClient", stream: Stream[T]) -> Generator[T]:
    """Give what a stream emits."""
    return Driver(client).iterate(stream)


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

        A page that is on its way ahead of its time is waited for, 5 seconds at most.
        """
        self._closed = True
        drivers = tuple(self._drivers)
        for driver in drivers:
            driver.stop()
        for driver in drivers:
            driver.wait_for_threads(until=time.monotonic() + _PATIENCE)
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
