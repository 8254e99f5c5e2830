"""A run over one listing: of vouchers, or of the codes of given vouchers."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from .._pagination.query import ListQuery
from .queries import continued
from .run import Run, Since


class ListingRun(Run):
    """A run over one listing. Its position is the checkpoint.

    Args:
        since: What it starts from.
        create_query: Returns the listing of what was updated since a time; None for everything.
    """

    def __init__(
        self, since: Since, create_query: Callable[[datetime | None], ListQuery[Any, Any]]
    ) -> None:
        super().__init__(since)
        self._query = create_query(self._start)

    def queries(self) -> Iterator[ListQuery[Any, Any]]:
        """Yield the listing."""
        yield continued(self._query, self._resumed_at)
        self._complete()

    def accept(self, item: Any) -> bool:  # noqa: ARG002
        """Take in an item: each is for the user."""
        self._observe()
        return True

    def _position(self) -> str | None:
        return None if self.pager is None else self.pager.checkpoint
