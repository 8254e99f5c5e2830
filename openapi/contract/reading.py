"""Tells the kinds of sources apart, and has each read by the reader for it."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from . import openapi, pages
from .facts import Reading, SourceError
from .fetch import text_of
from .tree import parse

OPENAPI = re.compile(r"^[\"']?(?:openapi|swagger)[\"']?\s*:", re.MULTILINE)
MARKDOWN = re.compile(r"^#{1,6} .*\S", re.MULTILINE)
HTML = re.compile(r"\s*<(?:!doctype|html|\?xml|head|body)", re.IGNORECASE)


def read(sources: Sequence[str]) -> list[tuple[str, Reading]]:
    """Return what the sources say, by name: each document, and all pages together.

    Raises `SourceError` for a source that cannot be used, or says nothing about vouchers.
    """
    found: list[tuple[str, Reading]] = []
    texts: dict[str, str] = {}
    for source in dict.fromkeys(sources):
        text = text_of(source)
        if _is_page(source, text):
            texts[source] = text
        else:
            found.append((source, _useful(source, openapi.read(source, parse(source, text)))))
    if texts:
        names = ", ".join(texts)
        found.append((names, _useful(names, pages.read(texts))))
    return found


def ours(document: Path, name: str) -> Reading:
    """Return what our own document says, with the places under `name`."""
    return _useful(name, openapi.read(name, parse(name, text_of(str(document)))))


def _useful(source: str, reading: Reading) -> Reading:
    if not reading.facts:
        raise SourceError(source, "no voucher operation is described")
    return reading


def _is_page(source: str, text: str) -> bool:
    """Say whether a text is a reference page; the name counts where the text can be either."""
    if HTML.match(text):
        raise SourceError(
            source, "a web page (HTML): name the address of its JSON, YAML or Markdown"
        )
    if text.lstrip()[:1] in ("{", "[") or OPENAPI.search(text):
        return False
    suffix = PurePosixPath(urlsplit(source).path).suffix.lower()
    if suffix in (".yaml", ".yml", ".json"):
        return False
    if MARKDOWN.search(text):
        return True
    raise SourceError(source, "neither an OpenAPI document nor a reference page in Markdown")
