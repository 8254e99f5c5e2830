"""The HTTP library that the tests of the client run on: `HTTP_LIBRARY=httpx2 pytest tests/client`.

Tests import `httpx` from here, and clients of tests use it without an argument. It is a variable of
the environment, so that modules, workers and programs of tests all follow it.
"""

import importlib
import os
from typing import TYPE_CHECKING

from mews_vouchers_client import http_library
from mews_vouchers_client.http_library import HttpLibraryName

if TYPE_CHECKING:
    import httpx

__all__ = ["NAME", "httpx"]

NAME: HttpLibraryName = "httpx2" if os.environ.get("HTTP_LIBRARY") == "httpx2" else "httpx"
if not TYPE_CHECKING:  # the names that tests use are the same in both
    httpx = importlib.import_module(NAME)
http_library._DEFAULT = NAME  # noqa: SLF001
