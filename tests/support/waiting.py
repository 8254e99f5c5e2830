"""How long tests wait for other threads and processes."""

import threading
import time
from collections.abc import Callable

#: Seconds for something that happens at once, on a busy machine.
TIMEOUT = 20.0


def wait_until(is_so: Callable[[], object], timeout: float = 5.0) -> None:
    """Wait until a condition holds, in another thread or process."""
    end = time.monotonic() + timeout
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.001)


def background_threads() -> set[threading.Thread]:
    """Return the threads in which clients execute requests."""
    return {one for one in threading.enumerate() if one.name == "mews_vouchers"}
