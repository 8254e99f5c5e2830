"""What tests take from the OpenAPI document, so that none of them repeats it.

Only the document is read, not the generated code: tests of the mock use this module, too.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs

#: A JSON object. Any: the document says what is in it.
JsonObject = dict[str, Any]

PREFIX = "/api/connector/v1/"
#: Property names, and an enum value, that no vendor will ever use.
UNKNOWN, UNKNOWN_TOO, UNKNOWN_VALUE = "Blorpwick", "Frobnozzle", "Quizzaxle"


def document() -> JsonObject:
    """Return the document of the generated package, as a copy that the caller may change."""
    spec = find_spec("mews_vouchers_client")
    assert spec is not None
    assert spec.origin is not None
    found: JsonObject = json.loads(Path(spec.origin).with_name("openapi.json").read_bytes())
    return found


_DOCUMENT = document()
_COMPONENTS: JsonObject = _DOCUMENT["components"]
SCHEMAS: JsonObject = _COMPONENTS["schemas"]
EXAMPLES: JsonObject = {name: one["value"] for name, one in _COMPONENTS["examples"].items()}
#: The operations by the vendor's names, such as `vouchers/add`.
OPERATIONS: JsonObject = {
    path.removeprefix(PREFIX): item["post"] for path, item in _DOCUMENT["paths"].items()
}
#: A voucher and a code with all their properties.
VOUCHER: JsonObject = EXAMPLES["VouchersEveryExtentPage"]["Vouchers"][0]
CODE: JsonObject = EXAMPLES["VouchersEveryExtentPage"]["VoucherCodes"][0]
#: Every extent of vouchers/getAll.
EVERYTHING = dict.fromkeys(SCHEMAS["VoucherExtent"]["properties"], True)


def schema_of(body: JsonObject) -> str:
    """Return the schema name of the body of a request or response."""
    return _target(body["content"]["application/json"]["schema"])


def request_of(operation: str) -> str:
    """Return the schema name of an operation's request."""
    return schema_of(OPERATIONS[operation]["requestBody"])


def result_of(operation: str) -> str:
    """Return the schema name of an operation's 200."""
    return schema_of(OPERATIONS[operation]["responses"]["200"])


def examples_of(operation: str) -> list[str]:
    """Return the names of the examples of an operation's 200."""
    media = OPERATIONS[operation]["responses"]["200"]["content"]["application/json"]
    return [_target(one) for one in media["examples"].values()]


def schemas_in(schema: JsonObject) -> Iterator[str]:
    """Yield the schema names that a property may contain: alone, or in a list, or null."""
    for one in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if "$ref" in one:
            yield _target(one)


def objects_in(schema: str, value: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield an object and all objects in it that the document describes, each with its schema."""
    yield schema, value
    for key, node in SCHEMAS[schema].get("properties", {}).items():
        inner = value.get(key)
        for one in inner if isinstance(inner, list) else [inner]:
            for found in schemas_in(node):
                if isinstance(one, dict):
                    yield from objects_in(found, one)


def _target(node: JsonObject) -> str:
    name: str = node["$ref"].rpartition("/")[2]
    return name


#: The schema of the body of every error.
ERROR = schema_of(_COMPONENTS["responses"]["BadRequest"])
#: The schemas of whole responses, and those of the objects in them. Those of requests are closed.
RESPONSES = {ERROR, *map(result_of, OPERATIONS)}
ITEMS = {
    name
    for name, schema in SCHEMAS.items()
    if "properties" in schema and schema.get("additionalProperties") is not False
} - RESPONSES
#: The properties of responses that contain an enum value.
ENUMS = {
    name
    for item in ITEMS
    for name, node in SCHEMAS[item]["properties"].items()
    if any("enum" in SCHEMAS[found] for found in schemas_in(node))
}


@cache
def validator(schema: str, name: str | None = None) -> jsonschema_rs.Validator:
    """Return the validator of a schema of the document, or of one of its properties."""
    found = SCHEMAS[schema]
    found = found if name is None else found["properties"][name]
    whole = {**found, "components": _COMPONENTS}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
