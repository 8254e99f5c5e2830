"""`mews-vouchers check` says whether tokens, server and clock are as they should be."""

import pytest
from mews_vouchers.mock import MockResponse, faults

from tests.support.command import Shell

SERVICES = b"""{"Services": [
    {"Id": "1", "Name": "Stay", "Names": {"en-US": "no"}},
    {"Id": "2", "Names": {"en-US": "Spa\\u001b[31m"}}, {"Id": "3"}
]}"""


def with_services(shell: Shell, status: int = 200, body: bytes = SERVICES) -> None:
    """Let the mock respond to any request with services."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    shell.mock.inject(lambda call: MockResponse(status, headers, body))


def test_everything_is_right(shell: Shell) -> None:
    """It names the server, the origin of the settings, the services, and the limit."""
    output = shell.succeed("check").output
    subjects = [line[:12].rstrip() for line in output.splitlines()]
    assert subjects == ["server", "settings", "tokens", "services", "server time", "rate limit"]
    assert f"{shell.settings['MEWS_BASE_URL']} (neither demo nor production)" in output
    assert "without any voucher yet" in output
    assert "the clock" not in output
    shell.mock.seed(vouchers=1)
    assert "with vouchers" in shell.succeed("check").output
    assert [request.operation for request in shell.mock.requests] == ["vouchers/getAll"] * 2


def test_services_are_listed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a service, those of the property are listed: the other commands need their ids."""
    monkeypatch.delenv("MEWS_SERVICE_ID")
    with_services(shell)
    output = shell.succeed("check").output
    assert "service     1 Stay\nservice     2 Spa [31m\nservice     3" in output
    shell.mock.clear_faults()
    line = shell.fail(2, "check").splitlines()[-1]
    assert "does not list its services, so the tokens were not checked: set MEWS_SER" in line


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (401, 4, "check that both tokens are right"),
        (403, 4, "the token lacks the right"),
        (400, 4, "check the id of the service"),
        (404, 4, "check MEWS_BASE_URL"),
        (429, 1, "other programs use the rate limit"),
        (500, 1, ""),
    ],
)
def test_what_is_wrong_is_said(shell: Shell, status: int, code: int, hint: str) -> None:
    """Each refusal of the server has a hint at what to do."""
    shell.mock.inject(faults.error(status, retry_after=5000 if status == 429 else None))
    line = shell.fail(code, "check")
    assert str(status) in line
    assert hint in line


def test_a_server_that_is_not_there(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """If nobody responds, it says so after two attempts, without a time of the server."""
    monkeypatch.setenv("MEWS_BASE_URL", "http://127.0.0.1:9")
    ended = shell.run("check")
    assert ended.code == 1
    assert "check MEWS_BASE_URL, the network and the proxy" in ended.messages
    assert "server time" not in ended.output


@pytest.mark.parametrize(
    ("date", "direction"),
    [("Mon, 01 Jan 2024 00:00:00 GMT", "ahead"), ("Fri, 01 Jan 2100 00:00:00 GMT", "behind")],
)
def test_a_wrong_clock_is_reported(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, date: str, direction: str
) -> None:
    """If the clocks differ by more than a minute, it says by how much and in which direction."""
    monkeypatch.delenv("MEWS_SERVICE_ID")
    headers = {"Content-Type": "application/json; charset=utf-8", "Date": date}
    shell.mock.inject(lambda call: MockResponse(200, headers, b"{}"))
    assert f" s {direction}: set it" in shell.succeed("check").output
