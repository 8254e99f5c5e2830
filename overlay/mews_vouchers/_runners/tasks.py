"""The async runner: executes requests in tasks of its own.

Its twin is `threads.py`. No logic belongs here, only I/O, sleep, and what runs in the background.
"""

from collections import deque
from types import TracebackType
from typing import Any, Self, TypeVar

import anyio

from .._http.completion import Completion
from .._http.effects import (
    Cancelled,
    Effect,
    RequestCancelledError,
    RunInThread,
    SendRequest,
    Sleep,
)
from .._http.request import Request
from ..errors import ClosedError
from .block_tasks import call
from .client_state import ClientState
from .event_loops import check_event_loop
from .send_tasks import send
from .start_task import start_task
from .tracing import is_traced
from .waits import GRACE_PERIOD
from .work import Work

Result = TypeVar("Result")


class TaskRunner:
    """Runs the requests of one call, or of one iteration.

    Methods of the work are only called in the caller's task. Each request has a task of its own, so
    that a cancellation of the caller never comes between a response and its receipt.
    """

    def __init__(self, state: ClientState) -> None:
        self._state = state
        #: Created before a request acquires the limiter: creating it takes longer than its margin.
        self._http = state.api.get_async_http_client()
        self._is_traced = is_traced(self._http)
        #: The requests in the background, and what cancels them.
        self._in_flight: dict[Request[Any], anyio.CancelScope] = {}
        self._completions: deque[Completion[Any]] = deque()
        self._is_cancelled = False
        #: Created when somebody waits for them; set when a task has ended, and on `cancel()`.
        self._completed: anyio.Event | None = None
        self._wake_up: anyio.Event | None = None

    async def __aenter__(self) -> Self:
        if self._is_traced:  # else it is a transport of the user, which may have no connections
            check_event_loop(self._state)
        self._state.runners.add(self)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cancel()
        self._state.runners.discard(self)
        # A coroutine that is closed must not wait. The tasks end by themselves, and before
        # the client is closed.
        if self._in_flight and exc_type is not GeneratorExit:
            await self._wait_shielded()

    async def step(self, work: Work) -> bool:
        """Run one request to its end; return False if there is none, and none in flight."""
        self.fill(work)
        while self._in_flight and not self._completions:
            await self._wait_for_completion()
        if not self._completions:
            return False
        work.receive(self._completions.popleft())
        return True

    def fill(self, work: Work) -> None:
        """Start requests in the background, as many as may be in flight."""
        while len(self._in_flight) + len(self._completions) < work.concurrency:
            request = work.next_request()
            if request is None:
                return
            self._start(request)

    async def stop(self, work: Work, grace_period: float | None) -> None:
        """Send nothing more, wait for what is in flight, and let the work take it in.

        Args:
            work: The work.
            grace_period: Not None: cancel the requests in flight. None: wait for their responses.
        """
        if grace_period is None:
            self._stop_sending()
            await self.wait_for_tasks()
        else:
            self.cancel()
            await self._wait_shielded(grace_period)
        while self._completions:
            work.receive(self._completions.popleft())

    def cancel(self) -> None:
        """Send nothing more, and cancel the requests in flight."""
        self._stop_sending()
        for scope in self._in_flight.values():
            scope.cancel()

    async def wait_for_tasks(self) -> None:
        """Wait until no task is running."""
        while self._in_flight:
            await self._wait_for_completion()

    def _stop_sending(self) -> None:
        self._is_cancelled = True
        if self._wake_up is not None:
            self._wake_up.set()

    async def _wait_shielded(self, seconds: float = GRACE_PERIOD) -> None:
        with anyio.move_on_after(seconds, shield=True):
            await self.wait_for_tasks()

    def _start(self, request: Request[Any]) -> None:
        """Run a request in the background."""
        scope = anyio.CancelScope()
        self._in_flight[request] = scope
        self._state.background[scope] = self
        start_task(
            self._run_in_background(request, scope),
            lambda error: self._complete(Completion(request, error=error)),
        )

    async def _run_in_background(self, request: Request[Any], scope: anyio.CancelScope) -> None:
        with scope:
            self._complete(await self._run(request))

    def _complete(self, completion: Completion[Any]) -> None:
        """Note that a request in the background has ended, once."""
        scope = self._in_flight.pop(completion.request, None)
        if scope is None:
            return
        self._state.background.pop(scope, None)
        self._completions.append(completion)
        if self._completed is not None:  # pragma: no branch - depends on who is faster
            self._completed.set()

    async def _run(self, request: Request[Result]) -> Completion[Result]:
        """Run a request to its end, or until it is cancelled."""
        try:
            result = await self._run_steps(request)
            return Completion(request, result)
        except BaseException as error:
            return Completion(request, error=error)

    async def _run_steps(self, request: Request[Result]) -> Result | None:
        steps = request.steps()
        error: Exception | None = None
        try:
            effect = next(steps)
            while True:
                result, error = await self._try(request, effect)
                # Not where it was caught: it would become the context of what is raised next.
                effect = steps.send(result) if error is None else steps.throw(error)
        except StopIteration as end:
            value: Result | None = end.value
            return value
        finally:
            error = None  # its traceback refers to this frame
            steps.close()

    async def _try(self, request: Request[Any], effect: Effect) -> tuple[object, Exception | None]:
        """Execute an effect; return its result, or what it raised."""
        try:
            return await self._execute(effect), None
        except (Cancelled, ClosedError) as stopped:
            return None, stopped.with_traceback(None)  # frames of httpx hold the tokens
        except Exception as error:
            return None, error
        except BaseException as error:
            is_cancellation = isinstance(error, anyio.get_cancelled_exc_class())
            if not self._in_flight[request].cancel_called or not is_cancellation:
                raise
            # A sleep just ends: the next effect is not executed any more.
            return None, RequestCancelledError() if isinstance(effect, SendRequest) else None

    async def _execute(self, effect: Effect) -> object:
        """Execute an effect; return its result."""
        if not (isinstance(effect, RunInThread) and effect.is_final):
            self._check()
        match effect:
            case SendRequest():
                return await send(self._http, effect, check=self._check, is_traced=self._is_traced)
            case Sleep(seconds):
                await self._sleep(seconds)
                return None
            case RunInThread(function, is_final):  # pragma: no branch - there is no other
                return await call(function, shield=is_final)

    def _check(self) -> None:
        """Raise an exception if nothing more is to be sent."""
        self._state.check()
        if self._is_cancelled:
            raise Cancelled

    async def _sleep(self, seconds: float) -> None:
        self._wake_up = self._wake_up or anyio.Event()
        with anyio.move_on_after(seconds):
            await self._wake_up.wait()

    async def _wait_for_completion(self) -> None:
        if self._completed is None or self._completed.is_set():
            self._completed = anyio.Event()
        await self._completed.wait()
