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
