"""What an interruption (Ctrl-C, a cancelled task) says of the write that it cut short. No I/O."""

from collections.abc import Callable
from typing import Any

from .errors import BatchError


def tell(cut: BaseException, account: BatchError[Any, Any]) -> None:
    """Attach to an interruption what became of the items of a write. Any: whatever they are."""
    cut.batch_error = account  # type: ignore[attr-defined]
    cut.add_note("the attribute `batch_error` says what became of every item")


def pass_on(cut: BaseException, handled: BaseException | None) -> None:
    """Let an interruption tell what the exception told on whose way out it came.

    Args:
        cut: Any exception that a call ends with.
        handled: What the caller was handling when he called: that tells of something else.
    """
    before = cut.__context__
    if isinstance(cut, Exception) or hasattr(cut, "batch_error") or before is handled:
        return
    account = before if isinstance(before, BatchError) else getattr(before, "batch_error", None)
    if account is not None:
        tell(cut, account)


def insist(function: Callable[[], object]) -> None:
    """Call a function, and again for each interruption that comes meanwhile."""
    while True:
        try:
            function()
        except (KeyboardInterrupt, SystemExit):  # another one, while the first is still told
            continue
        return
