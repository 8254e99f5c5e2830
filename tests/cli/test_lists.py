"""`vouchers list` and `codes list`: filters and formats."""

import csv
import io
import json

import pytest
from mews_vouchers.mock import MockResponse
from mews_vouchers_client.models import Voucher, VoucherCode

from tests.support.command import Shell


def listed(shell: Shell, *arguments: str) -> list[dict[str, object]]:
    """Return what a list has, as programs read it."""
    output = shell.succeed(*arguments, "--format", "jsonl").output
    return [json.loads(line) for line in output.splitlines()]


def values(shell: Shell, *arguments: str) -> list[object]:
    """Return the values of the codes that are listed."""
    return [row["value"] for row in listed(shell, "codes", "list", *arguments)]


@pytest.fixture
def campaign(shell: Shell) -> tuple[str, str]:
    """Return two vouchers with codes, of which one is deleted."""
    first, second = shell.mock.add_voucher(Name="First"), shell.mock.add_voucher(Name="Second")
    for voucher_id, value in ((first, "A"), (first, "B"), (second, "A"), (second, "C")):
        shell.mock.add_code(voucher_id, value, ValidityEndUtc="2026-12-31T00:00:00Z")
    shell.succeed("codes", "delete", "--value", "B", "--yes")
    return first, second


def test_formats(shell: Shell, campaign: tuple[str, str]) -> None:
    """CSV and JSON lines have all columns; a table has the most useful ones, aligned."""
    for kind, model in (("vouchers", Voucher), ("codes", VoucherCode)):
        rows = listed(shell, kind, "list")
        assert [tuple(row) for row in rows] == [model.columns()] * len(rows)
        text = shell.succeed(kind, "list", "--format", "csv").output
        read = list(csv.DictReader(io.StringIO(text)))
        assert [row["id"] for row in read] == [row["id"] for row in rows]
        header, *table = shell.succeed(kind, "list").output.splitlines()
        assert len(table) == len(rows)
        assert {*header.split()} < {*model.columns()}
    assert read[0]["is_active"] == "true"
    assert read[0]["validity_start_utc"] == ""
    assert read[0]["validity_end_utc"] == "2026-12-31T00:00:00Z"
    assert {row["voucher_id"] for row in read} == {*campaign}


def test_filters_of_codes(shell: Shell, campaign: tuple[str, str]) -> None:
    """Codes are selected by voucher, value and state, and limited in number."""
    first, second = campaign
    assert sorted(map(str, values(shell))) == ["A", "A", "B", "C"]
    assert values(shell, "--limit", "1") == ["C"]
    assert values(shell, "--voucher", first) == ["B", "A"]
    assert values(shell, "--voucher", first, "--active") == ["A"]
    assert values(shell, "--voucher", first, "--voucher", second, "--value", "A") == ["A", "A"]
    assert values(shell, "--value", "B", "--value", "C") == ["C", "B"]
    assert values(shell, "--value", "none") == []
    assert values(shell, "--value", "B", "--active") == []


def test_filters_of_vouchers(shell: Shell, campaign: tuple[str, str]) -> None:
    """Vouchers are selected by id, by the value of a code, and by their state."""
    first, second = campaign

    def ids(*arguments: str) -> list[object]:
        return [row["id"] for row in listed(shell, "vouchers", "list", *arguments)]

    assert ids() == [second, first]
    assert ids("--voucher", first, "--active") == [first]
    assert ids("--value", "C") == [second]
    assert ids("--limit", "1") == [second]


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize("kind", ["codes", "vouchers"])
def test_the_time_of_the_last_change(shell: Shell, kind: str) -> None:
    """A start, an end, and both limit the time of the last change."""
    everything = listed(shell, kind, "list")
    for options, found in (
        (("--updated-since", "2020-01-01T00:00:00+01:00"), everything),
        (("--updated-until", "2020-01-01T00:00:00Z"), []),
        (("--updated-since", "2020-01-01T00:00Z", "--updated-until", "2020-02-01T00:00Z"), []),
    ):
        assert listed(shell, kind, "list", *options) == found


def test_a_property_of_a_portfolio(shell: Shell, campaign: tuple[str, str]) -> None:
    """`--enterprise` names the property, of which the token has to be one."""
    enterprise = shell.mock.enterprises[0].id
    assert len(values(shell, "--enterprise", enterprise, "--voucher", campaign[0])) == 2
    other = "00000000-0000-4000-8000-000000000000"
    assert shell.run("codes", "list", "--enterprise", other).code == 4


def test_unexpected_values_are_shown(shell: Shell) -> None:
    """What the server should not send is written as it is, also what UTF-8 cannot have."""
    code = {"Id": "1", "VoucherId": None, "Value": "\ud83d!", "IsActive": 3, "ValidityEndUtc": [1]}
    headers = {"Content-Type": "application/json; charset=utf-8"}
    body = json.dumps({"VoucherCodes": [code], "Cursor": None}).encode()
    shell.mock.inject(lambda call: MockResponse(200, headers, body))
    voucher = ("--voucher", "00000000-0000-4000-8000-000000000000")
    (row,) = listed(shell, "codes", "list", *voucher)
    assert (row["value"], row["is_active"], row["validity_end_utc"]) == ("\ud83d!", 3, [1])
    text = shell.succeed("codes", "list", *voucher, "--format", "csv").output
    assert text.splitlines()[1].startswith(r"1,,,3,\ud83d!,")
    assert "[1]" in text
