"""How long importing the clients takes in addition to `import httpx`, which it needs in any case.

Each import is a new process; the two take turns. Times are processor time, so that other work of
the machine matters less.
"""

import os
import subprocess
import sys

from tqdm import tqdm

from tests.programs.benchmarks.rows import Row, Table

ROUNDS = 30
NOTE = f"Each in a process of its own, {ROUNDS} rounds; processor time."
CLIENTS = "from mews_vouchers import AsyncVoucherClient, VoucherClient"
PROGRAM = """
import sys, time
sys.modules["click"] = sys.modules["rich"] = None  # of httpx's command line: a user has neither
{before}
start = time.process_time()
{imports}
print((time.process_time() - start) * 1_000)
"""


def milliseconds(imports: str, before: str = "") -> float:
    """Import something after other statements, in a new process; return how long it took."""
    command = [sys.executable, "-c", PROGRAM.format(imports=imports, before=before)]
    # With bytecode on disk, as pip leaves it: otherwise the compiler is measured.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    return float(done.stdout)


def run() -> Table:
    """Measure both."""
    rounds = [
        (milliseconds("import httpx"), milliseconds(CLIENTS, before="import httpx"))
        for _ in tqdm(range(ROUNDS + 2), desc="importing", leave=False)
    ][2:]  # the first rounds write the bytecode
    httpx, ours = ([*times] for times in zip(*rounds, strict=True))
    rows = [
        Row("importing", "httpx", "ms", httpx, httpx),
        Row("importing", "and then mews_vouchers", "ms", ours, httpx),
    ]
    return Table("Importing", NOTE, rows)
