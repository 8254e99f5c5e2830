"""Drives flows with `await`, and exchanges in tasks as well. Its twin is `_threads.py`.

No logic belongs here, only how things are done: requests, waits, what goes on in the background.
"""

import sys
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import httpx
from mews_vouchers_client.http import send_async

from ._client import BaseClient
from ._flow import (
    DONE,
    Answer,
    Begin,
    Call,
    CutOffError,
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

#: Seconds that tasks have to end in when they are cut off.
_PATIENCE = 5.0

T = TypeVar("T")

#: Event loops do not keep their tasks alive.
_alive: set[object] = set()


class Driver:
    """Does what the flow of one call, or of one iteration, asks for.

    The flow runs in the task that calls or iterates; an exchange in the background has a task of
    its own. They are in no task group: that would have to end in the task that it began in, which
    is not sure for an iteration that is given up half-way.
    """

    def __init__(self, client: BaseClient[httpx.AsyncBaseTransport]) -> None:
        self._client = client
        #: Made before the first request passes the gate: that takes longer than the limit's margin.
        self._http = client.api.get_async_httpx_client()
        self._is_stopped = False
        #: What came of exchanges in the background.
        self._ended: deque[tuple[Exchange[Any], Answer]] = deque()
        #: What cuts the tasks in the background off.
        self._scopes: set[anyio.CancelScope] = set()
        #: Both are made when somebody waits for them; set when a task has ended, when all shall.
        self._news: anyio.Event | None = None
        self._alarm: anyio.Event | None = None

    async def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end; return its result."""
        answer: Answer | None = None
        self._client._running.add(self)
        try:
            while True:
                answer = await self._do(flow.send(answer))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            flow.close()
            await self.end()

    async def iterate(self, stream: Stream[T]) -> AsyncGenerator[T]:
        """Drive a stream, and yield what it emits."""
        answer: Answer | None = None
        self._client._running.add(self)
        try:
            while True:
                effect = stream.send(answer)
                if isinstance(effect, Emit):
                    yield effect.value
                    answer = None
                else:
                    answer = await self._do(effect)
        except StopIteration:
            return
        finally:
            stream.close()
            await self.end()

    def stop(self, *, cut_off: bool) -> None:
        """Let nothing more be sent; cut off what is under way, or let it end by itself."""
        self._is_stopped = True
        if self._alarm is not None:
            self._alarm.set()
        if cut_off:
            for scope in self._scopes:
                scope.cancel()

    async def end(self) -> None:
        """Cut off what is under way, and wait for that."""
        self._client._running.discard(self)
        self.stop(cut_off=True)
        if not self._scopes:
            return
        with anyio.move_on_after(_PATIENCE, shield=True):
            await self.wait_for_tasks()

    async def wait_for_tasks(self) -> None:
        """Wait until all tasks have ended."""
        while self._scopes:
            await self._wait_for_news()

    async def _do(self, effect: Effect) -> Answer:
        """Do what a flow asks for; what fails is the flow's to judge, an interruption as well."""
        try:
            self._client._check_process()
            match effect:
                case Do(exchange):
                    return await self._drive(exchange)
                case Begin(exchange):
                    self._begin(exchange)
                    return DONE
                case Join():
                    while not self._ended:
                        await self._wait_for_news()
                    return Answer(self._ended.popleft())
                case Stop(hurry):
                    self.stop(cut_off=hurry)
                    await (self.end() if hurry else self.wait_for_tasks())
                    ended, self._ended = self._ended, deque()
                    return Answer(ended)
                case Settle():  # pragma: no branch - there is no other
                    return DONE  # nothing is left to itself, but cut off
        except BaseException as error:
            return Answer(error=error)

    def _begin(self, exchange: Exchange[Any]) -> None:
        scope = anyio.CancelScope()
        self._client._background[scope] = self
        self._scopes.add(scope)
        _begin_task(self._drive_apart(exchange, scope), partial(self._end, exchange, scope))

    async def _drive_apart(self, exchange: Exchange[Any], scope: anyio.CancelScope) -> None:
        with scope:
            self._end(exchange, scope, await self._drive(exchange, scope))

    def _end(self, exchange: Exchange[Any], scope: anyio.CancelScope, answer: Answer) -> None:
        """Tell what came of an exchange, once."""
        if scope not in self._scopes:
            return
        self._scopes.remove(scope)
        self._client._background.pop(scope, None)
        self._ended.append((exchange, answer))
        if self._news is not None:
            self._news.set()

    async def _drive(
        self, exchange: Exchange[Any], scope: anyio.CancelScope | None = None
    ) -> Answer:
        """Drive an exchange to its end, or until its scope is cancelled."""
        answer: Answer | None = None
        try:
            while True:
                answer = await self._perform(exchange.send(answer), scope)
        except StopIteration as end:
            return Answer(end.value)
        except BaseException as error:
            return Answer(error=error)
        finally:
            exchange.close()

    async def _perform(self, effect: Send | Wait | Call, scope: anyio.CancelScope | None) -> Answer:
        """Do what an exchange asks for; what fails is the exchange's to judge."""
        try:
            self._check()
            match effect:
                case Send(kwargs):
                    return Answer(await send_async(self._http, kwargs))
                case Wait(seconds):
                    await self._wait(seconds)
                    return DONE
                case Call(function):  # pragma: no branch - there is no other
                    return Answer(await anyio.to_thread.run_sync(function))
        except BaseException as error:
            cut = anyio.get_cancelled_exc_class()
            if scope and scope.cancel_called and isinstance(error, cut):
                # A wait just ends: the next thing that is asked for meets the check above.
                return Answer(error=CutOffError()) if isinstance(effect, Send) else DONE
            return Answer(error=error)

    def _check(self) -> None:
        """Raise what forbids to send anything, if something does."""
        self._client._check_open()
        if self._is_stopped:
            raise Stopped

    async def _wait(self, seconds: float) -> None:
        self._alarm = self._alarm or anyio.Event()
        with anyio.move_on_after(seconds):
            await self._alarm.wait()

    async def _wait_for_news(self) -> None:
        if self._news is None or self._news.is_set():
            self._news = anyio.Event()
        await self._news.wait()


def _begin_task(job: Coroutine[Any, Any, None], cancelled: Callable[[Answer], None]) -> None:
    """Begin a task beside the current one. Any: trio may be missing.

    Args:
        job: What it does.
        cancelled: Called at its end, also if it was cancelled before it began.
    """
    trio: Any = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        trio.lowlevel.spawn_system_task(lambda: job, context=copy_context())
        return
    import asyncio  # noqa: PLC0415 - it is here already, but not where only threads are used

    task = asyncio.create_task(job)
    _alive.add(task)
    task.add_done_callback(_alive.discard)
    task.add_done_callback(lambda _: cancelled(Answer(error=asyncio.CancelledError())))


async def run(client: BaseClient[httpx.AsyncBaseTransport], flow: Flow[T]) -> T:
    """Do what a call stands for."""
    return await Driver(client).run(flow)


def iterate(client: BaseClient[httpx.AsyncBaseTransport], stream: Stream[T]) -> AsyncGenerator[T]:
    """Give what a stream emits."""
    return Driver(client).iterate(stream)


async def end_all(client: BaseClient[httpx.AsyncBaseTransport]) -> None:
    """Cut off all that a client has in the background, and wait some seconds for that."""
    drivers = {*client._running, *client._background.values()}
    for driver in drivers:
        driver.stop(cut_off=True)
    with anyio.move_on_after(_PATIENCE, shield=True):
        for driver in drivers:
            await driver.wait_for_tasks()
