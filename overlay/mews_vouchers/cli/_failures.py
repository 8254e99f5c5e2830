"""How a command ends: its exit codes, and the one line that says why."""

from enum import IntEnum


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


class Failure(Exception):  # noqa: N818 - the end of a command, also after Ctrl-C
    """Ends a command with one line on standard error, and an exit code.

    Args:
        message: The line. The caller says what to do next.
        code: The exit code.
    """

    def __init__(self, message: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.code = code
