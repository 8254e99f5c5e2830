"""Finishes a failed `add`: what is there already is not added again. No I/O."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from mews_vouchers_client import models

from ._bulk import Batches, OnProgress, by_position
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
        known = {one.position: one for one in error.succeeded}
        known |= yield from self._find(error)
        left = _unfinished(error)
        rest = [(one.position, one.item) for one in left if one.position not in known]
        batches = Batches(
            self._session,
            self._write,
            rest,
            enterprise_id=error.enterprise_id,
            on_progress=on_progress,
            total=len(rest),
            concurrency=concurrency,
            known=known.values(),
        )
        error.was_resumed = True
        outcomes = yield from batches.run(list)
        return [one.result for one in outcomes if one.result is not None]

    def _find(self, error: BatchError[Item, Result]) -> Flow[dict[int, Outcome[Item, Result]]]:
        """Return what the server has of the items that it may have, by position."""
        sought = doubtful(error)
        if not sought:
            return {}
        results = [one.result for one in error.succeeded if one.result is not None]
        known = _Known(self._key, results)
        missing: dict[Hashable, deque[Outcome[Item, Result]]] = defaultdict(deque)
        for one in sought:
            missing[self._key(one.item)].append(one)
        found: dict[int, Outcome[Item, Result]] = {}

        def take(page: Page[Result]) -> None:
            for result in page.items:
                key = self._key(result)
                if not missing.get(key) or not _is_active(result):
                    continue
                if not known.take(result):
                    one = missing[key].popleft()
                    found[one.position] = Outcome(one.position, one.item, result=result)

        listing = self._listing([one.item for one in sought], error.enterprise_id)
        yield from collect(listing.pages(), take)
        return found


def doubtful(error: BatchError[Item, Result]) -> list[Outcome[Item, Result]]:
    """Return the items that the server may have, in the order of the input.

    Once a `resume` began to add, whatever came of it, that is each that had not succeeded.
    """
    return _unfinished(error) if error.was_resumed else [*error.unknown]


def _unfinished(error: BatchError[Item, Result]) -> list[Outcome[Item, Result]]:
    """Return the items that had not succeeded, in the order of the input."""
    return sorted([*error.rejected, *error.unknown, *error.not_sent], key=by_position)


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
