"""The command: settings, output, exit status. The work is in the modules beside it."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from uuid import uuid4

import httpx
from mews_vouchers import Credentials
from mews_vouchers.mock import MockMews

from tests.support.clients import credentials_of

from .cleanup import clean_up
from .compare import Kind
from .names import Names
from .run import ALL_STEPS, StoppedError, Table, printable, run_steps
from .steps import CODES, NO_VOUCHER, codes
from .target import Target, connect, reference_mock
from .wire import PACE, NoResponseError, redactor

_SAME, _DIFFERENT, _FAILED, _INTERRUPTED = 0, 1, 2, 130
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HELP = """\
Compare a server with the mock: 59 requests to each, and a table of the differences.

Without BASE_URL it starts a mock on a loopback port and compares that. For another server, set
MEWS_CLIENT_TOKEN, MEWS_ACCESS_TOKEN (of one property, no portfolio), MEWS_CLIENT and
MEWS_SERVICE_ID (a service that vouchers can be added to) in the environment. It changes only items
that it has added, and deletes them at the end. ALLOW_PRODUCTION=1 allows it to use production.

exit status: 0 no difference, 1 differences, or items that could not be deleted, 2 it could not
run to the end, 130 interrupted"""


class CannotRunError(Exception):
    """There is nothing to compare; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """The server to compare."""

    base_url: str
    credentials: Credentials
    service_id: str
    pace: float = 0.0
    #: Used instead of a connection.
    transport: httpx.BaseTransport | None = None


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="make conformance",
        usage="make conformance [BASE_URL=https://...]",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("base_url", nargs="?", help=argparse.SUPPRESS)
    address = parser.parse_args(arguments).base_url
    try:
        with _served_mock() if not address else _configured(address) as server:
            return conform(server)
    except CannotRunError as error:
        print(f"error: {error}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:  # before there is anything to clean up, or a second one
        return _INTERRUPTED


def conform(server: Server) -> int:
    """Run all steps, clean up in any case, and print the table; return the exit status."""
    redact = redactor(server.credentials)
    names = Names(f"mews-vouchers-conformance-{uuid4().hex[:12]}", server.service_id)
    table, status = Table(), _SAME
    with ExitStack() as stack:
        expected = stack.enter_context(reference_mock(names.run))
        compared = stack.enter_context(
            connect(
                server.base_url,
                server.credentials,
                names,
                pace=server.pace,
                transport=server.transport,
            )
        )
        _check_server(compared, server.base_url)
        print(f"Comparing {server.base_url} with the mock; the name of this run is {names.run}")
        try:
            run_steps(expected, compared, table, lambda text: print(text, file=sys.stderr))
        except StoppedError:
            status = _FAILED
        except KeyboardInterrupt:
            status = _INTERRUPTED
        finally:
            left = clean_up(compared.wire, names)
            print(redact(f"\n{table}\n\n{_summary(table, left, status)}"))
    differ = table.number(Kind.SAME) < len(table.rows)
    return status or (_DIFFERENT if differ or left else _SAME)


def _summary(table: Table, left: list[str], status: int) -> str:
    """Return the last lines of the output."""
    endings = {
        _FAILED: "The server stopped responding.",
        _INTERRUPTED: "Interrupted.",
    }
    counted = ", ".join(f"{table.number(kind)} {kind}" for kind in Kind)
    cleaned = ["All added items are deleted."]
    if left:
        cleaned = [
            "NOT deleted, please delete by hand:",
            *(f"  {printable(line)}" for line in left),
        ]
    first = [endings[status]] if status in endings else []
    return "\n".join([*first, f"{table.steps} of {len(ALL_STEPS)} steps: {counted}", *cleaned])


# --- the server


@contextmanager
def _served_mock() -> Iterator[Server]:
    mock = MockMews(rate_limit=(200, 30.0))
    with mock.serve() as base_url:
        yield Server(base_url, credentials_of(mock), mock.enterprises[0].service_ids[0])


@contextmanager
def _configured(address: str) -> Iterator[Server]:
    """Yield the server that BASE_URL and the environment name."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise CannotRunError("BASE_URL is not a URL") from None
    host = url.host.rstrip(".")
    if url.scheme != "https" and not (url.scheme == "http" and host in _LOOPBACK):
        raise CannotRunError("BASE_URL must start with https://, so that tokens are sent encrypted")
    if url.userinfo:
        raise CannotRunError("BASE_URL must not contain a password")
    # The whole domain: the vendor's production has several hosts.
    if f".{host}".endswith(".mews.com") and os.environ.get("ALLOW_PRODUCTION") != "1":
        raise CannotRunError(f"{host} is production: set ALLOW_PRODUCTION=1 to use it")
    needed = ("MEWS_CLIENT_TOKEN", "MEWS_ACCESS_TOKEN", "MEWS_CLIENT", "MEWS_SERVICE_ID")
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        raise CannotRunError(f"set {', '.join(missing)} in the environment")
    yield Server(
        address.rstrip("/"),
        Credentials.from_environment(),
        os.environ["MEWS_SERVICE_ID"],
        pace=0.0 if host in _LOOPBACK else PACE,
    )


def _check_server(compared: Target, base_url: str) -> None:
    """Check that this is a Mews server with these tokens, before the steps."""
    try:
        response = compared.wire.send(CODES, compared.names.fill(codes(**NO_VOUCHER)))
    except NoResponseError as error:
        raise CannotRunError(f"no response from {base_url} ({error}): is BASE_URL right?") from None
    if response.status == 401:
        raise CannotRunError(
            "401: check MEWS_CLIENT_TOKEN and MEWS_ACCESS_TOKEN, and whether they belong to "
            f"{base_url}"
        )
    if response.status == 429:
        raise CannotRunError("429: the rate limit of this token is exhausted; try again later")
    if not isinstance(response.body, dict):
        raise CannotRunError(f"{base_url} is not a Mews server: {response.status}, not JSON")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up in this case, too
    sys.exit(main())
