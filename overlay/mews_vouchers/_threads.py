"""Drives flows in a plain loop, and forked ones in threads. Its twin is `_tasks.py`.

No logic belongs here, only how things are done: requests, waits, what goes on in the background.
"""

import threading
import time
from collections.abc import Generator
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

import httpx
from mews_vouchers_client.wire import send

from ._client import BaseClient
from ._flow import (
    BEGIN,
    Answer,
    Call,
    Effect,
    Emit,
    Flow,
    Fork,
    Join,
    Send,
    Stop,
    Stream,
    Wait,
    resume,
)
from .errors import ClosedError

T = TypeVar("T")


class Driver:
    """Does what the flows of one call, or of one iteration, ask for.

    Each forked flow has a thread of its own. Threads perform effects at the same time, but run
    flows one after the other: no flow has to know of them.
    """

    def __init__(self, client: BaseClient[httpx.BaseTransport]) -> None:
        self._client = client
        #: Made before the first request passes the gate: that takes longer than the limit's margin.
        self._http = client.api.get_httpx_client()
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
                return send(self._http, kwargs)
            case Wait(seconds):
                self._client._check_open()
                return self._stopped.wait(seconds)
            case Call(function):
                self._client._check_open()
                return function()
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
        thread = threading.Thread(target=drive, name="mews_vouchers", daemon=True)
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


def run(client: BaseClient[httpx.BaseTransport], flow: Flow[T]) -> T:
    """Do what a call stands for."""
    return Driver(client).run(flow)


def iterate(client: BaseClient[httpx.BaseTransport], stream: Stream[T]) -> Generator[T]:
    """Give what a stream emits."""
    return Driver(client).iterate(stream)
