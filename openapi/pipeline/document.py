"""Reads and validates the OpenAPI document. Errors are one line with the location.

Nothing about Python or the generator belongs here.
"""

from pathlib import Path
from typing import Any, cast

from comparison.facts import SourceError
from comparison.tree import parse
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing.exceptions import Unresolvable

from .paths import display


class DocumentError(Exception):
    """The document is unusable; the message says where and why in one line."""

    def __init__(self, document: Path | None, reason: object, line: int | None = None) -> None:
        # Errors of the YAML parser contain the location.
        location = f"{display(document)}{f':{line}' if line else ''}: " if document else ""
        super().__init__(f"{location}{' '.join(str(reason).split())}")


def load(document: Path) -> dict[str, Any]:
    """Return the document as JSON. Any: it has any shape.

    Raises:
        DocumentError: The file is not readable, not YAML or not OpenAPI 3.1.
    """
    try:
        data = parse(display(document), document.read_text(encoding="utf-8"), strict=True)
    except OSError as error:
        raise DocumentError(document, error.strerror) from error
    except UnicodeDecodeError as error:
        raise DocumentError(document, error) from error
    except SourceError as error:
        raise DocumentError(None, error) from error
    if not isinstance(data, dict):
        raise DocumentError(document, "not an OpenAPI document")
    loaded = cast("dict[str, Any]", data)
    _validate(document, loaded)
    return loaded


def _validate(document: Path, data: dict[str, Any]) -> None:
    try:
        for error in OpenAPIV31SpecValidator(data).iter_errors():
            location = "/".join(str(part) for part in error.absolute_path) or "the document"
            raise DocumentError(document, f"{location}: {error.message.splitlines()[0]}")
    except Unresolvable as error:
        lines = document.read_text(encoding="utf-8").splitlines()
        numbers = (number for number, line in enumerate(lines, 1) if error.ref in line)
        reason = f"the reference {error.ref} does not resolve"
        raise DocumentError(document, reason, next(numbers, None)) from error
