"""A pre-forking server, gunicorn: one client per worker process, and one rate limit for all.

    python -m mews_vouchers.mock --vouchers 1 --codes 3    # and paste the lines that it prints
    cd overlay/examples && gunicorn -c python:prefork_server prefork_server:app

- The application is loaded once, before the fork, which saves memory. The client is made after it,
  in `post_fork`: processes that share a connection read the responses of each other. A client that
  was made before raises `ClosedError` in a worker, and sends nothing.
- The threads of a worker share its client.
- With `REDIS_URL`, the processes share the rate limit. Without it, each takes an equal part: this
  is safe, but a busy worker cannot use what the others do not need.

This module is the configuration of gunicorn as well: its variables and hooks have gunicorn's names.
"""

import json
import os
from collections.abc import Callable, Iterable
from math import ceil
from typing import Any
from urllib.parse import parse_qs

from mews_vouchers import (
    CircuitOpenError,
    Credentials,
    MewsError,
    RateLimit,
    RateLimitTimeoutError,
    TooManyRequestsError,
    VoucherClient,
)

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
preload_app = True

client: VoucherClient


def create_client() -> VoucherClient:
    """Return a client with this process's part of the rate limit."""
    redis_url = os.environ.get("REDIS_URL")
    vendor = RateLimit()
    own = RateLimit(max(1, vendor.requests // workers), vendor.window)
    return VoucherClient(
        Credentials.from_environment(),
        rate_limit=vendor if redis_url else own,
        rate_limit_wait=1.0,
        redis_url=redis_url,
    )


# Any: gunicorn's arbiter and worker.
def post_fork(_server: Any, _worker: Any) -> None:
    """Make the client of a worker."""
    global client  # noqa: PLW0603 - one per process
    client = create_client()


def worker_exit(_server: Any, _worker: Any) -> None:
    """Close its connections."""
    client.close()


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Return the values of the codes of a voucher: GET /?voucher_id=... (a WSGI application)."""
    voucher_ids = parse_qs(environ["QUERY_STRING"]).get("voucher_id", [])
    headers = [("Content-Type", "application/json"), ("X-Process", str(os.getpid()))]
    try:
        codes = client.voucher_codes.get_all(voucher_ids=voucher_ids)
        status, body = "200 OK", json.dumps([code.value for code in codes])
    except (CircuitOpenError, RateLimitTimeoutError, TooManyRequestsError) as error:
        status, body = "503 Service Unavailable", json.dumps(str(error))
        headers.append(("Retry-After", str(ceil(error.retry_after or 1.0))))
    except MewsError as error:
        status, body = "502 Bad Gateway", json.dumps(str(error))
    start_response(status, headers)
    return [body.encode()]
