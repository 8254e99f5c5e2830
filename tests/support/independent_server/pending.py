"""What the server has still to do: requests in progress, and what it applies later."""

import threading
from collections.abc import Callable


class Pending:
    """Counts requests in progress, makes them pause, and does work later.

    Later means: although the response was sent, or the connection is gone.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hurry = threading.Event()
        self._works: dict[threading.Timer, Callable[[], object]] = {}
        self._timers: list[threading.Timer] = []
        self._busy = 0
        self._is_closed = False

    def after(self, seconds: float, work: Callable[[], object]) -> None:
        """Do the work some seconds later, in a thread of its own."""
        timer = threading.Timer(seconds, lambda: self._do(timer))
        timer.daemon = True
        with self._lock:
            if not self._is_closed:
                self._works[timer] = work
                timer.start()
                # One that is done stays until it has ended, so that `close` waits for each.
                self._timers = [one for one in self._timers if one.is_alive()] + [timer]

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than until `hurry` or `close`."""
        if seconds > 0 and not self._is_closed:
            self._hurry.wait(seconds)

    def begin(self) -> None:
        """Count a request that is in progress."""
        with self._lock:
            self._busy += 1

    def end(self) -> None:
        """Count a request that is done."""
        with self._lock:
            self._busy -= 1

    def is_idle(self) -> bool:
        """Return whether no request is in progress and nothing is left to do later."""
        with self._lock:
            return not self._works and not self._busy

    def hurry(self) -> None:
        """End the pauses, and do at once what is left to do later."""
        with self._lock:
            self._hurry.set()
            self._hurry = threading.Event()
            timers = list(self._works)
        for timer in timers:
            timer.cancel()
            self._do(timer)

    def close(self) -> None:
        """End the pauses. What was to be done later is not done."""
        with self._lock:
            self._is_closed = True
            self._works.clear()
            self._hurry.set()
        for timer in self._timers:
            timer.cancel()
        for timer in self._timers:
            timer.join()

    def _do(self, timer: threading.Timer) -> None:
        """Do the work of a timer, unless that has been done."""
        with self._lock:
            work = self._works.pop(timer, None)
            if work is None:
                return
            self._busy += 1
        try:
            work()
        finally:
            self.end()
