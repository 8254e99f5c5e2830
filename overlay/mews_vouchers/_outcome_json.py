"""Items, results and errors as JSON, both in that of a `BatchError` and in a journal.

Items and results are as in the vendor's API.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from mews_vouchers_client import models
from mews_vouchers_client.types import Model

from . import errors

#: The models of items and of results, by operation. None: plain ids, and no results.
_MODELS: Mapping[str, Callable[[], tuple[type[Model] | None, type[Model] | None]]] = {
    "vouchers/add": lambda: (models.VoucherAddParameters, models.Voucher),
    "vouchers/update": lambda: (models.VoucherUpdateParameters, models.Voucher),
    "vouchers/delete": lambda: (None, None),
    "voucherCodes/add": lambda: (models.VoucherCodeAddParameters, models.VoucherCode),
    "voucherCodes/delete": lambda: (None, None),
}
#: The key of an item that cannot be written as JSON. It cannot be sent either.
_INVALID = "(invalid)"

#: How an item fails that cannot be written as JSON.
_NOT_WRITABLE = (AttributeError, TypeError, ValueError, RecursionError)

Written = TypeVar("Written")

#: One encoder for all: `json.dumps` would create one for each text.
_to_text = json.JSONEncoder(allow_nan=False, separators=(",", ":"), sort_keys=True).encode

# Any, in this module: JSON, and the attributes of errors.
JsonObject = dict[str, Any]


class InvalidItem:
    """Stands for an item that could not be sent, and so not be kept."""

    def __init__(self, description: str) -> None:
        self.description = description

    def __repr__(self) -> str:
        return f"<InvalidItem: {self.description}>"


def item_to_json(item: object, operation: str | None = None) -> Any:
    """Return an item or a result as JSON, as it is in the API.

    Args:
        item: The item.
        operation: If it is given, an item of a wrong type is not written as one of the right type.
    """
    return _written(item, operation)[0]


def item_to_text(item: object, operation: str | None = None) -> str:
    """Return the text of that JSON; equal items have equal texts."""
    return _written(item, operation)[1]


def _written(item: object, operation: str | None) -> tuple[Any, str]:
    """Return an item as JSON, and the text of that; of an item that is none, what stands for it."""
    description = item.description if isinstance(item, InvalidItem) else f"a {type(item).__name__}"
    written: Any = {_INVALID: description}
    expected = Model if operation is None else _MODELS[operation]()[0]
    found: tuple[Any, str] | None = None
    if isinstance(item, str) and (operation is None or expected is None):
        found = result_or_none(lambda: (item, _to_text(item)), _NOT_WRITABLE)
    elif expected is not None and isinstance(item, expected):
        found = result_or_none(partial(_plain_and_text, item), _NOT_WRITABLE)
    return (written, _to_text(written)) if found is None else found


def _plain_and_text(item: Model) -> tuple[Any, str]:
    plain = item.to_dict()
    return plain, _to_text(plain)


def result_or_none(
    function: Callable[[], Written], errors: tuple[type[Exception], ...]
) -> Written | None:
    """Return the result of a function; None if it fails, and fails again.

    An error that does not come again is not its own: a signal handler has raised it.
    """
    try:
        return function()
    except errors:
        try:
            function()
        except errors:
            return None
        raise


def item_from_json(operation: str, written: Any) -> Any:
    """Return the item that `item_to_json` wrote."""
    return _from_json(_MODELS[operation]()[0], written)


def result_from_json(operation: str, written: Any) -> Any:
    """Return the result that `item_to_json` wrote; None for none."""
    return _from_json(_MODELS[operation]()[1], written)


def _from_json(model: type[Model] | None, written: Any) -> Any:
    if isinstance(written, dict) and _INVALID in written:
        return InvalidItem(str(written[_INVALID]))
    if written is None:
        return None
    if model is not None and isinstance(written, dict):
        return model.from_dict(written)
    return written if model is None and isinstance(written, str) else InvalidItem("of a wrong type")


def error_to_json(error: Exception) -> JsonObject:
    """Return an error of any class as JSON."""
    if not isinstance(error, errors.MewsError):
        return {"type": "MewsError", "message": f"{type(error).__name__}: {error}"}
    written: JsonObject = {"type": type(error).__name__, "message": str(error)}
    attributes = {name: value for name, value in vars(error).items() if name[0] != "_"}
    if isinstance(body := attributes.get("body"), Model):
        attributes["body"] = body.to_dict()
    return written | {"attributes": _plain(attributes)}


def error_from_json(written: JsonObject) -> errors.MewsError:
    """Return the error that `error_to_json` wrote; of an unknown class, a `MewsError`."""
    kind = getattr(errors, written["type"], None)
    if not (isinstance(kind, type) and issubclass(kind, errors.MewsError)):
        kind = errors.MewsError
    attributes = dict(written.get("attributes", {}))
    if isinstance(body := attributes.get("body"), dict):
        attributes["body"] = models.ConnectorApiExceptionResult.from_dict(body)
    error = kind.__new__(kind, str(written["message"]))  # the constructors take other arguments
    vars(error).update(attributes)
    return error


def _plain(attributes: JsonObject) -> JsonObject:
    """Return the attributes, with None for what JSON cannot express.

    Details of a server may contain NaN, or be nested too deeply.
    """
    return {name: value if _is_plain(value) else None for name, value in attributes.items()}


def _is_plain(value: object) -> bool:
    written = result_or_none(lambda: json.dumps(value, allow_nan=False), _NOT_WRITABLE)
    return written is not None
