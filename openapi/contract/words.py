"""Puts differences into words; one line each, the same in every form of the report."""

from .compare import Difference
from .effects import Kind
from .facts import REQUEST, Fact, Value, Where, legible, operation, path, resource, side

FLAGS = {
    "required": ("required", "optional"),
    "nullable": ("nullable", "never null"),
    "deprecated": ("deprecated", "not deprecated"),
}


def place(difference: Difference) -> str:
    """Return the place inside the operation: `request VoucherParameters[].Name`."""
    parts = side(difference.where), path(difference.where)
    return legible(" ".join(part for part in parts if part)) or "operation"


def said(difference: Difference) -> str:
    """Return what has happened: `maxLength: 128 → 64`."""
    return legible(_said(difference))


def _said(difference: Difference) -> str:
    match difference.kind:
        case Kind.NEW:
            return f"new: {_outline(difference.fact)}"
        case Kind.GONE:
            return f"gone; it was {_outline(difference.fact)}"
        case Kind.RENAMED:
            return f"renamed? {difference.theirs} is new, and like {difference.ours} in all else"
        case Kind.CHANGED:
            return _change(difference)


def _change(difference: Difference) -> str:
    name, ours, theirs = difference.attribute, difference.ours, difference.theirs
    if name in FLAGS:
        yes, no = FLAGS[name]
        return f"{yes if ours else no} → {yes if theirs else no}"
    if isinstance(ours, frozenset) and isinstance(theirs, frozenset):
        more = [f"+{value}" for value in sorted(theirs - ours)]
        less = [f"-{value}" for value in sorted(ours - theirs)]
        return f"enum: {' '.join(more + less)}"
    return f"{name}: {value(ours)} → {value(theirs)}"


def value(it: Value) -> str:
    """Return a value as it is shown."""
    if isinstance(it, frozenset):
        return " | ".join(sorted(it))
    return "none" if it is None else str(it)


def _outline(fact: Fact | None) -> str:
    """Return what there is to know about a place that only one side has."""
    if fact is None or len(fact.where) < 3:
        return _outline_of_a_part(fact.where if fact else ())
    says = fact.says
    kinds = [yes for flag, (yes, _) in FLAGS.items() if says.get(flag)]
    kinds += ["optional"] if says.get("required") is False else []
    kinds += [str(says[name]) for name in ("type", "format") if says.get(name)]
    limits = [
        f"{name} {value(limit)}"
        for name, limit in says.items()
        if limit is not None and name not in (*FLAGS, "type", "format")
    ]
    return ", ".join(part for part in (" ".join(kinds), *limits) if part) or "of unknown type"


def _outline_of_a_part(where: Where) -> str:
    """Return what an operation, a request or a response is called."""
    if len(where) == 1:
        return f"an operation of {resource(operation(where))}"
    return "a body" if side(where) == REQUEST else "a status"
