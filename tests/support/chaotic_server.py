"""A program: a server of raw sockets that keeps nothing and often fails, for long runs.

It prints its port, and ends when its standard input does. A request is answered with what was asked
for, a 429, a 5xx, half a response, a slow one, a compressed one, or not at all.
"""

import gzip
import json
import random
import socket
import sys
import threading
import time
import uuid
from contextlib import suppress
from typing import Any

#: The share of requests that fail in some way.
_FAILURES = 0.25


def main() -> None:
    """Serve until the standard input ends."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=_accept, args=(listener,), daemon=True).start()
    sys.stdin.read()


def _accept(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_serve, args=(connection,), daemon=True).start()


def _serve(connection: socket.socket) -> None:
    with connection, suppress(OSError, ValueError), connection.makefile("rb") as stream:
        while (request := _read(stream)) is not None:
            if not _respond(connection, *request):
                return


def _read(stream: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the path and the body of the next request. Any: a file of bytes; JSON."""
    line = stream.readline().decode()
    if not line:
        return None
    length = 0
    while header := stream.readline().decode().strip():
        name, _, value = header.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    return line.split()[1], json.loads(stream.read(length))


def _respond(connection: socket.socket, path: str, body: dict[str, Any]) -> bool:
    """Respond to a request, or not; return whether the connection stays open."""
    chance = random.random()  # noqa: S311
    if chance > _FAILURES:
        content = json.dumps(_result(path, body)).encode()
        connection.sendall(_response(200, content, is_compressed=chance > 0.8))
        return True
    kind = random.choice(["429", "503", "half", "slow", "nothing"])  # noqa: S311
    if kind.isdigit():
        connection.sendall(_response(int(kind), b'{"Message": "no"}', "Retry-After: 0.05\r\n"))
        return True
    response = _response(200, json.dumps(_result(path, body)).encode())
    if kind == "slow":
        for start in range(0, 40, 4):
            connection.sendall(response[start : start + 4])
            time.sleep(0.02)
        connection.sendall(response[40:])
        return True
    if kind == "half":
        connection.sendall(response[: len(response) // 2])
    return False


def _result(path: str, body: dict[str, Any]) -> dict[str, Any]:
    if path.endswith("/delete"):
        return {}
    if path.endswith("/add"):
        values = [code["Value"] for code in body["VoucherCodeParameters"]]
        return {
            "VoucherCodes": [
                _code(body["VoucherCodeParameters"][0]["VoucherId"], value) for value in values
            ]
        }
    items = [_code(body["VoucherIds"][0], str(number)) for number in range(50)]
    is_last = random.random() < 0.5  # noqa: S311
    return {"VoucherCodes": items, "Cursor": None if is_last else items[-1]["Id"]}


def _code(voucher_id: str, value: str) -> dict[str, Any]:
    now = "2026-01-01T00:00:00Z"
    return {
        "Id": str(uuid.uuid4()),
        "VoucherId": voucher_id,
        "Value": value,
        "IsActive": True,
        "CreatedUtc": now,
        "UpdatedUtc": now,
    }


def _response(
    status: int, content: bytes, headers: str = "", *, is_compressed: bool = False
) -> bytes:
    if is_compressed:
        content, headers = gzip.compress(content), headers + "Content-Encoding: gzip\r\n"
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
        f"Request-Id: {uuid.uuid4()}\r\n{headers}Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


if __name__ == "__main__":
    main()
