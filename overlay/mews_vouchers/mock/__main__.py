"""Runs the command of the mock: `python -m mews_vouchers.mock`."""

import sys

try:
    from ._command.command import command
except ModuleNotFoundError as error:
    if error.name != "click":
        raise
    print('Error: the command needs click: pip install "mews-vouchers[mock]"', file=sys.stderr)
    sys.exit(2)

__all__ = ["command"]

if __name__ == "__main__":
    command(prog_name="python -m mews_vouchers.mock")
