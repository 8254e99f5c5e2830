"""How a command ends: its exit codes, and the one line that says why."""

from enum import IntEnum

import click

from mews_vouchers import (
    BadRequestError,
    BatchError,
    ForbiddenError,
    JournalError,
    MewsError,
    NotFoundError,
    UnauthorizedError,
)


class ExitCode(IntEnum):
    """The exit codes of all commands."""

    DONE = 0
    #: The server, the network or a file: another run may succeed.
    FAILED = 1
    #: Arguments or settings are wrong: nothing was sent.
    USAGE = 2
    #: Items of the input are wrong or were rejected: they have to be corrected.
    INPUT = 3
    #: The server refuses the tokens, their rights, or an id: another run does not help.
    REFUSED = 4
    #: Ctrl-C: 128 + SIGINT, as shells count.
    INTERRUPTED = 130
    #: The reader of the output has left: 128 + SIGPIPE.
    CLOSED_PIPE = 141


#: For `--help`.
EXIT_CODES = """\
\b
Exit codes:
  0    done
  1    failed, because of the server, the network or a file: run it again
  2    wrong arguments or settings; nothing was sent
  3    items of the input are wrong, or were rejected: correct them
  4    the server refuses the tokens, their rights, or an id
  130  interrupted by Ctrl-C
  141  the reader of the output has closed the pipe
"""

_REFUSALS = (BadRequestError, ForbiddenError, NotFoundError, UnauthorizedError)


class Failure(Exception):  # noqa: N818 - the end of a command, also after Ctrl-C
    """Ends a command with one line on standard error, and an exit code.

    Args:
        message: The line. The caller says what to do next.
        code: The exit code.
    """

    def __init__(self, message: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.code = code


def as_failure(error: Exception) -> Failure:
    """Return what an exception of a command means for its user."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, click.ClickException):
        return Failure(_usage(error), ExitCode.USAGE)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return Failure(place + (error.strerror or str(error)))
    if isinstance(error, MewsError):
        return Failure(str(error), _code(error))
    if isinstance(error, ValueError | ImportError):  # of settings: the client says what to do
        return Failure(str(error), ExitCode.USAGE)
    return Failure(f"{type(error).__name__}: {error} (a mistake of this program: see --verbose)")


def _code(error: MewsError) -> ExitCode:
    cause = error.cause if isinstance(error, BatchError) else error
    if isinstance(cause, _REFUSALS):
        return ExitCode.REFUSED
    return ExitCode.USAGE if isinstance(cause, JournalError) else ExitCode.FAILED


def _usage(error: click.ClickException) -> str:
    """Return the message of click, without its lines of usage."""
    context = getattr(error, "ctx", None)
    see = f" (see {context.command_path} --help)" if context is not None else ""
    return error.format_message().removesuffix(".") + see
