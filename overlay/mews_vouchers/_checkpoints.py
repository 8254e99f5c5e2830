"""Places in a listing, how far it is, and the texts that stand for them. No I/O."""

import hashlib
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from .errors import PaginationError


class Position(NamedTuple):
    """A place in a listing: in this part, after the item `cursor` and `skip` items more."""

    part: int = 0
    cursor: str | None = None
    #: Only items without an id need it: they cannot be named by a cursor.
    skip: int = 0


class Front(NamedTuple):
    """How far a listing is: so many of its parts are begun, and some of these are not done."""

    #: Into how many parts the listing was to be cut: it decides which part is which.
    cut: int
    #: Into how many parts it is cut indeed.
    parts: int
    begun: int = 0
    #: Where the parts are that are not done, in their order.
    open: tuple[Position, ...] = ()

    def positions(self) -> Iterator[Position]:
        """Give where to go on, or to begin, in each part that is not done."""
        yield from self.open
        yield from map(Position, range(self.begun, self.parts))

    def at(self, position: Position) -> "Front":
        """Return how far it is when a part has come to a position."""
        others = [one for one in self.positions() if one.part != position.part]
        begun = max(self.begun, position.part + 1)
        open_ = sorted([position, *(one for one in others if one.part < begun)])
        return self._replace(begun=begun, open=tuple(open_))

    def without(self, part: int) -> "Front":
        """Return how far it is when a part is done."""
        return self._replace(open=tuple(one for one in self.open if one.part != part))


def write_checkpoint(front: Front, fingerprint: str) -> str | None:
    """Return how far a listing is as text: the vendor's own cursor where that says it all."""
    if front.parts == 1 and front.open and not front.open[0].skip:
        return front.open[0].cursor
    places = [f"{part}:{skip}:{quote(cursor or '')}" for part, cursor, skip in front.open]
    said = f"{front.cut}.{front.begun}.{','.join(places)}"
    return f"{_seal(said, fingerprint)}.{said}"


def read_checkpoint(text: str, fingerprint: str, parts: Callable[[int], int]) -> Front:
    """Return how far a listing with the same filters is.

    Args:
        text: The checkpoint.
        fingerprint: Of the filters.
        parts: Tells how many parts a cut makes.

    Raises:
        PaginationError: It was written by a listing with other filters, or is damaged.
    """
    seal, dot, said = text.partition(".")
    if text and not dot and parts(1) == 1:
        return Front(1, 1, 1, (Position(cursor=text),))
    if seal != _seal(said, fingerprint):
        raise PaginationError("the checkpoint is none, or belongs to a listing with other filters")
    cut, begun, places = said.split(".", 2)
    open_ = []
    for place in filter(None, places.split(",")):
        part, skip, cursor = place.split(":")
        open_.append(Position(int(part), unquote(cursor) or None, int(skip)))
    return Front(int(cut), parts(int(cut)), int(begun), tuple(open_))


def _seal(said: str, fingerprint: str) -> str:
    return hashlib.sha256(f"{fingerprint}.{said}".encode(errors="replace")).hexdigest()[:12]
