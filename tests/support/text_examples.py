"""The examples in README and documentation: finds them, and executes them against a mock."""

import ast
import asyncio
import inspect
import re
from collections import defaultdict
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers import VoucherClient
from mews_vouchers.mock import MockMews
from mews_vouchers_client.models import VoucherCodeAddParameters

from .clients import WITHOUT_SLEEP, async_client, credentials_of
from .example_processes import settings_of
from .paths import ROOT

#: The pages of the documentation site.
DOCS = ROOT / "overlay" / "docs"


def blocks_of(file: Path, language: str) -> dict[str, list[str]]:
    """Return the blocks of a Markdown file in a language, by the heading that they stand under."""
    found: dict[str, list[str]] = defaultdict(list)
    heading = ""
    pattern = r"^```(\w+)\n(.*?)^```$|^#+ ([^\n]+)$"
    for match in re.finditer(pattern, file.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        kind, source, title = match.groups()
        heading = title or heading
        if kind == language:
            found[heading].append(source)
    return found


def docs_block(page: str, heading: str, number: int = 0) -> str:
    """Return the source of a Python block of a page of the documentation site."""
    return blocks_of(DOCS / page, "python")[heading][number]


class Example:
    """A mock, and the names that README and documentation say their examples use.

    Args:
        codes_of_voucher: The number of codes that the voucher has already.
        codes: The number of codes to add.
        mock: Another mock than one of a single property.
    """

    def __init__(
        self, *, codes_of_voucher: int = 0, codes: int = 2_500, mock: MockMews | None = None
    ) -> None:
        self.is_portfolio = mock is not None
        self.mock = mock or MockMews(seed=1)
        (voucher_id,) = self.mock.seed(vouchers=1, codes_per_voucher=codes_of_voucher)
        self.listed = [code["Value"] for code in self.mock.codes]
        self.saved: list[Any] = []
        self.codes = [VoucherCodeAddParameters(voucher_id, f"NEW-{n:05}") for n in range(codes)]
        self.names: dict[str, Any] = {
            "service_id": self.mock.enterprises[0].service_ids[0],
            "voucher_id": voucher_id,
            "codes": self.codes,
            "save": self.saved.append,
        }

    def run(self, source: str) -> dict[str, Any]:
        """Execute a block; return the names that there are afterwards."""
        code = compile(source, "example", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(self._run_async(code))
        else:
            with VoucherClient(
                credentials_of(self.mock, portfolio=self.is_portfolio),
                base_url="http://mock",
                transport=self.mock.transport,
                retry=WITHOUT_SLEEP,
                rate_limit=None,
            ) as client:
                self.names["client"] = client
                exec(code, self.names)  # noqa: S102
        return self.names

    async def _run_async(self, code: Any) -> None:
        async with async_client(self.mock) as client:
            self.names["client"] = client
            running: Awaitable[None] = eval(code, self.names)  # noqa: S307
            await running

    @property
    def added(self) -> list[str]:
        """The values of the codes that were added through the API, in the order of the mock."""
        return [code["Value"] for code in self.mock.codes][len(self.listed) :]

    @property
    def expected(self) -> list[str]:
        """The values of `codes`."""
        return [code.value for code in self.codes]


@contextmanager
def served(monkeypatch: pytest.MonkeyPatch, example: Example) -> Iterator[None]:
    """Serve the mock of an example, with its settings in the environment."""
    with example.mock.serve() as base_url:
        for name, value in settings_of(example.mock, base_url).items():
            monkeypatch.setenv(name, value)
        yield
