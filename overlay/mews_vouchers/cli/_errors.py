"""What an exception means for the user of a command. It imports the client, which takes time."""

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

from ._failures import ExitCode, Failure

_REFUSALS = (BadRequestError, ForbiddenError, NotFoundError, UnauthorizedError)


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
