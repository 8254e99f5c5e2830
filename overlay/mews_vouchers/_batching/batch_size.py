"""Items per request, of writes and listings: which errors shrink it, and how it grows back."""

from .._limits import MAX_ITEMS_PER_WRITE
from ..errors import ContentTooLargeError, RequestTooHeavyError

#: Requests that must succeed before a larger size is tried. Doubled on each failure, the first
#: included: one bad moment costs few requests, and a server that stays weak rarely gets a request
#: that is too heavy.
_SUCCESSES = 2
_MAX_SUCCESSES = 16
#: The same where the failure came right after growing.
_MAX_SUCCESSES_AFTER_GROWING = 256
_SHRINK_DIVISOR = 2
_GROWTH_FACTOR = 2


class AdaptiveBatchSize:
    """The number of items of the next request, at most `largest`."""

    def __init__(self, largest: int = MAX_ITEMS_PER_WRITE) -> None:
        self.current = largest
        self._largest = largest
        self._successes_to_grow = _SUCCESSES
        self._successes = 0
        self._has_just_grown = False

    def on_error(self, error: Exception, size: int, *, idempotent: bool) -> bool:
        """Shrink if a request failed because of its size; return whether a smaller one can help.

        Args:
            error: How the request failed.
            size: The number of its items.
            idempotent: Whether its items can be sent again: after a 408 it may have been applied.
        """
        is_too_heavy = idempotent and isinstance(error, RequestTooHeavyError)
        if size <= 1 or not (is_too_heavy or isinstance(error, ContentTooLargeError)):
            return False
        limit = _MAX_SUCCESSES_AFTER_GROWING if self._has_just_grown else _MAX_SUCCESSES
        self._successes_to_grow = max(
            self._successes_to_grow, min(limit, self._successes_to_grow * 2)
        )
        # Several requests may have been in flight, with different sizes.
        self.current = min(self.current, max(1, size // _SHRINK_DIVISOR))
        self._successes = 0
        self._has_just_grown = False
        return True

    def on_success(self) -> None:
        """Count a request that was not too large; grow after enough of them."""
        self._has_just_grown = False
        if self.current == self._largest:
            return
        self._successes += 1
        if self._successes >= self._successes_to_grow:
            self.current = min(self._largest, self.current * _GROWTH_FACTOR)
            self._successes = 0
            self._has_just_grown = True
