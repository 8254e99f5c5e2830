"""Which result of the server belongs to which item?"""

import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from mews_vouchers_client.datetimes import write_datetime
from mews_vouchers_client.types import Model

from ..batch_error import Outcome
from .batch import ResultMatcher

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Returns the comparison key of an item or of a result; None if it matches nothing. Any: items and
#: results of one operation.
Key: TypeAlias = Callable[[Any], Hashable]


def result_matcher(name: str, *keys: tuple[Key, Key]) -> ResultMatcher[Any, Any]:
    """Return a function that finds the result of each item, whatever the order of the results.

    Args:
        name: The property of the response with the results.
        keys: See `match`.
    """

    def matcher(
        items: Sequence[Any], response: Any, is_of_others: Callable[[object], bool]
    ) -> list[Any]:
        listed = getattr(response, name, None)
        results = listed if isinstance(listed, list) else []
        own = [one for one in results if isinstance(one, Model) and not is_of_others(one)]
        return match(items, own, keys)

    return matcher


def match(
    items: Sequence[Item], results: Iterable[Result], keys: Iterable[tuple[Key, Key]]
) -> list[Result | None]:
    """Return the result of each item; None for an item that none of the results is of.

    A result belongs to at most one item, and each id counts once.

    Args:
        items: The items.
        results: The results, in any order.
        keys: The keys of an item and of a result, the most exact pair first: the server may write
            a value in another way.
    """
    left = _with_distinct_ids(results)
    matched: list[Result | None] = [None] * len(items)
    for key_of_item, key_of_result in keys:
        by_key: dict[Hashable, deque[Result]] = defaultdict(deque)
        for result in left:
            by_key[key_of_result(result)].append(result)
        for index, item in enumerate(items):
            if matched[index] is None and (key := key_of_item(item)) is not None:
                candidates = by_key.get(key)
                matched[index] = candidates.popleft() if candidates else None
        if None not in matched:
            break
        left = [result for candidates in by_key.values() for result in candidates]
    return matched


def alike(
    outcomes: Iterable[Outcome[Item, Result]],
    items: Collection[Item],
    keys: Iterable[tuple[Key, Key]],
) -> Iterator[Outcome[Item, Result]]:
    """Yield the outcomes whose item or result one of the items could be taken for.

    Args:
        outcomes: Outcomes that succeeded.
        items: Other items.
        keys: See `match`.
    """
    wanted = [(pair, {pair[0](item) for item in items} - {None}) for pair in keys]
    for one in outcomes:
        if any(
            of_item(one.item) in found
            or (one.result is not None and of_result(one.result) in found)
            for (of_item, of_result), found in wanted
        ):
            yield one


def normalized(value: object) -> str | None:
    """Return the comparison key of a string; None if it is missing or malformed."""
    return value if isinstance(value, str) else None


def normalized_time(value: object) -> str | None:
    """Return the comparison key of a datetime, or of one as a string; None if it is missing.

    Datetimes are compared as they are sent, to the second.
    """
    with suppress(ValueError):
        time = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(time, datetime):
            return str(write_datetime(time, "value"))
    return normalized(value)


def normalized_id(value: object) -> str | None:
    """Return the comparison key of an id: its case does not matter."""
    return value.lower() if isinstance(value, str) else None


def folded(value: object) -> str | None:
    """Return what remains of a string if its case, its spaces and its Unicode form vary."""
    if not isinstance(value, str):
        return None
    # Upper case first: it makes an I of the dotless one, which `casefold` keeps.
    composed = unicodedata.normalize("NFKC", value).upper().casefold()
    return " ".join(unicodedata.normalize("NFKC", composed).split())


def normalized_id_of(result: object) -> str | None:
    """Return the comparison key of a result's id; None if it has none."""
    return normalized_id(getattr(result, "id", None))


def _with_distinct_ids(results: Iterable[Result]) -> list[Result]:
    seen: set[str] = set()
    distinct = []
    for result in results:
        result_id = normalized_id_of(result)
        if result_id is None or result_id not in seen:
            distinct.append(result)
        if result_id is not None:
            seen.add(result_id)
    return distinct
