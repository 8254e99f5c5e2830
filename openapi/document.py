"""Reads the OpenAPI document and says in one line what is wrong with it, if anything is.

Nothing about Python or the generator belongs here: the tools beside this module all read the
document through `load()`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator
from places import shown
from referencing.exceptions import Unresolvable
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class DocumentError(Exception):
    """The document cannot be used; the text says where and why in one line."""

    def __init__(self, document: Path, reason: object, line: int | None = None) -> None:
        place = shown(document) if line is None else f"{shown(document)}:{line}"
        super().__init__(f"{place}: {' '.join(str(reason).split())}")


def load(document: Path) -> dict[str, Any]:
    """Return the document, valid and complete. Any: a document is JSON of any shape.

    Raises `DocumentError` for a file that cannot be read, is no YAML or no OpenAPI 3.1.
    """
    try:
        data = YAML(typ="safe").load(document.read_bytes())
    except OSError as error:
        raise DocumentError(document, error.strerror) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DocumentError(document, error.problem, mark.line + 1 if mark else None) from error
    except (YAMLError, ValueError) as error:
        raise DocumentError(document, error) from error
    if not isinstance(data, dict):
        raise DocumentError(document, "not an OpenAPI document")
    for key in _keys_that_are_no_text(data):
        raise DocumentError(document, f"the key {key!r} is no text: quote it")
    _validate(document, data)
    return data


def _keys_that_are_no_text(value: dict[object, object] | list[object]) -> Iterator[object]:
    """Yield keys such as 200 and true, which YAML reads as something else than JSON has."""
    if isinstance(value, dict):
        yield from (key for key in value if not isinstance(key, str))
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            yield from _keys_that_are_no_text(child)


def _validate(document: Path, data: dict[str, Any]) -> None:
    try:
        for error in OpenAPIV31SpecValidator(data).iter_errors():
            place = "/".join(str(part) for part in error.absolute_path) or "the document"
            raise DocumentError(document, f"{place}: {error.message.splitlines()[0]}")
    except Unresolvable as error:
        lines = document.read_text(encoding="utf-8").splitlines()
        found = (number for number, line in enumerate(lines, 1) if error.ref in line)
        raise DocumentError(document, f"nothing is at {error.ref}", next(found, None)) from error
