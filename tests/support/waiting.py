"""How long tests wait for what other threads and processes do. No test belongs here."""

import time
from collections.abc import Callable

#: Seconds for something that happens at once, on a machine that is busy.
TIMEOUT = 20.0


def wait_until(is_so: Callable[[], object], timeout: float = 5.0) -> None:
    """Wait until something is so, in another thread or process."""
    end = time.monotonic() + timeout
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.001)
