"""Reads the vendor's reference pages in Markdown into facts, several pages as one.

A page says less than a document: types without formats, `required` but not null, some limits, no
errors. What it does not say is left open. What it says in words that are not known here becomes a
note, so that a person looks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .facts import ITEM, REQUEST, Fact, Facts, Reading, SourceError, Value, Where, with_lengths_inside
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
        for fact in reader.page(page):
            if fact.where in facts:
                raise SourceError(page.source, f"{fact.where[0]} is described twice", fact.line)
            facts[fact.where] = fact
    return Reading("pages", with_lengths_inside(facts), False, tuple(dict.fromkeys(reader.notes)))


def _page(source: str, text: str) -> _Page:
    page = _Page(source, sections(text))
    for section in page.sections:
        if section.title.lower() not in SIDES and (section.tables or section.points):
            page.types.setdefault(_key(section.title), section)
    return page


def _key(title: str) -> str:
    """Return what a heading and a link to it have in common: `Voucher code`, `#VoucherCode`."""
    return "".join(letter for letter in title.lower() if letter.isalnum())


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
                    yield Fact((operation,), {}, False, section.line)
            elif section.level <= level:
                operation = ""
            if side == REQUEST and not found:
                self._note(page, section.line, "a request without an address is left out")
            if side and operation:
                yield from self._body(page, section, (operation, side))

    def _body(self, page: _Page, section: Section, where: Where) -> Iterator[Fact]:
        empty = any(text.strip() == "{}" for text in section.texts)
        yield Fact(where, {"type": "object"}, bool(section.tables) or empty, section.line)
        if section.tables:
            yield from self._properties(page, section.tables[0], where, ())
        elif not empty:
            self._note(page, section.line, "no table of properties")

    def _properties(
        self, page: _Page, rows: list[Row], where: Where, trail: tuple[str, ...]
    ) -> Iterator[Fact]:
        seen: set[str] = set()
        for row in rows:
            cell = row.cells.get("property") or row.cells.get("name") or Cell()
            name = (cell.codes or cell.text.split() or [""])[0]
            if not name or name in seen:
                reason = f"the property {name!r} comes again" if name else "a row names no property"
                self._note(page, row.line, reason)
                continue
            seen.add(name)
            yield from self._property(page, row, (*where, name), cell.struck, trail)

    def _property(
        self, page: _Page, row: Row, where: Where, struck: bool, trail: tuple[str, ...]
    ) -> Iterator[Fact]:
        says: dict[str, Value] = {"deprecated": True} if struck else {}
        kind = row.cells.get("type", Cell())
        arrays = 0
        words = kind.text
        while ARRAY.match(words):
            arrays, words = arrays + 1, ARRAY.sub("", words)
        says |= self._contract(page, row, "Items" if arrays else "Length")
        for depth in range(arrays):
            says["type"] = "array"
            yield Fact((*where, *[ITEM] * depth), says, True, row.line)
            says = {}
        yield from self._type(page, row, (*where, *[ITEM] * arrays), words, says, trail)

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

    def _type(
        self,
        page: _Page,
        row: Row,
        where: Where,
        words: str,
        says: dict[str, Value],
        trail: tuple[str, ...],
    ) -> Iterator[Fact]:
        link = row.cells["type"].link if "type" in row.cells else ""
        known = TYPES.get(words.lower().removesuffix("s"))
        if known and not link:
            yield Fact(where, {**says, "type": known}, known != "object", row.line)
            return
        home, section = self._linked(page, link, words)
        key = f"{home.source}#{section.title}" if section else ""
        if section is None or key in trail:
            if not link:
                self._note(page, row.line, f"the type {words!r} is not understood")
            elif section is None:
                self._note(page, row.line, f"the type {words!r} is on another page: not compared")
            yield Fact(where, says, False, row.line)
        elif values := _values(section):
            yield Fact(where, {**says, "type": "string", "enum": values}, True, row.line)
        else:
            yield Fact(where, {**says, "type": "object"}, True, row.line)
            yield from self._properties(home, section.tables[0], where, (*trail, key))

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


def _values(section: Section) -> frozenset[str]:
    """Return the values of an enum: a list of them, or a table that names values."""
    first = section.tables[0][:1] if section.tables else []
    if first and "property" in first[0].cells:
        return frozenset()
    cells = [row.cells.get("value", Cell()) for table in section.tables for row in table]
    return frozenset(cell.codes[0] for cell in (*cells, *section.points) if cell.codes)
