"""How long reading and writing 1,000 items takes, from bytes to models and back, side by side.

    make bench

The variants run in turn in one process, so that a slow moment of the machine hits all of them, and
ratios of the same round are compared. Nothing here fails: a figure is for people.

- ours: the package in generated/, with msgspec installed
- tolerant: the same without it, or for a page that breaks the contract in other ways
- stock: what openapi-python-client makes without our templates, from the document in the vendor's
  style: `format: uuid` for identifiers, and the datetimes of codes as plain text
- pydantic: models of pydantic v2, written by hand
- msgspec: structs, written by hand: the floor
- json: the standard library's alone, to and from dictionaries

The vendor's own example of a voucher has a property that is not documented, and a page has it in
each. The models written by hand drop it, the others keep it.
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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import openapi_python_client
from benchmarks.pages import (
    ITEMS,
    by_hand,
    codes_page,
    msgspec_struct,
    pydantic_model,
    vouchers_page,
)
from mews_vouchers_client import models, on_deviation
from mews_vouchers_client.strict import read_strictly
from mews_vouchers_client.wire import write_body
from openapi_python_client.config import Config, ConfigFile, MetaType

ROUNDS = 60
DOCUMENT = Path(__file__).parents[2] / "generated" / "mews_vouchers_client" / "openapi.json"
ENTERPRISE_ID = "851df8c8-90f2-4c4a-8e01-a4fc46b25178"
Variants = dict[str, Callable[[], object]]


def stock_models(folder: Path) -> Any:
    """Generate a package with the stock templates in `folder`; return its models."""
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
    return importlib.import_module("stock_client.models")


def readers(body: bytes, ours: Any, stock: Any, pydantic: Any, struct: Any) -> Variants:
    """Return the ways to read a page: the model of each kind for it is given."""
    decode = msgspec.json.Decoder(struct).decode
    tolerantly = ours.from_dict(json.loads(body))  # from now on its unknown properties are known
    assert read_strictly(body, ours) == tolerantly
    return {
        "ours": lambda: read_strictly(body, ours),
        "tolerant": lambda: ours.from_dict(json.loads(body)),
        "stock": lambda: stock.from_dict(json.loads(body)),
        "pydantic": lambda: pydantic.model_validate_json(body),
        "msgspec": lambda: decode(body),
        "json": lambda: json.loads(body),
    }


def writers(stock: Any) -> Variants:
    """Return the ways to write a request with 1,000 codes to add."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    texts = {"client_token": "c", "access_token": "a", "client": "Benchmark 1.0"}

    def request(kind: Any) -> Any:
        codes = [
            kind.VoucherCodeAddParameters(
                voucher_id="fe568bbd-1ecb-4bb2-bf77-96c3698de20d",
                value=f"CODE-{number:016}",
                validity_start_utc=start,
                validity_end_utc=None,
            )
            for number in range(ITEMS)
        ]
        return kind.MultipleVoucherCodeAddParameters(**texts, voucher_code_parameters=codes)

    ours, theirs = request(models), request(stock)
    plain = ours.to_dict()
    return {
        "ours": lambda: write_body(ours.to_dict()),
        "stock": lambda: json.dumps(theirs.to_dict()).encode(),
        "json": lambda: json.dumps(plain).encode(),
    }


def measure(variants: Variants) -> dict[str, list[float]]:
    """Return the milliseconds of each round, per variant."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(ROUNDS + 5):
        for name, run in variants.items():
            gc.collect()
            start = time.perf_counter()
            run()
            if number >= 5:  # the first rounds warm up
                times[name].append((time.perf_counter() - start) * 1_000)
    return times


def show(title: str, variants: Variants) -> None:
    """Measure variants and print one line for each."""
    times = measure(variants)
    print(f"{title:<28}{'median':>8}{'lowest':>8}{'highest':>8}{'ours / it':>12}  25 % to 75 %")
    for name, values in times.items():
        ratios = [ours / other for ours, other in zip(times["ours"], values, strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(
            f"  {name:<26}{statistics.median(values):>8.2f}{min(values):>8.2f}{max(values):>8.2f}"
            f"{middle:>12.2f}  {low:.2f} to {high:.2f}"
        )


def main() -> None:
    """Measure both pages and a request."""
    pydantic, structs = by_hand(pydantic_model), by_hand(msgspec_struct)
    with tempfile.TemporaryDirectory() as folder:
        stock = stock_models(Path(folder))
        codes = codes_page(), models.VoucherCodeResult, stock.VoucherCodeResult
        kinds = models.VoucherResult, stock.VoucherResult, pydantic.vouchers, structs.vouchers
        reading_codes = readers(*codes, pydantic.codes, structs.codes)
        reading_vouchers = readers(vouchers_page(), *kinds)
        for variants in (reading_codes, reading_vouchers):
            variants["stock"]()  # it imports the last of its modules when it first reads
    print(f"{ITEMS:,} items, {ROUNDS} rounds in turn, Python {sys.version.split()[0]}; ms")
    show("reading codes", reading_codes)
    show("reading vouchers, all extents", reading_vouchers)
    on_deviation(lambda deviation: None)  # no warning among the figures
    show("with an unknown property", readers(vouchers_page(EnterpriseId=ENTERPRISE_ID), *kinds))
    show("writing codes to add", writers(stock))


if __name__ == "__main__":
    main()
