"""Where the project is, how a path is shown, how a report is printed; quick to import."""

import os
import sys
from io import TextIOWrapper
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "openapi" / "mews-vouchers.yaml"


def shown(path: Path) -> str:
    """Return `path` as the reader sees it: relative to the project where it is inside."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def printed(text: str) -> None:
    """Print a report; letters that the terminal does not have are escaped.

    Raises:
        OSError: It cannot be written, because the disk is full or nobody reads it.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print(text, end="", flush=True)
    except OSError:  # Python would try again, and complain, at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
