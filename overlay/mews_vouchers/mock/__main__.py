"""The command line of the mock: serves it, and prints the settings that a client needs."""

import argparse
import shlex
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack

from . import MockMews, MockUnavailableError
from ._state.rate_limit import SlidingWindow

_CANNOT_START = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command line until a signal ends it; return its exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.codes and not options.vouchers:
        parser.error("--codes needs --vouchers")
    with ExitStack() as stack:
        try:
            mock = MockMews(
                enterprises=options.enterprises,
                seed=options.seed,
                rate_limit=options.rate_limit,
                time_filter_includes_end=options.time_filter_includes_end,
            )
            mock.seed(vouchers=options.vouchers, codes_per_voucher=options.codes)
            base_url = stack.enter_context(mock.serve(options.port))
        except MockUnavailableError as error:
            return _failed(str(error))
        except OSError as error:
            return _failed(f"cannot listen on 127.0.0.1:{options.port}: {error.strerror}")
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: stop.set())
        print(_startup_message(mock, base_url), flush=True)
        # With a timeout, because on Windows a signal does not interrupt a wait.
        while not stop.is_set():
            stop.wait(0.5)
    print("Stopped. All vouchers of the mock are gone.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mews_vouchers.mock",
        description="Serve an in-memory Mews on 127.0.0.1 until Ctrl-C.",
    )
    parser.add_argument(
        "--port", type=_port, default=8080, help="port to listen on; 0 takes a free one (8080)"
    )
    parser.add_argument("--seed", type=int, help="make ids, tokens and time reproducible")
    parser.add_argument(
        "--enterprises", type=_at_least(1), default=1, help="number of enterprises (1)"
    )
    parser.add_argument(
        "--vouchers", type=_at_least(0), default=0, help="number of initial vouchers (0)"
    )
    parser.add_argument(
        "--codes", type=_at_least(0), default=0, help="number of initial codes per voucher (0)"
    )
    parser.add_argument(
        "--rate-limit",
        type=_rate_limit,
        default=(200, 30.0),
        metavar="REQUESTS/SECONDS",
        help="per access token, or 'off' (200/30, the vendor's limit)",
    )
    parser.add_argument(
        "--time-filter-includes-end",
        action="store_true",
        help="as the vendor's API did before 2026",
    )
    return parser


def _port(argument: str) -> int:
    if not (argument.isdecimal() and int(argument) <= 65535):
        raise argparse.ArgumentTypeError("must be from 0 to 65535")
    return int(argument)


def _at_least(minimum: int) -> Callable[[str], int]:
    def number(argument: str) -> int:
        if int(argument) < minimum:
            raise argparse.ArgumentTypeError(f"must be >= {minimum}")
        return int(argument)

    return number


def _rate_limit(argument: str) -> tuple[int, float] | None:
    if argument == "off":
        return None
    requests, _, seconds = argument.partition("/")
    try:
        limit = int(requests), float(seconds)
        SlidingWindow(*limit)
    except ValueError:
        raise argparse.ArgumentTypeError("must have the form 200/30, or be 'off'") from None
    return limit


def _failed(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return _CANNOT_START


def _startup_message(mock: MockMews, base_url: str) -> str:
    """Return the settings to print. Tokens are included: they are valid for this mock only."""
    variables = {
        "MEWS_BASE_URL": base_url,
        "MEWS_CLIENT_TOKEN": mock.client_token,
        "MEWS_ACCESS_TOKEN": mock.access_token,
        "MEWS_CLIENT": "Sample Client 1.0.0",
        "MEWS_SERVICE_ID": mock.enterprises[0].service_ids[0],
    }
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    heading = f"Serving a mock of Mews at {base_url} until Ctrl-C. To use it:"
    return "\n".join([heading, "", *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
