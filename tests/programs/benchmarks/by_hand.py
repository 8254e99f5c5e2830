"""Models as users of pydantic and of msgspec would write them by hand.

Both kinds are derived from the document, so that they differ only in their library.
"""

from datetime import datetime
from functools import cache
from types import GenericAlias
from typing import Any, NamedTuple

import msgspec
import pydantic
from mews_vouchers_client import models
from pydantic.alias_generators import to_pascal

from tests.programs.benchmarks import pages
from tests.support.documented import SCHEMAS


class Models(NamedTuple):
    """The same models, made with one library."""

    #: A page of codes, one of vouchers, and a request that adds codes.
    codes: Any
    vouchers: Any
    adding: Any


#: The Python type of each JSON type.
_TYPES: dict[str, Any] = {"boolean": bool, "integer": int, "number": float, "string": str}


def by_hand(define: Any) -> Models:
    """Create the models with a function that takes a class name and its fields, JSON name first."""

    def field(node: Any) -> Any:
        """Return the type of a property."""
        if "anyOf" in node:
            return field(node["anyOf"][0]) | None
        if "$ref" in node:
            return named(node["$ref"].rpartition("/")[2])
        kind, *null = node["type"] if isinstance(node["type"], list) else [node["type"]]
        type_ = GenericAlias(list, field(node["items"])) if kind == "array" else _TYPES[kind]
        return type_ | None if null else type_

    @cache
    def named(name: str) -> Any:
        """Return the type of a schema."""
        schema = SCHEMAS[name]
        if "enum" in schema:
            return getattr(models, name)
        if schema["type"] != "object":
            return datetime if schema.get("format") == "date-time" else str
        if "properties" not in schema:
            return dict[str, str]
        return define(name, {wire: field(node) for wire, node in schema["properties"].items()})

    def sent(name: str, properties: pages.Properties, **types: Any) -> Any:
        """Return a request with only what is sent."""
        known = SCHEMAS[name]["properties"]
        return define(name, {wire: types.get(wire) or field(known[wire]) for wire in properties})

    new = sent("VoucherCodeAddParameters", pages.code_to_add(0))
    adding = sent(
        "MultipleVoucherCodeAddParameters",
        pages.codes_to_add(),
        VoucherCodeParameters=GenericAlias(list, new),
    )
    return Models(named("VoucherCodeResult"), named("VoucherResult"), adding)


def _attribute(wire: str) -> str:
    return "".join(
        "_" * (letter.isupper() and place > 0) + letter.lower() for place, letter in enumerate(wire)
    )


def pydantic_model(name: str, fields: pages.Properties) -> Any:
    """Create a model of pydantic v2."""
    config = pydantic.ConfigDict(alias_generator=to_pascal)
    types: Any = {_attribute(wire): (type_, ...) for wire, type_ in fields.items()}
    return pydantic.create_model(name, __config__=config, **types)


def msgspec_struct(name: str, fields: pages.Properties) -> Any:
    """Create a struct of msgspec."""
    types = [(_attribute(wire), type_) for wire, type_ in fields.items()]
    return msgspec.defstruct(name, types, rename="pascal")
