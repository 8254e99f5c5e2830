"""What an interruption (Ctrl-C, a cancelled task) says about the write that it stopped."""

from collections.abc import Callable
from typing import Any

from ..batch_error import BatchError


def attach_batch_error(interruption: BaseException, error: BatchError[Any, Any]) -> None:
    """Attach what became of every item. Any: items and results of any type."""
    attached: BatchError[Any, Any] | None = getattr(interruption, "batch_error", None)
    if attached is not None and attached.id != error.id:
        error.__context__ = attached  # of a write within this one: its report is not lost
    interruption.batch_error = error  # type: ignore[attr-defined]
    if attached is None:
        interruption.add_note("batch_error_of() returns the outcome of every item")


def shielded(function: Callable[[], object]) -> None:
    """Call a function, and call it again if it is interrupted."""
    while True:
        try:
            function()
        except (KeyboardInterrupt, SystemExit):  # the first interruption is being reported
            continue
        return
