"""What one call costs, beside the same POST made with httpx and json alone, over the loopback.

    make bench

A process of its own answers each request with the same page, so that only the client is measured.
The variants take turns, and ratios of the same round are compared. Nothing here fails: a figure is
for people.

- ours: `client.voucher_codes.get_all()`, to the last item, with a rate limit as users have it
- generated: the generated function alone
- bare: `httpx.Client.post()` and its `json()`
"""

import json
import multiprocessing
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable

import httpx
from benchmarks.pages import codes_page
from mews_vouchers import Credentials, RateLimit, VoucherClient
from mews_vouchers_client.api import voucher_codes
from mews_vouchers_client.models import Limitation, VoucherCodeFilterParameters

ROUNDS = 300
PATH = "/api/connector/v1/voucherCodes/getAll"
VOUCHER_ID = "fe568bbd-1ecb-4bb2-bf77-96c3698de20d"


def page(items: int) -> bytes:
    """Return a page of so many codes, the last one."""
    codes = json.loads(codes_page())["VoucherCodes"][:items]
    return json.dumps({"VoucherCodes": codes, "Cursor": codes[-1]["Id"]}).encode()


def answer_all(listener: socket.socket, body: bytes) -> None:
    """Answer every request of every connection, one after the other, with a body."""
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    while True:
        connection, _ = listener.accept()
        arguments = (connection, head.encode() + body)
        threading.Thread(target=_answer, args=arguments, daemon=True).start()


def _answer(connection: socket.socket, answer: bytes) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    while chunk := connection.recv(65_536):
        received += chunk
        before, head_end, body = received.partition(b"\r\n\r\n")
        length = before.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        if head_end and len(body) >= int(length):
            received = b""
            connection.sendall(answer)


def variants(url: str) -> dict[str, Callable[[], object]]:
    """Return the ways to make the call, each with a connection of its own that stays open."""
    tokens = {"client_token": "c" * 72, "access_token": "a" * 72, "client": "Benchmark 1.0"}
    limit = RateLimit(requests=100_000, window=30.0)
    client = VoucherClient(Credentials(**tokens), base_url=url, rate_limit=limit)
    bare = httpx.Client(timeout=90.0)
    sent = {
        "ClientToken": "c" * 72,
        "AccessToken": "a" * 72,
        "Client": "Benchmark 1.0",
        "VoucherIds": [VOUCHER_ID],
        "Limitation": {"Count": 1_000},
    }

    def generated() -> object:
        body = VoucherCodeFilterParameters(
            tokens["client_token"],
            tokens["access_token"],
            tokens["client"],
            limitation=Limitation(1_000),
            voucher_ids=[VOUCHER_ID],
        )
        return voucher_codes.get_all.sync_detailed(client=client.api, body=body).parsed

    return {
        "ours": lambda: list(client.voucher_codes.get_all(voucher_ids=[VOUCHER_ID])),
        "generated": generated,
        "bare": lambda: bare.post(url + PATH, json=sent).json(),
    }


def show(items: int) -> None:
    """Measure a page of so many items, and print one line for each variant."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = multiprocessing.Process(target=answer_all, args=(listener, page(items)))
        server.start()
        times: dict[str, list[float]] = {}
        ways = variants(url)
        for number in range(ROUNDS + 20):
            for name, call in ways.items():
                start = time.perf_counter()
                call()
                if number >= 20:  # the first rounds warm up
                    times.setdefault(name, []).append((time.perf_counter() - start) * 1_000)
        server.terminate()
    for name, values in times.items():
        ratios = [mine / bare for mine, bare in zip(values, times["bare"], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(
            f"{items:>5,}  {name:<12}{statistics.median(values):>8.2f}{min(values):>8.2f}"
            f"{middle:>12.2f}  {low:.2f} to {high:.2f}"
        )


def main() -> None:
    """Measure calls for pages of 1, 100 and 999 items."""
    print(f"one call, {ROUNDS} rounds in turn, Python {sys.version.split()[0]}; ms")
    print(f"{'items':<19}{'median':>8}{'lowest':>8}{'it / bare':>12}  25 % to 75 %")
    for items in (1, 100, 999):  # 1,000 are a full page, after which comes another
        show(items)


if __name__ == "__main__":
    main()
