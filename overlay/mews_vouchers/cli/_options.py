"""Options that several commands have, and types of their values."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from ._console import Verbosity
from ._settings import Settings, read_settings

Function = TypeVar("Function", bound=Callable[..., Any])  # Any: the function of any command

#: A file that may not exist yet.
FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def verbosity() -> Verbosity:
    """Return what is shown of the command that runs."""
    return click.get_current_context().find_object(Verbosity) or Verbosity()


def _set_verbose(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001
    if value:
        context.ensure_object(Verbosity).verbose = True
        logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(name)s %(message)s")
        for name in ("httpcore", "httpx", "asyncio"):  # each request is logged already
            logging.getLogger(name).setLevel(logging.WARNING)


def _set_quiet(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001
    context.ensure_object(Verbosity).quiet |= value


def common_options(command: Function) -> Function:
    """Add the options of all commands that send requests; they become the argument `settings`."""

    def read(context: click.Context, _: click.Parameter, tokens: Path | None) -> Settings:
        return read_settings(tokens, context.params.pop("environment", None))

    for option in (
        click.option(
            "--tokens",
            "settings",
            type=FILE,
            callback=read,
            help="File with tokens and other settings, which only you may read.",
        ),
        click.option(
            "--environment",
            type=click.Choice(["demo", "production"]),
            is_eager=True,  # before the settings, which take it
            help="The server, instead of MEWS_BASE_URL.",
        ),
        click.option(
            "--quiet",
            is_flag=True,
            callback=_set_quiet,
            expose_value=False,
            help="No summary and no progress bar; errors only.",
        ),
        click.option(
            "--verbose",
            is_flag=True,
            callback=_set_verbose,
            expose_value=False,
            is_eager=True,
            help="Show the log of requests, and tracebacks. They have no tokens.",
        ),
    ):
        command = option(command)
    return command


def service_option(command: Function) -> Function:
    """Add `--service`, which becomes the argument `services`."""
    return click.option(
        "--service",
        "services",
        multiple=True,
        metavar="ID",
        help="Id of the service with the vouchers, instead of MEWS_SERVICE_ID; can be repeated.",
    )(command)


def enterprise_option(command: Function) -> Function:
    """Add `--enterprise`, which becomes the argument `enterprise`."""
    return click.option(
        "--enterprise", metavar="ID", help="Id of the property, with a portfolio access token."
    )(command)


def _aware_datetime(text: str) -> datetime:
    """Read a datetime in ISO 8601 with its time zone; return it in UTC."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        example = "2026-01-31T00:00:00Z"
        raise click.BadParameter(f"{text!r} is no datetime with a time zone, such as {example}.")
    return read.astimezone(UTC)


def updated_options(command: Function) -> Function:
    """Add `--updated-since` and `--updated-until`."""
    for name, text in (("until", "before"), ("since", "at or after")):
        command = click.option(
            f"--updated-{name}",
            type=_aware_datetime,
            metavar="TIME",
            help=f"Only those last changed {text} a time, such as 2026-01-31T00:00:00Z.",
        )(command)
    return command


def active_option(command: Function) -> Function:
    """Add `--active`."""
    return click.option("--active", is_flag=True, help="Without deleted ones.")(command)


def voucher_option(command: Function) -> Function:
    """Add `--voucher`, which becomes the argument `vouchers`."""
    return click.option(
        "--voucher",
        "vouchers",
        multiple=True,
        metavar="ID",
        help="Codes of this voucher, instead of those of a service; can be repeated.",
    )(command)


def concurrency_option(command: Function) -> Function:
    """Add `--concurrency`."""
    return click.option(
        "--concurrency",
        type=click.IntRange(1, 16),
        default=4,
        show_default=True,
        help="Requests at a time. The rate limit is kept in any case.",
    )(command)


def list_options(command: Function) -> Function:
    """Add `--format` and `--limit`, the options of all lists; the former becomes `form`."""
    command = click.option(
        "--limit", type=click.IntRange(1), metavar="NUMBER", help="At most so many."
    )(command)
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "csv", "jsonl"]),
        default="table",
        show_default=True,
        help="A table for people, or CSV or JSON lines for programs.",
    )(command)


def settle_option(command: Function) -> Function:
    """Add `--settle`."""
    return click.option(
        "--settle",
        type=click.FloatRange(0, 3600),
        default=120.0,
        show_default=True,
        metavar="SECONDS",
        help="After a crash, wait so long until the server can apply no earlier request any more.",
    )(command)
