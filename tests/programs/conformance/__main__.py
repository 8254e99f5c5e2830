"""The command: settings, what is printed, exit status. What is done is in the modules beside it."""

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
from .run import ALL_STEPS, StoppedError, Table, carry_out, printable
from .steps import CODES, NO_VOUCHER, codes
from .target import Target, connect, reference
from .wire import PACE, NoAnswerError, hiding

_SAME, _DIFFERENT, _COULD_NOT, _INTERRUPTED = 0, 1, 2, 130
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HELP = """\
Hold a server against the mock: 59 requests on each, and a table of what differs.

Without an address it starts a mock on a loopback port and runs against that. For another server it
needs MEWS_CLIENT_TOKEN, MEWS_ACCESS_TOKEN (of one property, no portfolio), MEWS_CLIENT and
MEWS_SERVICE_ID, a service that vouchers can be added to, in the environment. It touches only what
it has made itself, and deletes that at the end. ALLOW_PRODUCTION=1 lets it run on production.

exit status: 0 no difference, 1 differences, or something could not be deleted, 2 could not run to
the end, 130 interrupted"""


class CannotRunError(Exception):
    """There is nothing to compare; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """The server to look at."""

    base_url: str
    credentials: Credentials
    service_id: str
    pace: float = 0.0
    #: Takes the place of a connection.
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
        with _served_mock() if not address else _named(address) as server:
            return conform(server)
    except CannotRunError as error:
        print(f"error: {error}", file=sys.stderr)
        return _COULD_NOT
    except KeyboardInterrupt:  # before there was anything to clean up, or a second one
        return _INTERRUPTED


def conform(server: Server) -> int:
    """Do all steps, clean up whatever happens, and print the table; return the exit status."""
    hide = hiding(server.credentials)
    names = Names(f"mews-vouchers-conformance-{uuid4().hex[:12]}", server.service_id)
    table, status = Table(), _SAME
    with ExitStack() as stack:
        expected = stack.enter_context(reference(names.run))
        given = stack.enter_context(
            connect(
                server.base_url,
                server.credentials,
                names,
                pace=server.pace,
                transport=server.transport,
            )
        )
        _check_answers(given, server.base_url)
        print(f"Holding {server.base_url} against the mock, as {names.run}")
        try:
            carry_out(expected, given, table, lambda text: print(text, file=sys.stderr))
        except StoppedError:
            status = _COULD_NOT
        except KeyboardInterrupt:
            status = _INTERRUPTED
        finally:
            left = clean_up(given.wire, names)
            print(hide(f"\n{table}\n\n{_summary(table, left, status)}"))
    differ = table.number(Kind.SAME) < len(table.rows)
    return status or (_DIFFERENT if differ or left else _SAME)


def _summary(table: Table, left: list[str], status: int) -> str:
    """Return what to know at the end."""
    endings = {
        _COULD_NOT: "The server stopped answering.",
        _INTERRUPTED: "Interrupted.",
    }
    counted = ", ".join(f"{table.number(kind)} {kind}" for kind in Kind)
    cleaned = ["All that was added is deleted."]
    if left:
        cleaned = ["NOT deleted, please do it by hand:", *(f"  {printable(line)}" for line in left)]
    first = [endings[status]] if status in endings else []
    return "\n".join([*first, f"{table.steps} of {len(ALL_STEPS)} steps: {counted}", *cleaned])


# --- where to


@contextmanager
def _served_mock() -> Iterator[Server]:
    mock = MockMews(rate_limit=(200, 30.0))
    with mock.serve() as base_url:
        yield Server(base_url, credentials_of(mock), mock.enterprises[0].service_ids[0])


@contextmanager
def _named(address: str) -> Iterator[Server]:
    """Give the server that the address and the environment name."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise CannotRunError("BASE_URL is no URL") from None
    host = url.host.rstrip(".")
    if url.scheme != "https" and not (url.scheme == "http" and host in _LOOPBACK):
        raise CannotRunError("BASE_URL must begin with https://, so that tokens travel encrypted")
    if url.userinfo:
        raise CannotRunError("BASE_URL must not have a password in it")
    # The whole domain: the vendor's production is not one host only.
    if f".{host}".endswith(".mews.com") and os.environ.get("ALLOW_PRODUCTION") != "1":
        raise CannotRunError(f"{host} is production: add ALLOW_PRODUCTION=1 if you mean it")
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


def _check_answers(given: Target, base_url: str) -> None:
    """Look whether this is a Mews that knows us, before anything is compared or written."""
    try:
        answer = given.wire.send(CODES, given.names.fill(codes(**NO_VOUCHER)))
    except NoAnswerError as error:
        raise CannotRunError(f"no answer from {base_url} ({error}): is BASE_URL right?") from None
    if answer.status == 401:
        raise CannotRunError(
            "401: check MEWS_CLIENT_TOKEN and MEWS_ACCESS_TOKEN, and whether they belong to "
            f"{base_url}"
        )
    if answer.status == 429:
        raise CannotRunError("429: others are using this token up; try again later")
    if not isinstance(answer.body, dict):
        raise CannotRunError(f"{base_url} does not speak like Mews: {answer.status}, not JSON")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up then, too
    sys.exit(main())
