"""The sync runner: executes requests in the caller's thread, or in threads in the background.

Its twin is `tasks.py`. No logic belongs here, only I/O, sleep, and what runs in the background.
"""

import threading
import time
from contextlib import suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

from mews_vouchers_client.http import send

from .._http.completion import Completion
from .._http.effects import Cancelled, Effect, RunInThread, SendRequest, Sleep
from .._http.request import Request
from .client_state import ClientState
from .work import Work

#: Seconds that requests in flight get when a call is interrupted: they cannot be cancelled.
GRACE_PERIOD = 5.0

#: Seconds between two looks at what is still in flight.
_POLL_INTERVAL = 0.01
#: Seconds. A signal that arrives just before a thread starts to wait for a queue is only handled
#: when the wait ends, so that no wait is longer.
_MAX_WAIT = 1.0

Result = TypeVar("Result")


class ThreadRunner:
    """Runs the requests of one call, or of one iteration.

    Methods of the work are only called in the caller's thread. A request in the background has a
    thread of its own, and puts its completion into a queue; the two threads share nothing else.
    """

    def __init__(self, state: ClientState) -> None:
        self._state = state
        #: Created before a request acquires the limiter: creating it takes longer than its margin.
        self._http = state.api.get_httpx_client()
        self._in_flight = 0
        self._completions: SimpleQueue[Completion[Any]] = SimpleQueue()
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
        self._state.runners.discard(self)
        self.cancel()

    def step(self, work: Work) -> bool:
        """Run one request to its end; return False if there is none, and none in flight.

        One request at a time is executed in the thread of the user: it needs no background.
        """
        if work.concurrency == 1 and not self._in_flight:
            request = work.next_request()
            if request is None:
                return False
            work.receive(self._run(request))
            return True
        self.fill(work)
        if not self._in_flight:
            return False
        work.receive(self._next_completion())
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
        while not self._completions.empty():
            work.receive(self._next_completion())

    def cancel(self) -> None:
        """Send nothing more. A request in flight ends by itself."""
        self._is_cancelled = True
        self._wake_up.put(None)

    def wait_for_threads(self, deadline: float | None) -> None:
        """Wait until no thread is running, or until a time of the monotonic clock.

        Not with `join`: before Python 3.13 an interrupted `join` marks its thread as finished, and
        its request may still add something.
        """
        while self._has_threads() and (deadline is None or time.monotonic() < deadline):
            time.sleep(_POLL_INTERVAL)

    def _has_threads(self) -> bool:
        """Tell whether a thread in the background is running.

        A thread that has not started does not count, as it will send nothing; nor does the current
        one, in which a callback of the user may close the client.
        """
        return any(
            runner is self and thread.ident not in {None, threading.get_ident()}
            for thread, runner in tuple(self._state.background.items())
        )

    def _start(self, request: Request[Any]) -> None:
        """Run a request in the background."""
        context = copy_context()
        thread = threading.Thread(
            target=context.run,
            args=(self._run_in_background, request),
            name="mews_vouchers",
            daemon=True,
        )
        self._in_flight += 1
        try:
            self._state.background[thread] = self
            thread.start()
        except RuntimeError:  # no more threads are available: run it here
            if thread.ident is not None:  # it was raised by a signal handler
                raise
            self._state.background.pop(thread, None)
            self._run_in_background(request)
        except BaseException:
            self.cancel()  # first: a thread that starts after it sends nothing
            if thread.ident is None:
                self._state.background.pop(thread, None)
            raise

    def _run_in_background(self, request: Request[Any]) -> None:
        try:
            try:
                completion = self._run(request)
            except BaseException as error:
                completion = Completion(request, error=error)
            self._completions.put(completion)
        finally:
            self._state.background.pop(threading.current_thread(), None)

    def _next_completion(self) -> Completion[Any]:
        """Wait for the next completion."""
        self._state.check_process()  # after a fork, the threads are in the parent
        while True:
            with suppress(Empty):
                completion = self._completions.get(timeout=_MAX_WAIT)
                self._in_flight -= 1
                return completion

    def _run(self, request: Request[Result]) -> Completion[Result]:
        """Run a request to its end."""
        try:
            return Completion(request, self._run_steps(request))
        except Exception as error:
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
        except Exception as error:
            return None, error

    def _execute(self, effect: Effect) -> object:
        """Execute an effect; return its result."""
        self._state.check()
        if self._is_cancelled:
            raise Cancelled
        match effect:
            case SendRequest(kwargs):
                return send(self._http, kwargs)
            case Sleep(seconds):
                self._sleep(seconds)
                return None
            case RunInThread(function):  # pragma: no branch - there is no other
                return function()

    def _sleep(self, seconds: float) -> None:
        while seconds > 0:  # not by the clock: tests may freeze it
            with suppress(Empty):
                self._wake_up.get(timeout=min(seconds, _MAX_WAIT))
                self._wake_up.put(None)
                return
            seconds -= _MAX_WAIT


def wait_for_abandoned(state: ClientState) -> None:
    """Wait for requests that an interrupted call of this client left in flight."""
    for runner in {*state.background.values()} - state.runners:
        runner.wait_for_threads(None)


def stop_all(state: ClientState) -> None:
    """Cancel all calls of a client, and wait a few seconds for what is in flight."""
    deadline = time.monotonic() + GRACE_PERIOD
    runners = {*state.runners, *state.background.values()}
    for runner in runners:
        runner.cancel()
    for runner in runners:
        runner.wait_for_threads(deadline)
