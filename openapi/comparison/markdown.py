"""Cuts a Markdown page into sections with their tables, lists and addresses.

markdown-it-py knows Markdown; here is only what of it a reference page consists of. What the parts
mean is `pages`' business.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@dataclass(slots=True)
class Cell:
    """A piece of text: what is read, what is code in it, where its link leads, whether struck."""

    text: str = ""
    codes: list[str] = field(default_factory=list[str])
    link: str = ""
    struck: bool = False


@dataclass(slots=True)
class Row:
    """A row of a table, by the names of its columns."""

    line: int
    cells: dict[str, Cell]


@dataclass(slots=True)
class Section:
    """A heading with what stands below it, up to the next heading. `texts` has all but tables."""

    level: int
    title: str
    line: int
    texts: list[str] = field(default_factory=list[str])
    tables: list[list[Row]] = field(default_factory=list[list[Row]])
    points: list[Cell] = field(default_factory=list[Cell])


def sections(text: str) -> list[Section]:
    """Return the sections of a page, in order; what comes before the first heading is one too."""
    found = [Section(0, "", 1)]
    tokens = MARKDOWN.parse(text)
    in_table = False
    for index, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else found[-1].line
        in_table = (in_table or token.type == "table_open") and token.type != "table_close"
        if token.type == "heading_open":
            title = _cell(tokens[index + 1]).text
            found.append(Section(int(token.tag[1]), title, line))
        elif token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
            rows = list(_rows(tokens, index)) if in_table else []
            found[-1].tables += [rows] if rows else []
        elif token.type in ("inline", "fence", "code_block", "html_block") and not in_table:
            if tokens[index - 1].type != "heading_open":
                found[-1].texts.append(token.content)
            if tokens[index - 2].type == "list_item_open":
                found[-1].points.append(_cell(token))
    return found


def _rows(tokens: list[Token], start: int) -> Iterator[Row]:
    """Yield the rows of the table that begins at `start`; the header gives the names."""
    names: list[str] = []
    cells: list[Cell] = []
    line = 0
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.type == "tr_open":
            cells, line = [], (token.map or [0])[0] + 1
        elif token.type in ("th_open", "td_open"):
            cells.append(_cell(tokens[index + 1]))
        elif token.type == "tr_close" and not names:
            names = [cell.text.lower() for cell in cells]
        elif token.type == "tr_close":
            yield Row(line, dict(zip(names, cells, strict=False)))
        elif token.type == "table_close":
            return


def _cell(token: Token) -> Cell:
    cell = Cell()
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            cell.text += child.content
        if child.type == "code_inline":
            cell.codes.append(child.content.strip())
        if child.type == "link_open" and not cell.link:
            cell.link = str(child.attrs.get("href", ""))
        cell.struck |= child.type == "s_open"
    cell.text = " ".join(cell.text.split())
    return cell
