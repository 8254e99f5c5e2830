"""What an interruption (Ctrl-C, a cancelled task) says about the write that it stopped."""

from collections.abc import Callable
from typing import Any

from ..errors import BatchError


def attach_batch_error(interruption: BaseException, error: BatchError[Any, Any]) -> None:
    """Attach what became of every item. Any: items and results of any type."""
    interruption.batch_error = error  # type: ignore[attr-defined]
    interruption.add_note("the attribute `batch_error` has the outcome of every item")


def shielded(function: Callable[[], object]) -> None:
    """Call a function, and call it again if it is interrupted."""
    while True:
        try:
            function()
        except (KeyboardInterrupt, SystemExit):  # the first interruption is being reported
            continue
        return
