"""One reference page: its sections, the words to record, what a row or a section says by itself.

No links are followed.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from .excerpt import digest
from .facts import REQUEST, Value
from .markdown import Cell, Row, Section, sections
from .schemas import requires

SIDES = {"request": REQUEST, "response": "200"}
#: A page without an operation counts whole in this folder, elsewhere with what names vouchers.
GUIDELINES = "guidelines"
#: Columns whose cells are facts, not words.
OF_FACTS = ("property", "name", "type", "contract")
ADDRESS = re.compile(r"\[PlatformAddress\](/api/connector/\S+?)[`\s]", re.IGNORECASE)
TYPES = {"bool": "boolean", "int": "integer", "decimal": "number"}
TYPES |= {name: name for name in ("string", "boolean", "integer", "number", "object", "any")}
LIMIT = re.compile(
    r"^(?P<end>min|max)(?:imum)?(?: length| value)? (?P<number>[\d,]+) ?"
    r"(?P<unit>items?|characters?|months?|)(?: long)?$"
)
UNITS = {"item": "Items", "character": "Length"}
MONTHS = "x-max-interval-in-months"
ONE_OF = re.compile(r"\b(?:one of|either)\b", re.IGNORECASE)


class Page:
    """A page, by the name of its source."""

    def __init__(self, source: str, text: str) -> None:
        self.source, self.text = source, text
        #: By it, links and the record know the page.
        self.name = name_in(source)
        #: The sections whose words count, by line, and what these must be about.
        self._taken: dict[int, str] = {}

    @cached_property
    def sections(self) -> list[Section]:
        """The sections; cut when they are needed, because most pages are not."""
        return sections(self.text)

    @cached_property
    def types(self) -> dict[str, Section]:
        """The sections that describe a type, by the key of their headings."""
        found = [one for one in self.sections if one.tables or one.points]
        return {key_of(one.title): one for one in reversed(found) if one.title.lower() not in SIDES}

    def take(self, found: Iterable[Section], about: str = "") -> None:
        """Take in sections; only those of their words that are about something, if it is given."""
        self._taken |= {section.line: about for section in found}

    def texts(self) -> dict[str, str]:
        """Return digests of the words that were taken in, by page and heading."""
        texts: dict[str, list[str]] = {}  # a heading can come again
        for section in self.sections if self._taken else ():
            if (about := self._taken.get(section.line)) is not None:
                title = section.title.lower()
                words = [one for one in _words(section) if about in f"{title} {one.lower()}"]
                outer = f"{section.outer} / " if title in SIDES else ""
                if words or not about:
                    name = f"{self.name}#{outer}{section.title}"
                    texts.setdefault(name, []).extend(words)
        return {place: digest(" ".join(words)) for place, words in texts.items()}


def name_in(path: str) -> str:
    """Return the name of a page in a path, an address or a link, which may lack the ending."""
    return PurePosixPath(urlsplit(path).path).name.removesuffix(".md")


def key_of(title: str) -> str:
    """Return what a heading and a link to it have in common: `Voucher code`, `#VoucherCode`."""
    return "".join(letter for letter in title.lower() if letter.isalnum())


def name_of(row: Row) -> str:
    """Return the name of the property that a row is about."""
    cell = row.cells.get("property") or row.cells.get("name") or Cell()
    return (cell.codes or cell.text.split() or [""])[0]


def properties_of(section: Section) -> list[Row]:
    """Return the first table that has properties."""
    return next(
        (rows for rows in section.tables if {"property", "name"} & rows[0].cells.keys()), []
    )


def values_of(section: Section) -> frozenset[str]:
    """Return the values of an enum: a list of them, or a table that names values."""
    if properties_of(section):
        return frozenset()
    cells = [row.cells.get("value", Cell()) for table in section.tables for row in table]
    return frozenset(cell.codes[0] for cell in (*cells, *section.points) if cell.codes)


def alternatives(section: Section) -> Value:
    """Return the sets of parameters of which a request takes one, as a sentence says it."""
    found = [
        text for text in section.texts if ONE_OF.search(text) and not ADDRESS.search(text + " ")
    ]
    ways = [
        re.findall(r"`(\w+)`", way) for text in found for way in re.split(r"\bor\b|[;,:]", text)
    ]
    return frozenset(requires(names) for names in ways if names) or None


def contract_of(row: Row, unit: str, *, shows_limits: bool) -> tuple[dict[str, Value], list[str]]:
    """Return what a row and its contract say, such as `required, max 1000 items`, and notes.

    `unit` is for limits that name none. A page that shows all upper limits has none but these.
    """
    says: dict[str, Value] = {"deprecated": any(cell.struck for cell in row.cells.values())}
    text = row.cells.get("contract", Cell()).text.lower()
    if "contract" in row.cells and not text:
        return says, ["an empty contract"]
    if text and shows_limits:
        says |= {f"max{unit}": None, MONTHS: None}
    unknown: list[str] = []
    for term in filter(None, re.split(r"[,;]\s+", text)):
        found = LIMIT.match(term)
        if term in ("required", "optional"):
            says["nullable"] = term == "optional"
        elif found:
            number = int(found["number"].replace(",", "")[:18])
            kind = found["unit"].removesuffix("s")
            says[MONTHS if kind == "month" else found["end"] + UNITS.get(kind, unit)] = number
        elif term not in ("deprecated", "nullable"):
            unknown.append(f"the contract {term!r} is not understood")
    return says, unknown


def _words(section: Section) -> Iterator[str]:
    """Yield the words of a section; of a row on a property, its name with what is no fact."""
    yield from section.texts
    rows = list[str]()
    for row in (row for table in section.tables for row in table):
        name = name_of(row)
        columns = [one for one in row.cells if not name or one not in OF_FACTS]
        words = " ".join(row.cells[column].text for column in columns)
        rows += [f"{name}: {words}"] if words else []
    yield from sorted(rows)
