"""The command line of the mock, as a process: what it has at the start, and how it responds."""

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from mews_vouchers.mock.__main__ import command

from tests.support.mock_api import JsonObject
from tests.support.mock_process import refusal, serving
from tests.support.waiting import TIMEOUT

# --- what it has


@pytest.mark.parametrize(
    ("arguments", "limit"),
    [((), 200), (("--rate-limit", "3/60.5"), 3), (("--rate-limit", "off"), None)],
)
def test_command_seeds_and_limits(arguments: tuple[str, ...], limit: int | None) -> None:
    """Options add vouchers with codes; the rate limit is the vendor's by default."""
    with serving("--vouchers", "2", "--codes", "3", *arguments) as (api, _):
        extent = {"Vouchers": True, "VoucherCodes": True}
        page = next(api.pages("vouchers/getAll", 10, ServiceIds=[api.service_id], Extent=extent))
        assert (len(page["Vouchers"]), len(page["VoucherCodes"])) == (2, 6)
        statuses = [api.post("vouchers/getAll", {}).status_code for _ in range((limit or 250) - 1)]
        assert set(statuses) == {400}
        assert api.post("vouchers/getAll", {}).status_code == (400 if limit is None else 429)


def test_command_seeds_all_enterprises() -> None:
    """Each enterprise has so many vouchers, each with so many codes; no two values are equal."""
    with serving("--vouchers", "2", "--codes", "3", enterprises=3, portfolio=True) as (api, _):
        vouchers = [api.vouchers(ServiceIds=one.service_ids) for one in api.mock.enterprises]
        codes = api.codes(VoucherIds=[one["Id"] for some in vouchers for one in some])
    assert [len(some) for some in vouchers] == [2, 2, 2]
    assert len({code["Value"] for code in codes}) == 18


@pytest.mark.parametrize("arguments", [(), ("--time-filter-includes-end",)])
def test_command_includes_the_end_of_a_time_filter(arguments: tuple[str, ...]) -> None:
    """A time filter includes its end only if an option says so."""
    with serving("--vouchers", "1", *arguments) as (api, _):
        interval = {"StartUtc": "2025-12-31T00:00:00Z", "EndUtc": "2026-01-01T00:00:00Z"}
        assert len(api.vouchers(UpdatedUtc=interval)) == len(arguments)


def test_command_has_the_time_of_the_system() -> None:
    """With `--system-clock`, a seed makes ids and tokens reproducible, but not the time."""
    with serving("--vouchers", "1", "--system-clock") as (api, _):
        (voucher,) = api.vouchers()
    created = datetime.fromisoformat(voucher["CreatedUtc"])
    assert abs((datetime.now(UTC) - created).total_seconds()) < TIMEOUT


# --- how it responds


def test_command_delays_responses() -> None:
    """With a latency, every response takes so long, that of a fault included."""
    with serving("--latency", "0.3", "--fault", "vouchers/getAll:503:calls=2") as (_, client):
        for status in (400, 503):
            start = time.monotonic()
            assert client.post("vouchers/getAll", json={}).status_code == status
            assert time.monotonic() - start >= 0.3


def statuses_of(client: httpx.Client, operation: str, calls: int = 4) -> list[int | None]:
    """Return the statuses of calls; None where the connection breaks."""
    found: list[int | None] = []
    for _ in range(calls):
        try:
            found.append(client.post(operation, json={}).status_code)
        except httpx.RemoteProtocolError:
            found.append(None)
    return found


def test_command_injects_faults() -> None:
    """A fault applies to the operation and the calls that its notation names."""
    wanted = {
        "vouchers/getAll:503": [503, 503, 503, 503],
        "vouchers/add:503:calls=2": [400, 503, 400, 400],
        "vouchers/update:503:calls=1,3": [503, 400, 503, 400],
        "vouchers/delete:503:calls=2-3:message=Sorry": [400, 503, 503, 400],
        "voucherCodes/getAll:drop-before:calls=2": [400, None, 400, 400],
        "voucherCodes/add:drop-during:after=5:calls=3": [400, 400, None, 400],
    }
    arguments = [text for notation in wanted for text in ("--fault", notation)]
    with serving(*arguments) as (_, client):
        for notation, statuses in wanted.items():
            assert statuses_of(client, notation.partition(":")[0]) == statuses
        assert statuses_of(client, "voucherCodes/delete") == [400, 400, 400, 400]


def test_command_injects_faults_into_all_operations() -> None:
    """A fault of `*` counts the calls of all operations."""
    with serving("--fault", "*:too-large:above=1:calls=3-4") as (_, client):
        assert statuses_of(client, "vouchers/add", calls=3) == [400, 400, 413]
        assert statuses_of(client, "vouchers/getAll", calls=2) == [413, 400]


def test_command_passes_arguments_to_faults() -> None:
    """A status has a message and `Retry-After`, and may be applied; other faults have arguments."""
    notations = (
        "vouchers/add:429:message=Busy now:retry-after=5:calls=1",
        "vouchers/add:500:applied=yes:calls=2",
        "vouchers/getAll:slow:seconds=0.3",
        "vouchers/getAll:too-heavy:above=10:calls=1",
        "vouchers/getAll:unknown-enum:value=New:calls=2",
        "vouchers/getAll:missing-property:name=ServiceId:calls=2",
    )
    arguments = [text for one in notations for text in ("--fault", one)]
    with serving(*arguments) as (api, client):
        voucher = {"ServiceId": api.service_id, "Name": "Spring", "Type": "Public"}
        body = api.credentials | {"VoucherParameters": [voucher]}
        busy = client.post("vouchers/add", json=body)
        assert (busy.status_code, busy.headers["Retry-After"]) == (429, "5")
        assert busy.json()["Message"] == "Busy now"
        assert client.post("vouchers/add", json=body).status_code == 500
        listing = api.credentials | {
            "ServiceIds": [api.service_id],
            "Extent": {"Vouchers": True},
            "Limitation": {"Count": 11},
        }
        start = time.monotonic()
        assert client.post("vouchers/getAll", json=listing).status_code == 408
        assert time.monotonic() - start >= 0.3
        (found,) = client.post("vouchers/getAll", json=listing).json()["Vouchers"]
    assert (found["Name"], found["Type"], "ServiceId" in found) == ("Spring", "New", False)


def test_help_lists_the_faults() -> None:
    """The help has every fault that the notation knows."""
    names = refusal("--fault", "*:unheard").stderr.partition("there are a status, ")[2].split()
    assert len(names) == 11
    text = CliRunner().invoke(command, ["--help"]).stdout
    assert [one for one in names if one.rstrip(",") not in text] == []


# --- data files

JSON = """[
  {"Name": "Spring", "Codes": ["A", {"Value": "B", "ValidityEndUtc": "2026-06-01T00:00:00Z"}]},
  {"Name": "Partner", "Enterprise": 2, "Service": 2, "Type": "PartnerCompany", "Company": 3},
  {}
]"""
CSV = """Name,Enterprise,Service,Type,Company,Value,ValidityEndUtc
Spring,,,,,A,
Partner,2,2,PartnerCompany,3,,
Spring,,,,,B,2026-06-01T00:00:00Z
,,,Public,,,
,,,,,,
"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data.json", JSON),
        ("data.csv", CSV),
        ("data.CSV", "\ufeff" + CSV.replace(",", ";").replace("\n", "\r\n")),
    ],
)
def test_command_reads_data_files(tmp_path: Path, name: str, content: str) -> None:
    """A file adds vouchers and codes, in its order, after the seeded ones; numbers become ids."""
    path = tmp_path / name
    path.write_bytes(content.encode())
    options = ("--data", str(path), "--data", str(path), "--vouchers", "1")
    with serving(*options, enterprises=2, portfolio=True) as (api, _):
        one, other = api.mock.enterprises
        vouchers = api.vouchers(ServiceIds=[*one.service_ids, *other.service_ids])[::-1]
        codes = api.codes(VoucherIds=[voucher["Id"] for voucher in vouchers])[::-1]
    added = [
        ("Spring", one.service_ids[0], "Public", None),
        ("Partner", other.service_ids[1], "PartnerCompany", other.company_ids[2]),
        ("A voucher", one.service_ids[0], "Public", None),
    ]
    found = [(it["Name"], it["ServiceId"], it["Type"], it["CompanyId"]) for it in vouchers]
    assert found[2:] == added + added
    assert [(it["VoucherId"], it["Value"], it["ValidityEndUtc"]) for it in codes] == [
        (voucher["Id"], value, end)
        for voucher in (vouchers[2], vouchers[5])
        for value, end in (("A", None), ("B", "2026-06-01T00:00:00Z"))
    ]


def test_the_data_files_of_the_help_work(tmp_path: Path) -> None:
    """The example of JSON and the header of CSV can be used as they are."""
    text = CliRunner().invoke(command, ["--help"]).stdout
    examples = {".json": r"\[\{.+\}\]", ".csv": r"Name,\S+"}
    path = tmp_path / "data"
    options = []
    for suffix, pattern in examples.items():
        found = re.search(pattern, text)
        assert found
        path.with_suffix(suffix).write_text(found[0], "utf-8")
        options += ["--data", str(path.with_suffix(suffix))]
    with path.with_suffix(".csv").open("a", encoding="utf-8") as file:
        file.write("\nSummer,1,C,,\n")
    with serving(*options, enterprises=2, portfolio=True) as (api, _):
        services = [service for one in api.mock.enterprises for service in one.service_ids]
        vouchers = api.vouchers(ServiceIds=services)[::-1]
        codes = api.codes(VoucherIds=[one["Id"] for one in vouchers])[::-1]
    assert [one["Name"] for one in vouchers] == ["Spring", "Summer"]
    assert [one["Value"] for one in codes] == ["A", "B", "C"]


def text_of(*vouchers: JsonObject) -> str:
    """Return a data file of JSON."""
    return json.dumps(vouchers)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("data.txt", "", "the name must end with .json or .csv"),
        ("data.json", "[", "the file is not JSON"),
        ("data.json", "[" * 100_000, "the file is not JSON"),
        ("data.json", "{}", "the file must be a list"),
        ("data.json", "[5]", "voucher 1 must be an object"),
        ("data.json", text_of({}, {"Codes": "A"}), "Codes of voucher 2 must be a list"),
        ("data.json", text_of({"Codes": ["A", 5]}), "code 2 of voucher 1 must be an object"),
        ("data.json", text_of({"Codes": ["A", {}]}), "code 2 of voucher 1: .*Value is too short"),
        ("data.json", text_of({"Codes": [{"Value": 5}]}), ".*Value has the wrong type"),
        ("data.json", text_of({}, {"Name": ""}), "voucher 2: .*Name is too short"),
        ("data.json", text_of({"Nmae": "x"}), "voucher 1: .*unknown property"),
        ("data.json", text_of({"enterprise": 1}), "voucher 1: there is no property 'enterprise'"),
        ("data.json", text_of({"Codes": [{"value": "A"}]}), ".*there is no property 'value'"),
        ("data.json", text_of({"Enterprise": 2}), "voucher 1: Enterprise must be .* from 1 to 1"),
        ("data.json", text_of({"Service": 0}), "voucher 1: Service must be a number from 1 to 2"),
        ("data.json", text_of({"Company": True}), "voucher 1: Company must be .* from 1 to 3"),
        ("data.csv", "Name,Value\nx,A\nx,\nx,B,C", "line 4: it has more cells than the header"),
        ("data.csv", 'Name,Value\nx,"A"B', "line 2: "),
        ("data.csv", "Name,Value\nx,A\nx," + "B" * 200, "line 3: .*Value is too long"),
        ("data.csv", "Name;Value;Colour\nx;A;red", "line 2: .*unknown property"),
        ("data.csv", b"Name,Value\nx,\xe9", "the file is not encoded in UTF-8"),
    ],
)
def test_command_says_what_is_wrong_in_a_data_file(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    """A mistake is one line with the file, the place and the reason, and status 2."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (line,) = refusal("--data", str(path)).stderr.splitlines()
    prefix = f"Error: {path}: "
    assert line.startswith(prefix)
    assert re.match(reason, line.removeprefix(prefix))


def test_command_says_that_a_data_file_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that cannot be read is one line with the reason, and status 2."""
    path = tmp_path / "data.json"
    path.touch()

    def fail(*_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", fail)
    found = refusal("--data", str(path))
    assert found.stderr == f"Error: cannot read {path}: Permission denied\n"
