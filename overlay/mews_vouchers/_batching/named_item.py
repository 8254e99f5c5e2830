"""Which item of a request does the server name in its rejection?

`Details` is any JSON, and only the demo environment sends it; nobody documents the notation of a
path. So the common notations are read, and a name is only a hint: it may be wrong.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, pairwise

from ..errors import ApiError

#: How much is read of each string, and how many values: `Details` may be a whole stack trace.
_MAX_CHARACTERS = 1_000
_MAX_VALUES = 10_000


def named_index(error: ApiError, items_property: str, size: int) -> int | None:
    """Return the index of the item that the error names; of several, the smallest.

    It is looked for in `Details`, then in the message. Notations are those of `_pattern()`, and
    `["VoucherIds", 10]` and `{"VoucherIds": {"10": ...}}` in JSON.

    Args:
        error: The rejection.
        items_property: The property of the request with the items, such as `voucher_ids`. Names
            are compared without case and underscores.
        size: The number of items in the request. An index that is not below it counts as none.
    """
    for source in (error.details, error.message):
        indexes = [index for index in _indexes(source, items_property) if index < size]
        if indexes:
            return min(indexes)
    return None


def _indexes(source: object, items_property: str) -> Iterator[int]:
    """Yield the indexes in any JSON; without recursion, because it may be nested deeply."""
    pattern, name = _pattern(items_property), _normalized(items_property)
    pending = deque([source])
    for _ in range(_MAX_VALUES):
        if not pending:
            return
        value = pending.popleft()
        children: Iterable[object] = ()
        if isinstance(value, str):
            yield from map(int, pattern.findall(value[:_MAX_CHARACTERS]))
        elif isinstance(value, list):
            children = value
            yield from _indexes_after(name, pairwise(value[:_MAX_VALUES]))
        elif isinstance(value, dict):
            children = (one for pair in value.items() for one in pair)
            inner = ((key, one) for key, values in value.items() for one in _keys(values))
            yield from _indexes_after(name, islice(inner, _MAX_VALUES))
        pending.extend(islice(children, _MAX_VALUES))


def _keys(value: object) -> Iterable[object]:
    return value if isinstance(value, dict) else ()


def _indexes_after(name: str, pairs: Iterable[tuple[object, object]]) -> Iterator[int]:
    """Yield what follows the name, where that is an index."""
    for first, second in pairs:
        if not isinstance(first, str) or _normalized(first) != name:
            continue
        if isinstance(second, int) and not isinstance(second, bool) and second >= 0:
            yield second
        elif isinstance(second, str) and re.fullmatch("[0-9]{1,9}", second):
            yield int(second)


@cache
def _pattern(items_property: str) -> re.Pattern[str]:
    """Return the pattern of `Name[10]`, `Name.10`, `/Name/10`, `$['Name'][10]`; it finds the 10."""
    name = "_?".join(_normalized(items_property))
    expression = rf"""(?<![a-z0-9_]){name}["']?\]?[\[./]([0-9]{{1,9}})(?![0-9])"""
    return re.compile(expression, re.IGNORECASE | re.ASCII)


def _normalized(name: str) -> str:
    return name.replace("_", "").lower()
