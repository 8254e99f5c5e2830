"""The sync runner: executes requests in threads of its own.

Its twin is `tasks.py`. No logic belongs here, only I/O, sleep, and what runs in the background.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

from .._http.completion import Completion
from .._http.effects import Cancelled, Effect, RunInThread, SendRequest, Sleep
from .._http.request import Request
from ..errors import ClosedError
from .client_state import ClientState
from .send_threads import send
from .timed_network import wrap_network
from .tracing import is_traced
from .waits import MAX_WAIT
from .work import Work

#: Seconds between two looks at what is still in flight.
_POLL_INTERVAL = 0.001

Result = TypeVar("Result")


class ThreadRunner:
    """Runs the requests of one call, or of one iteration.

    Methods of the work are only called in the caller's thread, and the transport is only used in
    other threads: see `workers.py`. A thread puts the completion of its request into a queue; the
    two threads share nothing else.
    """

    def __init__(self, state: ClientState) -> None:
        self._state = state
        #: Created before a request acquires the limiter: creating it takes longer than its margin.
        self._http = state.api.get_http_client()
        self._is_traced = is_traced(self._http)
        wrap_network(self._http)
        self._in_flight = 0
        #: Not in the queue that is waited for: an interruption may come when it returns something.
        self._completions: deque[Completion[Any]] = deque()
        self._completed: SimpleQueue[None] = SimpleQueue()
        self._is_cancelled = False
        #: Wakes the threads that sleep, one after the other. Not an `Event`: an abandoned iterator
        #: may be garbage-collected in any thread, even in one that holds the event's lock, and
        #: `set()` would deadlock.
        self._wake_up: SimpleQueue[None] = SimpleQueue()

    def __enter__(self) -> Self:
        self._state.runners.add(self)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cancel()
        self._state.runners.discard(self)

    def step(self, work: Work) -> bool:
        """Run one request to its end; return False if there is none, and none in flight."""
        self.fill(work)
        if not self._in_flight:
            return False
        self._wait_for_completion()
        work.receive(self._take_completion())
        return True

    def fill(self, work: Work) -> None:
        """Start requests in the background, as many as may be in flight."""
        while self._in_flight < work.concurrency:
            request = work.next_request()
            if request is None:
                return
            self._start(request)

    def stop(self, work: Work, grace_period: float | None) -> None:
        """Send nothing more, wait for what is in flight, and let the work take it in.

        Args:
            work: The work.
            grace_period: Seconds after which what is in flight is left alone; None to wait for all.
        """
        self.cancel()
        deadline = None if grace_period is None else time.monotonic() + grace_period
        self.wait_for_threads(deadline)
        while self._completions:
            work.receive(self._take_completion())

    def cancel(self) -> None:
        """Send nothing more. A request in flight ends by itself."""
        self._is_cancelled = True
        self._wake_up.put(None)

    def wait_for_threads(self, deadline: float | None) -> None:
        """Wait until no request is in flight, or until a time of the monotonic clock."""
        while self._has_threads() and (deadline is None or time.monotonic() < deadline):
            time.sleep(_POLL_INTERVAL)

    def _has_threads(self) -> bool:
        """Return whether a thread executes a request.

        A request that no thread has begun does not count, as it will not be sent; nor does that of
        the current thread, in which a callback of the user may close the client.
        """
        return any(
            runner is self and thread is not threading.current_thread()
            for thread, runner in tuple(self._state.background.items())
        )

    def _start(self, request: Request[Any]) -> None:
        """Run a request in a thread."""
        context = copy_context()
        self._in_flight += 1
        if not self._state.workers.start(
            lambda release: context.run(self._run_in_background, request, release)
        ):
            error = request.not_sent_error("not sent: the system cannot start another thread")
            self._complete(Completion(request, error=error), lambda: None)

    def _run_in_background(self, request: Request[Any], release: Callable[[], None]) -> None:
        thread = threading.current_thread()
        self._state.background[thread] = self
        try:
            self._complete(self._run(request), release)
        finally:
            self._state.background.pop(thread, None)

    def _complete(self, completion: Completion[Any], release: Callable[[], None]) -> None:
        release()
        self._completions.append(completion)
        self._completed.put(None)

    def _wait_for_completion(self) -> None:
        self._state.check_process()  # after a fork, the threads are in the parent
        while True:
            with suppress(Empty):
                self._completed.get(timeout=MAX_WAIT)
                return

    def _take_completion(self) -> Completion[Any]:
        """Return a completion, once: if it is interrupted now, its items are unknown."""
        self._in_flight -= 1
        return self._completions.popleft()

    def _run(self, request: Request[Result]) -> Completion[Result]:
        """Run a request to its end."""
        try:
            return Completion(request, self._run_steps(request))
        except BaseException as error:
            return Completion(request, error=error)

    def _run_steps(self, request: Request[Result]) -> Result | None:
        steps = request.steps()
        error: Exception | None = None
        try:
            effect = next(steps)
            while True:
                result, error = self._try(effect)
                # Not where it was caught: it would become the context of what is raised next.
                effect = steps.send(result) if error is None else steps.throw(error)
        except StopIteration as end:
            value: Result | None = end.value
            return value
        finally:
            error = None  # its traceback refers to this frame
            steps.close()

    def _try(self, effect: Effect) -> tuple[object, Exception | None]:
        """Execute an effect; return its result, or what it raised."""
        try:
            return self._execute(effect), None
        except (Cancelled, ClosedError) as stopped:
            return None, stopped.with_traceback(None)  # frames of httpx hold the tokens
        except Exception as error:
            return None, error

    def _execute(self, effect: Effect) -> object:
        """Execute an effect; return its result."""
        if not (isinstance(effect, RunInThread) and effect.is_final):
            self._check()
        match effect:
            case SendRequest():
                return send(self._http, effect, check=self._check, is_traced=self._is_traced)
            case Sleep(seconds):
                self._sleep(seconds)
                return None
            case RunInThread(function):  # pragma: no branch - there is no other
                return function()

    def _check(self) -> None:
        """Raise an exception if nothing more is to be sent."""
        self._state.check()
        if self._is_cancelled:
            raise Cancelled

    def _sleep(self, seconds: float) -> None:
        while seconds > 0:  # not by the clock: tests may freeze it
            with suppress(Empty):
                self._wake_up.get(timeout=min(seconds, MAX_WAIT))
                self._wake_up.put(None)
                return
            seconds -= MAX_WAIT
