"""Starts a bulk write of the items that the user passed."""

from collections.abc import Iterable
from typing import TypeVar

from .._http.request_factory import RequestFactory
from .._options import CallOptions
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
