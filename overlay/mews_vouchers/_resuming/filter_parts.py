"""A server may refuse a filter because of a single voucher that does not exist. No I/O."""

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Generic, TypeVar

from ..errors import ApiError, BadRequestError, ForbiddenError, NotFoundError

Item = TypeVar("Item")

#: The errors with which a server may refuse a filter.
REFUSALS = (BadRequestError, ForbiddenError, NotFoundError)


class FilterParts(Generic[Item]):
    """Cuts the filter of a look-up, as soon as it is refused, until a bad id is alone.

    Nothing can have been added to a voucher, or a service, that is refused alone while others are
    accepted: its items are sent, and their own refusal names them.

    Args:
        items: What is looked up, by the voucher or the service that each has.
        is_in_doubt: Whether any may have been added. Else it matters little if none can be listed.
    """

    def __init__(self, items: Iterable[Item], *, is_in_doubt: bool) -> None:
        by_owner: dict[str, list[Item]] = defaultdict(list)
        for item in items:
            owner = getattr(item, "voucher_id", None) or getattr(item, "service_id", "")
            by_owner[str(owner).lower()].append(item)
        #: What is left to be listed: in each part, the items of each owner.
        self._parts = deque([[*by_owner.values()]])
        self._has_accepted = not is_in_doubt
        #: The refusal of an owner alone, before any was accepted.
        self._refusal: ApiError | None = None

    def next(self) -> list[Item]:
        """Return the items to look up next; an empty list at the end.

        Raises:
            ApiError: All are refused: not because of an owner.
        """
        if not self._parts and self._refusal is not None and not self._has_accepted:
            raise self._refusal
        return [item for owned in self._parts[0] for item in owned] if self._parts else []

    def on_success(self) -> None:
        """Take in that the part was listed."""
        self._has_accepted = True
        self._parts.popleft()

    def on_refusal(self, error: ApiError) -> None:
        """Take in that the part was refused."""
        part = self._parts.popleft()
        if len(part) == 1:
            self._refusal = error
            return
        middle = len(part) // 2
        self._parts.extendleft([part[middle:], part[:middle]])
