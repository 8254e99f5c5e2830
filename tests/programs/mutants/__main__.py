"""Plants the mutants one at a time and tells which test caught each.

    make mutants                    # all of them
    make mutants ONLY=templates     # those of a group, or one by its name
    make mutants LIST=1             # only what there is

First the tests that should catch a mutant run on a copy without it: unless they pass there, their
failing says nothing. A mutant that none of these tests catches meets all the others. The status
is 1 if one survives, or does not apply any more.
"""

import argparse
import sys
import time
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import NamedTuple

from tests.programs.mutants.catalogue import MovedError, Mutant, load, locate, plant
from tests.programs.mutants.workshop import BrokenError, regenerate, run_tests, stop, workshop

_WORKERS = 2
#: Seconds: for the tests that should catch a mutant, and for all.
_LIMIT, _LIMIT_OF_ALL = 180.0, 1800.0


class Verdict(NamedTuple):
    """What became of a mutant."""

    mutant: Mutant
    is_caught: bool
    #: The test that caught it, or why there is none.
    by: str
    seconds: float


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(prog="make mutants", description="Plant known bugs.")
    parser.add_argument("only", nargs="?", default="*", help="a name or a group, or a pattern")
    parser.add_argument("--list", action="store_true", help="print the names and end")
    options = parser.parse_args(arguments)
    mutants = [mutant for mutant in load() if mutant.is_meant(options.only)]
    if not mutants:
        print(f"error: there is no mutant {options.only!r}", file=sys.stderr)
        return 1
    if options.list:
        print(*mutants, sep="\n")
        return 0
    try:
        _baseline(_located(test for mutant in mutants for test in mutant.tests))
    except BrokenError as error:
        print(f"error: without any mutant: {error}", file=sys.stderr)
        return 1
    verdicts = _examine(mutants)
    print("", *_table(verdicts), sep="\n")
    escaped = sum(not verdict.is_caught for verdict in verdicts)
    print(f"{len(verdicts) - escaped} of {len(verdicts)} mutants are caught")
    return 1 if escaped else 0


def _located(tests: Iterable[str]) -> list[str]:
    """Return the node ids of tests, each once, and warn of those that are not there."""
    found: dict[str, None] = {}
    for test in dict.fromkeys(tests):
        located = locate(test)
        found |= dict.fromkeys(located)
        if not located:
            print(f"warning: there is no test {test}", file=sys.stderr)
    return [*found]


@contextmanager
def _workers() -> Generator[ThreadPoolExecutor]:
    """Give the workers; an error, or Ctrl-C, ends what they are at."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop()
            raise


def _baseline(tests: list[str]) -> None:
    """Run the tests without a mutant.

    Raises:
        BrokenError: They do not pass.
    """
    print(f"without any mutant: {', '.join(tests)}", flush=True)
    with workshop() as folder, _workers() as pool:
        runs = pool.map(lambda test: run_tests(folder, [test], _LIMIT_OF_ALL), tests)
        for test, run in zip(tests, runs, strict=True):
            if run.is_late or run.failed is not None:
                raise BrokenError(f"{run.failed} fails" if run.failed else f"{test} hangs")


def _examine(mutants: list[Mutant]) -> list[Verdict]:
    """Examine all mutants, several at a time; return the verdicts in the order of the list."""
    found: dict[Mutant, Verdict] = {}
    with _workers() as pool:
        futures = [pool.submit(_verdict, mutant) for mutant in mutants]
        for number, future in enumerate(as_completed(futures), 1):
            verdict = future.result()
            mutant = verdict.mutant
            found[mutant] = verdict
            fate = "caught" if verdict.is_caught else f"NOT CAUGHT: {mutant.bug} {verdict.by}"
            print(f"[{number}/{len(mutants)}] {mutant}: {fate}", flush=True)
    return [found[mutant] for mutant in mutants]


def _verdict(mutant: Mutant) -> Verdict:
    started = time.monotonic()
    try:
        is_caught, by = _hunt(mutant)
    except (MovedError, BrokenError) as error:
        is_caught, by = False, str(error)
    return Verdict(mutant, is_caught, by, time.monotonic() - started)


def _hunt(mutant: Mutant) -> tuple[bool, str]:
    """Run the tests on a copy with the mutant: the ones that should catch it, then all."""
    with workshop() as folder:
        plant(mutant, folder)
        if mutant.regenerate:
            regenerate(folder, mutant.regenerate)
        likely = [test for name in mutant.tests for test in locate(name)]
        attempts = [(likely, _LIMIT)] if likely else []
        for tests, limit in [*attempts, ([], _LIMIT_OF_ALL)]:
            run = run_tests(folder, tests, limit)
            if run.is_late:
                return True, "the tests hang"
            if run.failed is not None:
                return True, run.failed
    return False, "no test fails"


def _table(verdicts: list[Verdict]) -> list[str]:
    rows = [
        (
            str(mutant),
            f"{seconds:.0f} s",
            by.removeprefix("tests/") if is_caught else f"NOT CAUGHT: {by}",
        )
        for mutant, is_caught, by, seconds in verdicts
    ]
    heading = ("mutant", "time", "caught by")
    width = max(len(row[0]) for row in (heading, *rows))
    return [f"{name:{width}}  {seconds:>5}  {by}" for name, seconds, by in (heading, *rows)]


if __name__ == "__main__":
    sys.exit(main())
