"""The OpenAPI document, as one validator per operation. The rules are there, none is written here.

The document is the one that the generated package ships. Only its file is read: none of the code of
that package may be imported.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._answers import JsonObject, Refusal

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

PREFIX = "/api/connector/v1/"

_REASONS = {
    "additionalProperties": "has an unknown property",
    "enum": "is not one of the allowed values",
    "format": "has the wrong form",
    "maxItems": "has too many items",
    "maxLength": "is too long",
    "maximum": "is too large",
    "minItems": "has too few items",
    "minLength": "is too short",
    "minimum": "is too small",
    "pattern": "has the wrong form",
    "required": "is missing",
    "type": "has the wrong type",
    "uniqueItems": "has an item twice",
}


class MockUnavailableError(ImportError):
    """The mock cannot start because something is not installed; the text says what to do."""


class Contract:
    """What the document says about the requests of each operation."""

    def __init__(self, document: JsonObject) -> None:
        self._validators: Mapping[str, Validator] = {
            path.removeprefix(PREFIX): _validator(
                document, item["post"]["requestBody"]["content"]["application/json"]["schema"]
            )
            for path, item in document["paths"].items()
        }
        schemas = document["components"]["schemas"]
        new_voucher = schemas["VoucherAddParameters"]
        self._voucher_values: Mapping[str, Validator] = {
            name: _validator(document, {**schema, "uniqueItems": False})
            for name, schema in new_voucher["properties"].items()
        }
        #: The properties of answers, which are open, that have a value of an enum.
        self.enums = frozenset(
            name
            for schema in schemas.values()
            if schema.get("additionalProperties") is not False
            for name, node in schema.get("properties", {}).items()
            if _is_enum(schemas, node)
        )

    def check(self, operation: str, body: JsonObject) -> None:
        """Refuse a body that breaks the schema of its operation."""
        from jsonschema_rs import ValidationError  # noqa: PLC0415 - see `_validator`

        # `from None`: the validator's own text quotes the body, which may hold a token.
        try:
            self._validators[operation].validate(body)
        except ValidationError as error:
            raise _refusal(error) from None
        except ValueError:
            raise Refusal(400, "Invalid JSON: nested too deeply") from None

    def accepts(self, name: str, value: object) -> bool:
        """Tell whether an update can set this value: one that a new voucher could have.

        The schema of an update says less: there times are plain texts, and a name can be empty.
        Only that a rate is named once is demanded of new vouchers alone.
        """
        return self._voucher_values[name].is_valid(value)


@cache
def load_contract() -> Contract:
    """Read the document; once per process, because compiling the validators takes a while."""
    return Contract(json.loads(document_path().read_bytes()))


def document_path() -> Path:
    """Find the document beside the generated package, without importing the package."""
    spec = find_spec("mews_vouchers_client")
    path = Path(spec.origin).with_name("openapi.json") if spec and spec.origin else None
    if path is None or not path.is_file():
        raise MockUnavailableError("the OpenAPI document of mews_vouchers_client is not installed")
    return path


def _validator(document: JsonObject, schema: JsonObject) -> "Validator":
    # Imported late, so that a program without it gets one clear line instead of a failing import.
    try:
        from jsonschema_rs import Draft202012Validator  # noqa: PLC0415
    except ModuleNotFoundError:
        message = 'the mock needs jsonschema-rs: pip install "mews-vouchers[mock]"'
        raise MockUnavailableError(message) from None
    whole = {**schema, "components": document["components"]}
    return Draft202012Validator(whole, validate_formats=True)


def _is_enum(schemas: JsonObject, node: JsonObject) -> bool:
    """Tell whether a property refers to an enum, be it nullable or not."""
    refs = (one.get("$ref", "").rpartition("/")[2] for one in (node, *node.get("anyOf", ())))
    return any("enum" in schemas.get(name, ()) for name in refs)


def _refusal(error: "ValidationError") -> Refusal:
    """Return the 400 for the first breach: which property and why, never what was sent."""
    error = _innermost(error)
    path: list[str | int] = list(error.instance_path)
    # Any: what a kind carries depends on the keyword. A missing property is named by its kind,
    # because the path ends above it.
    missing: Any = getattr(error.kind, "property", None)
    if missing is not None:
        path.append(str(missing))
    reason = _REASONS.get(error.kind.name, "breaks the schema")
    parameter = next((part for part in reversed(path) if isinstance(part, str)), "body")
    details = {"Parameter": _shown(path), "Reason": reason}
    return Refusal(400, f"Invalid {parameter}: {reason}", details)


def _innermost(error: "ValidationError") -> "ValidationError":
    """Go to what is wrong in a nullable property: its own error says no more than "neither"."""
    branches: list[list[ValidationError]] = getattr(error.kind, "context", [])
    inner = [found for branch in branches for found in branch]
    if not inner:
        return error
    # Of "has the wrong form" and "is not null", the first is the one to tell.
    return _innermost(max(inner, key=lambda one: (len(one.instance_path), one.kind.name != "type")))


def _shown(path: list[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "body"
