"""Kills a process that imports codes, starts it again until it has finished, and compares.

What belongs here: how it is killed, and what has to hold in the end. How often is up to the tests.
"""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

from mews_vouchers import Journal

from tests.support.importer import environment_of, values
from tests.support.independent_server import IndependentServer, RandomFaults
from tests.support.paths import ROOT

#: Faults of the server: refusals, lost responses, half and late commits, wrong responses.
_PROBABILITIES: Mapping[str, float] = dict.fromkeys(
    (
        *("refuse", "reject", "fail_after", "half", "half_and_end", "half_and_late", "late"),
        *("late_reset", "end_after", "reset_before", "reset_unapplied", "slow", "chunked"),
        *("shown_as", "reorder", "double", "forget", "foreign"),
    ),
    0.02,
)
#: Seconds after which a late request is applied, and after which a missing code counts as missing.
_LATE, _SETTLE = 0.4, 1.5
#: Seconds that one run may take.
_LONGEST_RUN = 120.0
#: More runs than any import needs: the faults of the server end some of them.
_MOST_RUNS = 60


class Import(NamedTuple):
    """One import, and how it is disturbed.

    Args:
        codes: The number of codes.
        concurrency: The number of requests at a time.
        is_async: Whether the async client is used.
        has_faults: Whether the server has faults by chance.
        seed: For the faults and for the times of the kills.
        kills: The number of kills after which it may finish.
        longest: Seconds until a kill, at most.
    """

    codes: int
    concurrency: int
    is_async: bool
    has_faults: bool
    seed: int
    kills: int = 4
    longest: float = 0.6


class Moment(NamedTuple):
    """When a process is killed: some time after it began, or after its requests did."""

    seconds: float
    requests: int

    @classmethod
    def choose(cls, chance: random.Random, one: Import) -> Self:
        """Return a moment: half of them are close to a request."""
        if chance.random() < 0.5:
            return cls(chance.uniform(0, one.longest), 0)
        return cls(chance.uniform(0, 0.05), chance.randint(1, 2 * one.concurrency))

    def wait(self, server: IndependentServer, process: subprocess.Popen[str]) -> None:
        """Wait for it, while the process is running."""
        number = len(server.requests) + self.requests
        while len(server.requests) < number and process.poll() is None:
            time.sleep(0.001)
        time.sleep(self.seconds)


class Run(NamedTuple):
    """How a process ended."""

    status: int
    was_killed: bool
    #: After the line that says that it begins.
    output: str
    errors: str


def killed_and_finished(one: Import, journal: Path) -> tuple[int, int]:
    """Import with kills until it has finished, and check that each code is there exactly once.

    Returns:
        The number of kills during the import, and of runs that ended because of a fault.
    """
    chance = random.Random(one.seed)  # noqa: S311 - repeatable
    faults = [RandomFaults(one.seed, _PROBABILITIES, {"voucherCodes/add"}, late_by=_LATE)]
    killed = failed = 0
    with IndependentServer(seed=one.seed, faults=faults if one.has_faults else ()) as server:
        for _ in range(_MOST_RUNS):
            moment = Moment.choose(chance, one) if killed < one.kills else None
            run = _run(one, server, journal, moment)
            if run.was_killed:
                killed += not run.output  # else it had just finished
            elif run.status == 0:
                assert run.output == f"imported {one.codes}", run
                _check(one, server, journal)
                return killed, failed
            else:
                failed += 1
                assert one.has_faults, run.errors
                assert "mews_vouchers.batch_error.BatchError: " in run.errors, run.errors
            if not one.has_faults:
                server.wait_until_idle()
    raise AssertionError(f"not finished: {one}, {killed} kills, {failed} failures")


def _run(one: Import, server: IndependentServer, journal: Path, moment: Moment | None) -> Run:
    """Run the import, and kill it at that moment; without one, let it run to its end."""
    settle = _SETTLE if one.has_faults else 0
    command = [sys.executable, "-m", "tests.support.importer", server.url, str(one.codes)]
    command += [str(one.concurrency), str(journal), "--keywords", f'{{"settle": {settle}}}']
    command += ["--async"] if one.is_async else []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment_of(server),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        begun = process.stdout.readline()
        assert begun == "importing\n", f"it does not begin: {one}"
        if moment is not None:
            moment.wait(server, process)
            process.kill()
        killer = threading.Timer(_LONGEST_RUN, process.kill)
        killer.start()
        output, errors = process.communicate()
        killer.cancel()
        assert moment is not None or process.returncode in {0, 1}, f"it hangs: {one}"
    # A process that was killed has no traceback, and on Windows the status of one that failed.
    was_killed = process.returncode != 0 and "Traceback" not in errors
    return Run(process.returncode, was_killed, output.strip(), errors)


def _check(one: Import, server: IndependentServer, path: Path) -> None:
    """Check that the server has each code exactly once, and the journal the result of each."""
    server.wait_until_idle()
    stored = {code["Id"]: code["Value"] for code in server.active_codes()}
    assert sorted(stored.values()) == values(one.codes), one
    with Journal(path) as journal:
        outcomes = list(journal.succeeded())
    assert [outcome.position for outcome in outcomes] == list(range(one.codes)), one
    ids = [outcome.result.id for outcome in outcomes if outcome.result is not None]
    assert [stored[code_id] for code_id in ids] == values(one.codes), one
