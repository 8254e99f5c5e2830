"""Compiles a schema of the document into a function that checks a value of Python.

Only the keywords are known that the items of writes use. Any other is an error when the schema is
compiled, which a test does for every write: nothing stays unchecked after the document has changed.
"""

from collections.abc import Callable
from typing import Any, Final

from mews_vouchers_client import UNSET, models
from mews_vouchers_client.types import Model

from . import strings
from .problem import Problem, wrong_type

# Any: an attribute of a model, and a keyword of a schema, can have any type.

JsonObject = dict[str, Any]
#: Returns the first problem of a value; None if it keeps its schema.
Check = Callable[[Any], Problem | None]

#: Keywords that say nothing about a value.
_ANNOTATIONS: Final = frozenset({"deprecated", "description", "title", "x-enum-varnames"})
#: The keywords of each type. `additionalProperties` is known and not checked: users may set a
#: property that the vendor added after this release.
_KEYWORDS: Final = {
    "string": strings.KEYWORDS,
    "array": frozenset({"items", "maxItems", "minItems", "uniqueItems"}),
    "object": frozenset({"additionalProperties", "properties", "required"}),
}
_NULL: Final[JsonObject] = {"type": "null"}


def item_schema(document: JsonObject, operation: str, items: str) -> JsonObject:
    """Return the schema of one item of an operation.

    Args:
        document: The document.
        operation: The name of the operation.
        items: The property of its request with the items, as it is named in Python.
    """
    post = document["paths"][f"/api/connector/v1/{operation}"]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    properties = _resolve(schema, document["components"]["schemas"])["properties"]
    by_name = {_folded(name): node for name, node in properties.items()}
    found: JsonObject = by_name[_folded(items)]["items"]
    return found


def compile_schema(schema: JsonObject, document: JsonObject) -> Check:
    """Return the check of a schema.

    Args:
        schema: The schema.
        document: The document, to whose named schemas it may refer.

    Raises:
        NotImplementedError: The schema has a keyword, or a use of one, that is not known here.
    """
    return _compile(schema, document["components"]["schemas"])


def _compile(schema: JsonObject, schemas: JsonObject) -> Check:
    node = _resolve(schema, schemas)
    if "anyOf" in node:
        (one,) = _only(node["anyOf"], but=_NULL)
        _require_known(node, frozenset({"anyOf"}))
        return _nullable(_compile(one, schemas))
    types = node.get("type", "")
    (type_,) = _only(types, but="null") if isinstance(types, list) else (types,)
    if type_ not in _KEYWORDS:
        raise NotImplementedError(f"the type {type_!r}")
    _require_known(node, _KEYWORDS[type_] | {"type"})
    check = _BY_TYPE[type_](node, schemas)
    # Of both keywords, an enum is the stricter one.
    is_nullable = isinstance(types, list) and None in node.get("enum", (None,))
    return _nullable(check) if is_nullable else check


def _resolve(schema: JsonObject, schemas: JsonObject) -> JsonObject:
    """Return a schema together with those that it refers to. Its title is the name of the last."""
    rest = dict(schema)
    parts: list[JsonObject] = rest.pop("allOf", [])
    found: JsonObject = {}
    if "$ref" in rest:
        name = rest.pop("$ref").removeprefix("#/components/schemas/")
        found = {**_resolve(schemas[name], schemas), "title": name}
    for part in parts:
        found = _merge(found, _resolve(part, schemas))
    return _merge(found, rest)


def _merge(one: JsonObject, other: JsonObject) -> JsonObject:
    """Return a schema that demands what both demand."""
    merged = {**other, **one}
    for keyword in (one.keys() & other.keys()) - _ANNOTATIONS:
        if keyword == "properties":
            names = {**one[keyword], **other[keyword]}
            merged[keyword] = {
                name: _merge(one[keyword].get(name, {}), other[keyword].get(name, {}))
                for name in names
            }
        elif one[keyword] != other[keyword]:
            raise NotImplementedError(f"two values of {keyword!r} for one property")
    return merged


def _only(options: list[Any], *, but: Any) -> list[Any]:
    """Return what else there is beside null."""
    found = [option for option in options if option != but]
    if len(found) != 1 or len(options) != 2:
        raise NotImplementedError("a choice of other things than a value and null")
    return found


def _require_known(node: JsonObject, known: frozenset[str]) -> None:
    if unknown := node.keys() - known - _ANNOTATIONS:
        raise NotImplementedError(f"the keywords {sorted(unknown)}")


def _nullable(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _string(node: JsonObject, _schemas: JsonObject) -> Check:
    return strings.string_check(node)


def _array(node: JsonObject, schemas: JsonObject) -> Check:
    check_item = _compile(node["items"], schemas)
    fewest, most = node.get("minItems", 0), node.get("maxItems")
    is_unique = node.get("uniqueItems", False)
    if is_unique and _resolve(node["items"], schemas).get("type") != "string":
        raise NotImplementedError("unique items that are no strings")

    def check(value: Any) -> Problem | None:
        # A tuple is sent as a list.
        if not isinstance(value, list | tuple):
            return wrong_type(value, "list")
        if len(value) < fewest:
            return Problem("", f"has less than {fewest} items")
        if most is not None and len(value) > most:
            return Problem("", f"has more than {most} items")
        for position, item in enumerate(value):
            if (problem := check_item(item)) is not None:
                return problem.within(f"[{position}]")
        return _repetition(value) if is_unique and len(set(value)) < len(value) else None

    return check


def _repetition(items: list[str] | tuple[str, ...]) -> Problem:
    """Return the problem of the first item that was there before."""
    found = ((position, items.index(item)) for position, item in enumerate(items))
    position, first = next((this, before) for this, before in found if this != before)
    return Problem(f"[{position}]", f"repeats the item at position {first}")


def _object(node: JsonObject, schemas: JsonObject) -> Check:
    name = node.get("title", "")
    model: type[Model] = getattr(models, name)
    attributes = _attributes_by_name(model)
    properties, required = node["properties"], set(node.get("required", ()))
    if not required <= properties.keys():
        raise NotImplementedError("a required property without a schema")
    plan = [
        (attributes[_folded(key)], key, key in required, _compile(one, schemas))
        for key, one in properties.items()
    ]

    def check(value: Any) -> Problem | None:
        if not isinstance(value, model):
            return wrong_type(value, name)
        for attribute, key, is_required, check_property in plan:
            found = getattr(value, attribute)
            if found is UNSET:
                if is_required:
                    return Problem(f".{attribute}", "is missing")
                # It would be sent, but nothing else in this client would know it.
                if key in value.additional_properties:
                    return Problem(f".{attribute}", "is an additional property: set the attribute")
            elif (problem := check_property(found)) is not None:
                return problem.within(f".{attribute}")
        return None

    return check


def _attributes_by_name(model: type[Model]) -> dict[str, str]:
    # Any: only type checkers of attrs know this attribute. All models of requests have it.
    names: tuple[str, ...] = getattr(model, "__match_args__")  # noqa: B009
    return {_folded(name): name for name in names}


def _folded(name: str) -> str:
    """Return what `CompanyId` and `company_id` have in common, also `Type` and `type_`."""
    return name.replace("_", "").lower()


_BY_TYPE: Final[dict[str, Callable[[JsonObject, JsonObject], Check]]] = {
    "string": _string,
    "array": _array,
    "object": _object,
}
