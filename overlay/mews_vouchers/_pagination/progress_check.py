"""Does a listing get on? A server could send pages for ever, under ever new cursors. No I/O."""

from collections.abc import Sequence

from ..errors import PaginationError

#: A listing ends with an error after this many empty pages in a row that have a cursor, ...
MAX_EMPTY_PAGES = 10
#: ... or when this many pages had nothing but items of one page before them.
MAX_REPETITIONS = 3


class ProgressCheck:
    """Checks the pages of one partition, in constant memory.

    Each page is compared with one page before it: the first, second, fourth, eighth page and so on
    (Brent's algorithm). So pages that go in a circle are found after a few circles, however long
    the circle is.

    Args:
        operation: Its name, for the error.
    """

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._pages = 0
        self._empty = 0
        self._compared: frozenset[str] = frozenset()
        self._repetitions = 0

    def check(self, ids: Sequence[str | None]) -> None:
        """Take in the ids of a page that is not the last one.

        Raises:
            PaginationError: The listing does not get on.
        """
        self._empty = 0 if ids else self._empty + 1
        if self._empty >= MAX_EMPTY_PAGES:
            raise self._error(f"the server sent {self._empty} empty pages in a row")
        if not ids or None in ids:
            return
        self._pages += 1
        self._repetitions += self._compared.issuperset(ids)
        if self._repetitions >= MAX_REPETITIONS:
            raise self._error(f"the server sent {len(ids)} items again and again")
        if self._pages & (self._pages - 1) == 0:
            self._compared, self._repetitions = frozenset(filter(None, ids)), 0

    def _error(self, reason: str) -> PaginationError:
        return PaginationError(f"{self._operation}: {reason}; cannot continue")
