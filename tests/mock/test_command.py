"""The command line of the mock: what it prints, where it listens, what it refuses.

`test_command_contents.py` is about what it serves.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import httpx
import pytest
from click.testing import CliRunner
from mews_vouchers.mock import MockMews
from mews_vouchers.mock.__main__ import command
from mews_vouchers.mock._contract.validation import load_validator

from tests.support.mock_api import MockApi
from tests.support.mock_process import LAST, refusal, running, settings_of
from tests.support.waiting import TIMEOUT

# --- settings


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_serves_until_it_is_told_to_stop(number: signal.Signals) -> None:
    """The settings are all a client needs; Ctrl-C or SIGTERM ends it with status 0."""
    options = ("--seed", "7", "--enterprises", "2", "--format", "posix")
    with running(*options) as process:
        variables = settings_of(process)
        mock = MockMews(seed=7, enterprises=2)
        one, other = mock.enterprises
        assert variables == {
            "MEWS_BASE_URL": variables["MEWS_BASE_URL"],
            "MEWS_CLIENT_TOKEN": mock.client_token,
            "MEWS_ACCESS_TOKEN": mock.access_token,
            "MEWS_CLIENT": mock.credentials.client,
            "MEWS_SERVICE_ID": one.service_ids[0],
            "MEWS_SERVICE_IDS": ",".join(one.service_ids + other.service_ids),
            "MEWS_ENTERPRISE_IDS": f"{one.id},{other.id}",
            "MEWS_PORTFOLIO_ACCESS_TOKEN": mock.portfolio_access_token,
        }
        api = MockApi(mock, variables["MEWS_BASE_URL"])
        api.add_voucher()
        api.close()
        process.send_signal(number)
        output, errors = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, output) == (0, "")
    assert errors.splitlines() == [
        f"Serving a mock of Mews at {variables['MEWS_BASE_URL']} until Ctrl-C.",
        "Stopped. All vouchers of the mock are gone.",
    ]


def read_settings(form: str, process: subprocess.Popen[str]) -> dict[str, str]:
    """Read the settings in a form, as its shell does; no line is of another form."""
    assert process.stdout is not None
    if form == "json":
        settings: dict[str, dict[str, str]] = json.loads(process.stdout.readline())
        return settings["environment"]
    pattern = {
        "posix": r"export (?P<name>\w+)=(?P<quote>'?)(?P<value>[^']*)(?P=quote)",
        "powershell": r"\$env:(?P<name>\w+) = '(?P<value>[^']*)'",
        "cmd": r'set "(?P<name>\w+)=(?P<value>[^"%]*)"',
        "dotenv": r"(?P<name>\w+)=(?P<value>[^'\"#$]*)",
    }[form]
    variables: dict[str, str] = {}
    while LAST not in variables:
        found = re.fullmatch(pattern + "\n", process.stdout.readline())
        assert found
        variables[found["name"]] = found["value"]
    return variables


@pytest.mark.parametrize("form", ["posix", "powershell", "cmd", "dotenv", "json"])
def test_settings_have_a_form_for_each_shell(form: str) -> None:
    """Each form has the same variables, and nothing else is on standard output."""
    with running("--seed", "7", "--format", form) as process:
        variables = read_settings(form, process)
        process.terminate()
        assert process.communicate(timeout=TIMEOUT)[0] == ""
    assert len(variables) == 8
    assert variables["MEWS_CLIENT"] == "Sample Client 1.0.0"
    mock = MockMews(seed=7)
    assert variables["MEWS_SERVICE_IDS"].split(",") == [*mock.enterprises[0].service_ids]


@pytest.mark.skipif(os.name == "nt", reason="there is no sh")
def test_settings_can_be_evaluated_by_a_shell() -> None:
    """The lines for POSIX shells set the variables, the one with spaces included."""
    with running("--seed", "7") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(8)]
    done = subprocess.run(
        ["/bin/sh", "-c", f'{"".join(lines)}echo "$MEWS_CLIENT/$MEWS_CLIENT_TOKEN"'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"Sample Client 1.0.0/{MockMews(seed=7).client_token}\n"


def test_settings_as_json_have_the_enterprises() -> None:
    """As JSON, the ids that vouchers can refer to are there, by enterprise."""
    with running("--seed", "7", "--enterprises", "2", "--format", "json") as process:
        assert process.stdout is not None
        found = json.loads(process.stdout.readline())["enterprises"]
    assert found == [
        {
            "id": one.id,
            "service_ids": [*one.service_ids],
            "rate_ids": [*one.rate_ids],
            "company_ids": [*one.company_ids],
        }
        for one in MockMews(seed=7, enterprises=2).enterprises
    ]


# --- where it listens


def connects(host: str, base_url: str) -> bool:
    """Return whether something listens on the port of a base URL, on another host."""
    port = httpx.URL(base_url).port
    assert port is not None
    try:
        socket.create_connection((host, port), timeout=TIMEOUT).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="only there 127.0.0.2 is an address")
@pytest.mark.parametrize("arguments", [(), ("--host", "0.0.0.0"), ("--host", "localhost")])  # noqa: S104
def test_command_listens_on_this_machine_only(arguments: tuple[str, ...]) -> None:
    """By default only this machine can connect; with another address, the output says so."""
    is_open = "0.0.0.0" in arguments  # noqa: S104
    with running(*arguments, "--format", "posix") as process:
        base_url = settings_of(process)["MEWS_BASE_URL"]
        assert httpx.URL(base_url).host == "127.0.0.1"
        assert connects("127.0.0.1", base_url)
        assert connects("127.0.0.2", base_url) == is_open
        process.terminate()
        errors = process.communicate(timeout=TIMEOUT)[1]
    assert ("open to the network" in errors) == is_open


@pytest.mark.parametrize("host", ["::1", "::"])
def test_command_listens_on_ipv6(host: str) -> None:
    """An address of IPv6 can be given; the base URL has it in brackets."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("there is no IPv6")
    with running("--host", host, "--format", "posix") as process:
        variables = settings_of(process)
        assert variables["MEWS_BASE_URL"].startswith("http://[::1]:")
        url = f"{variables['MEWS_BASE_URL']}/api/connector/v1/vouchers/getAll"
        assert httpx.post(url, json={}, trust_env=False).status_code == 400


def test_command_says_why_it_cannot_listen() -> None:
    """A port in use, or an address of another machine, is one line on standard error, status 2."""
    taken = r"Error: cannot listen on 127\.0\.0\.1:\d+: Address already in use\n"
    assert re.fullmatch(taken, refusal().stderr)
    with running("--host", "192.0.2.1") as process:
        output, errors = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, output) == (2, "")
    assert re.fullmatch(r"Error: cannot listen on 192\.0\.2\.1:0: .+\n", errors)


# --- what it refuses


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--port", "x"), "valid integer range"),
        (("--port", "65536"), "0<=x<=65535"),
        (("--port", "-1"), "0<=x<=65535"),
        (("--seed", "x"), "valid integer"),
        (("--format", "xml"), "'posix', 'powershell', 'cmd', 'dotenv', 'json'"),
        (("--enterprises", "0"), "x>=1"),
        (("--vouchers", "-1"), "x>=0"),
        (("--codes", "-1", "--vouchers", "1"), "x>=0"),
        (("--codes", "5"), "needs --vouchers"),
        (("--data", "no-such-file.json"), "does not exist"),
        (("--rate-limit", "200"), "must have the form 200/30"),
        (("--rate-limit", "0/30"), "must have the form 200/30"),
        (("--rate-limit", "200/0"), "must have the form 200/30"),
        (("--rate-limit", "200/nan"), "must have the form 200/30"),
        (("--rate-limit", "x/30"), "must have the form 200/30"),
        (("--rate-limit", ""), "must have the form 200/30"),
        (("--latency", "soon"), "from 0 to 3600"),
        (("--latency", "-1"), "from 0 to 3600"),
        (("--latency", "nan"), "from 0 to 3600"),
        (("--latency", "inf"), "from 0 to 3600"),
        (("--fault", "vouchers/get:503"), "no operation 'vouchers/get'; there are *, voucherCodes"),
        (("--fault", "*"), "no fault ''"),
        (("--fault", "*:drop"), "no fault 'drop'; there are a status, drop-after, drop-before"),
        (("--fault", "*:503:calls"), "'calls' must have the form NAME=VALUE"),
        (("--fault", "*:503:calls=0"), "call numbers from 1"),
        (("--fault", "*:503:calls=3-2"), "call numbers from 1"),
        (("--fault", "*:503:calls=0-2"), "call numbers from 1"),
        (("--fault", "*:503:calls=1,0"), "call numbers from 1"),
        (("--fault", "*:503:calls=1,x"), "'x' must be a whole number"),
        (("--fault", "*:503:calls="), "'' must be a whole number"),
        (("--fault", "*:503:seconds=1"), "503 has no 'seconds'"),
        (("--fault", "*:503:status=504"), "503 has no 'status'"),
        (("--fault", "*:503:applied=true"), "'true' must be yes or no"),
        (("--fault", "*:199"), "status of a response must be from 200 to 999"),
        (("--fault", "*:204"), "must not have a body"),
        (("--fault", "*:503:retry-after=a\nb"), "cannot have the header 'Retry-After'"),
        (("--fault", "*:drop-before:error=x"), "drop-before has no 'error'"),
        (("--fault", "*:slow"), "slow needs seconds=..."),
        (("--fault", "*:slow:seconds=x"), "from 0 to 3600"),
        (("--fault", "*:too-heavy:above=many"), "'many' must be a whole number"),
        (("--what",), "No such option"),
    ],
)
def test_command_refuses_bad_arguments(arguments: tuple[str, ...], reason: str) -> None:
    """An invalid argument gets one line that names it and the reason, after the usage; status 2."""
    last = refusal(*arguments).stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert arguments[0] in last
    assert reason in last


def test_command_is_a_part_of_a_group() -> None:
    """It is a command of click, named `mock`, and its usage has the name of the group."""
    group = click.Group("tool", commands=[command])
    found = CliRunner().invoke(group, ["mock", "--port", "x"])
    assert found.exit_code == 2
    assert found.stderr.startswith("Usage: tool mock ")
    assert CliRunner().invoke(group, ["mock", "--help"]).exit_code == 0


def test_command_says_that_the_document_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the document is not installed, the command prints one line, with status 2."""
    elsewhere = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr("mews_vouchers.mock._contract.validation.find_spec", lambda name: elsewhere)
    load_validator.cache_clear()
    found = CliRunner().invoke(command, ["--port", "0"])
    assert found.exit_code == 2
    assert "the OpenAPI document of mews_vouchers_client is not inst" in found.stderr


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        ("click", "the command needs click"),
        ("jsonschema_rs", "the mock needs jsonschema-rs"),
    ],
)
def test_command_says_what_is_not_installed(package: str, reason: str) -> None:
    """If a package of the extra is not installed, one line says what to install, with status 2."""
    script = (
        f"import runpy, sys; sys.modules[{package!r}] = None; sys.argv = ['mock', '--port', '0']; "
        "runpy.run_module('mews_vouchers.mock', run_name='__main__')"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=TIMEOUT
    )
    message = f'Error: {reason}: pip install "mews-vouchers[mock]"\n'
    assert (result.returncode, result.stdout, result.stderr) == (2, "", message)


def test_command_hides_no_other_failure() -> None:
    """Another module that cannot be imported is a mistake, and is shown as one."""
    script = "import sys; sys.modules['signal'] = None; import mews_vouchers.mock.__main__"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=TIMEOUT
    )
    assert result.returncode == 1
    assert "ModuleNotFoundError: import of signal halted" in result.stderr
