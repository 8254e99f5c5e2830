"""The command itself: creates a mock from its options, and serves it until a signal ends it."""

import ipaddress
import signal
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import click

from mews_vouchers.mock._contract.validation import MockUnavailableError
from mews_vouchers.mock._mock import MockMews
from mews_vouchers.mock._state.timestamps import system_clock
from mews_vouchers.mock.faults import slow

from .data_files import DATA_HELP, load
from .fault_notation import FAULT, FAULTS_HELP, InjectedFault
from .option_types import RATE_LIMIT, SECONDS
from .settings_output import DEFAULT_FORMAT, FORMATS, format_settings

_COUNT = click.IntRange(min=0)
_OPEN_TO_THE_NETWORK = (
    "It is open to the network: anyone who can reach this machine and has the tokens can use it."
)


class CannotStartError(click.ClickException):
    """The mock cannot be served; the message says why."""

    exit_code = 2


@click.command(
    "mock",
    context_settings={"max_content_width": 100, "show_default": True},
    epilog=f"{FAULTS_HELP}\n{DATA_HELP}",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    help="Address to listen on. 0.0.0.0, as in a container, is open to the network.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, help="Port; 0 takes a free one."
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(list(FORMATS)),
    default=DEFAULT_FORMAT,
    help="Form of the settings that are printed.",
)
@click.option("--seed", type=int, help="Make ids, tokens and time reproducible.")
@click.option(
    "--system-clock",
    "uses_system_clock",
    is_flag=True,
    help="With --seed: use the system's time nevertheless.",
)
@click.option("--enterprises", type=click.IntRange(min=1), default=1, help="Number of enterprises.")
@click.option(
    "--vouchers", type=_COUNT, default=0, help="Number of initial vouchers of each enterprise."
)
@click.option("--codes", type=_COUNT, default=0, help="Number of initial codes of each of them.")
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="JSON or CSV file with initial vouchers and codes. Repeatable.",
)
@click.option(
    "--rate-limit",
    type=RATE_LIMIT,
    metavar="REQUESTS/SECONDS",
    default="200/30",
    help="Limit per access token, or 'off'.",
)
@click.option(
    "--latency", type=SECONDS, metavar="SECONDS", default="0", help="Delay of every response."
)
@click.option(
    "--fault",
    "faults",
    type=FAULT,
    metavar="OPERATION:FAULT[:NAME=VALUE]...",
    multiple=True,
    help="Fault to inject, such as 'voucherCodes/add:503:calls=2'. Repeatable.",
)
@click.option(
    "--time-filter-includes-end", is_flag=True, help="As the vendor's API did before 2026."
)
def command(
    *,
    host: str,
    port: int,
    output_format: str,
    seed: int | None,
    uses_system_clock: bool,
    enterprises: int,
    vouchers: int,
    codes: int,
    data: tuple[Path, ...],
    rate_limit: tuple[int, float] | None,
    latency: float,
    faults: tuple[InjectedFault, ...],
    time_filter_includes_end: bool,
) -> None:
    """Serve an in-memory Mews until Ctrl-C, and print the settings that a client needs.

    Standard output has only the settings, so that it can go to a file. Everything is in memory: at
    the end it is gone.
    """
    if codes and not vouchers:
        raise click.UsageError("--codes needs --vouchers")
    try:
        mock = MockMews(
            enterprises=enterprises,
            seed=seed,
            clock=system_clock if uses_system_clock else None,
            rate_limit=rate_limit,
            time_filter_includes_end=time_filter_includes_end,
        )
    except MockUnavailableError as error:
        raise CannotStartError(str(error)) from None
    for enterprise in mock.enterprises:
        mock.seed(vouchers=vouchers, codes_per_voucher=codes, enterprise=enterprise)
    for path in data:
        _load(mock, path)
    if latency:
        mock.inject(slow(latency))
    for one in faults:
        mock.inject(one.fault, one.operation, calls=one.calls)
    _serve(mock, host, port, output_format)


def _load(mock: MockMews, path: Path) -> None:
    try:
        load(mock, path)
    except OSError as error:
        raise CannotStartError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise CannotStartError(f"{path}: {error}") from None


def _serve(mock: MockMews, host: str, port: int, output_format: str) -> None:
    with ExitStack() as stack:
        try:
            base_url = stack.enter_context(mock.serve(port, host=host))
        except OSError as error:
            message = f"cannot listen on {host}:{port}: {error.strerror}"
            raise CannotStartError(message) from None
        stop = stack.enter_context(_stop_signals())
        click.echo(f"Serving a mock of Mews at {base_url} until Ctrl-C.", err=True)
        if not _is_loopback(host):
            click.echo(_OPEN_TO_THE_NETWORK, err=True)
        click.echo(format_settings(mock, base_url, output_format))
        _wait_for(stop)
    click.echo("Stopped. All vouchers of the mock are gone.", err=True)


@contextmanager
def _stop_signals() -> Generator[SimpleQueue[int]]:
    """Yield a queue into which Ctrl-C and SIGTERM put their numbers, instead of what they do."""
    # Of what threads wait for, only this queue may be used by the handler of a signal.
    received: SimpleQueue[int] = SimpleQueue()
    handlers = {
        number: signal.signal(number, lambda number, _: received.put(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield received
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _wait_for(stop: SimpleQueue[int]) -> None:
    while True:
        # With a timeout, because on Windows a signal does not interrupt a wait.
        with suppress(Empty):
            stop.get(timeout=0.5)
            return


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
