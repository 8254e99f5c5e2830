"""Cuts a Markdown page into sections with their tables, lists and addresses.

markdown-it-py knows Markdown; here is only what of it a reference page consists of. What the parts
mean is `pages`' business.
"""

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
    names, rows, cells = list[str](), list[Row](), list[Cell]()
    line, in_table = 1, False
    tokens = MARKDOWN.parse(text)
    for index, token in enumerate(tokens):
        before, outer = tokens[index - 1].type, tokens[index - 2].type
        line = token.map[0] + 1 if token.map else line
        is_text = token.type in ("inline", "fence", "code_block", "html_block")
        if token.type == "heading_open":
            found.append(Section(int(token.tag[1]), "", line))
        elif is_text and before == "heading_open":
            found[-1].title = _cell(token).text
        elif is_text and in_table:
            cells.append(_cell(token))
        elif is_text:
            found[-1].texts.append(token.content)
            found[-1].points += [_cell(token)] if outer == "list_item_open" else []
        elif token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
            found[-1].tables += [] if in_table or not rows else [rows]
            names, rows = [], []
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and names:
            rows.append(Row(line, dict(zip(names, cells, strict=False))))
        elif token.type == "tr_close":
            names = [cell.text.lower() for cell in cells]
    return found


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
