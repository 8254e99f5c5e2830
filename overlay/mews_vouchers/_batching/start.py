"""Starts a bulk write of the items that the user passed."""

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import TypeVar

from mews_vouchers_client.types import Model

from .._http.request_factory import RequestFactory
from .._options import CallOptions
from .._validation.items import find_problem
from .._validation.strings import id_reason
from .batch import BatchOperation
from .numbered_input import NumberedInput
from .queue import BatchQueue
from .report import Write
from .requests import BatchRequests
from .writer import BatchWriter

Item = TypeVar("Item")
Result = TypeVar("Result")


def create_writer(
    request_factory: RequestFactory,
    operation: BatchOperation[Item, Result],
    items: Iterable[Item],
    options: CallOptions,
) -> BatchWriter[Item, Result]:
    """Create the write of the items."""
    numbered = NumberedInput(items)
    requests = BatchRequests(request_factory, operation, options)
    queue: BatchQueue[Item, Result] = BatchQueue(numbered)
    write: Write[Item, Result] = Write(operation.operation.name, options.enterprise_id)
    return BatchWriter(requests, queue, write, total=numbered.length)


def check_arguments(
    operation: BatchOperation[Item, Result], items: object, options: CallOptions
) -> None:
    """Refuse what is no argument of a write: a mistake of the program, not of its data.

    An item of an iterator is only known when it is read, and then refused as an invalid item.

    Raises:
        TypeError: The items are a single one, cannot be iterated, or a list has a dict or another
            model where a model or an id is meant; or `enterprise_id` is no string.
        ValueError: `enterprise_id` is no id.
    """
    name = operation.operation.name
    if options.enterprise_id is not None:
        _check_enterprise_id(options.enterprise_id)
    if isinstance(items, str | bytes | Model):
        raise TypeError(f"{name} takes several items: put {items!r} into a list")
    if not isinstance(items, Iterable) and not hasattr(items, "__getitem__"):
        hint = ", which only `async for` can iterate" * isinstance(items, AsyncIterable)
        found = "None" if items is None else f"of type {type(items).__name__}"
        raise TypeError(f"{name} takes a list or another iterable, not {found}{hint}")
    # A dict is a set of its keys, or a single item. A subclass may be read once, or never end.
    if isinstance(items, list | tuple | dict) and type(items) in (list, tuple, dict):
        _check_kinds(operation, items)


def _check_enterprise_id(enterprise_id: object) -> None:
    """Refuse what is no id of a property: the server would refuse every request."""
    if not isinstance(enterprise_id, str):
        raise TypeError(f"enterprise_id must be a string, not {enterprise_id!r}")
    if (reason := id_reason(enterprise_id)) is not None:
        raise ValueError(f"enterprise_id: {enterprise_id!r} {reason}")


def _check_kinds(operation: BatchOperation[Item, Result], items: Iterable[object]) -> None:
    """Refuse what an item of this write never is; each type is looked at once.

    A string, a number or None may be a row of the data: it is an invalid item.
    """
    never = (Mapping, Model, str) if isinstance(items, dict) else (Mapping, Model)
    for kind in set(map(type, items)):
        if not issubclass(kind, never):
            continue
        position, item = next(pair for pair in enumerate(items) if type(pair[1]) is kind)
        problem = find_problem(operation.operation, item)
        if problem is not None and problem.is_wrong_type:
            name = operation.operation.name
            raise TypeError(f"{name}: the item at position {position} {problem.reason}")
