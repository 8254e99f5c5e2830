"""What a listing was asked for, and what it returns: `ListQuery` and `Page`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from .._http.operation import Operation
from .._http.request_factory import RequestFactory
from .._limits import MAX_PAGE_SIZE
from .._options import CallOptions
from ..errors import PaginationError
from .checkpoints import ListingState, Position, decode_checkpoint, encode_checkpoint
from .partitions import Filters, Partition

#: Open partitions per concurrent request. They are not equally long, and the last one alone would
#: not use the whole rate limit.
PARTITIONS_PER_REQUEST = 4

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item, Result]):
    """One page of a listing."""

    #: The items of the page, newest first.
    items: Sequence[Item]
    #: The vendor's cursor: the id of the oldest item. None if the page is empty.
    cursor: str | None
    #: The whole response, a model of the generated client; related items are here.
    result: Result = field(repr=False)
    #: What identifies the request of the page for the vendor's support.
    request_id: str | None = None


class FetchedPage(NamedTuple, Generic[Item, Result]):
    """A page, and where it is in the listing."""

    page: Page[Item, Result]
    #: Returns the position after an item; after the page, if it has no items.
    position_after: Callable[[int], Position]
    #: Whether it is the last page of its partition.
    is_last: bool
    #: Whether users get it: an empty page only marks the end of a partition.
    is_visible: bool

    @property
    def end(self) -> Position:
        """The position after the page."""
        return self.position_after(len(self.page.items) - 1)


@dataclass
class ListQuery(Generic[Item, Result]):
    """A listing that has not started.

    Raises:
        ValueError: The arguments are out of range, or conflict.
    """

    request_factory: RequestFactory
    operation: Operation[Result]
    filters: Filters
    page_size: int
    options: CallOptions
    max_items: int | None = None
    checkpoint: str | None = None
    cursor: str | None = None
    prefetch: bool = True
    #: Whether a page that has fewer items than requested is the last.
    short_page_is_last: bool = True
    #: The partitions, by their target number.
    _partitions: dict[int, list[Partition]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if not 1 <= self.page_size <= MAX_PAGE_SIZE:
            raise ValueError(f"page_size must be from 1 to {MAX_PAGE_SIZE}, not {self.page_size}")
        if self.max_items is not None and self.max_items < 0:
            raise ValueError(f"max_items must not be negative, but is {self.max_items}")
        if self.max_items is not None and not self.short_page_is_last:
            raise ValueError("max_items counts vouchers: request them with extent.vouchers=True")
        if self.max_items is not None and self.options.concurrency > 1:
            raise ValueError("max_items cannot be combined with concurrency > 1: there is no order")
        if self.checkpoint is not None and self.cursor is not None:
            raise ValueError("pass checkpoint or cursor, not both")

    @cached_property
    def fingerprint(self) -> str:
        """A short string that differs for different filters."""
        return self.filters.fingerprint()

    @property
    def initial_checkpoint(self) -> str | None:
        """The checkpoint before the first item; None at the very beginning."""
        if self.cursor is None:
            return self.checkpoint
        return encode_checkpoint(_state_at(self.cursor), self.fingerprint)

    def start(self) -> ListingState:
        """Return where it starts.

        Raises:
            PaginationError: The checkpoint is invalid, or a cursor cannot continue these filters.
        """
        if self.checkpoint is not None:
            return decode_checkpoint(self.checkpoint, self.fingerprint, self._count_partitions)
        if self.cursor is not None:
            if not self.cursor or self._count_partitions(1) != 1:
                raise PaginationError(
                    "cursor cannot continue this listing, which needs several requests at once: "
                    "pass a checkpoint"
                )
            return _state_at(self.cursor)
        concurrency = self.options.concurrency
        target = PARTITIONS_PER_REQUEST * concurrency if concurrency > 1 else 1
        return ListingState(target, self._count_partitions(target))

    def partitions(self, target: int) -> list[Partition]:
        """Return the partitions of the filters."""
        if target not in self._partitions:
            self._partitions[target] = self.filters.partitions(target)
        return self._partitions[target]

    def _count_partitions(self, target: int) -> int:
        return len(self.partitions(target))


def _state_at(cursor: str) -> ListingState:
    """Return the state of a listing of one partition at a cursor."""
    return ListingState(1, 1, 1, (Position(cursor=cursor),))
