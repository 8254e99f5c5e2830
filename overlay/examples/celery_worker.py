"""Bulk writes in a Celery worker: retried and redelivered tasks add no code twice.

    python -m mews_vouchers.mock --vouchers 1    # and paste the lines that it prints
    cd overlay/examples && celery -A celery_worker worker --concurrency 2
    python celery_worker.py VOUCHER_ID SPRING-1 SPRING-2

- What became of every code is a JSON text under the name of the import; here in a file, better in a
  row of your database. It is kept before anything is sent: if the worker is killed, the task is
  delivered again, and looks up what it had added.
- Writes raise a `BatchError`. Its `cause` decides whether the task is retried.
- Each worker process has its own client, made after the fork; `REDIS_URL` shares the rate limit.
- Messages are JSON. The broker is a folder, so that you need no server; yours has another
  `broker_url`. It must not deliver a task again while the task runs: with Redis, set a
  `visibility_timeout` longer than all limits and countdowns here.
"""

import json
import os
import sys
from itertools import starmap
from pathlib import Path
from uuid import uuid4

from celery import Celery, Task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_process_init, worker_process_shutdown
from celery.utils.log import get_task_logger
from mews_vouchers import (
    BadRequestError,
    BatchError,
    ClosedError,
    Credentials,
    ForbiddenError,
    InvalidItemError,
    MewsError,
    Outcome,
    UnauthorizedError,
    VoucherClient,
    batch_error_of,
)
from mews_vouchers_client.models import VoucherCodeAddParameters

FOLDER = Path(os.environ.get("IMPORTS", "imports"))
#: Seconds after which a request without a response cannot be applied any more. `resume()` may wait
#: as long, so that the time limit of the task has to be longer.
SETTLE = float(os.environ.get("SETTLE", "120"))
#: Seconds until the next attempt, if the server demands no other time.
RETRY_IN = float(os.environ.get("RETRY_IN", "60"))
#: Trying again does not help: somebody has to correct the codes or the settings.
GIVE_UP = (BadRequestError, ClosedError, ForbiddenError, InvalidItemError, UnauthorizedError)

app = Celery("celery_worker", broker="filesystem://")
app.conf.update(
    broker_transport_options={
        "data_folder_in": FOLDER / "queue",
        "data_folder_out": FOLDER / "queue",
        "control_folder": FOLDER / "control",
        "polling_interval": 0.2,
    },
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=900,
    worker_prefetch_multiplier=1,
)
client: VoucherClient
logger = get_task_logger(__name__)


@worker_process_init.connect
def open_client(**_signal: object) -> None:
    """Make the client of a worker process."""
    global client  # noqa: PLW0603 - one per process
    client = VoucherClient(Credentials.from_environment(), redis_url=os.environ.get("REDIS_URL"))


@worker_process_shutdown.connect
def close_client(**_signal: object) -> None:
    """Close its connections."""
    client.close()


@app.task(name="add_codes", bind=True, max_retries=20)
def add_codes(task: Task, import_id: str, voucher_id: str, values: list[str]) -> None:
    """Add codes, each once, however often this is called with the same id."""
    report, done = FOLDER / f"{import_id}.json", FOLDER / f"{import_id}.done"
    if done.exists():
        return
    codes = [VoucherCodeAddParameters(voucher_id, value) for value in values]
    try:
        if report.exists():
            error = BatchError.from_json(report.read_text("utf-8"))
            added = client.voucher_codes.resume(error, on_rejected="isolate", settle=SETTLE)
        else:
            not_sent = [*starmap(Outcome, enumerate(codes))]
            keep(
                report,
                BatchError("voucherCodes/add", "it was started", not_sent=not_sent).to_json(),
            )
            added = client.voucher_codes.add(codes, on_rejected="isolate")
    except (MewsError, SoftTimeLimitExceeded) as exception:
        if (stopped := batch_error_of(exception)) is not None:
            keep(report, stopped.to_json())
        cause = exception.cause if isinstance(exception, BatchError) else exception
        logger.warning("import %s: %s", import_id, exception)
        if isinstance(cause, GIVE_UP):
            raise
        raise task.retry(countdown=getattr(cause, "retry_after", None) or RETRY_IN) from None
    keep(done, json.dumps([code.id for code in added]))
    report.unlink()


def keep(path: Path, text: str) -> None:
    """Write a file so that it is never half-written."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)


for folder in (FOLDER / "queue", FOLDER / "control"):
    folder.mkdir(parents=True, exist_ok=True)

if __name__ == "__main__":
    name = uuid4().hex
    app.send_task("add_codes", (name, sys.argv[1], sys.argv[2:]))
    print(f"The worker keeps what becomes of it in {FOLDER / name}.json, then in .done")
