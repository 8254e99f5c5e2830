"""Compares two states: facts in, differences out.

What a difference means is decided in `effects`, which are intended in `departures`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from .effects import (
    KNOWN,
    Effect,
    effect_of_change,
    effect_of_gone,
    effect_of_new,
    effect_of_rename,
)
from .facts import ENTRY, HEADER, ITEM, TEXT, Fact, Facts, Place, Value
from .schemas import RESTRICTIONS

#: In this order an attribute is reported; all others follow.
FIRST = ("method", "type", "required", "nullable", "deprecated", "format", "enum")
#: Attributes that cannot be compared where the type is another one.
OF_ONE_TYPE = {"format", "enum", "closed", "requires", *RESTRICTIONS}
#: From so much likeness on, one of several candidates is taken for the new name.
ALIKE = 0.6


class Kind(StrEnum):
    """What has happened to a place."""

    NEW = "new"
    GONE = "gone"
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between an older and a newer state.

    Attributes:
        place: The place, by its older name.
        line: Where it stands in the older state.
        attribute: What has changed, for a change.
        before: The older value of the attribute, or the older name; `after` likewise.
        fact: The place itself, where it is new or gone.
        also: More places that the same edit concerns.
    """

    place: Place
    kind: Kind
    effect: Effect
    line: int | None
    attribute: str = ""
    before: Value = None
    after: Value = None
    fact: Fact | None = None
    also: tuple[Place, ...] = ()

    @property
    def what(self) -> str:
        """`new`, `gone`, `renamed` or the attribute that changed."""
        return self.attribute or self.kind.value


def is_contract(attribute: str) -> bool:
    """Return whether our document is to agree in an attribute with the vendor's.

    It has texts of its own. It closes requests and opens responses by a rule of its own.
    """
    return attribute in KNOWN and attribute != "closed"


def compare(
    older: Facts, newer: Facts, counts: Callable[[str], bool] = lambda _: True
) -> list[Difference]:
    """Return every difference in the order of the older state.

    Args:
        older: What was known.
        newer: What is compared with it. Pages leave much open; that is no difference.
        counts: Whether an attribute is compared.
    """
    return list(_Comparison(older, newer, counts).operations())


def merged(differences: list[Difference]) -> list[Difference]:
    """Combine differences that are one edit of a shared schema."""
    found: dict[object, Difference] = {}
    for one in differences:
        shape = str(_contract(one.fact.says)) if one.fact else ""
        before, after = one.before, one.after
        if one.what == TEXT and isinstance(before, frozenset) and isinstance(after, frozenset):
            before, after = before - after, after - before
        key = (one.line, one.what, one.place[-1], before, after, one.effect, shape)
        known = found.get(key)
        found[key] = replace(known, also=(*known.also, one.place)) if known else one
    return list(found.values())


class _Comparison:
    """Walks through both states at once, from the operations inwards."""

    def __init__(self, older: Facts, newer: Facts, counts: Callable[[str], bool]) -> None:
        self._older, self._newer = older, newer
        self._counts = counts
        self._old_parts, self._new_parts = _parts(older.at), _parts(newer.at)

    def operations(self) -> Iterator[Difference]:
        for place, fact in self._older.at.items():
            if len(place) == 1 and place in self._newer.at:
                yield from self._place(place)
            elif len(place) == 1 and self._newer.covers(place[0]):
                yield _gone(fact)
        for place, fact in self._newer.at.items():
            if len(place) == 1 and place not in self._older.at:
                yield _new(fact, None)

    def _place(self, place: Place) -> Iterator[Difference]:
        older, newer = self._older.at[place], self._newer.at[place]
        names = self._differing(older, newer)
        for name in names:
            before, after = older.says.get(name), newer.says.get(name)
            effect, line = effect_of_change(place, name, before, after), older.line_of(name)
            yield Difference(place, Kind.CHANGED, effect, line, name, before, after)
        yield from self._inside(place, of_another_type="type" in names)

    def _inside(self, place: Place, *, of_another_type: bool) -> Iterator[Difference]:
        older, newer = self._older.at[place], self._newer.at[place]
        mine, others = self._old_parts.get(place, []), self._new_parts.get(place, [])
        if of_another_type:  # one difference, not one for everything inside
            mine, others = ([p for p in some if p.startswith(HEADER)] for some in (mine, others))
        gone = [part for part in mine if part not in others] if newer.whole else []
        if not self._newer.is_document:  # no page shows headers
            gone = [part for part in gone if not part.startswith(HEADER)]
        new = [part for part in others if part not in mine] if older.whole and newer.whole else []
        renamed = self._renamed(place, gone, new) if len(place) > 1 else {}
        for part in mine:
            inner = (*place, part)
            if part in renamed:
                effect, line = effect_of_rename(inner), self._older.at[inner].line
                yield Difference(inner, Kind.RENAMED, effect, line, "", part, renamed[part])
            elif part in gone:
                yield _gone(self._older.at[inner])
            elif part in others:
                yield from self._place(inner)
        for part in new:
            if part not in renamed.values():
                yield _new(self._newer.at[*place, part], older.line_of("properties"))

    def _renamed(self, place: Place, gone: list[str], new: list[str]) -> dict[str, str]:
        """Return which new names may stand for one that is gone: the same in all else."""
        found: dict[str, str] = {}
        for old in (name for name in gone if name not in (ITEM, ENTRY)):
            same = [
                name
                for name in new
                if name not in found.values() and self._same((*place, old), (*place, name))
            ]
            same.sort(key=lambda name: SequenceMatcher(None, old, name).ratio(), reverse=True)
            only = len(same) == len(gone) == 1
            if same and (only or SequenceMatcher(None, old, same[0]).ratio() >= ALIKE):
                found[old] = same[0]
        return found

    def _same(self, old: Place, new: Place) -> bool:
        """Return whether two places agree in all but their name and texts, all the way down."""
        older, newer = self._older.at[old], self._newer.at[new]
        if any(name != TEXT for name in self._differing(older, newer)):
            return False
        parts = self._old_parts.get(old, [])
        if sorted(parts) != sorted(self._new_parts.get(new, [])):
            return not newer.whole
        return all(self._same((*old, part), (*new, part)) for part in parts)

    def _differing(self, older: Fact, newer: Fact) -> list[str]:
        """Return the attributes that both states speak of, and differently."""
        if self._newer.is_document:
            names = dict.fromkeys((*FIRST, *older.says, *newer.says))
        else:  # a page leaves attributes out
            names = dict.fromkeys(name for name in (*FIRST, *newer.says) if name in newer.says)
        differ = [
            name
            for name in names
            if self._counts(name) and _value(older, name) != _value(newer, name)
        ]
        return [n for n in differ if n not in OF_ONE_TYPE] if "type" in differ else differ


def _value(fact: Fact, attribute: str) -> Value:
    """Return the value of an attribute; a flag that is not set is None."""
    value = fact.says.get(attribute)
    return None if value is False else value


def _contract(says: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in says.items() if is_contract(name)}


def _parts(facts: Mapping[Place, Fact]) -> dict[Place, list[str]]:
    parts: dict[Place, list[str]] = {}
    for place in facts:
        parts.setdefault(place[:-1], []).append(place[-1])
    return parts


def _gone(fact: Fact) -> Difference:
    return Difference(fact.place, Kind.GONE, effect_of_gone(fact), fact.line, fact=fact)


def _new(fact: Fact, line: int | None) -> Difference:
    return Difference(fact.place, Kind.NEW, effect_of_new(fact), line, fact=fact)
