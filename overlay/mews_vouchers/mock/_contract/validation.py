"""Validates requests against the OpenAPI document. No rule is written here: the document has them.

The document is the file that the generated package ships. Only the file is read: none of the code
of that package may be imported.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .responses import HTTPError, JsonObject

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

PREFIX = "/api/connector/v1/"

_REASONS = {
    "additionalProperties": "has an unknown property",
    "enum": "is not one of the allowed values",
    "format": "has the wrong format",
    "maxItems": "has too many items",
    "maxLength": "is too long",
    "maximum": "is too large",
    "minItems": "has too few items",
    "minLength": "is too short",
    "minimum": "is too small",
    "pattern": "has the wrong format",
    "required": "is missing",
    "type": "has the wrong type",
    "uniqueItems": "has duplicate items",
}


class MockUnavailableError(ImportError):
    """Something that the mock needs is not installed; the message says what to install."""


class RequestValidator:
    """Validates the request bodies of each operation."""

    def __init__(self, document: JsonObject) -> None:
        self._bodies: Mapping[str, Validator] = {
            path.removeprefix(PREFIX): _validator(
                document, item["post"]["requestBody"]["content"]["application/json"]["schema"]
            )
            for path, item in document["paths"].items()
        }
        new_voucher = document["components"]["schemas"]["VoucherAddParameters"]
        self._voucher_properties: Mapping[str, Validator] = {
            name: _validator(document, {**schema, "uniqueItems": False})
            for name, schema in new_voucher["properties"].items()
        }

    def validate(self, operation: str, body: JsonObject) -> None:
        """Raise a 400 if a body does not match the schema of its operation."""
        from jsonschema_rs import ValidationError  # noqa: PLC0415 - see `_validator`

        # `from None`: the validator's message quotes the body, which may hold a token.
        try:
            self._bodies[operation].validate(body)
        except ValidationError as error:
            raise _http_error(error) from None
        except ValueError:
            raise HTTPError(400, "Invalid JSON: nested too deeply") from None

    def accepts_voucher_property(self, name: str, value: object) -> bool:
        """Return whether an update may set a property to this value.

        It may where a new voucher could have the value. The schema of an update is less strict: its
        times are plain strings, and a name can be empty. Only the rule that a rate must not be
        repeated applies to new vouchers alone.
        """
        return self._voucher_properties[name].is_valid(value)


@cache
def load_validator() -> RequestValidator:
    """Return the validator; made once per process, because compiling the schemas takes a while."""
    return RequestValidator(_load_document())


@cache
def enum_properties() -> frozenset[str]:
    """Return the names of all response properties whose type is an enum."""
    schemas = _load_document()["components"]["schemas"]
    return frozenset(
        name
        for schema in schemas.values()
        if schema.get("additionalProperties") is not False  # schemas of responses are open
        for name, node in schema.get("properties", {}).items()
        if _is_enum(schemas, node)
    )


def _load_document() -> JsonObject:
    document: JsonObject = json.loads(_document_path().read_bytes())
    return document


def _document_path() -> Path:
    """Find the document beside the generated package, without importing the package."""
    spec = find_spec("mews_vouchers_client")
    path = Path(spec.origin).with_name("openapi.json") if spec and spec.origin else None
    if path is None or not path.is_file():
        raise MockUnavailableError("the OpenAPI document of mews_vouchers_client is not installed")
    return path


def _validator(document: JsonObject, schema: JsonObject) -> "Validator":
    # Imported late, so that a missing package is one clear line instead of a failed import.
    try:
        from jsonschema_rs import Draft202012Validator  # noqa: PLC0415
    except ModuleNotFoundError:
        message = 'the mock needs jsonschema-rs: pip install "mews-vouchers[mock]"'
        raise MockUnavailableError(message) from None
    with_references = {**schema, "components": document["components"]}
    return Draft202012Validator(with_references, validate_formats=True)


def _is_enum(schemas: JsonObject, node: JsonObject) -> bool:
    """Return whether a property refers to an enum, nullable or not."""
    references = (one.get("$ref", "") for one in (node, *node.get("anyOf", ())))
    return any("enum" in schemas.get(one.rpartition("/")[2], ()) for one in references)


def _http_error(error: "ValidationError") -> HTTPError:
    """Return the 400 for the first violation: the property and the reason, never the value."""
    error = _innermost(error)
    path: list[str | int] = list(error.instance_path)
    # Any: the attributes of a kind depend on the keyword. The path of a missing property ends at
    # its parent; the kind has its name.
    missing: Any = getattr(error.kind, "property", None)
    if missing is not None:
        path.append(str(missing))
    reason = _REASONS.get(error.kind.name, "does not match the schema")
    parameter = next((part for part in reversed(path) if isinstance(part, str)), "body")
    details = {"Parameter": _format_path(path), "Reason": reason}
    return HTTPError(400, f"Invalid {parameter}: {reason}", details)


def _innermost(error: "ValidationError") -> "ValidationError":
    """Return the cause inside a nullable property, whose own error only says "neither matches"."""
    branches: list[list[ValidationError]] = getattr(error.kind, "context", [])
    inner = [found for branch in branches for found in branch]
    if not inner:
        return error
    # Of "has the wrong format" and "is not null", the first one is helpful.
    return _innermost(max(inner, key=lambda one: (len(one.instance_path), one.kind.name != "type")))


def _format_path(path: list[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "body"
