"""A web service with FastAPI: look-ups in bounded time, beside imports in the background.

    python -m mews_vouchers.mock --vouchers 1 --codes 3    # and paste the lines that it prints
    cd overlay/examples && uvicorn fastapi_service:app

- One client per process, made in the lifespan: it belongs to the event loop that uses it.
- A look-up fails within seconds, with a status and a `Retry-After`: a person waits for it.
- An import leaves places in the rate limit to look-ups. Its input and its journal are files: the
  next start of the service completes it, and adds nothing twice. One process per folder `IMPORTS`.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil
from threading import Lock
from typing import Any
from uuid import UUID, uuid4

import mews_vouchers as mews
from anyio import Path
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from mews_vouchers_client.models import VoucherCodeAddParameters
from pydantic import BaseModel

IMPORTS = Path(os.environ.get("IMPORTS", "imports"))
TRY_LATER = (mews.RateLimitTimeoutError, mews.CircuitOpenError, mews.TooManyRequestsError)
#: A request ends within 8 seconds, with all its attempts and waits.
IMPATIENT = mews.RetryPolicy(max_attempts=2, max_wait=1.0, total_timeout=8.0)


class Codes(BaseModel):
    """The body of a request that adds codes."""

    voucher_id: str
    values: list[str]


counters: Counter[tuple[str, str]] = Counter()
counters_lock = Lock()  # `on_event` is called in any thread
states: dict[UUID, str] = {}
tasks: set[asyncio.Task[None]] = set()  # the event loop keeps no reference to a task


def count(event: mews.RequestEvent) -> None:
    """Count an attempt, by operation and result. An event has no data of guests."""
    with counters_lock:
        counters[event.operation, event.error or str(event.status)] += 1


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Make the client, and go on with the imports that the last process left."""
    await IMPORTS.mkdir(exist_ok=True)
    credentials = mews.Credentials.from_environment()
    async with mews.AsyncVoucherClient(credentials, on_event=count) as client:
        app.state.quick = client.with_options(timeout=3.0, rate_limit_wait=1.0, retry=IMPATIENT)
        app.state.background = client.with_options(priority="background")
        async for path in IMPORTS.glob("*.json"):
            start_import(UUID(path.stem))
        yield
        for task in tasks:
            task.cancel()  # its journal knows what is left to do
        await asyncio.gather(*tasks, return_exceptions=True)


app = FastAPI(lifespan=lifespan)


def start_import(import_id: UUID) -> None:
    """Add the codes of a file in the background."""
    states[import_id] = "running"
    task = asyncio.create_task(run_import(import_id, IMPORTS / f"{import_id}.json"))
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def run_import(import_id: UUID, path: Path) -> None:
    """Add the codes of a file, except those that its journal knows to be added."""
    job = Codes.model_validate_json(await path.read_text("utf-8"))
    codes = [VoucherCodeAddParameters(job.voucher_id, value) for value in job.values]
    journal = path.with_suffix(".journal")
    try:
        await app.state.background.voucher_codes.add(codes, journal=journal, on_rejected="isolate")
    except mews.MewsError as error:
        states[import_id] = str(error)
        if not isinstance(error, mews.BatchError) or error.unknown or error.not_sent:
            return  # the next start of the service goes on
    else:
        states[import_id] = "done"
    await path.rename(path.with_suffix(".done"))  # `Journal(journal).rejected()` has the bad codes


@app.exception_handler(mews.MewsError)
async def explain(_request: Request, error: Exception) -> JSONResponse:
    """Say in one status what the caller can do. A write fails with the cause of its error."""
    cause = error.cause if isinstance(error, mews.BatchError) else error
    if isinstance(cause, TRY_LATER):
        seconds = str(ceil(cause.retry_after or 1.0))
        return JSONResponse({"detail": "try again later"}, 503, {"Retry-After": seconds})
    if isinstance(cause, mews.ForbiddenError):  # its message is written for people
        return JSONResponse({"detail": cause.message}, 409)
    if isinstance(cause, mews.BadRequestError | mews.InvalidItemError):
        return JSONResponse({"detail": str(cause)}, 422)
    if isinstance(cause, mews.OutcomeUnknownError):
        return JSONResponse({"detail": "no response: it may have been done"}, 504)
    return JSONResponse({"detail": str(cause)}, 502)


@app.get("/vouchers/{code}")
async def find_voucher(code: str, service_id: str) -> dict[str, Any]:
    """Return the voucher of a code, or 404."""
    listing = app.state.quick.vouchers.get_all(service_ids=[service_id], voucher_code_values=[code])
    async for voucher in listing:
        return {"id": voucher.id, "name": voucher.name}
    raise HTTPException(404, "no such code")


@app.post("/codes")
async def add_codes(codes: Codes) -> list[str]:
    """Add a few codes while the caller waits."""
    items = [VoucherCodeAddParameters(codes.voucher_id, value) for value in codes.values]
    return [code.id for code in await app.state.quick.voucher_codes.add(items)]


@app.post("/imports", status_code=202)
async def create_import(codes: Codes) -> dict[str, str]:
    """Add any number of codes in the background."""
    import_id = uuid4()
    path = IMPORTS / f"{import_id}.json"
    temporary = path.with_suffix(".tmp")
    await temporary.write_text(codes.model_dump_json(), "utf-8")
    await temporary.rename(path)
    start_import(import_id)
    return {"id": str(import_id)}


@app.get("/imports/{import_id}")
async def import_state(import_id: UUID) -> dict[str, str]:
    """Return "running", "done", or why it stopped."""
    return {"state": states.get(import_id, "unknown")}


@app.get("/services")
async def services() -> list[str]:
    """Return the ids of services: another operation, within the same rate limit."""
    try:
        result = await app.state.quick.call("services/getAll", {"Limitation": {"Count": 100}})
    except mews.NotFoundError:  # the mock has only the operations of vouchers
        return [os.environ["MEWS_SERVICE_ID"]]
    return [service["Id"] for service in result["Services"]]


@app.get("/metrics")
async def metrics() -> PlainTextResponse:
    """Return the number of requests in the text format of Prometheus."""
    with counters_lock:
        found = sorted(counters.items())
    name = 'mews_requests_total{{operation="{0}",result="{1}"}} {2}\n'
    return PlainTextResponse("".join(name.format(*labels, number) for labels, number in found))
