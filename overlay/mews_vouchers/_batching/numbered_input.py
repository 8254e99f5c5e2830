"""The input of a bulk write: how far was it read, and is that all of it?"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from itertools import islice
from typing import Generic, TypeVar

Item = TypeVar("Item")

#: Iterators that run no Python code, so that Ctrl-C never comes in the middle of them. It ends any
#: generator, which then looks like an input that was read to its end.
_BUILT_IN: tuple[Iterable[object], ...] = ([], (), {}, {}.values(), {}.items(), set(), deque())
_NEVER_INTERRUPTED = frozenset(type(iter(one)) for one in _BUILT_IN)


class NumberedInput(Generic[Item]):
    """Reads items with their positions, always in the thread or the task of the caller.

    An input that fails is not read any further, because an iterator may then skip items, or seem to
    be at its end. An input that ends before its `len()` fails as well.

    Args:
        items: The items.
        first: The position of the first one.
    """

    def __init__(self, items: Iterable[Item], first: int = 0) -> None:
        #: The number of items, if it is known.
        self.length = length_of(items)
        #: Whether all items were read.
        self.is_over = False
        self._first = first
        self._next = first
        iterator = iter(items)
        self._is_interruptible = type(iterator) not in _NEVER_INTERRUPTED
        self._numbered: Iterator[tuple[int, Item]] = enumerate(iterator, first)
        self._has_failed = False

    def pass_through(
        self, function: Callable[[Iterator[tuple[int, Item]]], Iterator[tuple[int, Item]]]
    ) -> None:
        """Let a generator function see all items that are read from now on."""
        self._numbered = function(self._numbered)
        self._is_interruptible = True

    def read_into(self, items: deque[tuple[int, Item]], number: int | None = None) -> None:
        """Append the next items, with their positions, to others that were read before.

        Args:
            items: The last ones that were read and are still needed.
            number: So many at most; None for all.

        Raises:
            Exception: What the iterator raised. The items before are appended.
            ValueError: The input has ended before its `len()`.
        """
        if self.is_over or self._has_failed:
            return
        size = len(items)
        try:
            items.extend(islice(self._numbered, number))
        except Exception:
            self._has_failed = True
            raise
        except BaseException:
            self._has_failed = self._is_interruptible
            raise
        if items:  # also after a read that was interrupted before this; others may be put back
            self._next = max(self._next, items[-1][0] + 1)
        if number is None or len(items) - size < number:
            self._end()

    def _end(self) -> None:
        read = self._next - self._first
        if self.length is not None and read < self.length:
            self._has_failed = True
            raise ValueError(
                f"the input has ended after {read} items, but its len() is {self.length}; if that "
                "is only an estimate, pass an iterator"
            )
        self.is_over = True


def length_of(items: object) -> int | None:
    """Return the number of items, if it is known."""
    if not isinstance(items, Sized):
        return None
    try:
        return len(items)
    except TypeError:  # of a wrapper of something that has no length, such as a progress bar
        return None
