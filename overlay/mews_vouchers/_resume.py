"""Finishes a failed `add`: what is there already is not added again. No I/O."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from mews_vouchers_client import models

from ._bulk import Batches, OnProgress, by_position, tell
from ._flow import Flow, Settle, collect, heed
from ._lane import Write
from ._listing import Listing, Page
from ._session import Session
from ._team import check_concurrency
from .errors import BatchError, Outcome

Item = TypeVar("Item")
Result = TypeVar("Result")


class Resumption(Generic[Item, Result]):
    """What one kind of thing needs to be looked up and added."""

    def __init__(
        self,
        session: Session,
        write: Write[Item, Result],
        *,
        listing: Callable[[list[Item], str | None], Listing[Result]],
        key: Callable[[Item | Result], Hashable],
    ) -> None:
        self._session = session
        self._write = write
        self._listing = listing
        self._key = key

    def run(
        self, error: BatchError[Item, Result], on_progress: OnProgress | None, concurrency: int
    ) -> Flow[list[Result]]:
        """Look the unknown items up and add the missing ones; return all results in order."""
        check_concurrency(concurrency)
        heed((yield Settle()))  # what an interruption left under way may still add something
        results = {one.position: one.result for one in error.succeeded if one.result is not None}
        results |= yield from self._find(error)
        rest = [
            (one.position, one.item)
            for one in (*error.rejected, *error.unknown, *error.not_sent)
            if one.position not in results
        ]
        batches = Batches(
            self._session,
            self._write,
            sorted(rest, key=lambda entry: entry[0]),
            enterprise_id=error.enterprise_id,
            on_progress=on_progress,
            total=len(rest),
            concurrency=concurrency,
        )
        try:
            added = yield from batches.run(list)
        except BatchError as again:
            raise self._merged(error, results, again, rest) from again.__cause__
        except BaseException as cut:  # Ctrl-C, or a cancelled task of whatever event loop
            account: BatchError[Item, Result] | None = getattr(cut, "batch_error", None)
            if account is not None:
                tell(cut, self._merged(error, results, account, rest))
            raise
        results |= {one.position: one.result for one in added if one.result is not None}
        return [results[position] for position in sorted(results)]

    def _find(self, error: BatchError[Item, Result]) -> Flow[dict[int, Result]]:
        """Return what the server has of the unknown items, by position."""
        if not error.unknown:
            return {}
        results = [one.result for one in error.succeeded if one.result is not None]
        known = _Known(self._key, results)
        missing: dict[Hashable, deque[int]] = defaultdict(deque)
        for one in error.unknown:
            missing[self._key(one.item)].append(one.position)
        found: dict[int, Result] = {}

        def take(page: Page[Result]) -> None:
            for result in page.items:
                key = self._key(result)
                if not missing.get(key) or not _is_active(result):
                    continue
                if not known.take(result):
                    found[missing[key].popleft()] = result

        listing = self._listing([one.item for one in error.unknown], error.enterprise_id)
        yield from collect(listing.pages(), take)
        return found

    def _merged(
        self,
        error: BatchError[Item, Result],
        results: dict[int, Result],
        again: BatchError[Item, Result],
        rest: Iterable[tuple[int, Item]],
    ) -> BatchError[Item, Result]:
        """Return the second error with what was known before it and what it did not come to."""
        items: Iterable[Outcome[Item, Result]] = (*error.succeeded, *error.unknown)
        known = [
            Outcome(one.position, one.item, result=results[one.position])
            for one in items
            if one.position in results
        ]
        told = {
            one.position
            for one in (*again.succeeded, *again.rejected, *again.unknown, *again.not_sent)
        }
        left: list[Outcome[Item, Result]] = [
            Outcome(number, item) for number, item in rest if number not in told
        ]
        return BatchError(
            error.operation,
            again.reason,
            succeeded=sorted([*known, *again.succeeded], key=by_position),
            rejected=again.rejected,
            unknown=again.unknown,
            not_sent=sorted([*again.not_sent, *left], key=by_position),
            enterprise_id=error.enterprise_id,
        )


class _Known:
    """What succeeded before: each stands for one thing that a listing shows, and for no other.

    By its id where both answers have it, else by its key.
    """

    def __init__(self, key: Callable[[Any], Hashable], results: Iterable[object]) -> None:
        self._key = key
        self._with_id: dict[str, Hashable] = {}
        self._without_id: Counter[Hashable] = Counter()
        for result in results:
            if (result_id := _id(result)) is not None:
                self._with_id[result_id] = key(result)
            else:
                self._without_id[key(result)] += 1

    def take(self, result: object) -> bool:
        """Tell whether a listed thing is one of them, and count it off."""
        key, result_id = self._key(result), _id(result)
        if result_id is None:  # then any of the same key will do
            result_id = next((one for one, its in self._with_id.items() if its == key), None)
        if result_id is not None and self._with_id.pop(result_id, None) is not None:
            return True
        self._without_id[key] -= 1
        return self._without_id[key] >= 0


def _id(result: object) -> str | None:
    found = getattr(result, "id", None)
    return found.lower() if isinstance(found, str) else None


def _is_active(result: object) -> bool:
    state = getattr(result, "activity_state", None)
    return getattr(result, "is_active", None) is not False and state != models.ActivityState.DELETED
