"""How is the journal of a write opened? For a call, or for the `resume()` of its error."""

import logging
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from mews_vouchers_client.types import Secret

from ..._error_copies import this_host
from ..._journal.opening import open_journal
from ..._journal.owner import JournalOwner
from ..._journal.store import JournalStore
from ...batch_error import BatchError
from ...errors import JournalError
from ..batch import BatchOperation
from .write_journal import WriteJournal

logger = logging.getLogger("mews_vouchers")

Item = TypeVar("Item")
Result = TypeVar("Result")


class Destination(NamedTuple):
    """Where a write writes: a journal belongs to one of these."""

    base_url: str
    enterprise_id: str | None
    access_token: Secret


def open_write_journal(
    path: str | PathLike[str],
    operation: BatchOperation[Item, Result],
    destination: Destination,
    owner: JournalOwner,
) -> WriteJournal[Item, Result]:
    """Open the journal of a write, or create it.

    Args:
        path: Where it is.
        operation: What is done with the items.
        destination: Where they are written.
        owner: Who uses it, and has to close it by its `close`.

    Raises:
        JournalError: It cannot be used, or is that of another write.
    """
    store = _open(path, operation.operation.name, destination, owner)
    return _owned(store, operation, owner)


def open_journal_of(
    error: BatchError[Item, Result],
    operations: Iterable[BatchOperation[Any, Any]],
    destination: Destination,
    owner: JournalOwner,
) -> WriteJournal[Item, Result] | None:
    """Open the journal that an error names; None if it is not there any more.

    See `open_write_journal`.

    Raises:
        JournalError: It cannot be used, or has other items than the error.
    """
    assert error.journal is not None
    if not Path(error.journal).exists():
        _warn_of_missing(error)
        return None
    store = _open(error.journal, error.operation, destination, owner)
    try:
        if store.get("id") != error.id:  # of another write, with the same name
            store.close()
            _warn_of_missing(error)
            return None
        _check_items(store, error)
    except BaseException:
        store.close()
        raise
    (operation,) = (one for one in operations if one.operation.name == error.operation)
    return _owned(store, operation, owner)


def _warn_of_missing(error: BatchError[Any, Any]) -> None:
    """Warn if the journal of an error is missing on the machine where it was written."""
    if error.host == this_host():
        logger.warning(
            "%s: the journal %s is not there: what this resume does is not recorded in it; do not "
            "use a renamed or restored copy of it any more",
            error.operation,
            error.journal,
        )


def _owned(
    store: JournalStore, operation: BatchOperation[Item, Result], owner: JournalOwner
) -> WriteJournal[Item, Result]:
    owner.close = store.close  # if the next line fails
    journal = WriteJournal(store, operation)
    owner.close = journal.close
    return journal


def _check_items(store: JournalStore, error: BatchError[Any, Any]) -> None:
    """Check that the two have read as much of the input: else the rest of it would not fit."""
    if store.items_read != error.items_read:
        raise JournalError(
            store.path,
            f"has {store.items_read} items, and this error {error.items_read}: run the call with "
            "the journal again, or move the journal away to resume without it",
        )


def _open(
    path: str | PathLike[str], operation: str, destination: Destination, owner: JournalOwner
) -> JournalStore:
    parameters = {
        "operation": operation,
        "base_url": destination.base_url,
        "enterprise_id": destination.enterprise_id or "",
    }
    return open_journal(path, parameters, {"access_token": destination.access_token}, owner)
