"""`mews-vouchers changes`: writes what has changed, and keeps the mark of the next run."""

import os
import stat
import sys
from pathlib import Path

import click
from mews_vouchers_client import models

from ._console import counted, is_closed_pipe, say
from ._errors import as_failure
from ._failures import ExitCode, Failure
from ._files import replacing
from ._options import FILE, common_options, enterprise_option, service_option, verbosity
from ._rows import to_json
from ._settings import Settings

#: Changes after which the mark is stored. A crash repeats at most so many.
_STEP = 1_000


@click.command("changes")
@click.option(
    "--mark",
    "path",
    type=FILE,
    required=True,
    metavar="FILE",
    help="The file that keeps the mark; without it, the first run writes everything.",
)
@service_option
@enterprise_option
@common_options
def changes(
    *, settings: Settings, path: Path, services: tuple[str, ...], enterprise: str | None
) -> None:
    """Write the vouchers and codes that were added, changed or deleted since the last run.

    Each is a line of JSON on standard output, with "kind": "voucher" or "code". The mark is stored
    when the lines before it are written, and on the disk if the output is a file. So every change
    comes at least once: after an error, Ctrl-C or a crash, the next run continues, and repeats a
    little. Insert or update by id.

    \b
    Example:
      mews-vouchers changes --mark hotel.mark >> hotel.jsonl
    """
    service_ids = settings.service_ids(services)
    since = _read_mark(path)
    count = 0
    with settings.open_client() as client:
        feed = client.changes(
            service_ids=service_ids,
            since=since,
            enterprise_ids=None if enterprise is None else [enterprise],
        )
        try:
            for item in feed:
                kind = "voucher" if isinstance(item, models.Voucher) else "code"
                sys.stdout.write(to_json({"kind": kind, **item.to_row()}) + "\n")
                count += 1
                if count % _STEP == 0:
                    _store_mark(path, feed.mark)
            _store_mark(path, feed.mark)
        except (Exception, KeyboardInterrupt) as error:
            if isinstance(error, OSError) and is_closed_pipe(error):
                raise
            raise _stopped(error, count, path) from error
    if not verbosity().quiet:
        say(f"{counted(count, 'changes')} written; the mark is in {path}")


def _read_mark(path: Path) -> str | None:
    try:
        mark = path.read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        mark = ""
    if not mark:
        raise Failure(f"{path} has no mark: remove it to write everything", ExitCode.USAGE)
    return mark


def _store_mark(path: Path, mark: str | None) -> None:
    """Store a mark, after what was written is safe."""
    sys.stdout.flush()
    output = sys.stdout.fileno()
    if stat.S_ISREG(os.fstat(output).st_mode):
        os.fsync(output)
    if mark is not None:  # pragma: no branch - after a listing there is one
        with replacing(path) as temporary:
            temporary.write_text(f"{mark}\n", "utf-8")


def _stopped(error: BaseException, count: int, path: Path) -> Failure:
    kept = f"{counted(count, 'changes')} written, some of them perhaps again by the next run"
    if isinstance(error, Exception):
        failure = as_failure(error)
        return Failure(f"{failure}; {kept}", failure.code)
    return Failure(f"interrupted; {kept}; the mark is in {path}", ExitCode.INTERRUPTED)
