"""Compares what we say with what the vendor says: facts in, differences out.

What a difference means is in `effects`, which of them are meant in `departures`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from .effects import (
    Effect,
    Kind,
    effect_of_change,
    effect_of_gone,
    effect_of_new,
    effect_of_rename,
)
from .facts import (
    ENTRY,
    ITEM,
    OF_EVERY_TYPE,
    OF_ONE_TYPE,
    Fact,
    Facts,
    Reading,
    Value,
    Where,
    operation,
)

#: From so much likeness of their names on, one of several lookalikes is taken for the new name.
ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the vendor says differently.

    Attributes:
        where: The place, in our names where we have it.
        kind: What has happened to it.
        effect: Whom it concerns.
        line: Where to edit our document.
        attribute: What has changed, for a change.
        ours: What we say: the value of the attribute, or the name.
        theirs: What the vendor says.
        fact: The place itself, where it is new or gone.
        also: More places that the same edit concerns.
    """

    where: Where
    kind: Kind
    effect: Effect
    line: int | None
    attribute: str = ""
    ours: Value = None
    theirs: Value = None
    fact: Fact | None = None
    also: tuple[Where, ...] = ()

    @property
    def what(self) -> str:
        """Return `new`, `gone`, `renamed` or the attribute that changed."""
        return self.attribute or self.kind.value


def compare(ours: Reading, theirs: Reading) -> list[Difference]:
    """Return every difference, in the order of our document, each place by itself."""
    return list(_Comparison(ours, theirs).operations())


def merged(differences: list[Difference]) -> list[Difference]:
    """Put differences together that one and the same edit of our document settles."""
    found: dict[object, Difference] = {}
    for one in differences:
        shape = str(one.fact.says) if one.fact else ""
        key = (one.line, one.what, one.where[-1], one.ours, one.theirs, one.effect, shape)
        known = found.get(key)
        found[key] = replace(known, also=(*known.also, one.where)) if known else one
    return list(found.values())


class _Comparison:
    """Walks through both sides at once, from the operations inwards."""

    def __init__(self, ours: Reading, theirs: Reading) -> None:
        self._ours, self._theirs = ours.facts, theirs.facts
        self._source = theirs
        self._our_parts, self._their_parts = _parts(ours.facts), _parts(theirs.facts)

    def operations(self) -> Iterator[Difference]:
        for where, fact in self._ours.items():
            if len(where) > 1:
                continue
            if where in self._theirs:
                yield from self._place(where)
            elif self._source.speaks_of(operation(where)):
                yield _gone(fact)
        for where, fact in self._theirs.items():
            if len(where) == 1 and where not in self._ours:
                yield _new(fact, None)

    def _place(self, where: Where) -> Iterator[Difference]:
        ours, theirs = self._ours[where], self._theirs[where]
        yield from _changes(ours, theirs)
        # Another type is one difference, not one for everything inside.
        if "type" not in _differing(ours, theirs):
            yield from self._inside(where)

    def _inside(self, where: Where) -> Iterator[Difference]:
        ours, theirs = self._ours[where], self._theirs[where]
        mine, other = self._our_parts.get(where, []), self._their_parts.get(where, [])
        gone = [part for part in mine if part not in other] if theirs.whole else []
        new = [part for part in other if part not in mine] if ours.whole else []
        renamed = self._renamed(where, gone, new) if len(where) > 1 else {}
        for part in mine:
            place = (*where, part)
            if part in renamed:
                line = self._ours[place].line
                effect = effect_of_rename(place)
                yield Difference(place, Kind.RENAMED, effect, line, "", part, renamed[part])
            elif part in gone:
                yield _gone(self._ours[place])
            elif part in other:
                yield from self._place(place)
        for part in new:
            if part not in renamed.values():
                yield _new(self._theirs[*where, part], ours.line_of("properties"))

    def _renamed(self, where: Where, gone: list[str], new: list[str]) -> dict[str, str]:
        """Return which of the new names may stand for one that is gone: the same in all else."""
        found: dict[str, str] = {}
        for old in gone:
            same = [
                name
                for name in new
                if name not in found.values() and self._same((*where, old), (*where, name))
            ]
            same.sort(key=lambda name: SequenceMatcher(None, old, name).ratio(), reverse=True)
            only = len(same) == len(gone) == 1
            if same and (only or SequenceMatcher(None, old, same[0]).ratio() >= ALIKE):
                found[old] = same[0]
        return found

    def _same(self, old: Where, new: Where) -> bool:
        """Say whether two places agree in all but their name, all the way down."""
        if old[-1] in (ITEM, ENTRY) or _differing(self._ours[old], self._theirs[new]):
            return False
        parts = self._our_parts.get(old, [])
        if sorted(parts) != sorted(self._their_parts.get(new, [])):
            return not self._theirs[new].whole
        return all(
            not _differing(self._ours[*old, part], self._theirs[*new, part]) for part in parts
        )


def _parts(facts: Facts) -> dict[Where, list[str]]:
    parts: dict[Where, list[str]] = {}
    for where in facts:
        parts.setdefault(where[:-1], []).append(where[-1])
    return parts


def _differing(ours: Fact, theirs: Fact) -> list[str]:
    """Return the attributes that both speak of, and differently."""
    names = [name for name in OF_EVERY_TYPE if _differs(ours, theirs, name)]
    if "type" not in names:
        names += [name for name in OF_ONE_TYPE if _differs(ours, theirs, name)]
    return names


def _differs(ours: Fact, theirs: Fact, name: str) -> bool:
    return name in ours.says and name in theirs.says and ours.says[name] != theirs.says[name]


def _changes(ours: Fact, theirs: Fact) -> Iterator[Difference]:
    for name in _differing(ours, theirs):
        before, after = ours.says[name], theirs.says[name]
        effect = effect_of_change(ours.where, name, before, after)
        yield Difference(ours.where, Kind.CHANGED, effect, ours.line_of(name), name, before, after)


def _gone(fact: Fact) -> Difference:
    return Difference(fact.where, Kind.GONE, effect_of_gone(fact), fact.line, fact=fact)


def _new(fact: Fact, line: int | None) -> Difference:
    return Difference(fact.where, Kind.NEW, effect_of_new(fact), line, fact=fact)
