"""The examples are what people copy into their services: they hold under load, faults and kills."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
from mews_vouchers import BatchError, ForbiddenError
from mews_vouchers.mock import MockMews, MockResponse, faults

from tests.support.example_processes import (
    EXAMPLES,
    Program,
    environment,
    python_path,
    settings_of,
    started,
)
from tests.support.redis_server import redis_server
from tests.support.seeding import SetClock, post
from tests.support.waiting import TIMEOUT, wait_until

pytestmark = pytest.mark.source

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="it forks its workers")


def needs(*modules: str) -> pytest.MarkDecorator:
    """Skip a test where a package is missing."""
    missing = [name for name in modules if find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


@pytest.fixture
def mock() -> MockMews:
    """Return a mock that is as strict as the vendor about its rate limit."""
    return MockMews(rate_limit=(200, 30.0))


@pytest.fixture
def voucher_id(mock: MockMews) -> str:
    """Return a voucher with three codes."""
    return mock.seed(vouchers=1, codes_per_voucher=3)[0]


@pytest.fixture
def settings(mock: MockMews, voucher_id: str) -> Iterator[dict[str, str]]:  # noqa: ARG001
    """Yield the environment of a program that uses the mock."""
    with mock.serve() as base_url:
        yield settings_of(mock, base_url)


def values_of(mock: MockMews, prefix: str) -> list[str]:
    """Return the values of codes that were added, sorted."""
    values = [str(code["Value"]) for code in mock.codes]
    return sorted(value for value in values if value.startswith(prefix))


# --- FastAPI

in_fastapi = needs("fastapi", "uvicorn")


@contextmanager
def web_service(settings: dict[str, str], folder: Path) -> Iterator[tuple[httpx.Client, Program]]:
    """Run the service; yield a client of it."""
    arguments = ("-m", "uvicorn", "fastapi_service:app", "--port", "0")
    settings = settings | {"IMPORTS": str(folder / "imports")}
    with started(*arguments, settings=settings, folder=folder) as program:
        address = program.find(r"running on (http://\S+)")
        with httpx.Client(base_url=address, timeout=TIMEOUT, trust_env=False) as client:
            yield client, program


def state_of(client: httpx.Client, import_id: str) -> str:
    """Return how far an import is."""
    return str(client.get(f"/imports/{import_id}").json()["state"])


@in_fastapi
def test_a_look_up_finds_a_voucher(
    mock: MockMews, settings: dict[str, str], tmp_path: Path
) -> None:
    """By the value of a code; its requests are counted, and services are listed."""
    code, service = mock.codes[0]["Value"], settings["MEWS_SERVICE_ID"]
    with web_service(settings, tmp_path) as (client, _):
        found = client.get(f"/vouchers/{code}", params={"service_id": service})
        assert found.json()["id"] == mock.vouchers[0]["Id"]
        assert client.get("/vouchers/NO", params={"service_id": service}).status_code == 404
        assert client.get("/services").json() == [service]  # the mock has no such operation
        mock.inject(list_services)
        assert client.get("/services").json() == ["S-1", "S-2"]
        lines = client.get("/metrics").text.splitlines()
    assert 'mews_requests_total{operation="vouchers/getAll",result="200"} 2' in lines
    assert 'mews_requests_total{operation="services/getAll",result="NotFoundError"} 1' in lines


def list_services(call: faults.FaultedCall) -> MockResponse:
    """Respond as the vendor does to an operation that the mock does not have."""
    if call.operation != "services/getAll":
        return call.proceed()
    body = json.dumps({"Services": [{"Id": "S-1"}, {"Id": "S-2"}]})
    return faults.respond(200, body, {"Content-Type": "application/json"})(call)


@in_fastapi
def test_a_failure_says_what_the_caller_can_do(
    mock: MockMews, voucher_id: str, settings: dict[str, str], tmp_path: Path
) -> None:
    """At once, also for a write; a status, a text, and the time of another attempt."""
    cases = [
        (faults.error(403, "Sold out"), 409, "Sold out", None),
        (faults.error(400, "No such voucher"), 422, "No such voucher", None),
        (faults.drop_after(), 504, "it may have been done", None),
        (faults.error(500), 502, "500", None),
        (faults.error(429, retry_after=40), 503, "try again later", "40"),
    ]
    with web_service(settings, tmp_path) as (client, _):
        for fault, status, detail, retry_after in cases:
            mock.clear_faults()
            mock.inject(fault)
            response = client.post("/codes", json={"voucher_id": voucher_id, "values": ["A"]})
            assert response.status_code == status
            assert detail in response.json()["detail"]
            assert response.headers.get("Retry-After") == retry_after


@in_fastapi
def test_a_look_up_ends_when_the_rate_limit_is_used_up(
    mock: MockMews, settings: dict[str, str], tmp_path: Path
) -> None:
    """Within seconds, with the time of the next place; the server need not refuse anything."""
    service = {"service_id": settings["MEWS_SERVICE_ID"]}
    with web_service(settings, tmp_path) as (client, _):
        for _number in range(200):
            assert client.get("/vouchers/NO", params=service).status_code == 404
        began = time.monotonic()
        response = client.get("/vouchers/NO", params=service)
        assert time.monotonic() - began < 10
    assert response.status_code == 503
    assert 1 <= int(response.headers["Retry-After"]) <= 31
    assert {one.status for one in mock.requests} == {200}


@in_fastapi
def test_an_import_goes_on_after_a_restart(
    mock: MockMews, voucher_id: str, settings: dict[str, str], tmp_path: Path
) -> None:
    """Each code is added once, and the imports are over."""
    values = [f"N-{number:04}" for number in range(2_500)]
    mock.inject(faults.slow(TIMEOUT), "voucherCodes/add", calls=2)
    with web_service(settings, tmp_path) as (client, program):
        body = {"voucher_id": voucher_id, "values": values}
        import_id = client.post("/imports", json=body).json()["id"]
        wait_until(lambda: len(values_of(mock, "N-")) == 2_000, TIMEOUT)
        assert state_of(client, import_id) == "running"
        program.stop()
    with web_service(settings, tmp_path) as (client, _):
        wait_until(lambda: state_of(client, import_id) != "running", TIMEOUT)
        assert state_of(client, import_id) == "done"
    assert values_of(mock, "N-") == values
    assert {path.suffix for path in (tmp_path / "imports").iterdir()} == {".done", ".journal"}


# --- Celery

in_celery = needs("celery")

#: Sends a task with a time limit.
SEND = """
import json, sys
from celery_worker import app
app.send_task("add_codes", json.load(sys.stdin), soft_time_limit=float(sys.argv[1]))
"""


class Worker:
    """A worker of Celery, and what sends its tasks."""

    def __init__(self, program: Program, settings: dict[str, str], voucher_id: str) -> None:
        self.program = program
        self.folder = Path(settings["IMPORTS"])
        self._settings = settings
        self._voucher_id = voucher_id

    def send(self, values: list[str], *, time_limit: float = TIMEOUT) -> None:
        """Send a task, the import "job"."""
        subprocess.run(
            [sys.executable, "-c", SEND, str(time_limit)],
            cwd=EXAMPLES,
            env=environment() | self._settings,
            input=json.dumps(["job", self._voucher_id, values]),
            text=True,
            timeout=TIMEOUT,
            check=True,
        )

    @property
    def report(self) -> BatchError:
        """What it keeps of the import."""
        return BatchError.from_json((self.folder / "job.json").read_text("utf-8"))

    def wait(self) -> list[str]:
        """Wait until it is done; return the ids of the codes."""
        done = self.folder / "job.done"
        wait_until(done.exists, TIMEOUT)
        ids: list[str] = json.loads(done.read_text("utf-8"))
        wait_until(lambda: not (self.folder / "job.json").exists())
        return ids


@pytest.fixture
def worker(settings: dict[str, str], voucher_id: str, tmp_path: Path) -> Iterator[Worker]:
    """Yield a worker that is ready."""
    settings |= {"IMPORTS": str(tmp_path / "imports"), "SETTLE": "0.5", "RETRY_IN": "0.2"}
    options = ("--concurrency", "1", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    log = "worker_log_format=[%(processName)s is %(process)d] %(message)s"
    configuration = ("--", "worker_lost_wait=0.1", log)
    arguments = ("-m", "celery", "-A", "celery_worker", "worker", *options, *configuration)
    with started(*arguments, settings=settings, folder=tmp_path) as program:
        program.find(r"(celery@\S+ ready)")
        yield Worker(program, settings, voucher_id)
        assert settings["MEWS_ACCESS_TOKEN"] not in program.output


@needs_fork
@in_celery
def test_a_task_is_retried_without_adding_a_code_twice(mock: MockMews, worker: Worker) -> None:
    """A response was lost, and the server was not available: the next attempts complete it."""
    values = [f"N-{number:04}" for number in range(2_500)]
    mock.inject(faults.drop_after(), "voucherCodes/add", calls=2)
    mock.inject(faults.error(503, retry_after=1), "voucherCodes/add", calls=3)
    worker.send(values)
    ids = worker.wait()
    assert values_of(mock, "N-") == values
    added = {code["Id"]: code["Value"] for code in mock.codes}
    assert [added[one] for one in ids] == values


@needs_fork
@in_celery
def test_a_task_that_cannot_succeed_is_not_retried(mock: MockMews, worker: Worker) -> None:
    """Its report stays, with the message of the server."""
    mock.inject(faults.error(403, "Sold out"), "voucherCodes/add")
    worker.send(["N-1"])
    worker.program.find(r"(Task add_codes\S+ raised unexpected)")
    assert isinstance(worker.report.cause, ForbiddenError)
    assert worker.report.cause.message == "Sold out"
    assert len(worker.report.rejected) == 1
    assert Counter(one.operation for one in mock.requests) == {"voucherCodes/add": 1}
    worker.program.stop()


@needs_fork
@in_celery
def test_a_time_limit_loses_nothing(mock: MockMews, worker: Worker) -> None:
    """What it interrupts is kept, and the next attempt completes it."""
    values = [f"N-{number:04}" for number in range(2_500)]
    mock.inject(faults.slow(4), "voucherCodes/add", calls=2)
    worker.send(values, time_limit=2)
    worker.program.find("import job: (SoftTimeLimitExceeded)")
    worker.wait()
    assert values_of(mock, "N-") == values


@needs_fork
@in_celery
def test_a_killed_worker_process_loses_nothing(mock: MockMews, worker: Worker) -> None:
    """The task is delivered again, and looks up what was added."""
    values = [f"N-{number:04}" for number in range(2_500)]
    mock.inject(faults.slow(TIMEOUT), "voucherCodes/add", calls=2)
    worker.send(values)
    wait_until(lambda: len(values_of(mock, "N-")) == 2_000, TIMEOUT)
    process = worker.program.find(r"ForkPoolWorker-1 is (\d+)")
    os.kill(int(process), signal.SIGKILL)
    worker.wait()
    assert values_of(mock, "N-") == values


# --- gunicorn

in_gunicorn = needs("gunicorn")


@contextmanager
def server(
    settings: dict[str, str], folder: Path, module: str = "prefork_server", cwd: Path = EXAMPLES
) -> Iterator[tuple[str, Program]]:
    """Run gunicorn with two workers; yield its address."""
    settings = settings | {"BIND": "127.0.0.1:0"}
    arguments = ("-m", "gunicorn", "-c", f"python:{module}", f"{module}:app")
    with started(*arguments, settings=settings, folder=folder, cwd=cwd) as program:
        address = program.find(r"Listening at: (http://\S+)")
        wait_until(lambda: program.output.count("Booting worker") == 2, TIMEOUT)
        yield address, program


def get_often(address: str, voucher_id: str, number: int) -> list[httpx.Response]:
    """Send requests on connections of their own, eight at a time."""
    params, headers = {"voucher_id": voucher_id}, {"Connection": "close"}
    client = httpx.Client(params=params, headers=headers, timeout=TIMEOUT, trust_env=False)
    with client, ThreadPoolExecutor(8) as pool:
        return list(pool.map(client.get, [address] * number))


@needs_fork
@in_gunicorn
def test_each_worker_has_a_client_and_a_part_of_the_limit(
    mock: MockMews, voucher_id: str, settings: dict[str, str], tmp_path: Path
) -> None:
    """Both respond; together they stay within the limit, and say when to come back."""
    with server(settings, tmp_path) as (address, program):
        responses = get_often(address, voucher_id, 230)
        program.stop()
    assert len({one.headers["X-Process"] for one in responses}) == 2
    assert len(next(one.json() for one in responses if one.status_code == 200)) == 3
    refused = [one for one in responses if one.status_code == 503]
    assert len(refused) >= 30
    assert all(1 <= int(one.headers["Retry-After"]) <= 31 for one in refused)
    assert {one.status for one in mock.requests} == {200}


@needs_fork
@in_gunicorn
@needs("redis")
def test_through_redis_the_workers_share_the_whole_limit(
    mock: MockMews, voucher_id: str, settings: dict[str, str], tmp_path: Path
) -> None:
    """They use all of it, however the requests are distributed."""
    with (
        redis_server() as redis,
        server(settings | {"REDIS_URL": redis.url}, tmp_path) as (address, program),
    ):
        responses = get_often(address, voucher_id, 230)
        program.stop()
    assert Counter(one.status_code for one in responses) == {200: 200, 503: 30}
    assert {one.status for one in mock.requests} == {200}


@needs_fork
@in_gunicorn
def test_a_client_of_before_the_fork_is_refused(
    mock: MockMews, voucher_id: str, settings: dict[str, str], tmp_path: Path
) -> None:
    """In a server that makes it too early, each request gets an error that says so."""
    early = tmp_path / "early_client.py"
    early.write_text(
        "import prefork_server\n"
        "from prefork_server import app, bind, preload_app, threads, worker_class, workers\n"
        "prefork_server.client = prefork_server.create_client()\n"
    )
    settings |= {"PYTHONPATH": python_path(EXAMPLES)}
    with server(settings, tmp_path, "early_client", tmp_path) as (address, _):
        (response,) = get_often(address, voucher_id, 1)
    assert response.status_code == 502
    assert "created before the process was forked" in response.text
    assert not mock.requests


# --- a copy in SQLite


def mirrored(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """Return what a copy has, and its mark."""
    with closing(sqlite3.connect(path)) as database:
        return {
            table: set(database.execute(f"SELECT {columns} FROM {table}"))  # noqa: S608
            for table, columns in {
                "vouchers": "id, name, is_active",
                "codes": "id, voucher_id, value, valid_until, is_active",
                "marks": "mark",
            }.items()
        }


def of_mock(mock: MockMews) -> dict[str, set[tuple[object, ...]]]:
    """Return what a copy of a mock has to have."""
    names = {
        "vouchers": ("Id", "Name", "IsActive"),
        "codes": ("Id", "VoucherId", "Value", "ValidityEndUtc", "IsActive"),
    }
    items = {"vouchers": mock.vouchers, "codes": mock.codes}
    return {
        table: {tuple(one[name] for name in names[table]) for one in items[table]}
        for table in names
    }


def test_a_copy_is_complete_after_kills_and_follows_changes(tmp_path: Path) -> None:
    """Killed at any page, it goes on there; then it costs two requests, and has every change."""
    clock = SetClock()
    mock = MockMews(clock=clock)
    mock.seed(vouchers=30, codes_per_voucher=150)
    clock.now = datetime.now(UTC)
    copy = tmp_path / "copy.db"

    def run(*, killed_at: int | None = None) -> int:
        """Run it once, and perhaps kill it at a request; return how many requests it sent."""
        before = len(mock.requests)
        with mock.serve() as base_url:
            settings = settings_of(mock, base_url)
            arguments = ("mirror.py", str(copy), settings["MEWS_SERVICE_ID"])
            with started(*arguments, settings=settings, folder=tmp_path) as program:
                if killed_at is not None:
                    mock.inject(lambda call: killed(program, call), calls=killed_at)
                code = program.process.wait(TIMEOUT)
        mock.clear_faults()
        assert (code == 0) == (killed_at is None), program.output
        return len(mock.requests) - before

    run(killed_at=4)
    run(killed_at=3)
    assert 900 <= len(mirrored(copy)["codes"]) < 4_500
    assert run() <= 5  # all of it would be six
    assert mirrored(copy).items() >= of_mock(mock).items()
    assert run() == 2
    mock.add_code(mock.add_voucher(Name="New"), "NEW")
    post(mock, "voucherCodes/delete", VoucherCodeIds=[mock.codes[0]["Id"]])
    post(mock, "vouchers/delete", VoucherIds=[mock.vouchers[1]["Id"]])
    run()
    assert mirrored(copy).items() >= of_mock(mock).items()


def killed(program: Program, call: faults.FaultedCall) -> MockResponse:
    """Kill a program that waits for a response."""
    program.process.kill()
    return call.proceed()


# --- OpenTelemetry


@needs("opentelemetry.sdk", "opentelemetry.instrumentation.httpx")
def test_the_spans_of_httpx_are_below_those_of_the_attempts(
    mock: MockMews, settings: dict[str, str], tmp_path: Path
) -> None:
    """An attempt that failed has its own."""
    mock.inject(faults.error(503), "voucherCodes/getAll", calls=1)
    with started("tracing.py", settings=settings, folder=tmp_path) as program:
        assert program.process.wait(TIMEOUT) == 0, program.output
    _, _, tree = program.output.partition("3 codes\n")
    assert tree.splitlines() == [
        "an export",
        "  mews vouchers/getAll",
        "    POST 200",
        "      POST",
        "  mews voucherCodes/getAll",
        "    POST 503",
        "      POST",
        "    POST 200",
        "      POST",
    ]
