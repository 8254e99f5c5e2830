"""Who has a journal open, and has that ended? Decides who may open it next in this process."""

from collections.abc import Callable


def _close_nothing() -> None:
    """Close nothing: it was not opened yet."""


class JournalOwner:
    """The call that has a journal open.

    An interruption can come whenever a function is called, also where the journal would be closed.
    So the call sets `is_over`, which takes no call, in a `finally`. From then on, the next one that
    opens the journal closes it first.
    """

    def __init__(self) -> None:
        #: Whether the call has ended.
        self.is_over = False
        #: Closes what the call has opened.
        self.close: Callable[[], None] = _close_nothing
