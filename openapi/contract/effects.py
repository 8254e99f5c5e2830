"""Whom a difference concerns. Rules only: no reading, no searching, no words.

One principle: a request that takes less breaks callers, a response that can hold more breaks
readers, and the other way round both only add. A new enum value in a response is therefore said to
break readers, although our client reads it (as text, with a report): whoever matches on the values
has to know. What only tells people something, such as a deprecation, is documentation.
"""

from enum import StrEnum

from .facts import REQUEST, Fact, Value, Where, side


class Effect(StrEnum):
    """Whom a difference concerns; the gravest first."""

    BREAKS_CALLERS = "breaks callers"
    BREAKS_READERS = "breaks readers"
    ADDS = "only adds"
    DOCUMENTATION = "documentation"


class Kind(StrEnum):
    """What has happened to a place."""

    NEW = "new"
    GONE = "gone"
    RENAMED = "renamed"
    CHANGED = "changed"


#: Formats that decide what a value is in Python.
PYTHON_FORMATS = ("date-time", "date", "time", "duration", "byte", "binary")
#: Formats that decide which values there are. All others are hints.
RANGE_FORMATS = ("uuid", "int32", "int64", "float", "double")
LOWER_LIMITS = ("minLength", "minItems", "minimum", "exclusiveMinimum")
#: Pairs of types, and of formats, of which the second takes all that the first does.
WIDER = {("integer", "number"), ("int32", "int64"), ("float", "double")}


def effect_of_new(fact: Fact) -> Effect:
    """Judge a place that only the vendor has: an operation, a status, a property."""
    if len(fact.where) > 2 and side(fact.where) == REQUEST and fact.says.get("required"):
        return Effect.BREAKS_CALLERS
    if len(fact.where) == 2 and side(fact.where).startswith("2"):
        return Effect.BREAKS_READERS  # a success that looks different from now on
    return Effect.ADDS


def effect_of_gone(fact: Fact) -> Effect:
    """Judge a place that only we have."""
    if len(fact.where) == 2 and not side(fact.where).startswith(("2", REQUEST)):
        return Effect.DOCUMENTATION  # an error less
    return _breaks(fact.where)


def effect_of_change(where: Where, attribute: str, ours: Value, theirs: Value) -> Effect:
    """Judge another value of an attribute."""
    if attribute == "deprecated":
        return Effect.DOCUMENTATION
    if attribute == "format" and {ours, theirs} & set(PYTHON_FORMATS):
        return _breaks(where)
    if attribute == "format" and not {ours, theirs} & set(RANGE_FORMATS):
        return Effect.DOCUMENTATION
    less, more = takes_less(attribute, ours, theirs), takes_less(attribute, theirs, ours)
    if side(where) in (REQUEST, ""):
        return Effect.BREAKS_CALLERS if less else Effect.ADDS
    return Effect.BREAKS_READERS if more else Effect.ADDS


def takes_less(attribute: str, before: Value, after: Value) -> bool:
    """Say whether some value that was fine before is not fine after.

    Where neither is a part of the other, as with most types, it is true in both directions.
    """
    match before, after:
        case bool(), bool():
            # Without null, or required: less. Lifting either takes nothing away.
            return before if attribute == "nullable" else after
        case frozenset(), frozenset():
            return not before <= after
        case int() | float(), int() | float():
            return after > before if attribute in LOWER_LIMITS else after < before
        case str(), str():
            kept = set(before.split(" or ")) <= set(after.split(" or "))
            return not kept and (before, after) not in WIDER and after != "any"
        case _:
            return after is not None


def _breaks(where: Where) -> Effect:
    """Return how a place breaks that is not what it was; an operation's own matters to callers."""
    return Effect.BREAKS_CALLERS if side(where) in (REQUEST, "") else Effect.BREAKS_READERS


def effect_of_rename(where: Where) -> Effect:
    """Judge another name: whoever uses the old one is left with nothing."""
    return _breaks(where)
