"""One reference page: its sections, how links and the record name them, and the words to record."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from .excerpt import digest
from .facts import REQUEST
from .markdown import Section, sections
from .rows import name_of

SIDES = {"request": REQUEST, "response": "200"}
#: A page without an operation counts whole in this folder, elsewhere with what names vouchers.
GUIDELINES = "guidelines"
#: Columns whose cells are facts, not words.
OF_FACTS = ("property", "name", "type", "contract")


class Page:
    """A page, by the name of its source."""

    def __init__(self, source: str, text: str) -> None:
        self.source, self.text = source, text
        #: The sections whose words count, by line, and what these must be about.
        self._taken: dict[int, str] = {}

    @cached_property
    def sections(self) -> list[Section]:
        """The sections; cut when they are needed, because most pages are not."""
        return sections(self.text)

    @property
    def name(self) -> str:
        """The name by which links know it."""
        return name_in(self.source)

    @property
    def key(self) -> str:
        """The name by which the record knows it."""
        return f"{GUIDELINES}/{self.name}" if GUIDELINES in self.source else self.name

    @cached_property
    def types(self) -> dict[str, Section]:
        """The sections that describe a type, by the key of their headings."""
        found = [
            s for s in self.sections if s.title.lower() not in SIDES and (s.tables or s.points)
        ]
        return {key_of(section.title): section for section in reversed(found)}

    def take(self, found: Iterable[Section], about: str = "") -> None:
        """Take in sections; only those of their words that are about something, if it is given."""
        self._taken |= {section.line: about for section in found}

    def texts(self) -> dict[str, str]:
        """Return digests of the words that were taken in, by page and heading."""
        texts: dict[str, list[str]] = {}  # a heading can come again
        for section in self.sections if self._taken else ():
            about = self._taken.get(section.line)
            words = [
                text
                for text in _words(section)
                if about is not None and about in f"{section.title} {text}".lower()
            ]
            if words or about == "":
                texts.setdefault(f"{self.key}#{self._heading(section)}", []).extend(words)
        return {place: digest(" ".join(words)) for place, words in texts.items()}

    def _heading(self, section: Section) -> str:
        """Return the title of a section; with that of its operation, where all have such a one."""
        if section.title.lower() not in SIDES:
            return section.title
        before = (one for one in reversed(self.sections) if one.line < section.line)
        outer = next((one.title for one in before if one.level < section.level), "")
        return f"{outer} / {section.title}"


def name_in(path: str) -> str:
    """Return the name of a page in a path, an address or a link, which may lack the ending."""
    return PurePosixPath(urlsplit(path).path).name.removesuffix(".md")


def key_of(title: str) -> str:
    """Return what a heading and a link to it have in common: `Voucher code`, `#VoucherCode`."""
    return "".join(letter for letter in title.lower() if letter.isalnum())


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
