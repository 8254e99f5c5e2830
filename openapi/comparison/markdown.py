"""Cuts a Markdown page into sections with their tables, lists and addresses.

markdown-it-py knows Markdown; here is only what of it a reference page consists of. What the parts
mean is `pages`' business.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


class Cell(NamedTuple):
    """A piece of text: what is read, what is code in it, where its link leads, whether struck."""

    text: str = ""
    codes: Sequence[str] = ()
    link: str = ""
    struck: bool = False


class Row(NamedTuple):
    """A row of a table, by the names of its columns."""

    line: int
    cells: dict[str, Cell]


@dataclass(slots=True)
class Section:
    """A heading with what stands below it, up to the next heading. `texts` has all but tables."""

    level: int
    title: str
    line: int
    outer: str = ""  # the title of the section that it is part of
    texts: list[str] = field(default_factory=list[str])
    tables: list[list[Row]] = field(default_factory=list[list[Row]])
    points: list[Cell] = field(default_factory=list[Cell])


def sections(text: str) -> list[Section]:
    """Return the sections of a page, in order; what comes before the first heading is one too."""
    found = [Section(0, "", 1)]
    for block in SyntaxTreeNode(MARKDOWN.parse(text)).children:
        parts = [*block.walk()]
        if block.type == "heading":
            level = int(block.tag[1])
            outer = next((one.title for one in reversed(found) if one.level < level), "")
            found.append(Section(level, _cell(block).text, _line(block), outer))
        elif block.type == "table":
            heads, *rows = [part for part in parts if part.type == "tr"]
            names = [_cell(head).text.lower() for head in heads.children]
            cells = [(row, map(_cell, row.children)) for row in rows]
            table = [Row(_line(row), dict(zip(names, some, strict=False))) for row, some in cells]
            found[-1].tables += [table] if table else []
        else:
            leaves = ("inline", "fence", "code_block", "html_block")
            found[-1].texts += [part.content for part in parts if part.type in leaves]
            found[-1].points += [_cell(part) for part in parts if part.type == "list_item"]
    return found


def _line(node: SyntaxTreeNode) -> int:
    return node.map[0] + 1 if node.map else 1


def _cell(node: SyntaxTreeNode) -> Cell:
    parts = [*node.walk()]
    text = "".join(part.content for part in parts if part.type in ("text", "code_inline"))
    codes = [part.content.strip() for part in parts if part.type == "code_inline"]
    link = next((str(part.attrs.get("href", "")) for part in parts if part.type == "link"), "")
    return Cell(" ".join(text.split()), codes, link, any(part.type == "s" for part in parts))
