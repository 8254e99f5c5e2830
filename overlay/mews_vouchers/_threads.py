"""Drives flows in a plain loop, and exchanges in threads as well. Its twin is `_tasks.py`.

No logic belongs here, only how things are done: requests, waits, what goes on in the background.
"""

import sys
import threading
import time
from collections.abc import Generator
from contextvars import copy_context
from inspect import GEN_SUSPENDED, getgeneratorstate
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import httpx
from mews_vouchers_client.http import send

from ._client import BaseClient
from ._flow import (
    DONE,
    Answer,
    Begin,
    Call,
    Do,
    Effect,
    Emit,
    Exchange,
    Flow,
    Join,
    Send,
    Settle,
    Stop,
    Stopped,
    Stream,
    Wait,
)
from ._interruption import pass_on

#: Seconds that requests have to end in, where somebody is in a hurry: they cannot be cut off.
_PATIENCE = 5.0

#: Seconds between two looks at what is still under way.
_TICK = 0.01

T = TypeVar("T")


class Driver:
    """Does what the flow of one call, or of one iteration, asks for.

    The flow runs in the thread that calls or iterates. An exchange in the background has a thread
    of its own, and tells the flow what came of it through a queue; they share nothing else.
    """

    def __init__(self, client: BaseClient[httpx.BaseTransport]) -> None:
        self._client = client
        #: Made before the first request passes the gate: that takes longer than the limit's margin.
        self._http = client.api.get_httpx_client()
        #: What came of exchanges in the background.
        self._ended: SimpleQueue[tuple[Exchange[Any], Answer]] = SimpleQueue()
        self._is_stopped = False
        #: Wakes who waits, one after the other. No `Event`: a listing that was given up may be
        #: collected, and so stopped, at any moment, and be it in a thread that locks that event.
        self._alarm: SimpleQueue[None] = SimpleQueue()

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end; return its result."""
        try:
            self._client._running.add(self)
            while True:  # it emits nothing, so this comes to its end at once
                self._go_on(flow)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            self._client._running.discard(self)  # not in `_end`: Ctrl-C can come as that begins
            self._end(flow)

    def iterate(self, stream: Stream[T]) -> Generator[T]:
        """Drive a stream, and yield what it emits."""
        try:
            self._client._running.add(self)
            while True:
                yield self._go_on(stream).value
        except StopIteration:
            return
        finally:
            self._client._running.discard(self)
            self._end(stream)

    def stop(self) -> None:
        """Let nothing more be sent; a request that is under way ends by itself."""
        self._is_stopped = True
        self._alarm.put(None)

    def wait_for_threads(self, until: float | None) -> None:
        """Wait until all threads have ended, or until a moment of the monotonic clock.

        Not with `join`: before Python 3.13, one that Ctrl-C cuts short takes its thread for dead
        from then on, and a request of that may still add something.
        """
        while self._has_threads() and (until is None or time.monotonic() < until):
            time.sleep(_TICK)

    def _has_threads(self) -> bool:
        """Tell whether anything goes on in the background.

        Not counted are a thread that has not begun, as it will send nothing, and the one that asks,
        where a user's callback closes the client.
        """
        return any(
            driver is self and thread.ident not in {None, threading.get_ident()}
            for thread, driver in tuple(self._client._background.items())
        )

    def _go_on(self, flow: Flow[Any] | Stream[T]) -> Emit[T]:
        """Drive a flow until it emits something; at its end it raises `StopIteration`."""
        answer: Answer | None = None
        while True:
            try:
                return self._drive_on(flow, answer)
            except BaseException as error:
                if getgeneratorstate(flow) != GEN_SUSPENDED:  # it is the flow's own
                    raise
                answer = Answer(error=error)  # Ctrl-C, between two effects

    def _drive_on(self, flow: Flow[Any] | Stream[T], answer: Answer | None) -> Emit[T]:
        # Not in the `try` above: on Python 3.13, Ctrl-C would escape it between two rounds.
        while not isinstance(effect := flow.send(answer), Emit):
            answer = self._do(effect)
        return effect

    def _end(self, flow: Flow[Any] | Stream[Any]) -> None:
        self.stop()
        flow.close()

    def _do(self, effect: Effect) -> Answer:
        """Do what a flow asks for; what fails is the flow's to judge, an interruption as well."""
        try:
            self._client._check_process()
            match effect:
                case Do(exchange):
                    return self._drive(exchange)
                case Begin(exchange):
                    self._begin(exchange)
                    return DONE
                case Join():
                    return Answer(self._ended.get())
                case Stop(hurry):
                    self.stop()
                    self.wait_for_threads(time.monotonic() + _PATIENCE if hurry else None)
                    return Answer([self._ended.get() for _ in range(self._ended.qsize())])
                case Settle():  # pragma: no branch - there is no other
                    for driver in {*self._client._background.values()} - self._client._running:
                        driver.wait_for_threads(None)
                    return DONE
        except BaseException as error:
            return Answer(error=error)

    def _begin(self, exchange: Exchange[Any]) -> None:
        context = copy_context()
        thread = threading.Thread(
            target=lambda: context.run(self._drive_apart, exchange),
            name="mews_vouchers",
            daemon=True,
        )
        try:
            self._client._background[thread] = self
            thread.start()
        except RuntimeError:  # there can be no more threads: then not in the background
            if thread.ident is not None:  # it is what a handler of signals raises
                raise
            self._client._background.pop(thread, None)
            self._drive_apart(exchange)
        except BaseException:
            self.stop()  # before the next look: one that begins after it sends nothing
            if thread.ident is None:
                self._client._background.pop(thread, None)
            raise

    def _drive_apart(self, exchange: Exchange[Any]) -> None:
        try:
            self._ended.put((exchange, self._drive(exchange)))
        finally:
            self._client._background.pop(threading.current_thread(), None)

    def _drive(self, exchange: Exchange[Any]) -> Answer:
        """Drive an exchange to its end."""
        answer: Answer | None = None
        try:
            while True:
                answer = self._perform(exchange.send(answer))
        except StopIteration as end:
            return Answer(end.value)
        except BaseException as error:
            return Answer(error=error)
        finally:
            exchange.close()

    def _perform(self, effect: Send | Wait | Call) -> Answer:
        """Do what an exchange asks for; what fails is the exchange's to judge."""
        try:
            self._check()
            match effect:
                case Send(kwargs):
                    return Answer(send(self._http, kwargs))
                case Wait(seconds):
                    self._wait(seconds)
                    return DONE
                case Call(function):  # pragma: no branch - there is no other
                    return Answer(function())
        except BaseException as error:
            return Answer(error=error)

    def _check(self) -> None:
        """Raise what forbids to send anything, if something does."""
        self._client._check_open()
        if self._is_stopped:
            raise Stopped

    def _wait(self, seconds: float) -> None:
        try:
            self._alarm.get(timeout=seconds)
        except Empty:
            return
        self._alarm.put(None)


def run(client: BaseClient[httpx.BaseTransport], flow: Flow[T]) -> T:
    """Do what a call stands for."""
    handled = sys.exception()
    try:
        return Driver(client).run(flow)
    except BaseException as cut:
        pass_on(cut, handled)
        raise


def iterate(client: BaseClient[httpx.BaseTransport], stream: Stream[T]) -> Generator[T]:
    """Give what a stream emits."""
    return Driver(client).iterate(stream)


def end_all(client: BaseClient[httpx.BaseTransport]) -> None:
    """Let a client send nothing more, and wait some seconds for what it has in the background."""
    until = time.monotonic() + _PATIENCE
    drivers = {*client._running, *client._background.values()}
    for driver in drivers:
        driver.stop()
    for driver in drivers:
        driver.wait_for_threads(until)
