# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
"""Imports what a package shows when it is first asked for, as PEP 562 has it. Nothing else.

All models together take more time to import than all the rest, and a program uses few of them.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any


def on_first_use(
    package: str, places: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the functions `__getattr__` and `__dir__` of a package. Any: it may hold anything.

    Args:
        package: Its name.
        places: For each name that it shows, `module` or `module:name`, seen from the package.
    """

    def getattr_(name: str) -> Any:
        from pkgutil import resolve_name  # here, because it takes time itself

        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = resolve_name(f"{package}.{places[name]}")
        setattr(sys.modules[package], name, found)  # so that nobody comes here for it again
        return found

    def dir_() -> list[str]:
        return sorted({*vars(sys.modules[package]), *places})

    return getattr_, dir_
