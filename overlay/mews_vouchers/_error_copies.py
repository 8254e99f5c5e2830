"""Where else may the error of a write be? Its known copies, and the machine that it is from."""

import hashlib
import platform
from functools import cache

#: The ids of writes of which there are copies. The oldest are forgotten at last.
_copied: dict[str, None] = {}
_MOST_COPIED = 100_000


def note_copied(write_id: str) -> None:
    """Note that there are copies of errors of a write."""
    _copied[write_id] = None
    while len(_copied) > _MOST_COPIED:
        _copied.pop(next(iter(_copied)), None)


def has_copies(write_id: str) -> bool:
    """Return whether there are copies of errors of a write, as far as known."""
    return write_id in _copied


@cache
def this_host() -> str:
    """Return what identifies this machine, without its name."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:12]
