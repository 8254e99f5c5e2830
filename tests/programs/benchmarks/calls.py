"""The cost of one call over the loopback, from its arguments to the models of a page.

Another process responds to each request with the same page, so that only the client is measured.

- ours: `client.voucher_codes.get_all()`, to the last item, with a rate limit as by default
- ours on httpx2: the same with `http_library="httpx2"`
- generated, generated on httpx2: our generated function alone
- stock, openapi-generator: the function that a generator creates for it, see `competitors.py`
- pydantic, msgspec: `httpx.Client.post()` and models written by hand, see `by_hand.py`
- json: `httpx.Client.post()` and its `json()`
"""

import multiprocessing
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
from mews_vouchers import Credentials, RateLimit, VoucherClient
from mews_vouchers_client import Client, models
from mews_vouchers_client.api import voucher_codes

from tests.programs.benchmarks.by_hand import by_hand, msgspec_struct, pydantic_model
from tests.programs.benchmarks.competitors import Competitor, Competitors, generated
from tests.programs.benchmarks.pages import codes_page
from tests.programs.benchmarks.rows import Row, Table, Variants, compare

ROUNDS = 100
IN_A_ROW = 10
#: 1,000 would be a full page, and need a second request.
SIZES = (1, 100, 999)
NOTE = f"""\
One page of codes over the loopback, in {ROUNDS} rounds of {IN_A_ROW} calls in a row. `generated` is
our generated function alone, and both are measured on httpx2 as well; `pydantic`, `msgspec` and
`json` use a plain `httpx.Client.post()`."""
PATH = "/api/connector/v1/voucherCodes/getAll"
VOUCHER_ID = "fe568bbd-1ecb-4bb2-bf77-96c3698de20d"
_TOKENS = {"client_token": "c" * 72, "access_token": "a" * 72, "client": "Benchmark 1.0"}
_SENT = {
    "ClientToken": _TOKENS["client_token"],
    "AccessToken": _TOKENS["access_token"],
    "Client": _TOKENS["client"],
    "VoucherIds": [VOUCHER_ID],
    "Limitation": {"Count": 1_000},
}


def respond_to_all(listener: socket.socket, body: bytes) -> None:
    """Respond to every request of every connection with the same body."""
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    while True:
        connection, _ = listener.accept()
        arguments = (connection, head.encode() + body)
        threading.Thread(target=_respond, args=arguments, daemon=True).start()


def _respond(connection: socket.socket, response: bytes) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    while chunk := connection.recv(65_536):
        received += chunk
        before, head_end, body = received.partition(b"\r\n\r\n")
        length = before.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        if head_end and len(body) >= int(length):
            received = b""
            connection.sendall(response)


@contextmanager
def responding(body: bytes) -> Iterator[str]:
    """Yield the base URL of a server that responds to any request with this body."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = multiprocessing.Process(target=respond_to_all, args=(listener, body), daemon=True)
        server.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.terminate()
            server.join()


def variants(url: str, competitors: Competitors) -> Variants:
    """Return the variants of the call, each with a connection that stays open."""
    limit = RateLimit(requests=100_000, window=30.0)
    client = VoucherClient(Credentials(**_TOKENS), base_url=url, rate_limit=limit)
    on_httpx2 = VoucherClient(
        Credentials(**_TOKENS), base_url=url, rate_limit=limit, http_library="httpx2"
    )
    bare = httpx.Client(timeout=90.0)
    pydantic = by_hand(pydantic_model).codes
    decode = msgspec.json.Decoder(by_hand(msgspec_struct).codes).decode

    def post() -> httpx.Response:
        return bare.post(url + PATH, json=_SENT)

    def generated_call(api: Client) -> object:
        return voucher_codes.get_all.sync_detailed(client=api, body=_request(models)).parsed

    return {
        "ours": lambda: list(client.voucher_codes.get_all(voucher_ids=[VOUCHER_ID])),
        "ours on httpx2": lambda: list(on_httpx2.voucher_codes.get_all(voucher_ids=[VOUCHER_ID])),
        "generated": lambda: generated_call(client.api),
        "generated on httpx2": lambda: generated_call(on_httpx2.api),
        **{name: _call(competitor, url) for name, competitor in competitors.items()},
        "pydantic": lambda: pydantic.model_validate_json(post().content),
        "msgspec": lambda: decode(post().content),
        "json": lambda: post().json(),
    }


def _call(competitor: Competitor, url: str) -> Callable[[], object]:
    get_all = competitor.connect(url)
    return lambda: get_all(_request(competitor.models))


def _request(kind: Any) -> Any:
    """Create the request with the models of a generated package."""
    return kind.VoucherCodeFilterParameters(
        **_TOKENS, limitation=kind.Limitation(count=1_000), voucher_ids=[VOUCHER_ID]
    )


def run() -> Table:
    """Measure calls for pages of several sizes."""
    rows: list[Row] = []
    with generated() as competitors:
        for items in SIZES:
            with responding(codes_page(items)) as url:
                calls = variants(url, competitors)
                rows += compare(
                    f"one call, {items:,} codes", calls, ROUNDS, "ours", in_a_row=IN_A_ROW
                )
    return Table("One call", NOTE, rows)
