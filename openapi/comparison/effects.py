"""Whom a difference concerns. Rules only.

A request that takes less breaks callers. A response that can hold more breaks readers. The other
way round, both only add. So a new enum value in a response breaks readers, although this client
reads it: code that matches on the values is affected. `api-diff` judges by the same rules.
"""

from enum import StrEnum

from .facts import (
    ENTRY,
    ITEM,
    NOTHING,
    PARAMETERS,
    REQUEST,
    TEXT,
    Fact,
    Place,
    Value,
    is_sent,
    side,
)
from .keywords import MINIMA, RESTRICTIONS


class Effect(StrEnum):
    """Whom a difference concerns; the gravest first."""

    BREAKS_CALLERS = "breaks callers"
    BREAKS_READERS = "breaks readers"
    ADDS = "only adds"
    DOCUMENTATION = "documentation"
    TEXT = "text: read it"
    UNKNOWN = "not understood"


BREAKING = (Effect.BREAKS_CALLERS, Effect.BREAKS_READERS)
#: Attributes that the rules know; all others are `not understood`.
KNOWN = {"method", "type", "required", "nullable", "deprecated", "format", "enum", "content"}
KNOWN |= {"address", "security", "requires", "closed", *RESTRICTIONS}
#: Formats that decide the type of a value in Python.
PYTHON_FORMATS = {"date-time", "date", "time", "duration", "byte", "binary"}
#: Formats that decide which values there are. All others are hints.
RANGE_FORMATS = {"uuid", "int32", "int64", "float", "double"}
#: Pairs of types, and of formats, of which the second takes all that the first does.
WIDER = {("integer", "number"), ("int32", "int64"), ("float", "double")}
#: Attributes that matter to callers (True) or to readers (False) alone. What is set breaks them.
ONE_WAY = {"closed": True, "readOnly": True, "writeOnly": False}
#: Flags that lift a restriction; all others are one.
LIFTS = ("nullable", "x-extensible")


def is_contract(attribute: str) -> bool:
    """Return whether our document is to agree in an attribute with the vendor's.

    It has texts of its own. It closes requests and opens responses by a rule of its own.
    """
    return attribute in KNOWN and attribute != "closed"


def effect_of_new(fact: Fact) -> Effect:
    """Judge a place that only the newer state has: an operation, a status, a property."""
    says = fact.says
    if fact.place[-1] in (ITEM, ENTRY):
        is_needed = says.get("type") != "any"  # it was open, and now takes one type
    else:  # a page only says that it cannot be null
        is_needed = bool(says.get("required", says.get("nullable") is False))
    if len(fact.place) > 2 and is_sent(fact.place) and is_needed:
        return Effect.BREAKS_CALLERS
    is_success = len(fact.place) == 2 and side(fact.place).startswith("2")
    return Effect.BREAKS_READERS if is_success else Effect.ADDS


def effect_of_gone(fact: Fact) -> Effect:
    """Judge a place that only the older state has."""
    if len(fact.place) == 2 and not side(fact.place).startswith(("2", REQUEST, PARAMETERS)):
        return Effect.DOCUMENTATION  # an error less
    return _breaks(fact.place)


def effect_of_change(place: Place, attribute: str, before: Value, after: Value) -> Effect:
    """Judge another value of an attribute."""
    if attribute not in KNOWN:
        return Effect.TEXT if attribute == TEXT else Effect.UNKNOWN
    is_hint = attribute == "format" and not {before, after} & (PYTHON_FORMATS | RANGE_FORMATS)
    concerns = ONE_WAY.get(attribute, is_sent(place)) == is_sent(place)
    if attribute == "deprecated" or is_hint or not concerns:
        return Effect.DOCUMENTATION
    is_forward = is_sent(place) or attribute in ONE_WAY
    breaks = takes_less(attribute, *((before, after) if is_forward else (after, before)))
    return _breaks(place) if breaks else Effect.ADDS


def takes_less(attribute: str, before: Value, after: Value) -> bool:
    """Return whether some value that was allowed before is not allowed after.

    Where neither contains the other, as with most types, it is true in both directions.
    """
    match before, after:
        case _ if attribute == "format" and {before, after} & PYTHON_FORMATS:
            less = True
        case (bool(), bool()) | (None, bool()) | (bool(), None):
            less = bool(before) if attribute in LIFTS else bool(after)
        case frozenset(), frozenset() if attribute == "requires":
            less = not after <= before
        case frozenset(), frozenset():  # `{}` is security that nobody has to show
            less = not before <= after and (attribute != "security" or "{}" not in after)
        case int() | float(), int() | float() if attribute == "multipleOf":
            less = before % after != 0
        case int() | float(), int() | float():
            less = after > before if attribute in MINIMA else after < before
        case str(), str():
            kept = set(before.split(" or ")) <= set(after.split(" or "))
            wider = (before, after) in WIDER or after == "any" or before == NOTHING
            less = not kept and not wider
        case _:
            less = after is not None
    return less


def _breaks(place: Place) -> Effect:
    """Return how a place breaks that is not what it was; an operation's own concerns callers."""
    return Effect.BREAKS_CALLERS if is_sent(place) else Effect.BREAKS_READERS
