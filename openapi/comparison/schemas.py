"""One form of a schema, whatever its spelling is, and what it says as facts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

from .excerpt import dump
from .facts import ENTRY, ITEM, TEXT, Fact, Place, Value, is_set, path
from .keywords import BOUNDS, LENGTHS, MAXIMA, MINIMA, OF_FIXED_LENGTH, RANGES, UUID


@dataclass(slots=True)
class Schema:
    """One schema in one form."""

    keywords: dict[str, Value] = field(default_factory=dict[str, Value])  # all other keywords
    children: "dict[str, Schema]" = field(default_factory=dict[str, "Schema"])  # by place
    required: set[str] = field(default_factory=set[str])
    nullable: bool | None = None  # None if nothing is said of it
    texts: set[str] = field(default_factory=set[str])  # digests
    line: int | None = None
    lines: dict[str, int] = field(default_factory=dict[str, int])  # of keywords
    is_circular: bool = False  # it leads to itself; then it is not looked into

    def add(self, part: "Schema") -> None:
        """Add what holds as well, such as a part of an `allOf`."""
        for key, value in part.keywords.items():
            known = self.keywords.get(key)
            self.keywords[key] = value if known is None else _both(key, known, value)
        for name, child in part.children.items():
            if name in self.children:
                self.children[name].add(child)
            else:  # no copy: a part is read again for each schema that it is added to
                self.children[name] = child
        self.required |= part.required
        self.nullable = self.nullable or part.nullable
        self.texts |= part.texts
        self.lines = part.lines | self.lines
        self.is_circular |= part.is_circular

    @property
    def kind(self) -> str:
        """The type, deduced from other keywords where it is not given."""
        if "type" in self.keywords:
            return str(self.keywords["type"])
        if self.children.keys() - {ITEM}:
            return "object"
        if self.children:
            return "array"
        return "string" if self.keywords.get("enum") else "any"


def facts(schema: Schema, place: Place, outer: Schema | None = None) -> Iterator[Fact]:
    """Yield the fact of a schema, of a property with the schema around it, and those inside."""
    children = {} if schema.is_circular else dict(schema.children)
    if schema.kind == "array":
        children.setdefault(ITEM, Schema(line=schema.line))
    if "Value" in children:
        # The vendor puts the length of an update value beside the object around it.
        lengths = {name: schema.keywords.pop(name) for name in LENGTHS if name in schema.keywords}
        children["Value"].add(Schema(lengths))
    says, lines = _says(schema), schema.lines | {"required": schema.line}
    if outer:
        says["required"] = place[-1] in outer.required
        lines["required"] = outer.lines.get("required", schema.line)
    yield Fact(place, says, not schema.is_circular, schema.line, lines)
    for name, child in children.items():
        yield from facts(child, (*place, name), None if name in (ITEM, ENTRY) else schema)


def form(schema: Schema, outer: Schema) -> str:
    """Return a schema inside a keyword as its facts, and give its texts to the outer schema."""
    said: dict[str, dict[str, Value]] = {}
    for fact in facts(schema, ()):
        outer.texts |= cast("frozenset[str]", fact.says[TEXT] or frozenset())
        said[path(fact.place)] = {
            key: value for key, value in fact.says.items() if key != TEXT and is_set(value)
        }
    if said == {"": {"type": "any", "nullable": True, "requires": said[""].get("requires")}}:
        return requires(schema.required)
    return dump(said)


def requires(names: Iterable[str]) -> str:
    """Return one of several sets of parameters that a request takes, as documents and pages say."""
    return f"requires {', '.join(sorted(names))}"


def _says(schema: Schema) -> dict[str, Value]:
    """Return what a schema says about its value, apart from what is inside."""
    says: dict[str, Value] = schema.keywords | {
        "type": schema.kind,
        "nullable": bool(schema.nullable) or schema.kind in ("any", "null"),
        "requires": frozenset(schema.required - schema.children.keys()) or None,
        TEXT: frozenset(schema.texts) or None,
    }
    if UUID in str(says.get("pattern")):
        says |= {"format": "uuid", "pattern": None}
    for bound, exclusive in BOUNDS.items():
        if says.get(exclusive) is True and says.get(bound) is not None:  # as 3.0 writes it
            says |= {exclusive: says[bound], bound: None}
    implied = str(says.get("format"))
    for bound, limit in zip(BOUNDS, RANGES.get(implied, ()), strict=False):
        says |= {bound: None} if says.get(bound) == limit else {}
    for name in LENGTHS if implied in OF_FIXED_LENGTH else ():
        if name in says:  # the format implies it, so it is no contract
            says[f"{name} of a {implied}"] = says.pop(name)
    return says


def _both(key: str, one: Value, other: Value) -> Value:
    """Return what two values of a keyword ask for together."""
    if one == other or other is None:
        return one
    match one, other:
        case frozenset(), frozenset():
            return one & other if key == "enum" else one | other
        case bool(), bool():
            return one or other
        case int() | float(), int() | float() if key in MINIMA | MAXIMA:
            return max(one, other) if key in MINIMA else min(one, other)
        case _:
            return f"{one} and {other}"
