"""Docstrings as Sphinx reads them.

Those of the project are written for readers of the code. They have no markup beyond the sections of
Google's style, `names` in backticks, and code, which is indented by four spaces.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

#: Sections whose indented lines are text, which napoleon reads. Those of all others are code.
_TEXT = re.compile(r"(Args|Attributes|Raises|Returns|Warns|Yields):$")
#: Of these, napoleon takes what stands before a colon in the first line for a type.
_VALUES = {"attribute", "data", "property"}
#: Parameters of constructors that only the package calls.
_PRIVATE = re.compile(r"\bClientState\b")

#: A default value such as `<factory>`, with which Sphinx cannot read a signature.
_NO_LITERAL = re.compile(r"<[^<>]+>")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register this extension."""
    app.connect("autodoc-process-docstring", _mark_code, priority=100)  # before napoleon
    app.connect("autodoc-process-signature", _simplify)
    return {"parallel_read_safe": True}


def _mark_code(
    _app: Sphinx, what: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    lines[:] = with_marked_code(lines)
    if what in _VALUES:
        lines[:0] = ["..", ""]  # a comment


def with_marked_code(lines: list[str]) -> Iterator[str]:
    """Yield the lines of a docstring, with its code marked as code."""
    heading = ""
    for is_indented, group in groupby(lines, lambda line: line.startswith("    ")):
        block = list(group)
        if not is_indented:
            heading = next((line for line in reversed(block) if line), heading)
            yield from (".. rubric:: Example" if line == "Example:" else line for line in block)
        elif _TEXT.match(heading):
            yield from block
        else:
            yield from ["", "::", "", *block, ""]


def _simplify(
    _app: Sphinx,
    what: str,
    _name: str,
    _object: object,
    _options: object,
    signature: str | None,
    returned: str | None,
) -> tuple[str, str | None] | None:
    if signature is None:
        return None
    if what == "class" and _PRIVATE.search(signature):
        return "", returned
    return _NO_LITERAL.sub("...", signature), returned
