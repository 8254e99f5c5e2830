"""A process that writes to a journal, and prints what has been stored. No test belongs here.

    python journal_process.py hold|pause|write|fill|fork PATH

`hold` opens the journal and waits. `pause` writes ten batches and waits. `write` registers, sends
and records items until it is killed; each line it prints is a promise about what is in the file.
`fill` writes until it cannot. `fork` forks a child that ends at once, then writes.
"""

import os
import sys
from itertools import count, islice

from mews_vouchers import JournalError
from mews_vouchers._journal.opening import open_journal
from mews_vouchers._journal.store import JournalStore

PARAMETERS = {"operation": "voucherCodes/add"}
BATCH = 7


def write(journal: JournalStore, batches: int | None = None) -> None:
    """Write batches, by default for ever."""
    starts = count(journal.items_read, BATCH)
    for start in islice(starts, batches):
        positions = range(start, start + BATCH)
        journal.register((position, f'"item {position}"') for position in positions)
        print("registered", start + BATCH, flush=True)
        journal.mark_sent(positions, 1.0)
        print("sent", start + BATCH, flush=True)
        journal.record(
            (position, "succeeded", f'"result {position}"' * 20, None) for position in positions
        )
        print("succeeded", start + BATCH, flush=True)


def fork(journal: JournalStore) -> None:
    """Fork a child whose interpreter ends as usual, then write."""
    child = os.fork()
    if not child:
        sys.exit()
    os.waitpid(child, 0)
    write(journal)


def main() -> None:
    """Do what the arguments say."""
    what, path = sys.argv[1:]
    try:
        with open_journal(path, PARAMETERS) as journal:
            print("open", 0, flush=True)
            if what == "hold":
                sys.stdin.read()
            elif what == "pause":
                write(journal, batches=10)
                print("paused", 0, flush=True)
                sys.stdin.read()
            elif what == "fork":
                fork(journal)
            elif what == "write":
                write(journal)
            else:
                fill(journal)
    except JournalError as error:
        print("failed", error, flush=True)


def fill(journal: JournalStore) -> None:
    """Write until the disk is full, and print how a second try fails."""
    try:
        write(journal)
    except JournalError as error:
        print("failed", error, flush=True)
    journal.set("small", "x")


if __name__ == "__main__":
    main()
