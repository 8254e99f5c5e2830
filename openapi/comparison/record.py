"""The vendor's state as we last looked at it: `vendor.json`.

It is an excerpt of the vendor's document, so the same reader reads it; of pages there are digests.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from . import openapi
from .facts import Facts, SourceError
from .tree import parse

WIDTH = 110


@dataclass(frozen=True, slots=True)
class Record:
    """The recorded state. Any: JSON of any shape."""

    document: Mapping[str, Any] = field(default_factory=dict[str, Any])  # the excerpt
    texts: Mapping[str, str] = field(default_factory=dict[str, str])  # by page and heading
    notes: tuple[str, ...] = ()  # what was not understood on pages

    def facts(self, name: str) -> Facts:
        """Return the facts of the document; none if nothing was recorded yet."""
        return openapi.read(name, self.document) if self.document else Facts({})


def load(name: str, text: str) -> Record:
    """Return what was recorded.

    Raises:
        SourceError: The text is no record.
    """
    root = parse(name, text)
    if not isinstance(root, dict) or not isinstance(root.get("document"), dict):
        raise SourceError(name, "no record of the vendor's state: run `make docs-diff RECORD=1`")
    pages = cast("dict[str, Any]", root.get("pages") or {})
    return Record(root["document"], pages.get("texts") or {}, tuple(pages.get("notes") or ()))


def dump(record: Record) -> str:
    """Return the text of a record, one line for what fits into one."""
    pages = {"texts": dict(sorted(record.texts.items())), "notes": sorted(record.notes)}
    return _lines({"document": record.document, "pages": pages}) + "\n"


def _lines(node: Any, indent: str = "") -> str:
    flat, inner = json.dumps(node, ensure_ascii=False), f"{indent} "
    if not node or not isinstance(node, dict | list) or len(indent + flat) <= WIDTH:
        return flat
    first, last = flat[0], flat[-1]
    named = cast("dict[str, Any]", node).items() if isinstance(node, dict) else ()
    lines = [f"{json.dumps(name, ensure_ascii=False)}: {_lines(it, inner)}" for name, it in named]
    lines = lines or [_lines(one, inner) for one in node]
    return f"{first}\n" + ",\n".join(inner + line for line in lines) + f"\n{indent}{last}"
