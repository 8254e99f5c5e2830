"""The JSON form of a `BatchError`. Its format is public: README describes it, version by version.

Each error is written once, and outcomes refer to it by its index. Items, results and errors are
written by `_outcome_json.py`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ._outcome_json import (
    JsonObject,
    error_from_json,
    error_to_json,
    item_from_json,
    item_to_json,
    result_from_json,
)

FORMAT = "mews-vouchers/batch-error"
VERSION = 1

#: The four sequences of a `BatchError`.
STATUSES = ("succeeded", "rejected", "unknown", "not_sent")
#: The other arguments of its constructor that can be left out.
ARGUMENTS = (
    "enterprise_id",
    "cause",
    "items_read",
    "is_complete",
    "rejected_position",
    "id",
    "created_at",
    "server_time",
    "known_ids",
    "known_items",
    "date_ahead",
    "journal",
    "host",
)


def encode(
    operation: str, reason: str, outcomes: Mapping[str, Sequence[Any]], arguments: JsonObject
) -> str:
    """Return the JSON of a `BatchError`.

    Args:
        operation: The name of the operation.
        reason: Why it stopped.
        outcomes: The outcomes by their status.
        arguments: The other arguments of its constructor.
    """
    table = _ErrorTable()
    document = {
        "format": FORMAT,
        "version": VERSION,
        "operation": operation,
        "reason": reason,
        **arguments,
        "cause": table.index(arguments["cause"]),
        "known_ids": sorted(arguments["known_ids"]),
        "known_items": [item_to_json(one, operation) for one in arguments["known_items"]],
        "outcomes": [
            _outcome_to_json(operation, status, one, table)
            for status, found in outcomes.items()
            for one in found
        ],
    }
    document["errors"] = table.written
    return json.dumps(document, default=_to_json, separators=(",", ":"))


def decode(text: str) -> tuple[str, str, dict[str, list[JsonObject]], JsonObject]:
    """Return the arguments of `encode`, with outcomes as the arguments of `Outcome`.

    Raises:
        ValueError: The text is something else, or of a newer, incompatible version.
    """
    try:
        document = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        raise ValueError("this is not JSON, or it ends too early") from None
    try:
        form = document["format"], document["version"]
        if form == (FORMAT, VERSION):
            return _decode(document)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise ValueError("this is not the JSON of a BatchError") from None
    raise ValueError(f"this JSON has the format {form}: is there a newer mews-vouchers?")


def _decode(document: JsonObject) -> tuple[str, str, dict[str, list[JsonObject]], JsonObject]:
    operation = document["operation"]
    found = [error_from_json(one) for one in document["errors"]]
    outcomes: dict[str, list[JsonObject]] = {status: [] for status in STATUSES}
    for one in document["outcomes"]:
        outcomes[one["status"]].append(
            {
                "position": int(one["position"]),
                "item": item_from_json(operation, one["item"]),
                "result": result_from_json(operation, one.get("result")),
                "error": None if one.get("error") is None else found[one["error"]],
                "sent_at": _datetime(one.get("sent_at")),
                "server_time": _datetime(one.get("server_time")),
                "request_id": one.get("request_id"),
            }
        )
    arguments = {
        "enterprise_id": document["enterprise_id"],
        "cause": None if document["cause"] is None else found[document["cause"]],
        "items_read": int(document["items_read"]),
        "is_complete": bool(document["is_complete"]),
        "rejected_position": document["rejected_position"],
        "id": str(document["id"]),
        "created_at": _datetime(document["created_at"]),
        "server_time": _datetime(document["server_time"]),
        "known_ids": [str(one) for one in document.get("known_ids", ())],
        "known_items": [item_from_json(operation, one) for one in document.get("known_items", ())],
        "date_ahead": float(document.get("date_ahead", 0.0)),
        "journal": document.get("journal"),
        "host": str(document.get("host", "")),
    }
    return operation, str(document["reason"]), outcomes, arguments


def _outcome_to_json(operation: str, status: str, outcome: Any, table: "_ErrorTable") -> JsonObject:
    written = {
        "position": outcome.position,
        "status": status,
        "item": item_to_json(outcome.item, operation),
        "result": None if outcome.result is None else item_to_json(outcome.result),
        "error": table.index(outcome.error),
        "sent_at": outcome.sent_at,
        "server_time": outcome.server_time,
        "request_id": outcome.request_id,
    }
    return {name: value for name, value in written.items() if value is not None}


class _ErrorTable:
    """The errors of the outcomes, each once."""

    def __init__(self) -> None:
        self.written: list[JsonObject] = []
        self._indexes: dict[int, int] = {}

    def index(self, error: Exception | None) -> int | None:
        """Return the index of an error; None for none."""
        if error is None:
            return None
        if id(error) not in self._indexes:
            self._indexes[id(error)] = len(self.written)
            self.written.append(error_to_json(error))
        return self._indexes[id(error)]


# Any: only a datetime is no JSON by itself.
def _to_json(value: Any) -> str:
    return str(value.isoformat())


def _datetime(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
