"""Which result of a response belongs to which item of the request?"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from mews_vouchers_client.datetimes import write_datetime
from mews_vouchers_client.types import Model

from .batch import ResultMatcher

Item = TypeVar("Item")
Result = TypeVar("Result")


def result_matcher(
    name: str,
    *keys: tuple[Callable[[Item], Hashable], Callable[[Result], Hashable]],
    shared_results: bool = False,
) -> ResultMatcher[Item, Result]:
    """Return a function that finds the result of each item, whatever the order of the results.

    Args:
        name: The property of the response with the results.
        keys: Functions of the comparison key of an item and of a result, the most exact pair
            first: the server may normalise a value. The last of several pairs is only used if
            there are as many results as items. A key that is None matches nothing.
        shared_results: Whether several items can have the same result.
    """

    def match(items: Sequence[Item], response: Any) -> list[Result | None]:
        listed = getattr(response, name, None)
        results = listed if isinstance(listed, list) else []
        left: list[Any] = [result for result in results if isinstance(result, Model)]
        usable = keys if len(left) == len(items) else keys[:-1] or keys
        matched: list[Result | None] = [None] * len(items)
        for key_of_item, key_of_result in usable:
            by_key: dict[Hashable, deque[Any]] = defaultdict(deque)
            for result in left:
                by_key[key_of_result(result)].append(result)
            for index, item in enumerate(items):
                key = key_of_item(item)
                candidates = by_key[key]
                if matched[index] is None and key is not None and candidates:
                    matched[index] = candidates[0] if shared_results else candidates.popleft()
            left = [result for candidates in by_key.values() for result in candidates]
        return matched

    return match


def normalized(value: object) -> str | None:
    """Return the comparison key of a value; None if it is missing or malformed.

    Datetimes are compared as they are sent, to the second.
    """
    if isinstance(value, datetime):
        return str(write_datetime(value, "value"))
    return value if isinstance(value, str) else None


def normalized_id(value: object) -> str | None:
    """Return the comparison key of an id: its case does not matter."""
    return value.lower() if isinstance(value, str) else None
