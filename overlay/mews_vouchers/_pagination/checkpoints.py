"""Checkpoints: the state of a listing as a string, from which another listing continues."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, unquote

from ..errors import PaginationError


class Position(NamedTuple):
    """A position in a partition: after the item `cursor` and `skip` more items."""

    partition: int = 0
    cursor: str | None = None
    #: Not 0 only after items without an id: a cursor cannot point to them.
    skip: int = 0


class ListingState(NamedTuple):
    """How far a listing is: the first `started` partitions are in progress or completed."""

    #: The target number of partitions, which decides how the filters are split.
    target: int
    #: The number of partitions.
    partitions: int
    started: int = 0
    #: The positions in the partitions in progress, in order.
    in_progress: tuple[Position, ...] = ()
    #: The time by which an interval without an end was split, in full seconds of UTC; None if the
    #: interval has an end, or there is none.
    now: datetime | None = None

    def positions(self) -> Iterator[Position]:
        """Return where to continue, or to start, in each partition that is not completed."""
        yield from self.in_progress
        yield from map(Position, range(self.started, self.partitions))

    def advanced_to(self, position: Position) -> "ListingState":
        """Return the state when a partition has reached a position."""
        others = [other for other in self.positions() if other.partition != position.partition]
        started = max(self.started, position.partition + 1)
        open_ = sorted([position, *(other for other in others if other.partition < started)])
        return self._replace(started=started, in_progress=tuple(open_))

    def completed(self, partition: int) -> "ListingState":
        """Return the state when a partition is completed."""
        left = tuple(one for one in self.in_progress if one.partition != partition)
        return self._replace(in_progress=left)


def encode_checkpoint(state: ListingState, fingerprint: str) -> str:
    """Return a state as a string, with a checksum that is bound to the filters."""
    places = [
        f"{number}:{skip}:{quote(cursor or '')}" for number, cursor, skip in state.in_progress
    ]
    now = "" if state.now is None else f"@{int(state.now.timestamp())}"
    text = f"{state.target}{now}.{state.started}.{','.join(places)}"
    return f"{_checksum(text, fingerprint)}.{text}"


def decode_checkpoint(
    checkpoint: str, fingerprint: str, partitions: Callable[[int, datetime | None], int]
) -> ListingState:
    """Return the state that a listing with the same filters was in.

    Args:
        checkpoint: The string.
        fingerprint: Of the filters.
        partitions: Returns how many partitions a target and a time result in.

    Raises:
        PaginationError: It was created with different filters, or is corrupt.
    """
    checksum, _, text = checkpoint.partition(".")
    if checksum != _checksum(text, fingerprint):
        raise PaginationError(
            "invalid checkpoint: it is corrupt, or was created with different filters"
        )
    split_by, started, places = text.split(".", 2)
    target, _, seconds = split_by.partition("@")
    now = datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    in_progress = []
    for place in filter(None, places.split(",")):
        number, skip, cursor = place.split(":")
        in_progress.append(Position(int(number), unquote(cursor) or None, int(skip)))
    count = partitions(int(target), now)
    return ListingState(int(target), count, int(started), tuple(in_progress), now)


def _checksum(text: str, fingerprint: str) -> str:
    return hashlib.sha256(f"{fingerprint}.{text}".encode(errors="replace")).hexdigest()[:12]
