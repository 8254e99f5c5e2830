"""How many items at a time: halved when it was too much, carefully grown back. No I/O."""

#: Requests that must succeed at a smaller size before a larger one is tried again: 4 after the
#: first failure, twice as many after each further one. One bad moment does not cost more than a few
#: requests, but a server that stays weak is seldom asked for too much.
_FIRST_PATIENCE = 4
_MOST_PATIENCE_AT_ONCE = 16
_MOST_PATIENCE = 256

#: The most that the API takes or gives in one request. Source: the vendor's limits.
MOST = 1_000


class Size:
    """The number of items of the next request, at most `largest`."""

    def __init__(self, largest: int = MOST) -> None:
        self.now = largest
        self._largest = largest
        self._patience = _FIRST_PATIENCE // 2
        self._succeeded = 0
        self._has_just_grown = False

    def shrink(self, tried: int) -> bool:
        """Halve, because `tried` items were too many; False if it cannot get any smaller."""
        if tried <= 1:
            return False
        most = _MOST_PATIENCE if self._has_just_grown else _MOST_PATIENCE_AT_ONCE
        self._patience = max(self._patience, min(most, self._patience * 2))
        self.now = min(self.now, tried // 2)  # several may be under way that were larger
        self._succeeded = 0
        self._has_just_grown = False
        return True

    def succeed(self) -> None:
        """Count a request that was not too much, and grow back after enough of them."""
        self._has_just_grown = False
        if self.now == self._largest:
            return
        self._succeeded += 1
        if self._succeeded >= self._patience:
            self.now = min(self._largest, self.now * 2)
            self._succeeded = 0
            self._has_just_grown = True
