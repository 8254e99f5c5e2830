"""What is a local time by the server's clock, and how long ago was it? Either clock may be set.

Within a process, the monotonic clock tells what the clock of this machine cannot.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from .._http.server_clock import ServerClock
from .._local_clock import monotonic_at
from ..batch_error import Outcome

#: How far the clock of this machine may differ, if it is known how long ago it had a time.
_LOCAL_TOLERANCE = timedelta(seconds=60)
#: The same if it is not known: it may have been set since, or be that of another machine.
_OTHER_PROCESS = timedelta(hours=1)
#: How far the clocks of this machine and of the server may differ to be comparable.
_LARGEST_OFFSET = timedelta(days=1)
#: How long a client may have received nothing before it sent an item.
_LONGEST_PAUSE = timedelta(days=1)


def tolerance(local: datetime) -> timedelta:
    """Return how much too late a local time may be by the server's clock."""
    return _OTHER_PROCESS if monotonic_at(local) is None else _LOCAL_TOLERANCE


def by_server(local: datetime, clock: ServerClock) -> datetime | None:
    """Return a local time by the present clock of the server, rather too early than too late.

    None if the clocks are not comparable. A clock that is days off is none: that of a mock,
    perhaps, which advances as it likes.
    """
    offset, now, moment = clock.offset, clock.now, monotonic_at(local)
    if offset is None or now is None or abs(offset) > _LARGEST_OFFSET:
        return None
    times = [local + offset]
    if moment is not None:
        times.append(now - timedelta(seconds=time.monotonic() - moment))
    return min(times)


def age(local: datetime, server_time: datetime | None, clock: ServerClock, moment: float) -> float:
    """Return how many seconds before a moment something was, at the least.

    Args:
        local: When it was, by the clock of this machine.
        server_time: When it was, by the server's clock; too early by a pause of this machine.
        clock: The server's clock.
        moment: The moment.
    """
    since, known = time.monotonic() - moment, monotonic_at(local)
    if known is None:
        ages = [(datetime.now(UTC) - local).total_seconds() - since]
    else:
        ages = [moment - known]
    if server_time is not None and (now := clock.now) is not None:
        ages.append((now - server_time).total_seconds() - since)
    return min(ages)


def agree(
    added: Iterable[Outcome[Any, Any]], clock: ServerClock, most: timedelta, *, is_own: bool
) -> bool:
    """Return whether items that were added have times that fit the clock that is used.

    Args:
        added: The items. Any: of any write.
        clock: The server's clock.
        most: How far the clocks may differ.
        is_own: Whether the local times are of this machine.
    """
    for one in added:
        created = getattr(one.result, "created_utc", None)
        sent = _sent_at(one, clock, is_own=is_own)
        if not isinstance(created, datetime) or sent is None:
            continue
        if not -most <= created - sent <= _LONGEST_PAUSE:
            return False
    return True


def _sent_at(one: Outcome[Any, Any], clock: ServerClock, *, is_own: bool) -> datetime | None:
    """Return when an item was sent: by the server's clock, or by the local one without any."""
    if one.server_time is not None or one.sent_at is None:
        return one.server_time
    if clock.offset is None:
        return one.sent_at
    return one.sent_at + clock.offset if is_own else None
