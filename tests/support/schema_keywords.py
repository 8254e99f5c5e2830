"""Every keyword that a schema can have, and who is affected by a change of it."""

import copy
from typing import NamedTuple

from tests.support.vendor_docs import ADDS, CALLERS, READERS, UNKNOWN, WORDS, Node, at


class Effects(NamedTuple):
    """Who is affected by a keyword: in a request and a response, when it is added or removed."""

    request_new: str
    request_gone: str
    response_new: str
    response_gone: str


RESTRICTS = Effects(CALLERS, ADDS, ADDS, READERS)
LIFTS = Effects(ADDS, CALLERS, READERS, ADDS)
TELLS = Effects(WORDS, WORDS, WORDS, WORDS)
ODD = Effects(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
#: A change breaks both sides: a type, a format that Python knows.
TURNS = Effects(CALLERS, CALLERS, READERS, READERS)
#: Only callers have to know it, or only readers.
FOR_CALLERS = Effects(CALLERS, ADDS, WORDS, WORDS)
FOR_READERS = Effects(WORDS, WORDS, READERS, ADDS)


class Keyword(NamedTuple):
    """A keyword of a schema.

    Attributes:
        kind: The kind of schema.
        keys: The JSON.
        what: Its name in a report; its own name if empty. Text after a blank is a place inside.
        effects: Who is affected.
        is_new: Whether only 3.1 has it.
    """

    kind: str
    keys: Node
    effects: Effects = RESTRICTS
    what: str = ""
    is_new: bool = False


def new(kind: str, keys: Node, effects: Effects = RESTRICTS, what: str = "") -> Keyword:
    """Return a keyword that only 3.1 has."""
    return Keyword(kind, keys, effects, what, is_new=True)


SHORT: Node = {"maxLength": 3}
KEYWORDS = {
    # of any value
    "nullable": Keyword("string", {"nullable": True}, LIFTS),
    "enum": Keyword("string", {"enum": ["a", "b"]}),
    "format": Keyword("string", {"format": "byte"}, TURNS),
    "format that is a hint": Keyword("array", {"format": "hint"}, TELLS, "format"),
    "not": Keyword("string", {"not": {"enum": ["a"]}}),
    "allOf": Keyword("string", {"allOf": [{"pattern": "^a"}]}, what="pattern"),
    "anyOf": Keyword("string", {"anyOf": [SHORT, {"pattern": "^a"}]}),
    "oneOf": Keyword("string", {"oneOf": [SHORT, {"pattern": "^a"}]}),
    "oneOf with required": Keyword(
        "object", {"oneOf": [{"required": ["A"]}, {"required": ["B"]}]}, what="oneOf"
    ),
    "anyOf with required": Keyword(
        "object", {"anyOf": [{"required": ["A"]}, {"required": ["B"]}]}, what="anyOf"
    ),
    "not with required": Keyword("object", {"not": {"required": ["A", "B"]}}, what="not"),
    "default": Keyword("string", {"default": "a"}, ODD),
    "deprecated": Keyword("string", {"deprecated": True}, TELLS),
    "readOnly": Keyword("string", {"readOnly": True}, FOR_CALLERS),
    "writeOnly": Keyword("string", {"writeOnly": True}, FOR_READERS),
    "discriminator": Keyword("object", {"discriminator": {"propertyName": "Id"}}),
    "xml": Keyword("string", {"xml": {"name": "a"}}, ODD),
    "const": new("string", {"const": "a"}, what="enum"),
    "if": new("string", {"if": SHORT, "then": {"pattern": "^a"}, "else": {"pattern": "^b"}}),
    "if alone": new("string", {"if": SHORT}),
    "$anchor": new("string", {"$anchor": "a"}, ODD),
    "$dynamicAnchor": new("string", {"$dynamicAnchor": "a"}, ODD),
    "$dynamicRef": new("string", {"$dynamicRef": "#a"}, ODD),
    "$id": new("string", {"$id": "a"}, ODD),
    "$schema": new("string", {"$schema": "https://schema.example"}, ODD),
    "$vocabulary": new("string", {"$vocabulary": {"https://schema.example": True}}, ODD),
    "$defs": new("string", {"$defs": {"A": SHORT}}, ODD),
    "unknown": Keyword("string", {"unheard": "a"}, ODD, "unheard"),
    "unknown, false": Keyword("string", {"x-unheard": False}, ODD, "x-unheard"),
    # of strings
    "maxLength": Keyword("string", {"maxLength": 3}),
    "minLength": Keyword("string", {"minLength": 3}),
    "pattern": Keyword("string", {"pattern": "^a"}),
    "contentEncoding": new("string", {"contentEncoding": "base64"}),
    "contentMediaType": new("string", {"contentMediaType": "text/html"}),
    "contentSchema": new("string", {"contentSchema": {"type": "object"}}),
    "x-extensible": Keyword("string", {"x-extensible": True}, LIFTS),
    # of numbers
    "multipleOf": Keyword("number", {"multipleOf": 2}),
    "maximum": Keyword("number", {"maximum": 9}),
    "minimum": Keyword("number", {"minimum": 1}),
    "exclusiveMaximum": new("number", {"exclusiveMaximum": 9}),
    "exclusiveMinimum": new("number", {"exclusiveMinimum": 1}),
    # of arrays
    "maxItems": Keyword("array", {"maxItems": 5}),
    "minItems": Keyword("array", {"minItems": 2}),
    "uniqueItems": Keyword("array", {"uniqueItems": True}),
    "contains": new("array", {"contains": {"type": "object"}}),
    "minContains": new("array", {"minContains": 2}),
    "maxContains": new("array", {"maxContains": 2}),
    "prefixItems": new("array", {"prefixItems": [SHORT]}),
    "unevaluatedItems": new("array", {"unevaluatedItems": SHORT}),
    # of objects
    "maxProperties": Keyword("object", {"maxProperties": 3}),
    "minProperties": Keyword("object", {"minProperties": 3}),
    "additionalProperties": Keyword(
        "object", {"additionalProperties": False}, FOR_CALLERS, "closed"
    ),
    "patternProperties": new("object", {"patternProperties": {"^x-": SHORT}}),
    "propertyNames": new("object", {"propertyNames": SHORT}),
    "dependentRequired": new("object", {"dependentRequired": {"A": ["B"]}}),
    "dependentSchemas": new("object", {"dependentSchemas": {"A": SHORT}}),
    "dependencies": new("object", {"dependencies": {"A": ["B"]}}),
    "unevaluatedProperties": new("object", {"unevaluatedProperties": False}),
    "not {}": new("object", {"not": {}}),
    "maximum of 0": Keyword("number", {"maximum": 0}),
    "x-max-interval-in-months": Keyword("object", {"x-max-interval-in-months": 1}),
    "required of no property": Keyword("object", {"required": ["Odd"]}, what="requires"),
}


def planted(document: Node, where: tuple[str, ...], keys: Node) -> tuple[Node, Node]:
    """Return a document without a keyword, and with it, at each of some places."""
    older = copy.deepcopy(document)
    for label in where:
        for key in keys.keys() - {"required", "allOf"}:
            at(older, label).pop(key, None)
    newer = copy.deepcopy(older)
    for label in where:
        node = at(newer, label)
        known = {"required": [*node.get("required", ()), *keys.get("required", ())]}
        node |= copy.deepcopy(keys) | (known if "required" in keys else {})
    return older, newer
