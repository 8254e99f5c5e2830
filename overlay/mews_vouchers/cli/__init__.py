"""The command `mews-vouchers`, for the shell and for cron. It needs the extra `cli`.

`_program.py` has the command itself and its exit codes, and the modules named in it its parts. The
rest of the package does not depend on this folder, and does no more here than for any other caller.
"""

import sys


def main() -> int:
    """Run the command with the arguments of the process; return its exit code."""
    try:
        from ._program import run  # noqa: PLC0415 - it needs the extra
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        message = 'error: the command needs click and tqdm: pip install "mews-vouchers[cli]"'
        print(message, file=sys.stderr)
        return 2
    return run(sys.argv[1:])
