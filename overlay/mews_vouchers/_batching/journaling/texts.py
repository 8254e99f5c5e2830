"""What the texts of a journal mean: items, results and errors as the JSON of a `BatchError`."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ..._batch_error_json import STATUSES
from ..._error_copies import note_copied
from ..._journal.rows import JournalRow
from ..._journal.schema import Status
from ..._journal.store import JournalStore
from ..._outcome_json import (
    error_from_json,
    error_to_json,
    item_from_json,
    item_to_text,
    result_from_json,
)
from ...batch_error import BatchError, Outcome
from ..report import is_refusal

# Any, in this module: items and results of any write.

#: No item was given: that of the journal is taken.
_NO_ITEM = object()


def recorded(
    outcome: Outcome[Any, Any], status: Status
) -> tuple[int, Status, str | None, str | None]:
    """Return an outcome as the journal records it."""
    result = None if outcome.result is None else item_to_text(outcome.result)
    error = None if outcome.error is None else _text(error_to_json(outcome.error))
    return outcome.position, status, result, error


def status_of(row: JournalRow) -> str:
    """Return which of the four sequences of a `BatchError` a row belongs to."""
    return {"sent": "unknown", "refused": "rejected"}.get(row.status, row.status)


def is_correctable(row: JournalRow) -> bool:
    """Whether the server, or a check before, has refused an item as it is.

    Only an `update` or `delete` is refused in doubt: its correction may be sent in any case.
    """
    if row.status == "unknown" and row.error is not None:
        return is_refusal(error_from_json(json.loads(row.error)))
    return status_of(row) == "rejected"


def read_outcome(row: JournalRow, operation: str, item: Any = _NO_ITEM) -> Outcome[Any, Any]:
    """Return the outcome of a row.

    Args:
        row: The row.
        operation: The name of the operation.
        item: The item, if the caller has it.
    """
    return Outcome(
        row.position,
        item_from_json(operation, json.loads(row.item)) if item is _NO_ITEM else item,
        None if row.result is None else result_from_json(operation, json.loads(row.result)),
        None if row.error is None else error_from_json(json.loads(row.error)),
        _to_datetime(row.sent_at),
        _to_datetime(row.server_time),
    )


def create_batch_error(
    store: JournalStore, outcomes: Mapping[str, Sequence[Outcome[Any, Any]]]
) -> BatchError:
    """Return the error of a write, with some of its outcomes by their status."""
    parameters = store.parameters
    copied = store.get("was_copied")
    error: BatchError = BatchError(
        parameters["operation"],
        "this is what its journal has recorded",
        succeeded=outcomes.get("succeeded", ()),
        rejected=outcomes.get("rejected", ()),
        unknown=outcomes.get("unknown", ()),
        not_sent=outcomes.get("not_sent", ()),
        enterprise_id=parameters["enterprise_id"] or None,
        items_read=store.items_read,
        is_complete=store.is_complete,
        id=store.get("id"),
        # What a copy has added since then is looked up.
        created_at=None if copied is None else datetime.fromisoformat(copied),
        journal=store.path,
    )
    if copied is not None:
        note_copied(error.id)
    return error


def read_batch_error(store: JournalStore, *, is_copy: bool) -> BatchError:
    """Return what became of every item that was registered.

    Args:
        store: The journal.
        is_copy: Whether its items may be written by a `resume()` that does not find the journal.
            From now on, the journal knows that.
    """
    outcomes: dict[str, list[Outcome[Any, Any]]] = {status: [] for status in STATUSES}
    operation = store.parameters["operation"]
    for row in store.rows():
        outcomes[status_of(row)].append(read_outcome(row, operation))
    if is_copy and store.get("was_copied") is None:
        store.set("was_copied", datetime.now(UTC).isoformat())
    return create_batch_error(store, outcomes)


def _text(written: Any) -> str:
    return json.dumps(written, separators=(",", ":"), sort_keys=True)


def _to_datetime(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
