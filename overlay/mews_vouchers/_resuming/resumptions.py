"""Which writes are being resumed in this process, and when were they resumed last?

A write is identified by the `id` of its errors. All times but those of errors are monotonic, in
seconds: the clock of the machine may be set between two resumes.
"""

import math
import os
import time
from collections import deque
from datetime import datetime

from .._journal.owner import JournalOwner
from .._local_clock import monotonic_at
from ..errors import ResumeInProgressError

#: Seconds after which nothing that a resume has sent can matter any more.
_FORGET_AFTER = 86_400.0
#: So many writes are remembered in any case.
_REMEMBERED = 1_000


class Resumption:
    """One resume of a write.

    An interruption can come whenever a function is called. So the caller sets `is_over`,
    which takes no call, in a `finally`.

    Args:
        write_id: The id of the write.
        owner: The call with a journal that it is a part of. If that is over, so is this.
    """

    def __init__(self, write_id: str, owner: JournalOwner | None = None) -> None:
        self.write_id = write_id
        self.created_at = time.monotonic()
        #: When it began to write; None if it did not.
        self.wrote_since: float | None = None
        #: Whether every request had a response: nothing that it sent is uncertain.
        self.is_completed = False
        #: Whether nothing more is sent.
        self.is_over = False
        #: When it ended; None if it did not, or was interrupted at the very end.
        self.ended_at: float | None = None
        self._owner = owner

    @property
    def has_ended(self) -> bool:
        """Whether it is over, perhaps by an interruption before it could note that."""
        if self._owner is not None and self._owner.is_over:
            return True
        return self.is_over

    def begin(self) -> None:
        """Note that it begins.

        Raises:
            ResumeInProgressError: There is another one.
        """
        _forget_old()
        chain = _resumptions.setdefault(self.write_id, [])
        chain.append(self)  # first, so that of two threads at most one goes on
        in_progress = [one for one in [*chain, self] if not one.has_ended]
        if in_progress[0] is not self:
            self.is_over = True
            raise ResumeInProgressError(
                "this write is being resumed already: a second resume would add items twice"
            )

    def end(self) -> None:
        """Note when it ended."""
        self.is_over = True
        self.ended_at = time.monotonic()


#: Those of each write, in the order in which they began. No lock: an interruption might leave it
#: locked. Each change is a single call of a method written in C.
_resumptions: dict[str, list[Resumption]] = {}

#: When this process was forked last, or forked another one.
_forks: deque[float] = deque(maxlen=1)
if hasattr(os, "register_at_fork"):  # pragma: no branch - not on Windows
    os.register_at_fork(before=lambda: _forks.append(time.monotonic()))


def resumed_until(write_id: str, created_at: datetime) -> float | None:
    """Return until when resumes may have sent what an error does not know; None: none did.

    A time long ago if all that they sent is certain.

    Args:
        write_id: The write.
        created_at: The local time of the error.
    """
    after = _monotonic(created_at)
    until = [
        -math.inf if one.is_completed else (one.ended_at or time.monotonic())
        for one in tuple(_resumptions.get(write_id, ()))
        if one.has_ended and one.wrote_since is not None and one.wrote_since >= after
    ]
    return max(until) if until else None


def was_forked_since(created_at: datetime) -> bool:
    """Return whether another process has a copy of what was created at a local time."""
    return bool(_forks) and _forks[-1] >= _monotonic(created_at)


def _monotonic(local: datetime) -> float:
    """Return the monotonic time of a local time; if it is not known, before all others."""
    known = monotonic_at(local)
    return -math.inf if known is None else known


def _forget_old() -> None:
    """Forget what cannot matter any more."""
    if len(_resumptions) < _REMEMBERED:
        return
    before = time.monotonic() - _FORGET_AFTER
    for write_id, chain in tuple(_resumptions.items()):
        # No generator: an interruption in one would be ignored.
        newer = [one for one in chain if (one.ended_at or one.created_at) >= before]
        if chain and not newer and not [one for one in chain if not one.has_ended]:
            _resumptions.pop(write_id, None)
