"""Reads the vendor's reference pages into facts, several pages as one.

A program makes the pages from the vendor's document, and they say less: the contract column says
whether null is allowed, not whether a property may be missing. Formats, patterns, lower limits and
errors are not shown. What a page does not say is no attribute of a fact, and so no difference.

Source: https://docs.mews.com/connector-api
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .excerpt import digest, operation_name
from .facts import ITEM, REQUEST, Fact, Facts, Place, Says, SourceError, Value
from .keywords import LENGTHS
from .markdown import Cell, Row, Section
from .page import (
    ADDRESS,
    GUIDELINES,
    SIDES,
    TYPES,
    Page,
    alternatives,
    contract_of,
    key_of,
    name_in,
    name_of,
    properties_of,
    values_of,
)

#: Pages that list this were made before 2026. They show the limits of lists alone.
OF_OLD_FORM = "`LanguageCode`"
MAX_ARRAYS = 5
ARRAY = re.compile(r"^array of\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A row that is being read."""

    page: Page
    row: Row
    place: Place
    trail: tuple[str, ...] = ()  # the types that led to it
    is_shared: bool = False  # on another page, which may speak more generally
    lengths: Says = field(default_factory=dict[str, Value])  # beside the object: for its `Value`


def read(
    texts: Mapping[str, str], left_out: Sequence[str] = (), named: Sequence[str] = ()
) -> Facts:
    """Return the facts of all pages; those `named` are expected to say something about vouchers.

    Raises:
        SourceError: Two pages describe one operation, or no page says anything about vouchers.
    """
    reader = _Reader([Page(source, text) for source, text in texts.items()], left_out)
    at, found = dict[Place, Fact](), dict[str, str]()
    for page in reader.pages:
        facts = list(reader.facts_of(page))
        for fact in facts:
            if fact.place in at:
                raise SourceError(page.source, f"{fact.place[0]} is described twice", fact.line)
            at[fact.place] = fact
        if not facts and page.source in named:
            reader.left_out.append(f"{page.source}: describes no voucher operation")
    for page in reader.pages:  # behind all facts: these lead to sections of other pages
        for place, text in page.texts().items():  # pages of one name are told apart by nothing
            found[place] = digest(found.get(place, "") + text)
    if not found:
        raise SourceError(shown_as(texts), "no voucher operation is described")
    notes, missing = (tuple(dict.fromkeys(some)) for some in (reader.notes, reader.left_out))
    return Facts(at, notes=notes, left_out=missing, texts=found)


def shown_as(names: Collection[str]) -> str:
    """Return the names of pages, or their number."""
    return ", ".join(names) if len(names) < 4 else f"{len(names)} pages"


class _Reader:
    """Reads pages that know each other. Collects what it did not understand."""

    def __init__(self, pages: list[Page], left_out: Sequence[str]) -> None:
        self.pages = pages
        self.left_out = [*left_out]
        self.notes: list[str] = []

    def facts_of(self, page: Page) -> Iterator[Fact]:
        """Yield the facts of a page's operations, and take in its texts."""
        if "voucher" not in page.text.lower() and GUIDELINES not in page.source:
            return
        found = list(self._operations(page))
        yield from found
        if found or GUIDELINES in page.source:
            page.take(page.sections)
        elif not ADDRESS.search(page.text):  # a changelog or the like
            page.take(page.sections, "voucher")

    def _operations(self, page: Page) -> Iterator[Fact]:
        operation, sides = "", dict[str, set[str]]()
        for section in page.sections:
            side = SIDES.get(section.title.lower())
            found = ADDRESS.search(" ".join((*section.texts, "")))
            if found:
                operation = operation_name(found[1]) or ""
                if operation:
                    sides[operation] = set()
                    yield Fact((operation,), whole=False, line=section.line)
            if side and operation and side not in sides[operation]:
                sides[operation].add(side)
                yield from self._body(page, section, (operation, side))
            elif side == REQUEST and not found and "/connector/v1/voucher" in page.text:
                self._note(page, section.line, "a request without an address is left out")
        for operation, seen in sides.items():
            for title in (title for title, side in SIDES.items() if side not in seen):
                self._note(page, 1, f"{operation} has no section `{title.title()}`: not compared")

    def _body(self, page: Page, section: Section, place: Place) -> Iterator[Fact]:
        empty = any(text.strip() == "{}" for text in section.texts)
        rows = properties_of(section)
        says: dict[str, Value] = {"type": "object"}
        if place[1] == REQUEST:
            says["oneOf"] = alternatives(section)
        yield Fact(place, says, bool(rows) or empty, section.line)
        yield from self._properties(rows, _Spot(page, Row(section.line, {}), place))
        if not rows and not empty:
            self._note(page, section.line, "no table with a column `Property`: not compared")

    def _properties(self, rows: list[Row], outer: _Spot) -> Iterator[Fact]:
        """Yield the facts of a table at the place of `outer`, whose row does not matter."""
        seen: set[str] = set()
        for row in rows:
            name = name_of(row)
            if name and name not in seen:
                seen.add(name)
                yield from self._property(replace(outer, row=row, place=(*outer.place, name)))
            else:
                reason = f"the property {name!r} comes again" if name else "a row names no property"
                self._note(outer.page, row.line, reason)

    def _property(self, spot: _Spot) -> Iterator[Fact]:
        """Yield the facts of a row: of arrays, one inside the other, and of what is in them."""
        words, arrays = spot.row.cells.get("type", Cell()).text, 0
        while ARRAY.match(words) and arrays < MAX_ARRAYS:
            arrays, words = arrays + 1, ARRAY.sub("", words)
        unit = "Items" if arrays else "Length"
        shows_limits = not spot.is_shared and OF_OLD_FORM not in spot.page.text
        says, unknown = contract_of(spot.row, unit, shows_limits=shows_limits)
        for reason in unknown:
            self._note(spot.page, spot.row.line, reason)
        says |= spot.lengths if spot.place[-1] == "Value" else {}
        for _ in range(arrays):
            yield Fact(spot.place, {**says, "type": "array"}, line=spot.row.line)
            spot, says = replace(spot, place=(*spot.place, ITEM)), {}
        yield from self._type(spot, words, says)

    def _type(self, spot: _Spot, words: str, says: dict[str, Value]) -> Iterator[Fact]:
        """Yield the facts of a type, which is a plain word or leads to a section."""
        line, kind = spot.row.line, spot.row.cells.get("type", Cell())
        if kind.link:
            yield from self._section(spot, words, says)
            return
        known = TYPES.get(words.lower().removesuffix("s"))
        if known is None and kind.text:
            self._note(spot.page, line, f"the type {words!r} is not understood")
        is_said = known and not (spot.is_shared and known == "number")
        says |= {"type": known, "enum": None} if is_said else {}
        yield Fact(spot.place, says, known in TYPES and known != "object", line)

    def _section(self, spot: _Spot, words: str, says: dict[str, Value]) -> Iterator[Fact]:
        """Yield the facts of the section that a type leads to."""
        file, _, anchor = spot.row.cells["type"].link.partition("#")
        lengths = {name: says.pop(name) for name in LENGTHS if name in says}
        home, section = self._linked(spot, file, anchor, words)
        key, rows = f"{home.source}#{section.title}", properties_of(section)
        home.take([section] if section.title else [])
        # The guidelines are written by hand: what they leave out may exist.
        whole = bool(rows) and GUIDELINES not in file and key not in spot.trail
        if values := values_of(section):
            is_open = any(point.text.startswith(("…", "...")) for point in section.points)
            says |= {"type": "string", "enum": values, "x-extensible": is_open}
        elif rows:
            says["type"] = "object"
        elif section.title:
            self._note(home, section.line, f"the section {section.title!r} is no type")
        yield Fact(spot.place, says, whole or bool(values), spot.row.line)
        if key not in spot.trail:
            is_shared = spot.is_shared or home is not spot.page
            inner = replace(spot, page=home, trail=(*spot.trail, key), is_shared=is_shared)
            yield from self._properties(rows, replace(inner, lengths=lengths))

    def _linked(self, spot: _Spot, file: str, anchor: str, words: str) -> tuple[Page, Section]:
        """Return the section that a link leads to, an empty one for none, and its page."""
        name = name_in(file) or spot.page.name
        homes = [page for page in (spot.page, *self.pages) if page.name == name]
        for home in homes:
            if section := home.types.get(key_of(anchor or words)):
                return home, section
        if homes:
            self._note(spot.page, spot.row.line, f"nothing is at the link to {words!r} on {name}")
        else:
            self.left_out.append(f"types on {name}, which was not given")
        return spot.page, Section(0, "", spot.row.line)

    def _note(self, page: Page, line: int, reason: str) -> None:
        self.notes.append(f"{page.source}:{line}: {reason}")
