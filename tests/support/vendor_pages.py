"""The vendor's reference pages, rendered from its document in the way of the vendor's program.

There are two forms: that of 2026, and that of 2025, which has a whole resource on one page. The
pages on shared types and the guidelines are written by hand, in more general terms.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.support.vendor_docs import REF, WORD, Node, body, operations, schema

HEAD = "| Property | Type | Contract | Description |\n| :-- | :-- | :-- | :-- |\n"
#: The page of a type that several pages share; it also has everything inside the type.
SHARED = {
    "Limitation": "guidelines/pagination.md",
    "TimeFilterInterval": "operations/_objects.md",
    "StringUpdateValue": "operations/_objects.md",
    "GuidNullableUpdateValue": "operations/_objects.md",
    "Company": "operations/companies.md",
    "VoucherCode": "operations/vouchercodes.md",
}
#: Those of them that pages of 2025 do not describe either.
SHARED_IN_2025 = ("Limitation", "TimeFilterInterval")
BY_HAND = {
    "guidelines/pagination.md": f"""# Pagination

{WORD} for how pages follow each other.

## Limitation

{HEAD}| `Cursor` | string | optional | {WORD} for a cursor. |
| `Count` | number | required | {WORD} for a count. |
""",
    "guidelines/requests.md": f"""# Requests

{WORD} for what all requests have in common.

## Rate limits

* {WORD} for the limit.

| Limit | Meaning |
| :-- | :-- |
| 200 | {WORD} for what it is. |
""",
    "changelog.md": f"""# Changelog

## 4th August

* [Vouchers](operations/vouchers.md): {WORD} for what is new.
* [Rates](operations/rates.md): {WORD} for rates.

## 1st July

* [Rates](operations/rates.md): {WORD} for older rates.
""",
}
#: Properties of every request on pages of 2025, and only there.
OLD_ROWS = ("LanguageCode", "CultureCode", "MaskedAccessToken", "MaskedClientToken")
Pages = dict[str, str]


def pages(document: Node) -> Pages:
    """Return the pages of 2026 by their names, shared ones and those by hand included."""
    return _Book(document, is_old=False).pages() | BY_HAND


def operation_pages(document: Node) -> Pages:
    """Return only the two pages of operations in the form of 2026."""
    return {name: text for name, text in pages(document).items() if "/voucher" in name}


def pages_2025(document: Node) -> Pages:
    """Return the two pages in the form of 2025."""
    return _Book(document, is_old=True).pages()


@dataclass
class _Book:
    """Pages that are being rendered, and the page of each type."""

    document: Node
    is_old: bool
    texts: Pages = field(default_factory=dict[str, str])
    described: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def pages(self) -> Pages:
        """Render the operations, each on the page of its resource."""
        for name, node in operations(self.document):
            page = f"operations/{name.partition('/')[0].lower()}.md"
            self._write(page, f"\n## Operation {name}\n\n{WORD} for {name}.\n")
            address = f"`[PlatformAddress]/api/connector/v1/{name}`\n\n"
            self._body(page, "Request", address, body(node["requestBody"]))
            self._body(page, "Response", "", body(node["responses"]["200"]))
        return self.texts

    def _write(self, page: str, text: str) -> None:
        self.texts[page] = self.texts.get(page, "# A page\n") + text

    def _body(self, page: str, heading: str, before: str, node: Node) -> None:
        target = self._target(node)
        example = f'{{ "{WORD}": "# no heading" }}' if target.get("properties") else "{}"
        ways = [" and ".join(f"`{name}`" for name in one["required"]) for one in _ways(target)]
        said = f"{WORD}: give one of {', or '.join(ways)}.\n\n" if ways else ""
        old_rows = OLD_ROWS if self.is_old and heading == "Request" else ()
        table = self._table(page, target, old_rows)
        code = f"```javascript\n{example}\n```\n\n"
        self._write(page, f"\n### {heading}\n\n{before}{code}{said}{table}")
        self._types(page, target)

    def _types(self, page: str, target: Node) -> None:
        """Describe the types that a table leads to, each once on its page."""
        for node in target.get("properties", {}).values():
            name = _name_of(_innermost(node))
            home = self._home(page, name)
            is_elsewhere = home in BY_HAND or (self.is_old and home != page)
            if not name or is_elsewhere or (home, name) in self.described:
                continue
            self.described.add((home, name))
            found = schema(self.document, name)
            points = "".join(f"* `{value}` - {WORD}\n" for value in found.get("enum", ()))
            points += "* … and more may come\n" if found.get("x-extensible") else ""
            table = self._table(home, found)
            self._write(home, f"\n#### {title(name)}\n\n{WORD} for it.\n\n{points}{table}")
            self._types(home, found)

    def _table(self, page: str, target: Node, old_rows: tuple[str, ...] = ()) -> str:
        rows = [self._row(page, *entry) for entry in target.get("properties", {}).items()]
        rows += [f"| `{name}` | string | optional |  |\n" for name in old_rows]
        return HEAD + "".join(rows) if rows else ""

    def _row(self, page: str, name: str, node: Node) -> str:
        contract = ", ".join(
            ("optional" if node.get("nullable") else "required", *_limits(node, is_old=self.is_old))
        )
        cells = [f"`{name}`", self._type(page, node), contract, f"{WORD} \\| for {name}."]
        if node.get("deprecated"):
            struck = 1 if self.is_old else 4
            cells = [f"~~{cell}~~" for cell in cells[:struck]] + cells[struck:]
            cells[3] += " **Deprecated!** Use something else."
        return f"| {' | '.join(cells)} |\n"

    def _type(self, page: str, node: Node) -> str:
        """Return the cell of a type: a plain word, or a link."""
        name = _name_of(node)
        if not name:
            inner = node["items"] if node["type"] == "array" else None
            return f"array of {self._type(page, inner)}" if inner else str(node["type"])
        home = self._home(page, name)
        if self.is_old and home == page:
            return f"[{title(name)}](#{name})"
        is_near = home.partition("/")[0] == page.partition("/")[0]
        file = home.rpartition("/")[2] if is_near else f"../{home}"
        return f"[{title(name)}]({file}#{title(name).lower().replace(' ', '-')})"

    def _home(self, page: str, name: str) -> str:
        """Return the page with the description of a type, if it is reached from a page."""
        is_here = self.is_old and name not in SHARED_IN_2025
        return page if is_here else SHARED.get(name, page)

    def _target(self, node: Node) -> Node:
        name = _name_of(node)
        return schema(self.document, name) if name else node


def title(name: str) -> str:
    """Return the heading of a type: `Voucher code` for `VoucherCode`."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.strip().capitalize()


def _name_of(node: Node) -> str:
    """Return the name of the schema that a node refers to."""
    ref = node.get("$ref") or node.get("allOf", [{}])[0].get("$ref", "")
    return str(ref).removeprefix(REF)


def _innermost(node: Node) -> Node:
    return _innermost(node["items"]) if node.get("type") == "array" else node


def _ways(target: Node) -> list[Node]:
    ways: list[Node] = target.get("oneOf", [])
    return ways


def _limits(node: Node, *, is_old: bool) -> Iterator[str]:
    """Yield the upper limits; pages of 2025 show only those of lists."""
    if "maxItems" in node:
        yield f"max {node['maxItems']} items"
    if is_old:
        return
    if "maxLength" in node:
        yield f"max length {node['maxLength']} characters"
    if "x-max-interval-in-months" in node:
        yield f"max length {node['x-max-interval-in-months']} months"
