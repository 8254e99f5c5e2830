"""Contract facts: what a source says about one property, and what it leaves open.

Only values belong here. Where they come from is the readers' business, what follows from them is
that of `compare` and `effects`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

#: From the operation inwards: ("vouchers/add", "request", "VoucherParameters", "[]", "Name").
#: A response goes by its status, the items of an array by "[]", the values of a map by "{}".
Where = tuple[str, ...]

#: What a source can say. None is an answer too: no limit, no format, any value.
Value = str | bool | int | float | frozenset[str] | None

LENGTHS = ("minLength", "maxLength")
ITEMS = ("minItems", "maxItems")
BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
LIMITS = (*LENGTHS, *ITEMS, *BOUNDS)
#: In the order of a report. What stands in the second line is about a value of a certain type.
OF_EVERY_TYPE = ("method", "type", "required", "nullable", "deprecated")
OF_ONE_TYPE = ("format", "enum", *LIMITS)

REQUEST = "request"
ITEM = "[]"
ENTRY = "{}"
NO_BODY = "no body"
#: Letters of a line: more than any that is meant to be read.
LONGEST = 1000


class SourceError(Exception):
    """A source cannot be used; the text says where and why in one line."""

    def __init__(self, source: str, reason: object, line: int | None = None) -> None:
        place = source if line is None else f"{source}:{line}"
        super().__init__(legible(f"{place}: {reason}"))


@dataclass(frozen=True, slots=True)
class Fact:
    """What a source says about one place.

    Attributes:
        where: The place in the API.
        says: Values by attribute; what the source does not say is not in it.
        whole: Whether the source lists all that is inside, so that what is missing is not there.
        line: Where it stands in the source.
        lines: Where single attributes stand.
    """

    where: Where
    says: Mapping[str, Value] = field(default_factory=dict[str, Value])
    whole: bool = True
    line: int | None = None
    lines: Mapping[str, int] = field(default_factory=dict[str, int])

    def line_of(self, attribute: str) -> int | None:
        """Return the line to edit for an attribute, that of the whole place if it is not there."""
        return self.lines.get(attribute, self.line)


#: Parents come before what is inside them, in the order of the source.
Facts = dict[Where, Fact]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from sources of one kind.

    Attributes:
        kind: `openapi` or `pages`.
        facts: One per place.
        whole: Whether every operation of the API is in it, as opposed to some pages of it.
        notes: What was not understood, for people.
    """

    kind: str
    facts: Facts
    whole: bool = True
    notes: tuple[str, ...] = ()

    def operations(self) -> list[str]:
        """Return the operations that are described."""
        return [where[0] for where in self.facts if len(where) == 1]

    def speaks_of(self, operation: str) -> bool:
        """Say whether an operation would be here if it existed; a page is of one resource."""
        return self.whole or resource(operation) in map(resource, self.operations())

    def shows(self, where: Where, attribute: str = "") -> bool:
        """Say whether a place, or an attribute of it, would be here if it existed."""
        if where in self.facts:
            return not attribute or attribute in self.facts[where].says
        if len(where) == 1:
            return self.speaks_of(where[0])
        outer = self.facts.get(where[:-1])
        return outer.whole if outer else self.shows(where[:-1])


def operation(where: Where) -> str:
    """Return the operation that a place belongs to, such as `vouchers/add`."""
    return where[0]


def resource(name: str) -> str:
    """Return what the operation of a name is about, such as `vouchers`."""
    return name.rpartition("/")[0]


def side(where: Where) -> str:
    """Return `request` or the status of a response; nothing for the operation itself."""
    return where[1] if len(where) > 1 else ""


def path(where: Where) -> str:
    """Return the place inside the body, such as `VoucherParameters[].Name`."""
    return "".join(
        name if name in (ITEM, ENTRY) or not index else f".{name}"
        for index, name in enumerate(where[2:])
    )


def label(where: Where) -> str:
    """Return the place in words: `vouchers/add request VoucherParameters[].Name`."""
    return legible(" ".join(part for part in (where[0], side(where), path(where)) if part))


def legible(text: str) -> str:
    """Return a text of somebody else's as one line without control characters, for a terminal."""
    line = " ".join(text.split())
    if len(line) > LONGEST:
        line = line[:LONGEST] + "…"
    if line.isprintable():
        return line
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def with_lengths_inside(facts: Facts) -> Facts:
    """Move a length beside an update value to the `Value` inside, which it is meant for.

    An object has no length; the vendor's documents put the limit of a new text there.
    """
    settled = dict(facts)
    for where, fact in facts.items():
        inside = settled.get((*where, "Value"))
        meant = {name: fact.says[name] for name in LENGTHS if fact.says.get(name) is not None}
        if fact.says.get("type") == "object" and meant and inside:
            settled[where] = replace(
                fact, says={k: v for k, v in fact.says.items() if k not in LENGTHS}
            )
            lines = {name: fact.lines[name] for name in meant if name in fact.lines}
            settled[inside.where] = replace(
                inside, says={**inside.says, **meant}, lines={**inside.lines, **lines}
            )
    return settled
