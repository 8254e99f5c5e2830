"""Calls to the independent server by the standard library, without any client of this project."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.independent_server import IndependentServer


@dataclass(frozen=True)
class Reply:
    """A response; its body is JSON."""

    status: int
    headers: dict[str, str]
    body: Any


class Caller:
    """Sends requests on a connection that is kept alive."""

    def __init__(self, server: IndependentServer) -> None:
        self._server = server
        self._connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)

    def request_body(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the body with what every request has; the given properties win."""
        tokens = {
            "ClientToken": self._server.client_token,
            "AccessToken": self._server.access_token,
        }
        return {**tokens, "Client": "Test 1.0", **body}

    def call(self, operation: str, headers: dict[str, str] | None = None, **body: Any) -> Reply:
        """Send one request; after a broken connection, the next call opens another."""
        data = json.dumps(self.request_body(body)).encode()
        return self.send("POST", f"/api/connector/v1/{operation}", data, headers or {})

    def send(
        self, method: str, path: str, data: bytes | Iterator[bytes], headers: dict[str, str]
    ) -> Reply:
        """Send these bytes; an iterator is sent in chunks."""
        all_headers = {"Content-Type": "application/json", **headers}
        try:
            self._connection.request(
                method, path, data, all_headers, encode_chunked=not isinstance(data, bytes)
            )
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        return Reply(response.status, dict(response.headers), json.loads(text) if text else None)

    def add(self, *values: str, voucher_id: str | None = None) -> Reply:
        """Add codes of these values."""
        voucher_id = voucher_id or self._server.voucher_id
        items = [{"VoucherId": voucher_id, "Value": value} for value in values]
        return self.call("voucherCodes/add", VoucherCodeParameters=items)

    def page(self, count: int = 1000, cursor: str | None = None, **body: Any) -> Reply:
        """Ask for a page of codes."""
        filters = {"VoucherIds": [self._server.voucher_id], **body}
        limitation = {"Count": count, "Cursor": cursor}
        return self.call("voucherCodes/getAll", Limitation=limitation, **filters)

    def add_raw(self, *values: str) -> socket.socket:
        """Send a request to add codes on a connection of its own; return the connection."""
        items = [{"VoucherId": self._server.voucher_id, "Value": value} for value in values]
        data = json.dumps(self.request_body({"VoucherCodeParameters": items})).encode()
        lines = (
            "POST /api/connector/v1/voucherCodes/add HTTP/1.1",
            "Content-Type: application/json",
            f"Content-Length: {len(data)}",
        )
        connection = socket.create_connection((self._connection.host, self._connection.port), 5)
        connection.sendall("\r\n".join((*lines, "", "")).encode() + data)
        return connection

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def calling(server: IndependentServer) -> Iterator[Caller]:
    """Yield a caller of the server, and close its connection."""
    caller = Caller(server)
    try:
        yield caller
    finally:
        caller.close()


def values_of(items: list[dict[str, Any]]) -> list[str]:
    """Return the values of codes."""
    return [item["Value"] for item in items]
