"""Reads the vendor's reference pages in Markdown into facts, several pages as one.

A page says less than a document: types without formats, `required` but not null, some limits, no
errors. What it does not say is left open. What it says in words that are not known here becomes a
note, so that a person looks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .facts import (
    ITEM,
    REQUEST,
    Fact,
    Facts,
    Reading,
    SourceError,
    Value,
    Where,
    with_lengths_inside,
)
from .openapi import operation_name
from .tables import Cell, Row, Section, sections

ADDRESS = re.compile(r"\[PlatformAddress\](/api/connector/\S+?)[`\s]", re.IGNORECASE)
SIDES = {"request": REQUEST, "response": "200"}
TYPES = {
    "string": "string",
    "boolean": "boolean",
    "bool": "boolean",
    "integer": "integer",
    "int": "integer",
    "number": "number",
    "decimal": "number",
    "object": "object",
    "any": "any",
}
ARRAY = re.compile(r"^array of\s+", re.IGNORECASE)
LIMIT = re.compile(
    r"^(?P<end>min|max)(?:imum)?(?: length| value)? (?P<number>[\d,]+) ?"
    r"(?P<unit>items?|characters?|)(?: long)?$"
)
UNITS = {"i": "Items", "c": "Length"}


@dataclass(slots=True)
class _Page:
    """A page with the types it explains, by the key of their headings."""

    source: str
    sections: list[Section]
    types: dict[str, Section] = field(default_factory=dict[str, Section])


def read(texts: dict[str, str]) -> Reading:
    """Return the facts of all pages, by the name of their source; links may lead across.

    Raises `SourceError` when two pages describe the same operation.
    """
    pages = [_page(source, text) for source, text in texts.items()]
    reader = _Reader(pages)
    facts: Facts = {}
    for page in pages:
        found = list(reader.page(page))
        for fact in found:
            if fact.where in facts:
                raise SourceError(page.source, f"{fact.where[0]} is described twice", fact.line)
            facts[fact.where] = fact
        reader.look_for_both_sides(page, found)
    return Reading(
        "pages", with_lengths_inside(facts), whole=False, notes=tuple(dict.fromkeys(reader.notes))
    )


def _page(source: str, text: str) -> _Page:
    page = _Page(source, sections(text))
    for section in page.sections:
        if section.title.lower() not in SIDES and (section.tables or section.points):
            page.types.setdefault(_key(section.title), section)
    return page


def _key(title: str) -> str:
    """Return what a heading and a link to it have in common: `Voucher code`, `#VoucherCode`."""
    return "".join(letter for letter in title.lower() if letter.isalnum())


@dataclass(frozen=True, slots=True)
class _Spot:
    """A row that is being read: of which page, for which place, through which types."""

    page: _Page
    row: Row
    where: Where
    trail: tuple[str, ...]


class _Reader:
    """Reads pages that know each other, and collects what it did not understand."""

    def __init__(self, pages: list[_Page]) -> None:
        self._pages = pages
        self.notes: list[str] = []

    def page(self, page: _Page) -> Iterator[Fact]:
        operation, level = "", 2
        for section in page.sections:
            side = SIDES.get(section.title.lower())
            found = ADDRESS.search(" ".join((*section.texts, "")))
            if found:
                operation = operation_name(found[1]) or ""
                level = section.level - 1 if side else section.level
                if operation:
                    yield Fact((operation,), whole=False, line=section.line)
            elif section.level <= level:
                operation = ""
            if side == REQUEST and not found:
                self._note(page, section.line, "a request without an address is left out")
            if side and operation:
                yield from self._body(page, section, (operation, side))

    def look_for_both_sides(self, page: _Page, facts: list[Fact]) -> None:
        """Note a request or a response that has no section, perhaps for another heading."""
        places = {fact.where for fact in facts}
        for fact in facts:
            for title, side in SIDES.items():
                if len(fact.where) == 1 and (*fact.where, side) not in places:
                    reason = f"{fact.where[0]} has no section `{title.title()}`: not compared"
                    self._note(page, fact.line or 1, reason)

    def _body(self, page: _Page, section: Section, where: Where) -> Iterator[Fact]:
        empty = any(text.strip() == "{}" for text in section.texts)
        rows = _properties_of(section)
        yield Fact(where, {"type": "object"}, bool(rows) or empty, section.line)
        yield from self._properties(page, rows, where, ())
        if not rows and not empty:
            self._note(page, section.line, "no table with a column `Property`: not compared")

    def _properties(
        self, page: _Page, rows: list[Row], where: Where, trail: tuple[str, ...]
    ) -> Iterator[Fact]:
        seen: set[str] = set()
        for row in rows:
            cell = row.cells.get("property") or row.cells.get("name") or Cell()
            name = (cell.codes or cell.text.split() or [""])[0]
            if name and name not in seen:
                seen.add(name)
                says: dict[str, Value] = {"deprecated": True} if cell.struck else {}
                yield from self._property(_Spot(page, row, (*where, name), trail), says)
            else:
                reason = f"the property {name!r} comes again" if name else "a row names no property"
                self._note(page, row.line, reason)

    def _property(self, spot: _Spot, says: dict[str, Value]) -> Iterator[Fact]:
        """Yield the facts of a row: of the arrays, one inside the other, and of what is in them."""
        words, arrays = spot.row.cells.get("type", Cell()).text, 0
        while ARRAY.match(words):
            arrays, words = arrays + 1, ARRAY.sub("", words)
        says |= self._contract(spot.page, spot.row, "Items" if arrays else "Length")
        for _ in range(arrays):
            yield Fact(spot.where, {**says, "type": "array"}, line=spot.row.line)
            spot, says = replace(spot, where=(*spot.where, ITEM)), {}
        yield from self._type(spot, words, says)

    def _contract(self, page: _Page, row: Row, unit: str) -> dict[str, Value]:
        """Return what a contract such as `required, max 1000 items` says."""
        says: dict[str, Value] = {}
        text = row.cells.get("contract", Cell()).text.lower()
        for term in re.split(r"[,;]\s+", text):
            found = LIMIT.match(term)
            if term in ("required", "optional"):
                says["required"] = term == "required"
            elif term in ("deprecated", "nullable"):
                says[term] = True
            elif found:
                number = int(found["number"].replace(",", "")[:18])
                says[found["end"] + UNITS.get(found["unit"][:1], unit)] = number
            elif term:
                self._note(page, row.line, f"the contract {term!r} is not understood")
        return says

    def _type(self, spot: _Spot, words: str, says: dict[str, Value]) -> Iterator[Fact]:
        """Yield the facts of a type, which is a plain word or leads to a section."""
        line = spot.row.line
        link = spot.row.cells["type"].link if "type" in spot.row.cells else ""
        known = TYPES.get(words.lower().removesuffix("s"))
        home, section = self._linked(spot.page, link, words)
        key = f"{home.source}#{section.title}" if section else ""
        if known and not link:
            yield Fact(spot.where, {**says, "type": known}, known != "object", line)
        elif section is None or key in spot.trail:
            if section is None and "type" in spot.row.cells:
                why = "is on another page: not compared" if link else "is not understood"
                self._note(spot.page, line, f"the type {words!r} {why}")
            yield Fact(spot.where, says, whole=False, line=line)
        elif values := _values(section):
            yield Fact(spot.where, {**says, "type": "string", "enum": values}, line=line)
        else:
            rows = _properties_of(section)
            kind: dict[str, Value] = {"type": "object"} if rows else {}
            yield Fact(spot.where, says | kind, bool(rows), line)
            yield from self._properties(home, rows, spot.where, (*spot.trail, key))
            if not rows:
                self._note(home, section.line, f"the section {section.title!r} is no type")

    def _linked(self, page: _Page, link: str, words: str) -> tuple[_Page, Section | None]:
        """Return the section that a type refers to, on its own page first, and that page."""
        file, _, anchor = link.partition("#")
        name = file.rstrip("/").rpartition("/")[2]
        named = [other for other in self._pages if name and name.split(".")[0] in other.source]
        for home in [*named, page, *self._pages]:
            for key in (_key(anchor), _key(words)):
                if key and key in home.types:
                    return home, home.types[key]
        return page, None

    def _note(self, page: _Page, line: int, reason: str) -> None:
        self.notes.append(f"{page.source}:{line}: {reason}")


def _properties_of(section: Section) -> list[Row]:
    """Return the first table that has properties."""
    return next(
        (rows for rows in section.tables if {"property", "name"} & rows[0].cells.keys()), []
    )


def _values(section: Section) -> frozenset[str]:
    """Return the values of an enum: a list of them, or a table that names values."""
    if _properties_of(section):
        return frozenset()
    cells = [row.cells.get("value", Cell()) for table in section.tables for row in table]
    return frozenset(cell.codes[0] for cell in (*cells, *section.points) if cell.codes)
