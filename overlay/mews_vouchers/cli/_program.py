"""The command itself: its parts, its help, and how it ends."""

import logging
import sys
import traceback
import warnings
from collections.abc import Sequence

import click

from .._settings.version import version
from ._console import Verbosity, discard_output, is_closed_pipe, prepare_streams, say
from ._failures import EXIT_CODES, ExitCode, Failure
from ._lazy_group import LazyGroup

_HELP = """\
Lists, exports, imports and deletes vouchers and voucher codes of Mews.

\b
Settings, from the environment or from a file (--tokens FILE):
  MEWS_CLIENT_TOKEN  identifies the integration
  MEWS_ACCESS_TOKEN  grants access to a property or a portfolio
  MEWS_BASE_URL      such as https://api.mews-demo.com; or --environment
  MEWS_SERVICE_ID    the service with the vouchers; several with commas between
  MEWS_CLIENT        the name of the program; by default that of this one
  MEWS_TOKENS_FILE   the file with these settings, as --tokens

The file has lines such as MEWS_CLIENT_TOKEN=... It is refused if others may read it: run
"chmod 600 FILE". On Windows its permissions are not checked: keep it in your own folder. Tokens
are never arguments, because other users can see these.

Start with: mews-vouchers check

\b
Output on a pipe or in a file is UTF-8. Messages are on standard error.

\b
To complete names with the Tab key, add a line to the file that your shell reads at its start:
  bash  eval "$(_MEWS_VOUCHERS_COMPLETE=bash_source mews-vouchers)"
  zsh   eval "$(_MEWS_VOUCHERS_COMPLETE=zsh_source mews-vouchers)"
  fish  _MEWS_VOUCHERS_COMPLETE=fish_source mews-vouchers | source
"""

_MEMBERS = {
    "check": ("mews_vouchers.cli._check:check", "Check the tokens, the server and its clock."),
    "vouchers": ("mews_vouchers.cli._vouchers:vouchers", "List or export vouchers."),
    "codes": ("mews_vouchers.cli._codes:codes", "List, export, import or delete voucher codes."),
    "changes": ("mews_vouchers.cli._changes:changes", "Write what has changed since the last run."),
    "mock": ("mews_vouchers.mock.__main__:command", "Serve an in-memory Mews, to try all of this."),
}


class _Program(LazyGroup):
    """The whole command. click does not see what it would handle in its own way."""

    def invoke(self, ctx: click.Context) -> None:
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            raise Failure("interrupted", ExitCode.INTERRUPTED) from None
        except OSError as error:
            discard_output()  # Python would try it again at the exit
            if is_closed_pipe(error):
                raise Failure("", ExitCode.CLOSED_PIPE) from None
            raise


def _show_version(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001
    if value:
        click.echo(f"mews-vouchers {version()}")
        context.exit()


group = _Program(
    _MEMBERS,
    name="mews-vouchers",
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            help="Show the version and exit.",
        )
    ],
    help=_HELP,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def run(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    prepare_streams()
    shown = Verbosity()
    warnings.showwarning = lambda message, *_, **__: say(f"warning: {message}")
    for name in ("mews_vouchers", "mews_vouchers_client"):  # their warnings: with --verbose only
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        group.main(list(arguments), "mews-vouchers", standalone_mode=False, obj=shown)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return ExitCode.USAGE
    except click.Abort:  # Ctrl-C before a command began, or at a question
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a traceback is no message
        return _failed(error, shown)
    return ExitCode.DONE


def _failed(error: Exception, shown: Verbosity) -> int:
    if shown.verbose and not isinstance(error, Failure | click.ClickException):
        traceback.print_exception(error)
    from ._errors import as_failure  # noqa: PLC0415 - it takes time, which help does not need

    failure = as_failure(error)
    if str(failure):
        say(f"error: {failure}" if failure.code < ExitCode.INTERRUPTED else str(failure))
    return failure.code
