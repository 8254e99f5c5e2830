"""What a row, a table or a section of a reference page says by itself. No links are followed."""

import re

from .facts import Value
from .markdown import Cell, Row, Section
from .schemas import requires

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
