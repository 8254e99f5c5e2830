"""Reads the OpenAPI document and says in one line what is wrong with it, if anything is.

Nothing about Python or the generator belongs here: the tools beside this module all read the
document through `load()`.
"""

from pathlib import Path
from typing import Any, cast

from comparison.facts import SourceError
from comparison.tree import parse
from openapi_spec_validator import OpenAPIV31SpecValidator
from places import shown
from referencing.exceptions import Unresolvable


class DocumentError(Exception):
    """The document cannot be used; the text says where and why in one line."""

    def __init__(self, document: Path | None, reason: object, line: int | None = None) -> None:
        # The reader of YAML names the place itself.
        place = f"{shown(document)}{f':{line}' if line else ''}: " if document else ""
        super().__init__(f"{place}{' '.join(str(reason).split())}")


def load(document: Path) -> dict[str, Any]:
    """Return the document, valid and complete. Any: a document is JSON of any shape.

    Raises `DocumentError` for a file that cannot be read, is no YAML or no OpenAPI 3.1.
    """
    try:
        data = parse(shown(document), document.read_text(encoding="utf-8"), strict=True)
    except OSError as error:
        raise DocumentError(document, error.strerror) from error
    except UnicodeDecodeError as error:
        raise DocumentError(document, error) from error
    except SourceError as error:
        raise DocumentError(None, error) from error
    if not isinstance(data, dict):
        raise DocumentError(document, "not an OpenAPI document")
    found = cast("dict[str, Any]", data)
    _validate(document, found)
    return found


def _validate(document: Path, data: dict[str, Any]) -> None:
    try:
        for error in OpenAPIV31SpecValidator(data).iter_errors():
            place = "/".join(str(part) for part in error.absolute_path) or "the document"
            raise DocumentError(document, f"{place}: {error.message.splitlines()[0]}")
    except Unresolvable as error:
        lines = document.read_text(encoding="utf-8").splitlines()
        found = (number for number, line in enumerate(lines, 1) if error.ref in line)
        raise DocumentError(document, f"nothing is at {error.ref}", next(found, None)) from error
