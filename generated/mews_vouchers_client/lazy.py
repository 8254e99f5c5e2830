# Copied from openapi/runtime/lazy.py by `make generate`: do not edit.
"""Lazy imports: a package imports an attribute on first access (PEP 562).

Importing all models takes longer than everything else together, and a program uses few of them.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any


def attach(
    package: str, attributes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the functions `__getattr__` and `__dir__` of a package.

    Args:
        package: The name of the package.
        attributes: The origin of each attribute, relative to the package: `module` for a submodule,
            `module:name` for an attribute of one.
    """

    def getattr_(name: str) -> Any:  # Any: an attribute can have any type
        from pkgutil import (
            resolve_name,  # imported late, because it slows down the import
        )

        if name not in attributes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = resolve_name(f"{package}.{attributes[name]}")
        setattr(sys.modules[package], name, value)  # so that this function is not called again
        return value

    def dir_() -> list[str]:
        return sorted({*vars(sys.modules[package]), *attributes})

    return getattr_, dir_
