"""Finds out which items of a stopped `add` were added, from a listing of the server. No I/O."""

import math
import time
from collections import Counter
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from mews_vouchers_client import models

from .._batching.matching import match, normalized_id_of
from .._error_copies import this_host
from .._http.server_clock import TOLERANCE, ServerClock, earliest
from .._options import Progress
from .._validation.items import find_problem
from ..batch_error import Outcome
from ..errors import OutcomeUnknownError
from .clocks import age, agree, by_server, tolerance
from .resumer import Resumer, unfinished

Item = TypeVar("Item")
Result = TypeVar("Result")

#: How far clocks may differ that are not known to agree: no response had a `Date`, or the times of
#: what was added do not fit it.
_UNCERTAINTY = timedelta(days=1)


class LookUp(Generic[Item, Result]):
    """Finds the items that were added: by this client, or by another resume of the same write.

    One look-up may not be enough: an item that is missing may still be added by a request whose
    response was not received.

    Args:
        resumer: The write.
        settle: Seconds after which a request without a response cannot be applied any more.
        ahead: Items of the rest of the input, to be looked up instead of those of the error.

    Raises:
        OutcomeUnknownError: An item cannot be looked up.
    """

    def __init__(
        self,
        resumer: Resumer[Item, Result],
        settle: float,
        ahead: list[Outcome[Item, Result]] | None = None,
    ) -> None:
        self._resumer = resumer
        self._error = resumer.error
        #: The name of the operation.
        self.operation = self._error.operation
        self._succeeded = resumer.succeeded
        self._keys = resumer.operation.keys
        self._identified_by = resumer.operation.identified_by
        self._settle = settle
        #: When it began, and when the listing was begun, by the monotonic clock.
        self._began = self._started = time.monotonic()
        #: The monotonic time until which another resume may have sent items; None: there was none.
        self._resumed_until = resumer.resumed_until
        unknown = {one.position for one in self._error.unknown}
        operation = resumer.operation.operation
        #: The items that may have been added, in the order of the input.
        self.candidates = [
            one
            for one in (unfinished(self._error) if ahead is None else ahead)
            if one.position not in resumer.succeeded
            # What breaks the contract is never sent, and has no properties to look it up by.
            and (
                one.position in unknown
                or (self._may_be_added_by_others(one) and not find_problem(operation, one.item))
            )
        ]
        self._unknown = unknown
        self._check_identified()
        # Also what an earlier look-up of the same resume has found.
        done = [*self._succeeded.values()]
        self._known_ids = {normalized_id_of(one.result) for one in done} - {None}
        self._known_ids |= {one.lower() for one in self._error.known_ids}
        #: Their entries in the listing cannot be told from those of other items.
        self._without_id = [one.item for one in done if normalized_id_of(one.result) is None]
        self._without_id += self._error.known_items
        self._since: datetime | None = None
        self._found: list[Result] = []
        #: The ids of all results of the listing.
        self._seen: set[str] = set()
        #: Whether the last look-up has found any.
        self.has_found = False
        self._not_found: Counter[Hashable] = Counter()

    def needs_clock(self, clock: ServerClock) -> bool:
        """Return whether a response is needed first, to learn the time of the server."""
        is_unknown = (self._server_time(one) is None for one in self.candidates)
        return clock.offset is None and any(is_unknown)

    def begin(self, clock: ServerClock) -> datetime | None:
        """Begin; return the time of the server since which the items may have been added.

        None if it is unknown.
        """
        self._started = time.monotonic()
        times = [self._possibly_added_at(one, clock) for one in self.candidates]
        self._since = earliest(times)
        added, is_own = self._succeeded.values(), self._error.host == this_host()
        ahead = timedelta(seconds=min(self._error.date_ahead, _UNCERTAINTY.total_seconds()))
        if self._since is not None and ahead > TOLERANCE:
            self._since -= ahead
        if self._since is not None and not agree(added, clock, TOLERANCE, is_own=is_own):
            is_close = agree(added, clock, _UNCERTAINTY, is_own=is_own)
            self._since = self._since - _UNCERTAINTY if is_close else None
        if self._since is not None and (sent_at := self._sent_at_now(clock)) is not None:
            self._since = min(self._since, sent_at)
        self._found, self._seen = [], set()
        key, _ = self._keys[0]
        self._not_found = Counter(key(one.item) for one in self.candidates)
        return self._since

    def take(self, result: Result) -> bool:
        """Take in one result of the listing; return whether no more are needed."""
        found = normalized_id_of(result)
        if found not in self._seen and self._is_possible(result):
            self._found.append(result)
            key = self._keys[0][1](result)
            self._not_found[key] -= 1
            if self._not_found[key] <= 0:
                del self._not_found[key]
        if found is not None:  # a part of the listing may be repeated
            self._seen.add(found)
        return self.has_all

    @property
    def is_in_doubt(self) -> bool:
        """Whether this write, or another resume of it, may have added any of the items."""
        is_unknown = any(one.position in self._unknown for one in self.candidates)
        return is_unknown or self._resumed_until is not None

    @property
    def has_all(self) -> bool:
        """Whether no more results are needed."""
        return not (self._not_found or self._without_id)

    def finish(self, clock: ServerClock) -> float:
        """End; return the seconds until another look-up can decide, 0 if this one does."""
        items = [*self._without_id, *(one.item for one in self.candidates)]
        results = match(items, self._found, self._keys)[len(self._without_id) :]
        missing = []
        self.has_found = any(one is not None for one in results)
        for one, result in zip(self.candidates, results, strict=True):
            if result is None:
                missing.append(one)
            else:
                self._succeeded[one.position] = Outcome(
                    one.position, one.item, result, None, one.sent_at, one.server_time
                )
        if not missing:
            return 0.0
        sent_for = min(self._age(one, clock) for one in missing)
        # Not longer than that, whatever the clocks say.
        sent_for = max(sent_for, self._started - self._began)
        return max(0.0, self._settle - sent_for)

    def is_too_late(self, clock: ServerClock) -> bool:
        """Return whether the listing began too late: its responses show a clock set back."""
        sent_at = self._sent_at_now(clock)
        return self._since is not None and sent_at is not None and sent_at + TOLERANCE < self._since

    def progress(self, settling: float) -> Progress:
        """Return the progress, before a wait of some seconds."""
        return Progress(self._resumer.done, self._resumer.total, 0, 0.0, settling)

    def _may_be_added_by_others(self, one: Outcome[Item, Result]) -> bool:
        """Return whether to look up an item that this write did not add.

        Another resume may have added it; or anybody, which is only looked up if that is cheap.
        """
        is_cheap = self._error.server_time is not None and self._is_identified(one)
        return self._resumed_until is not None or is_cheap

    def _is_identified(self, one: Outcome[Item, Result]) -> bool:
        return self._identified_by is None or bool(getattr(one.item, self._identified_by, None))

    def _check_identified(self) -> None:
        for one in self.candidates:
            if not self._is_identified(one):
                raise OutcomeUnknownError(
                    self.operation,
                    f"the item at position {one.position} has no {self._identified_by} to look it "
                    "up by; check whether it exists, then add what is missing",
                )

    def _is_possible(self, result: Result) -> bool:
        """Return whether a result can be that of an item that was not known to be added."""
        created = getattr(result, "created_utc", None)
        is_older = isinstance(created, datetime) and self._since and created < self._since
        return (
            not is_older and _is_active(result) and normalized_id_of(result) not in self._known_ids
        )

    def _age(self, one: Outcome[Item, Result], clock: ServerClock) -> float:
        """Return how many seconds before the listing an item may have been sent at the latest."""
        ages = [] if self._resumed_until is None else [self._started - self._resumed_until]
        if one.position in self._unknown:
            times = (self._error.created_at, self._error.server_time)
            local, server_time = times if one.sent_at is None else (one.sent_at, one.server_time)
            ages.append(age(local, server_time, clock, self._started))
        return min(ages, default=math.inf)

    def _possibly_added_at(self, one: Outcome[Item, Result], clock: ServerClock) -> datetime | None:
        """Return the time of the server before which an item was not added; None if unknown."""
        if (server_time := self._server_time(one)) is not None:
            return server_time - TOLERANCE
        local = one.sent_at if one.position in self._unknown else self._error.created_at
        if local is None:
            return None
        if clock.offset is None:
            return local - _UNCERTAINTY
        converted = by_server(local, clock)
        return None if converted is None else converted - tolerance(local)

    def _sent_at_now(self, clock: ServerClock) -> datetime | None:
        """Return when the first of the items was sent, by the present time of the server.

        Earlier than what is known if the clock of the server was set back meanwhile.
        """
        times = [by_server(one.sent_at, clock) for one in self.candidates if one.sent_at]
        first = earliest(times)
        return None if first is None else first - TOLERANCE

    def _server_time(self, one: Outcome[Item, Result]) -> datetime | None:
        return one.server_time if one.position in self._unknown else self._error.server_time


def _is_active(result: object) -> bool:
    state = getattr(result, "activity_state", None)
    return getattr(result, "is_active", None) is not False and state != models.ActivityState.DELETED
