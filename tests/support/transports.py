"""The transports to a mock behind one interface: each promise is tested once for all of them.

Plain httpx, no code of the client.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import httpx
from mews_vouchers.mock import MockMews

#: A JSON object. Any: the OpenAPI document says what is in it.
JsonObject = dict[str, Any]

PREFIX = "/api/connector/v1/"
GET_CODES = "voucherCodes/getAll"
ADD_CODES = "voucherCodes/add"
#: Transports whose connections can break.
CONNECTED = ("sync", "async", "served")
ALL = (*CONNECTED, "asgi")


class Transport:
    """One transport to a mock that has a voucher with three codes."""

    def __init__(self, kind: str, mock: MockMews, base_url: str = "http://mock") -> None:
        self.kind = kind
        self.mock = mock
        (self.voucher_id,) = mock.seed(vouchers=1, codes_per_voucher=3)
        self._base_url = base_url

    def post(self, operation: str, timeout: float = 5.0, **body: object) -> httpx.Response:
        """Send a body with the tokens, and return the response."""
        return self.send(operation, self.content(**body), timeout)

    def add(self, *values: str, timeout: float = 5.0) -> httpx.Response:
        """Add codes to the voucher."""
        codes = [{"VoucherId": self.voucher_id, "Value": value} for value in values]
        return self.post(ADD_CODES, timeout, VoucherCodeParameters=codes)

    def page(self, count: int = 2, cursor: str | None = None) -> httpx.Response:
        """Request a page of codes."""
        limitation = {"Count": count, "Cursor": cursor}
        return self.post(GET_CODES, VoucherIds=[self.voucher_id], Limitation=limitation)

    def values(self) -> list[str]:
        """Return the values of the codes that were added after the first three, oldest first.

        It bypasses all faults, which are removed.
        """
        self.mock.clear_faults()
        return [code["Value"] for code in self.page(1000).json()["VoucherCodes"]][-4::-1]

    def content(self, **body: object) -> bytes:
        """Return a body with the tokens."""
        mock = self.mock
        tokens = {"ClientToken": mock.client_token, "AccessToken": mock.access_token}
        return json.dumps({**tokens, "Client": "Test 1.0", **body}).encode()

    def send(
        self,
        operation: str,
        content: bytes,
        timeout: float = 5.0,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Send bytes, and return the response."""
        sent: JsonObject = {
            "method": "POST",
            "url": PREFIX + operation,
            "content": content,
            "headers": {"Content-Type": "application/json", **(headers or {})},
        }
        if self.kind in {"async", "asgi"}:
            return anyio.run(self._send, sent, timeout)
        transport = self.mock.transport if self.kind == "sync" else None
        with httpx.Client(
            base_url=self._base_url, transport=transport, timeout=timeout, trust_env=False
        ) as client:
            return client.request(**sent)

    async def _send(self, sent: JsonObject, timeout: float) -> httpx.Response:  # noqa: ASYNC109
        transport = (
            self.mock.transport if self.kind == "async" else httpx.ASGITransport(self.mock.asgi)
        )
        async with httpx.AsyncClient(
            base_url=self._base_url, transport=transport, timeout=timeout
        ) as client:
            return await client.request(**sent)


@contextmanager
def open_transport(kind: str, mock: MockMews) -> Iterator[Transport]:
    """Open one of the transports to a mock."""
    if kind != "served":
        yield Transport(kind, mock)
        return
    with mock.serve() as base_url:
        yield Transport(kind, mock, base_url)
