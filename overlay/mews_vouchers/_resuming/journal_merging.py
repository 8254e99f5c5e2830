"""What became of the items of an error, when its journal may know more, or less.

Other calls may have used the journal since the error was raised. And the error knows what could not
be recorded, because the disk was full, or what was done where the journal was not.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from .._batch_error_json import STATUSES
from .._batching.journaling.write_journal import WriteJournal
from .._batching.matching import alike, normalized_id_of
from .._batching.result_ids import is_without_id
from ..batch_error import BatchError, Outcome, changed

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Of two statuses of an item, the first of these is the one to go by: what was done is done, and
#: a doubt is only removed by a look-up.
_ORDER = ("succeeded", "unknown", "rejected", "not_sent")


def merge(
    error: BatchError[Item, Result], journal: WriteJournal[Item, Result]
) -> BatchError[Item, Result]:
    """Return an error with what its journal knows besides, and record there what the error knows.

    The items are those of the error: others were yielded by a stream, or left out by `without()`.

    Raises:
        JournalError: The journal cannot be read or written.
    """
    of_error = {
        one.position: (status, one) for status in STATUSES for one in getattr(error, status)
    }
    merged: dict[str, list[Outcome[Item, Result]]] = {status: [] for status in STATUSES}
    done, in_doubt = [], []
    for recorded, newer in journal.read_again({at: one.item for at, (_, one) in of_error.items()}):
        status, older = of_error[newer.position]
        if status == recorded:
            one = _both_in_doubt(older, newer) if status == "unknown" else newer
        elif _ORDER.index(recorded) < _ORDER.index(status):
            status, one = recorded, newer
        else:
            one = older
            done += [one] if status == "succeeded" else []
            in_doubt += [one] if status == "unknown" else []
        merged[status].append(one)
    journal.record("succeeded", done)
    _mark_sent(journal, in_doubt, error.created_at)
    others = _others(of_error, merged, journal)
    ids = [normalized_id_of(one.result) for one in others]
    known_ids = error.known_ids.union(one for one in ids if one is not None)
    without_id = [one.item for one in others if is_without_id(one.result)]
    return changed(error, **merged, known_ids=known_ids, known_items=without_id)


def _both_in_doubt(
    older: Outcome[Item, Result], newer: Outcome[Item, Result]
) -> Outcome[Item, Result]:
    """Return an outcome that is unknown since the earlier of two times, until the later one."""
    times = [one.sent_at for one in (older, newer) if one.sent_at is not None]
    known = [one.server_time for one in (older, newer) if one.server_time is not None]
    return replace(
        newer,
        error=newer.error or older.error,
        sent_at=max(times, default=None),
        server_time=min(known) if len(known) == 2 else None,
    )


def _mark_sent(
    journal: WriteJournal[Item, Result],
    outcomes: Iterable[Outcome[Item, Result]],
    created_at: datetime,
) -> None:
    """Record that items may have been sent, each when it was."""
    by_time: dict[tuple[datetime, datetime | None], list[int]] = {}
    for one in outcomes:
        times = one.sent_at or created_at, one.server_time
        by_time.setdefault(times, []).append(one.position)
    for (sent_at, server_time), positions in by_time.items():
        journal.mark_sent(positions, sent_at, server_time)


def _others(
    of_error: Iterable[int],
    merged: dict[str, list[Outcome[Item, Result]]],
    journal: WriteJournal[Item, Result],
) -> list[Outcome[Item, Result]]:
    """Return other items that succeeded and that one in doubt could be taken for."""
    in_doubt = [one.item for one in merged["unknown"]]
    if not in_doubt:
        return []
    positions = {*of_error}
    others = (one for one in journal.succeeded() if one.position not in positions)
    return [*alike(others, in_doubt, journal.operation.keys)]
