"""A run over the vouchers of services, and over their codes.

Codes can only be listed by their vouchers. So all vouchers are listed in each run, and those that
changed are picked out; then the codes of all of them that changed. Which vouchers there are is not
in a mark: a run that is continued lists them again.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum, auto
from typing import Any

from .._http.request_factory import RequestFactory
from .._pagination.deduplication import id_of
from .._pagination.query import ListQuery
from .queries import ListOptions, code_query, continued, voucher_query
from .run import Run, Since

#: What a position begins with: the checkpoint after it is one of the vouchers, or of the codes.
_IN_VOUCHERS, _IN_CODES = "v", "c"


class _Phase(Enum):
    """Which listing is read."""

    #: All vouchers, again, because the run is continued.
    IDS = auto()
    #: All vouchers, or the rest of them.
    VOUCHERS = auto()
    #: The vouchers that changed while vouchers were listed.
    MOVED = auto()
    #: The codes.
    CODES = auto()


class PropertyRun(Run):
    """A run over vouchers and their codes.

    Args:
        since: What it starts from.
        factory: Creates the requests.
        options: Of all listings.
        filters: `service_ids`, and `enterprise_ids` or None.
    """

    def __init__(
        self,
        since: Since,
        factory: RequestFactory,
        options: ListOptions,
        filters: Mapping[str, list[str] | None],
    ) -> None:
        super().__init__(since)
        self._factory = factory
        self._options = options
        self._filters = filters
        self._all_vouchers = self._vouchers(None)
        #: The vouchers that existed when the run began, and those that were added since. All
        #: changes of the codes of the latter come in the next run, too.
        self._old_ids: set[str] = set()
        self._new_ids: set[str] = set()
        self._phase = _Phase.IDS
        #: The position before the phase.
        self._reached = self._resumed_at

    def queries(self) -> Iterator[ListQuery[Any, Any]]:
        """Yield the listings."""
        position = self._resumed_at or _IN_VOUCHERS
        part, checkpoint = position[0], position[1:]
        requests = 0
        if self._resumed_at is not None:
            yield self._all_vouchers
            requests += self._requests
        if part == _IN_VOUCHERS:
            self._enter(_Phase.VOUCHERS)
            yield continued(self._all_vouchers, checkpoint)
            requests += self._requests
            self._reached, checkpoint = self._position(), ""
        if requests > 1:
            # A server may sort by the time of the last change. A voucher that changes between two
            # pages can then be on none of them, and so would its codes.
            self._enter(_Phase.MOVED)
            yield self._vouchers(self._before(self._began) or self._start)
        if part == _IN_VOUCHERS:
            self._reached = _IN_CODES
        self._enter(_Phase.CODES)
        yield continued(self._codes(self._old_ids), checkpoint)
        self._complete()
        yield self._codes(self._new_ids)

    def accept(self, item: Any) -> bool:
        """Take in an item; return whether it is for the user. Any: a voucher or a code."""
        self._observe()
        if self._phase is _Phase.CODES:
            return True
        is_known = self._note(item)
        if self._phase is _Phase.VOUCHERS:
            updated = item.updated_utc
            is_old = isinstance(updated, datetime) and self._start and updated < self._start
            return not is_old
        return self._phase is _Phase.MOVED and not is_known

    def _enter(self, phase: _Phase) -> None:
        """Begin with a listing: until it has an item, the position is the one before it."""
        self.pager = None
        self._phase = phase

    def _note(self, voucher: Any) -> bool:
        """Note the id of a voucher; return whether it was known. Any: of any form."""
        voucher_id = id_of(voucher)
        if voucher_id is None or voucher_id in self._old_ids or voucher_id in self._new_ids:
            return True
        created, began = voucher.created_utc, self._began
        is_new = isinstance(created, datetime) and began is not None and created >= began
        (self._new_ids if is_new else self._old_ids).add(voucher_id)
        return False

    def _position(self) -> str | None:
        checkpoint = None if self.pager is None else self.pager.checkpoint
        if checkpoint is None or self._phase in (_Phase.IDS, _Phase.MOVED):
            return self._reached
        return (_IN_VOUCHERS if self._phase is _Phase.VOUCHERS else _IN_CODES) + checkpoint

    @property
    def _requests(self) -> int:
        return 0 if self.pager is None else self.pager.requests

    def _vouchers(self, start: datetime | None) -> ListQuery[Any, Any]:
        return voucher_query(self._factory, self._options, start, **self._filters)

    def _codes(self, voucher_ids: set[str]) -> ListQuery[Any, Any]:
        """Return the listing of codes; of no voucher, it needs no request."""
        enterprise_ids = self._filters["enterprise_ids"]
        return code_query(
            self._factory,
            self._options,
            self._start,
            voucher_ids=sorted(voucher_ids),
            enterprise_ids=enterprise_ids,
        )
