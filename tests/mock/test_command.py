"""The command line of the mock."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.__main__ import main
from mews_vouchers.mock._contract import load_contract

from tests.support.mock_api import MockApi


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command line while the `with` block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mews_vouchers.mock", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
            process.terminate()
            process.communicate(timeout=10)
        finally:
            process.kill()


@contextmanager
def talking(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Run the command line on a free port; give the process and the variables that it prints."""
    with running("--port", "0", "--seed", "7", *arguments) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        variables: dict[str, str] = {}
        while "MEWS_SERVICE_ID" not in variables:
            found = re.fullmatch(r"export (\w+)='?(.*?)'?\n", next(lines))
            variables |= {found[1]: found[2]} if found else {}
        yield process, variables


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_serves_until_it_is_told_to_stop(number: signal.Signals) -> None:
    """The printed lines are all a program needs; Ctrl-C or SIGTERM ends it with status 0."""
    with talking("--enterprises", "2") as (process, variables):
        mock = MockMews(seed=7, enterprises=2)
        assert variables == {
            "MEWS_BASE_URL": variables["MEWS_BASE_URL"],
            "MEWS_CLIENT_TOKEN": mock.client_token,
            "MEWS_ACCESS_TOKEN": mock.access_token,
            "MEWS_CLIENT": "Sample Client 1.0.0",
            "MEWS_SERVICE_ID": mock.enterprises[0].service_ids[0],
        }
        api = MockApi(mock, variables["MEWS_BASE_URL"])
        api.add_voucher()
        api.close()
        process.send_signal(number)
        output, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")
    assert output.endswith("Bye: the mock and all its vouchers are gone.\n")


@pytest.mark.parametrize(
    ("arguments", "limit"),
    [((), 200), (("--rate-limit", "3/60.5"), 3), (("--rate-limit", "off"), None)],
)
def test_command_seeds_and_limits(arguments: tuple[str, ...], limit: int | None) -> None:
    """There are vouchers with codes if asked for; the limit is the vendor's by default."""
    with talking("--vouchers", "2", "--codes", "3", *arguments) as (_process, variables):
        api = MockApi(MockMews(seed=7), variables["MEWS_BASE_URL"])
        extent = {"Vouchers": True, "VoucherCodes": True}
        page = next(api.pages("vouchers/getAll", 10, ServiceIds=[api.service_id], Extent=extent))
        assert (len(page["Vouchers"]), len(page["VoucherCodes"])) == (2, 6)
        statuses = [api.post("vouchers/getAll", {}).status_code for _ in range((limit or 250) - 1)]
        assert set(statuses) == {400}
        assert api.post("vouchers/getAll", {}).status_code == (400 if limit is None else 429)
        api.close()


@pytest.mark.parametrize("arguments", [(), ("--time-filter-includes-end",)])
def test_command_includes_the_end_of_a_time_filter(arguments: tuple[str, ...]) -> None:
    """A time filter has its end only if the command says so."""
    with talking("--vouchers", "1", *arguments) as (_process, variables):
        api = MockApi(MockMews(seed=7), variables["MEWS_BASE_URL"])
        interval = {"StartUtc": "2025-12-31T00:00:00Z", "EndUtc": "2026-01-01T00:00:00Z"}
        assert len(api.vouchers(UpdatedUtc=interval)) == len(arguments)
        api.close()


def test_command_says_that_the_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """A port in use is one line on standard error, and status 2."""
    with MockMews().serve() as base_url:
        port = httpx.URL(base_url).port
        assert main(["--port", str(port)]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors == f"error: cannot listen on 127.0.0.1:{port}: Address already in use\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--port", "x"),
        ("--port", "65536"),
        ("--port", "-1"),
        ("--seed", "x"),
        ("--enterprises", "0"),
        ("--vouchers", "-1"),
        ("--vouchers", "x"),
        ("--codes", "-1", "--vouchers", "1"),
        ("--codes", "5"),
        ("--rate-limit", "200"),
        ("--rate-limit", "0/30"),
        ("--rate-limit", "200/0"),
        ("--rate-limit", "200/nan"),
        ("--rate-limit", "200/inf"),
        ("--rate-limit", "x/30"),
        ("--rate-limit", ""),
        ("--what",),
    ],
)
def test_command_refuses_bad_arguments(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """A bad argument gets the usual usage, one line that names it, and status 2."""
    with pytest.raises(SystemExit) as stopped:
        main([*arguments])
    output, errors = capsys.readouterr()
    assert (stopped.value.code, output) == (2, "")
    assert errors.startswith("usage: python -m mews_vouchers.mock ")
    last = errors.splitlines()[-1]
    assert arguments[0] in last
    assert "_" not in last.removeprefix("python -m mews_vouchers.mock")  # no name of our own code


def test_command_says_that_the_document_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a bundle was made without the document, that is one line, and status 2."""
    elsewhere = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr("mews_vouchers.mock._contract.find_spec", lambda name: elsewhere)
    load_contract.cache_clear()
    assert main(["--port", "0"]) == 2
    assert "the OpenAPI document of mews_vouchers_client is not inst" in capsys.readouterr().err


def test_command_says_what_is_not_installed() -> None:
    """Without the validator there is one line that says what to do, and status 2."""
    script = (
        "import sys; sys.modules['jsonschema_rs'] = None; "
        "from mews_vouchers.mock.__main__ import main; sys.exit(main(['--port', '0']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=20
    )
    message = 'error: the mock needs jsonschema-rs: pip install "mews-vouchers[mock]"\n'
    assert (result.returncode, result.stdout, result.stderr) == (2, "", message)
