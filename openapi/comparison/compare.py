"""Compares two states: facts in, differences out.

Whom a difference concerns is decided in `effects`, which are intended in `departures`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .effects import Effect, effect_of_change, effect_of_gone, effect_of_new, is_contract
from .facts import HEADER, TEXT, Fact, Facts, Place, Value, is_set, legible, path, side
from .keywords import RESTRICTIONS

#: What is said of a place that only one of the two states has.
NEW, GONE = "new", "gone"
#: Attributes that cannot be compared where the type is another one.
OF_ONE_TYPE = {"format", "enum", "closed", "requires", *RESTRICTIONS}
#: What an outline of a place begins with.
OUTLINE = ("required", "nullable", "deprecated", "type", "format")
Counts = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between an older and a newer state."""

    place: Place
    what: str  # the attribute that changed, or `new` or `gone`
    effect: Effect  # whom it concerns
    line: int | None  # of the older state
    before: Value = None  # the older value, or an outline of what is gone
    after: Value = None
    also: tuple[Place, ...] = ()  # more places that the same edit concerns

    @property
    def inside(self) -> str:
        """The place inside the operation."""
        return legible(f"{side(self.place)} {path(self.place[2:])}".strip()) or "operation"

    @property
    def words(self) -> str:
        """What has happened: `maxLength: 128 → 64`."""
        before, after = self.before, self.after
        if self.what in (NEW, GONE):
            return legible(f"{self.what}: {before or after}")
        if self.what == TEXT:
            return "the vendor's text changed"
        if isinstance(before, bool) or isinstance(after, bool):
            return f"{self.what}: {'yes' if before else 'no'} → {'yes' if after else 'no'}"
        if isinstance(before, frozenset) and isinstance(after, frozenset):
            signs = [f"+{one}" for one in sorted(after - before)]
            signs += [f"-{one}" for one in sorted(before - after)]
            return legible(f"{self.what}: {' '.join(signs)}")
        return legible(f"{self.what}: {_shown(before)} → {_shown(after)}")


def compare(older: Facts, newer: Facts, counts: Counts = lambda _: True) -> list[Difference]:
    """Return every difference, by operations in the order of the older state.

    Args:
        older: What was known.
        newer: What is compared with it. Pages leave much open; that is no difference.
        counts: Whether an attribute is compared.
    """
    found: list[Difference] = []
    missing, of_another_type = set[Place](), set[Place]()
    places = dict.fromkeys((*older.at, *newer.at))
    operations = [*dict.fromkeys(place[0] for place in places)]
    for place in sorted(places, key=lambda one: operations.index(one[0])):
        outer, is_header = place[:-1], place[-1].startswith(HEADER)
        was, now = older.at.get(place), newer.at.get(place)
        if outer in missing or (outer in of_another_type and not is_header):
            missing.add(place)  # one difference, not one for everything inside
        elif was and now:
            changes = list(_changes(was, now, counts, is_document=newer.is_document))
            of_another_type |= {place for one in changes if one.what == "type"}
            found += changes
        elif was:
            missing.add(place)
            shows = newer.at[outer].whole if outer else newer.covers(place[0])
            if shows and (newer.is_document or not is_header):  # no page shows headers
                effect = effect_of_gone(was)
                found.append(Difference(place, GONE, effect, was.line, before=_outline(was)))
        elif now:
            missing.add(place)
            if not outer or (older.at[outer].whole and newer.at[outer].whole):
                line = older.at[outer].line_of("properties") if outer else None
                effect = effect_of_new(now)
                found.append(Difference(place, NEW, effect, line, after=_outline(now)))
    return found


def merged(differences: list[Difference]) -> list[Difference]:
    """Combine differences that are one edit of a shared schema."""
    found: dict[object, Difference] = {}
    for one in differences:
        before, after = one.before, one.after
        if one.what == TEXT and isinstance(before, frozenset) and isinstance(after, frozenset):
            before, after = before - after, after - before
        key = (one.line, one.what, one.place[-1], before, after, one.effect)
        known = found.get(key)
        found[key] = replace(known, also=(*known.also, one.place)) if known else one
    return list(found.values())


def _changes(was: Fact, now: Fact, counts: Counts, *, is_document: bool) -> Iterator[Difference]:
    """Yield the attributes that both states speak of, and differently."""
    said = {**was.says, **now.says} if is_document else now.says  # a page leaves attributes out
    names = [name for name in said if counts(name) and _value(was, name) != _value(now, name)]
    for name in names:
        if "type" not in names or name not in OF_ONE_TYPE:
            before, after = was.says.get(name), now.says.get(name)
            effect = effect_of_change(was.place, name, before, after)
            yield Difference(was.place, name, effect, was.line_of(name), before, after)


def _value(fact: Fact, attribute: str) -> Value:
    value = fact.says.get(attribute)
    return value if is_set(value) else None


def _shown(value: Value) -> str:
    if isinstance(value, frozenset):
        return " | ".join(sorted(value))
    return "none" if value is None else str(value)


def _outline(fact: Fact) -> str:
    """Return what there is to know about a place that only one state has."""
    if len(fact.place) < 3:
        return ("an operation", "a body or a status")[len(fact.place) - 1]
    says = {n: value for n, value in fact.says.items() if is_set(value) and is_contract(n)}
    words = ["optional"] if fact.says.get("required") is False else []
    words += [n if says[n] is True else str(says[n]) for n in OUTLINE if n in says]
    limits = [f"{n} {_shown(value)}" for n, value in says.items() if n not in OUTLINE]
    return ", ".join([" ".join(words), *limits]).strip(", ") or "of unknown type"
