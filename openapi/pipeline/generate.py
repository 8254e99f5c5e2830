"""Generates `generated/mews_vouchers_client`, or checks that it is up to date.

    PYTHONPATH=openapi python -m pipeline.generate            # make generate
    PYTHONPATH=openapi python -m pipeline.generate --check    # make verify-generated

The package is rendered in a temporary folder. It then replaces the old package in one move, or is
compared with it.
"""

import argparse
import contextlib
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

from .document import DocumentError
from .package_files import differences, read_files
from .paths import DOCUMENT, PACKAGE, display
from .render import render
from .tools import ToolError, check_tools


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.generate", description=(__doc__ or "").split("\n", 1)[0]
    )
    parser.add_argument("--document", type=Path, default=DOCUMENT, metavar="FILE")
    parser.add_argument("--package", type=Path, default=PACKAGE, metavar="FOLDER")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    try:
        check_tools()
        if options.check:
            return verify(options.document, options.package)
        generate(options.document, options.package)
    except (DocumentError, ToolError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    print(f"{display(options.package)}: {len(read_files(options.package))} files")
    return 0


def generate(document: Path, package: Path) -> None:
    """Replace `package` by the package for `document`; on any error, keep the old one."""
    with rendered(document, package) as new:
        old = _backup_of(package)
        try:
            if package.exists():
                package.rename(old)
            new.rename(package)
        except BaseException:
            if old.exists() and not package.exists():
                old.rename(package)
            raise
        shutil.rmtree(old, ignore_errors=True)


def verify(document: Path, package: Path) -> int:
    """Print how `package` differs from the package for `document`; return 1 if it does."""
    with rendered(document, package) as new:
        lines = differences(package, new)
    if not lines:
        print(f"{display(package)} is up to date with {display(document)}")
        return 0
    sys.stdout.writelines(lines)
    print(
        f"error: {display(package)} is not up to date with {display(document)}: "
        "run `make generate`",
        file=sys.stderr,
    )
    return 1


@contextlib.contextmanager
def rendered(document: Path, package: Path) -> Generator[Path]:
    """Render the package in a temporary folder beside `package`, on the same file system.

    Runs exclude each other. The remains of a killed run are cleaned up first.
    """
    parent = package.parent
    parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _backup_of(package).exists() and not package.exists():
            _backup_of(package).rename(package)
        for remains in parent.glob(".generate-*"):
            shutil.rmtree(remains)
        with tempfile.TemporaryDirectory(prefix=".generate-", dir=parent) as temporary:
            new = Path(temporary) / PACKAGE.name
            render(document, new)
            yield new
    finally:
        os.close(descriptor)


def _backup_of(package: Path) -> Path:
    """Return where the old package is kept while the new one is moved into place."""
    return package.with_name(f".generate-old-{package.name}")


if __name__ == "__main__":
    sys.exit(main())
