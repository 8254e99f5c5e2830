"""How long `import mews_vouchers` takes on top of `import httpx`, which nobody gets around.

    make bench

Each import is a process of its own; the two take turns, and the medians are compared. Times are of
the processor, so that the other work of the machine matters less. Nothing here fails: a figure is
for people.
"""

import os
import statistics
import subprocess
import sys

ROUNDS = 30
PROGRAM = """
import sys, time
sys.modules["click"] = sys.modules["rich"] = None  # of httpx's command line: a user has neither
{before}
start = time.process_time()
import {module}
print((time.process_time() - start) * 1_000)
"""


def milliseconds(module: str, before: str = "") -> float:
    """Import a module after other statements, in a process of its own; return what it took."""
    command = [sys.executable, "-c", PROGRAM.format(module=module, before=before)]
    # With bytecode on disk, as pip leaves it: else it is the compiler that is measured.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    return float(done.stdout)


def main() -> None:
    """Measure both, and print one line for each."""
    rounds = [
        (milliseconds("httpx"), milliseconds("mews_vouchers", before="import httpx"))
        for _ in range(ROUNDS + 2)
    ][2:]  # the first rounds write the bytecode
    names = ("import httpx", "and then mews_vouchers")
    print(f"importing, {ROUNDS} processes each, Python {sys.version.split()[0]}; ms")
    print(f"{'':<24}{'median':>8}{'lowest':>8}{'highest':>8}{'/ httpx':>10}")
    for name, times in zip(names, zip(*rounds, strict=True), strict=True):
        ratio = statistics.median(
            time / httpx for time, (httpx, _) in zip(times, rounds, strict=True)
        )
        print(
            f"{name:<24}{statistics.median(times):>8.1f}{min(times):>8.1f}{max(times):>8.1f}"
            f"{ratio:>10.2f}"
        )


if __name__ == "__main__":
    main()
