"""Gets the texts of sources: files, folders, globs and addresses, within limits of time and size.

What a text means is not known here, except whether it is a page. The network is used for addresses
alone.
"""

import asyncio
import glob
import re
import time
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from .facts import SourceError

if TYPE_CHECKING:
    import httpx

#: The document that the vendor's own reference is made from.
PUBLISHED = "https://api.mews.com/swagger/connector/swagger.yaml"
#: The same of the demo environment, which may be ahead.
PUBLISHED_DEMO = "https://api.mews-demo.com/swagger/connector/swagger.yaml"
#: Ten times the vendor's document.
MAX_BYTES = 20_000_000
MAX_REDIRECTS = 5
#: More pages are not fetched.
MAX_PAGES = 20
#: Seconds for all addresses of a run together, from the first connection to the last byte.
DEADLINE = 60.0

OPENAPI = re.compile(r"\A\s*[{\[]|^[\"']?(?:openapi|swagger)[\"']?\s*:", re.MULTILINE)
MARKDOWN = re.compile(r"^#{1,6} .*\S", re.MULTILINE)
#: A link of a type in a row of a table.
TYPE_LINK = re.compile(r"^\|[^|]*\|[^|]*\]\(([^)#\s]+)#", re.MULTILINE)
SUFFIXES = (".md", ".yaml", ".yml", ".json")


class Texts:
    """The texts of all sources by name: documents, pages, and what could not be had.

    Links of a page at an address are followed on the same site.

    Raises:
        SourceError: A source is missing, too large, too slow, or of no known kind.
    """

    def __init__(self, sources: Iterable[str]) -> None:
        self.documents, self.pages = dict[str, str](), dict[str, str]()
        self.left_out = list[str]()
        self._until = time.monotonic() + DEADLINE
        for source in dict.fromkeys(name for given in sources for name in _expanded(given)):
            self._add(source)

    def _add(self, source: str) -> None:
        text = text_of(source, self._until)
        if not _is_page(source, text):
            self.documents[source] = text
            return
        self.pages[source] = text
        for link in dict.fromkeys(TYPE_LINK.findall(text)) if is_address(source) else ():
            page = urljoin(source, link)
            if urlsplit(page)[:2] == urlsplit(source)[:2] and page not in self.pages:
                self._follow(page)

    def _follow(self, page: str) -> None:
        """Add a linked page; one that cannot be had is left out."""
        if len(self.pages) >= MAX_PAGES:
            self.left_out.append(f"{page}: more than {MAX_PAGES} pages")
            return
        try:
            self._add(page)
        except SourceError as error:
            self.left_out.append(str(error))


def text_of(source: str, until: float = 0) -> str:
    """Return the text of a file, or of an address that has to be complete at a time.

    Raises:
        SourceError: It is missing, too large, too slow or not UTF-8.
    """
    if not is_address(source) and "://" in source:
        raise SourceError(source, "name a file, or an address that begins with http:// or https://")
    data: bytes | bytearray
    data = asyncio.run(_fetched(source, until)) if is_address(source) else _from_file(source)
    if len(data) > MAX_BYTES:
        raise SourceError(source, f"larger than {MAX_BYTES // 1_000_000} MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(source, f"not UTF-8: {error.reason}", line) from error


def is_address(source: str) -> bool:
    """Return whether a source is on a server."""
    return source.lower().startswith(("http://", "https://"))


def _expanded(source: str) -> list[str]:
    """Return the files of a folder or a glob, or the source itself."""
    if "://" in source and "@" in source:  # what is printed names the sources
        raise SourceError("an address", "leave out who signs in: it has an @")
    path, pattern = Path(source), source
    if source and path.is_dir():
        pattern = f"{glob.escape(source)}/**"
    elif is_address(source) or path.exists() or not glob.has_magic(source):
        return [source]
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - of a text
    found = [name for name in found if name.endswith(SUFFIXES)]
    if not found:
        raise SourceError(source, f"no file in it ends with {', '.join(SUFFIXES)}")
    return found


def _from_file(source: str) -> bytes:
    try:
        with Path(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SourceError(source or "''", getattr(error, "strerror", None) or error) from error


async def _fetched(source: str, until: float) -> bytearray:
    # Imported here: it takes longer than reading a file, which needs none of it.
    import httpx

    left, address = until - time.monotonic(), source
    try:
        async with asyncio.timeout(left), httpx.AsyncClient(timeout=DEADLINE) as client:
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
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OverflowError) as error:
        reason = str(error) or type(error).__name__
        raise SourceError(source, f"cannot be fetched: {reason}") from error


async def _body(source: str, response: "httpx.Response") -> bytearray:
    if response.status_code != 200:
        raise SourceError(source, f"the server responds with {response.status_code}")
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > MAX_BYTES:
            break
    return data


def _is_page(source: str, text: str) -> bool:
    """Return whether a text is a page; the name decides where it can be either."""
    suffix = PurePosixPath(urlsplit(source).path).suffix.lower()
    if suffix in SUFFIXES:
        return suffix == ".md"
    is_document = bool(OPENAPI.search(text))
    if not is_document and not MARKDOWN.search(text):
        raise SourceError(source, "neither an OpenAPI document nor a page in Markdown")
    return not is_document
