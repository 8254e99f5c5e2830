"""Drives flows with `await`, and forked ones in tasks. Its twin is `_threads.py`.

No logic belongs here, only how things are done: requests, waits, what goes on in the background.
"""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncGenerator, Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import httpx
from mews_vouchers_client.wire import send_async

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

#: Seconds that tasks have to end when they are cancelled.
_PATIENCE = 5.0

T = TypeVar("T")


class Driver:
    """Does what the flows of one call, or of one iteration, ask for.

    Each forked flow has a task of its own. They are in no task group: that would have to end in the
    task that it began in, which is not sure for an iteration that is given up half-way.
    """

    def __init__(self, client: BaseClient[httpx.AsyncBaseTransport]) -> None:
        self._client = client
        #: Made before the first request passes the gate: that takes longer than the limit's margin.
        self._http = client.api.get_async_httpx_client()
        self._stopped = False
        #: What came of the forked flows that have ended.
        self._ended = deque[Answer]()
        #: What waits for a flow to end; set when one has.
        self._news: anyio.Event | None = None
        self._under_way = dict[anyio.CancelScope, object]()

    async def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end; return its result."""
        answer = BEGIN
        try:
            while True:
                answer = await self._attempt(resume(flow, answer))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            flow.close()
            await self.stop()

    async def iterate(self, stream: Stream[T]) -> AsyncGenerator[T]:
        """Drive a stream, and yield what it emits."""
        answer = BEGIN
        try:
            while True:
                effect = resume(stream, answer)
                if isinstance(effect, Emit):
                    yield effect.value
                    answer = BEGIN
                else:
                    answer = await self._attempt(effect)
        except StopIteration:
            return
        finally:
            stream.close()
            await self.stop()

    async def stop(self) -> None:
        """End all forked flows."""
        self._stopped = True
        if not self._under_way:
            return
        for scope in self._under_way:
            scope.cancel()
        with anyio.move_on_after(_PATIENCE, shield=True):
            while self._under_way:
                await self._wait_for_news()

    async def _attempt(self, effect: Effect) -> Answer:
        """Do what a flow asks for; what fails is the flow's to judge, an interruption as well."""
        try:
            return Answer(await self._perform(effect))
        except BaseException as error:
            return Answer(error=error)

    async def _perform(self, effect: Effect) -> Any:
        """Return the outcome of an effect. Any: of whatever kind the effect says."""
        match effect:
            case Send(kwargs):
                self._client._check_open()
                return await send_async(self._http, kwargs)
            case Wait(seconds):
                self._client._check_open()
                return await anyio.sleep(seconds)
            case Call(function):
                self._client._check_open()
                return await anyio.to_thread.run_sync(function)
            case Fork(flow):
                return self._fork(flow)
            case Join():
                while not self._ended:
                    await self._wait_for_news()
                return self._ended.popleft().result()
            case Stop():
                await self.stop()
                return [answer.value for answer in self._ended if answer.error is None]

    def _fork(self, flow: Flow[Any]) -> bool:
        effect = self._go_on(flow, BEGIN)
        if effect is None:
            return False
        scope = anyio.CancelScope()
        self._client._drivers.add(self)
        self._under_way[scope] = _begin_task(self._drive(flow, effect, scope))
        return True

    async def _drive(
        self, flow: Flow[Any], effect: Effect | None, scope: anyio.CancelScope
    ) -> None:
        """Drive a forked flow to its end, or until the driver is stopped."""
        with scope:
            while effect is not None:
                effect = self._go_on(flow, await self._attempt(effect))
        del self._under_way[scope]
        if not self._under_way:
            self._client._drivers.discard(self)
        if self._news is not None:
            self._news.set()

    def _go_on(self, flow: Flow[Any], answer: Answer) -> Effect | None:
        """Run a forked flow up to its next effect; None if it has ended."""
        try:
            if self._stopped:
                flow.close()
                raise ClosedError("the client was closed meanwhile")  # noqa: TRY301 - caught as others are
            return resume(flow, answer)
        except StopIteration as end:
            self._ended.append(Answer(end.value))
        except BaseException as error:
            self._ended.append(Answer(error=error))
        return None

    async def _wait_for_news(self) -> None:
        if self._news is None or self._news.is_set():
            self._news = anyio.Event()
        await self._news.wait()


def _begin_task(job: Coroutine[Any, Any, None]) -> object:
    """Begin a task beside the current one; return what keeps it alive. Any: trio may be missing."""
    trio: Any = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        return trio.lowlevel.spawn_system_task(lambda: job, context=copy_context())
    return asyncio.create_task(job)


async def run(client: BaseClient[httpx.AsyncBaseTransport], flow: Flow[T]) -> T:
    """Do what a call stands for."""
    return await Driver(client).run(flow)


def iterate(client: BaseClient[httpx.AsyncBaseTransport], stream: Stream[T]) -> AsyncGenerator[T]:
    """Give what a stream emits."""
    return Driver(client).iterate(stream)
