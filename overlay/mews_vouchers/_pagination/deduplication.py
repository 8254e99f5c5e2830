"""Keeps each item of a listing once, whichever of its partitions contain it."""

from datetime import datetime
from typing import Any

from .partitions import Partition

#: How many ids of items without a readable time are remembered. A server that keeps its contract
#: sends no such items.
_MAX_TIMELESS = 100_000


class Deduplicator:
    """Decides which items of a partition belong to the listing.

    Args:
        overlap: Whether an item can be in several partitions, other than by its time.
    """

    def __init__(self, *, overlap: bool) -> None:
        self.overlap = overlap
        #: The ids of items that were accepted: of all if partitions overlap, else of items whose
        #: time cannot be read. Only its id shows that such an item, updated exactly where two
        #: intervals meet, is in both; after a checkpoint it may be listed again.
        self.seen: set[str] = set()

    def accept(self, item: Any, partition: Partition) -> bool:
        """Return whether an item belongs to a partition, and was in no other. Any: any item."""
        updated = getattr(item, "updated_utc", None)
        if isinstance(updated, datetime):
            if partition.before is not None and updated >= partition.before:
                return False
            if not self.overlap:
                return True
        item_id = id_of(item)
        if item_id is None:
            return True
        if item_id in self.seen:
            return False
        if len(self.seen) >= _MAX_TIMELESS and not self.overlap:
            self.seen.clear()  # a duplicate does less harm than unbounded memory
        self.seen.add(item_id)
        return True


def id_of(item: Any) -> str | None:
    """Return the id of an item, if it has one. Any: any parsed item."""
    item_id = getattr(item, "id", None)
    return item_id if isinstance(item_id, str) else None
