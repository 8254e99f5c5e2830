"""How long it takes to read a page of 1,000 voucher codes, from bytes to objects, side by side.

    make bench

The variants run in turn in one process, so that a slow moment of the machine hits all of them, and
the medians are compared. Nothing here fails: a figure is for people.

- ours: the package in generated/
- stock: what openapi-python-client makes without our templates, from the document in the vendor's
  style: `format: uuid` for identifiers, and the datetimes of codes as plain text
- json.loads: parsing alone, to see what is left to win
- msgspec: a decode of the same bytes into structs, the floor
"""

import contextlib
import copy
import gc
import importlib
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import openapi_python_client
from mews_vouchers_client.models import VoucherCodeResult
from openapi_python_client.config import Config, ConfigFile, MetaType

ROUNDS = 60
CODES = 1_000
DOCUMENT = Path(__file__).parents[2] / "generated" / "mews_vouchers_client" / "openapi.json"


def page() -> bytes:
    """Return the body of a full page, with the properties that the vendor fills.

    All codes have the same times, like those of a campaign that were added in one request.
    """
    code: dict[str, object] = {
        "VoucherId": "fe568bbd-1ecb-4bb2-bf77-96c3698de20d",
        "ValidityStartUtc": "2026-01-01T00:00:00Z",
        "ValidityEndUtc": None,
        "CreatedUtc": "2026-01-01T15:08:14Z",
        "UpdatedUtc": "2026-01-02T15:08:14Z",
        "ActivityState": "Active",
        "IsActive": True,
    }
    codes = [
        code | {"Id": f"8c364829-c7ae-4972-b67f-{number:012x}", "Value": f"CODE-{number:016}"}
        for number in range(CODES)
    ]
    return json.dumps({"VoucherCodes": codes, "Cursor": codes[-1]["Id"]}).encode()


def stock_model(folder: Path) -> Any:
    """Generate a package with the stock templates in `folder`; return its model of the page."""
    document = copy.deepcopy(json.loads(DOCUMENT.read_bytes()))
    schemas = document["components"]["schemas"]
    schemas["Identifier"] = {"type": "string", "format": "uuid"}
    for name in ("ValidityStartUtc", "ValidityEndUtc", "CreatedUtc", "UpdatedUtc"):
        schemas["VoucherCode"]["properties"][name] = {"type": ["string", "null"]}
    (folder / "document.json").write_text(json.dumps(document), encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()):
        openapi_python_client.generate(
            config=Config.from_sources(
                ConfigFile(post_hooks=[]),
                MetaType.NONE,
                folder / "document.json",
                "utf-8",
                overwrite=False,
                output_path=folder / "stock_client",
            )
        )
    sys.path.insert(0, str(folder))
    return importlib.import_module("stock_client.models").VoucherCodeResult


class Code(msgspec.Struct, rename="pascal"):
    """A voucher code as a struct."""

    id: str
    voucher_id: str
    value: str | None
    validity_start_utc: datetime | None
    validity_end_utc: datetime | None
    created_utc: datetime | None
    updated_utc: datetime | None
    activity_state: str | None
    is_active: bool


class Page(msgspec.Struct, rename="pascal"):
    """A page of voucher codes as a struct."""

    voucher_codes: list[Code]
    cursor: str | None


def measure(variants: dict[str, Callable[[bytes], object]], body: bytes) -> dict[str, list[float]]:
    """Return the milliseconds of each round, per variant."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(ROUNDS + 5):
        for name, read in variants.items():
            gc.collect()
            start = time.perf_counter()
            read(body)
            if number >= 5:  # the first rounds warm up
                times[name].append((time.perf_counter() - start) * 1_000)
    return times


def main() -> None:
    """Measure and print one line per variant."""
    with tempfile.TemporaryDirectory() as folder:
        stock = stock_model(Path(folder))
        stock.from_dict(
            json.loads(page())
        )  # it imports the last of its modules when it first reads
    times = measure(
        {
            "ours": lambda body: VoucherCodeResult.from_dict(json.loads(body)),
            "stock": lambda body: stock.from_dict(json.loads(body)),
            "json.loads": json.loads,
            "msgspec": msgspec.json.Decoder(Page).decode,
        },
        page(),
    )
    python = sys.version.split()[0]
    print(f"a page of {CODES:,} voucher codes, {ROUNDS} rounds in turn, Python {python}; ms")
    print(f"{'':<12}{'median':>8}{'lowest':>8}{'highest':>8}{'ours / it':>12}  25 % to 75 %")
    for name, values in times.items():
        ratios = [ours / other for ours, other in zip(times["ours"], values, strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(
            f"{name:<12}{statistics.median(values):>8.2f}{min(values):>8.2f}{max(values):>8.2f}"
            f"{middle:>12.2f}  {low:.2f} to {high:.2f}"
        )


if __name__ == "__main__":
    main()
