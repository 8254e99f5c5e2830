"""Gets the texts of sources: files, folders, globs and addresses, within limits of time and size.

What a text means is not known here, except whether it is a page. The network is used for addresses
alone.
"""

import asyncio
import glob
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin, urlsplit

from .facts import SourceError, hidden

if TYPE_CHECKING:
    import httpx

Data = TypeVar("Data", bytes, bytearray)

#: The document that the vendor's own reference is made from.
PUBLISHED = "https://api.mews.com/swagger/connector/swagger.yaml"
#: The same of the demo environment, which may be ahead.
PUBLISHED_DEMO = "https://api.mews-demo.com/swagger/connector/swagger.yaml"
#: Bytes: ten times the vendor's document. Characters: several times its longest page.
MAX_BYTES = 20_000_000
MAX_PAGE = 1_000_000
MAX_REDIRECTS = 5
#: Linked pages that are fetched.
MAX_PAGES = 20
#: Seconds for all addresses of a run together, from the first connection to the last byte.
DEADLINE = 60.0

OPENAPI = re.compile(r"^[\"']?(?:openapi|swagger)[\"']?\s*:", re.MULTILINE)
MARKDOWN = re.compile(r"^#{1,6} .*\S", re.MULTILINE)
HTML = re.compile(r"\s*<(?:!doctype|html|\?xml|head|body)", re.IGNORECASE)
#: A link of a type in a row of a table.
TYPE_LINK = re.compile(r"^\|[^|]*\|[^|]*\]\((?P<page>[^)#\s]+)#", re.MULTILINE)
SUFFIXES = (".md", ".yaml", ".yml", ".json")


class Texts:
    """The texts of all sources by name: documents, pages, and what could not be had.

    Links of a page at an address are followed on the same site. No name has a password in it.

    Raises:
        SourceError: A source is missing, too large, too slow, or of no known kind.
    """

    def __init__(self, sources: Iterable[str]) -> None:
        self.documents, self.pages = dict[str, str](), dict[str, str]()
        self.left_out = list[str]()
        self._until = time.monotonic() + DEADLINE
        for source in dict.fromkeys(name for given in sources for name in _expanded(given)):
            text = text_of(source, self._until)
            if not _is_page(source, text):
                self.documents[hidden(source)] = text
                continue
            self.pages[hidden(source)] = text
            if is_address(source):
                self._follow(source, text)

    def _follow(self, source: str, text: str) -> None:
        """Fetch the pages that the types of a page are on; one that cannot be had is left out."""
        for link in dict.fromkeys(found["page"] for found in TYPE_LINK.finditer(text)):
            page = urljoin(source, link)
            if urlsplit(page)[:2] != urlsplit(source)[:2] or hidden(page) in self.pages:
                continue
            if len(self.pages) >= MAX_PAGES:
                self.left_out.append(f"{hidden(page)}: more than {MAX_PAGES} pages")
                continue
            try:
                linked = text_of(page, self._until)
                if _is_page(page, linked):
                    self.pages[hidden(page)] = linked
                    self._follow(page, linked)
            except SourceError as error:
                self.left_out.append(str(error))


def text_of(source: str, until: float = 0) -> str:
    """Return the text of a file, or of an address that has to be complete at a time.

    Raises:
        SourceError: It is missing, too large, too slow, empty or not UTF-8.
    """
    if not is_address(source) and "://" in source:
        raise SourceError(source, "name a file, or an address that begins with http:// or https://")
    data = asyncio.run(_fetched(source, until)) if is_address(source) else _from_file(source)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(source, f"not UTF-8: {error.reason}", line) from error
    if not text.strip():
        raise SourceError(source, "empty")
    return text


def is_address(source: str) -> bool:
    """Return whether a source is on a server."""
    return source.lower().startswith(("http://", "https://"))


def _expanded(source: str) -> Iterator[str]:
    """Give the files of a folder or a glob, or the source itself."""
    if not source:
        raise SourceError("''", "an empty name")
    is_glob = not is_address(source) and glob.has_magic(source) and not Path(source).exists()
    found = sorted(glob.glob(source, recursive=True)) if is_glob else [source]  # noqa: PTH207 - of a text
    if not found:
        raise SourceError(source, "no file matches")
    for name in found:
        if is_address(name) or not Path(name).is_dir():
            yield name
            continue
        inside = [str(path) for path in sorted(Path(name).rglob("*")) if path.suffix in SUFFIXES]
        if not inside:
            raise SourceError(name, f"no file in it ends with {', '.join(SUFFIXES)}")
        yield from inside


def _from_file(source: str) -> bytes:
    try:
        if Path(source).exists() and not Path(source).is_file():  # a pipe could wait for ever
            raise SourceError(source, "no regular file")
        with Path(source).open("rb") as file:
            return _limited(source, file.read(MAX_BYTES + 1))
    except (OSError, ValueError) as error:
        raise SourceError(source, getattr(error, "strerror", None) or error) from error


async def _fetched(source: str, until: float) -> bytes:
    # Imported here: it takes longer than reading a file, which needs none of it.
    import httpx

    left = until - time.monotonic()
    try:
        async with asyncio.timeout(left), httpx.AsyncClient(timeout=DEADLINE) as client:
            _ = urlsplit(source).port  # a ValueError for one that cannot be
            address = source
            for _ in range(MAX_REDIRECTS + 1):
                async with client.stream("GET", address) as response:
                    if response.next_request is None:
                        return await _body(source, response)
                    address = str(response.next_request.url)
                if urlsplit(address)[:2] != urlsplit(source)[:2]:
                    reason = f"redirects to another server, {address}: name that one"
                    raise SourceError(source, reason)
        raise SourceError(source, f"more than {MAX_REDIRECTS} redirects")
    except (TimeoutError, httpx.TimeoutException) as error:
        raise SourceError(source, f"not complete after {DEADLINE:g} seconds") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        # What is wrong with an address could repeat a password in it.
        reason = str(error) if isinstance(error, httpx.HTTPError) else "no address"
        raise SourceError(source, f"cannot be fetched: {reason or type(error).__name__}") from error


async def _body(source: str, response: "httpx.Response") -> bytes:
    if response.status_code != 200:
        raise SourceError(source, f"the server answers {response.status_code}")
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        _limited(source, data)
    return bytes(data)


def _limited(source: str, data: Data) -> Data:
    if len(data) > MAX_BYTES:
        raise SourceError(source, f"larger than {MAX_BYTES // 1_000_000} MB")
    return data


def _is_page(source: str, text: str) -> bool:
    """Return whether a text is a page; the name decides where it can be either."""
    if HTML.match(text):
        reason = "a web page (HTML): name the address of its JSON, YAML or Markdown"
        raise SourceError(source, reason)
    suffix = PurePosixPath(urlsplit(source).path).suffix.lower()
    is_data = suffix in SUFFIXES or text.lstrip()[:1] in ("{", "[") or OPENAPI.search(text)
    if suffix != ".md" and is_data:
        return False
    if suffix != ".md" and not MARKDOWN.search(text):
        raise SourceError(source, "neither an OpenAPI document nor a page in Markdown")
    if len(text) > MAX_PAGE:
        raise SourceError(source, f"a page of more than {MAX_PAGE // 1_000_000} MB")
    return True
