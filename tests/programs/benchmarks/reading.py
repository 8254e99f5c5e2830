"""How long reading and writing 1,000 items takes, from bytes to models and back.

The variants:

- ours: the package in generated/, with msgspec installed
- tolerant: the same without msgspec, or for what violates the contract in other ways
- stock, openapi-generator: what generators create from the same document, see `competitors.py`
- pydantic, msgspec: models written by hand, see `by_hand.py`; structs of msgspec are the minimum
- json: the standard library alone, to and from dictionaries

One page has an undocumented property in each voucher, as when the vendor has just added it. The
models written by hand drop it, the others keep it.
"""

import json
from collections.abc import Callable
from typing import Any

import msgspec
from mews_vouchers_client import models, on_deviation
from mews_vouchers_client.fast_json import decode_fast
from mews_vouchers_client.serialization import write_body

from tests.programs.benchmarks.by_hand import by_hand, msgspec_struct, pydantic_model
from tests.programs.benchmarks.competitors import Competitor, Competitors, generated
from tests.programs.benchmarks.pages import ITEMS, codes_page, codes_to_add, vouchers_page
from tests.programs.benchmarks.rows import Table, Variants, compare
from tests.support.documented import UNKNOWN

ROUNDS = 60
NOTE = f"""\
{ITEMS:,} items from bytes to models and back, in {ROUNDS} rounds. `tolerant` is ours without
msgspec, or for what violates the contract; `json` stops at dictionaries, without datetimes."""
_ADD = "MultipleVoucherCodeAddParameters"


def readers(
    body: bytes, result: str, competitors: Competitors, pydantic: Any, struct: Any
) -> Variants:
    """Return the ways to read a page: into the generated model `result`, or models by hand."""
    ours = getattr(models, result)
    decode = msgspec.json.Decoder(struct).decode
    tolerantly = ours.from_dict(
        json.loads(body)
    )  # from now on, its unknown properties are expected
    assert decode_fast(body, ours) == tolerantly

    def reader(competitor: Competitor) -> Callable[[], object]:
        from_dict = getattr(competitor.models, result).from_dict  # as the client of each does
        return lambda: from_dict(json.loads(body))

    return {
        "ours": lambda: decode_fast(body, ours),
        "tolerant": lambda: ours.from_dict(json.loads(body)),
        **{name: reader(competitor) for name, competitor in competitors.items()},
        "pydantic": lambda: pydantic.model_validate_json(body),
        "msgspec": lambda: decode(body),
        "json": lambda: json.loads(body),
    }


def writers(competitors: Competitors, pydantic: Any, struct: Any) -> Variants:
    """Return the ways to write a request with 1,000 codes to add."""
    plain = codes_to_add()
    ours = models.MultipleVoucherCodeAddParameters.from_dict(plain)
    model, structs = pydantic.model_validate(plain), msgspec.convert(plain, struct)

    def writer(competitor: Competitor) -> Callable[[], object]:
        request = getattr(competitor.models, _ADD).from_dict(plain)
        to_plain = competitor.to_plain
        return lambda: json.dumps(to_plain(request)).encode()

    return {
        "ours": lambda: write_body(ours.to_dict()),
        "tolerant": lambda: json.dumps(ours.to_dict(), separators=(",", ":")).encode(),
        **{name: writer(competitor) for name, competitor in competitors.items()},
        "pydantic": lambda: model.model_dump_json(by_alias=True).encode(),
        "msgspec": lambda: msgspec.json.encode(structs),
        "json": lambda: json.dumps(plain).encode(),
    }


def run() -> Table:
    """Measure both pages and a request."""
    pydantic, structs = by_hand(pydantic_model), by_hand(msgspec_struct)
    with generated() as competitors:
        codes = readers(
            codes_page(), "VoucherCodeResult", competitors, pydantic.codes, structs.codes
        )
        kinds = "VoucherResult", competitors, pydantic.vouchers, structs.vouchers
        vouchers = readers(vouchers_page(), *kinds)
        writing = writers(competitors, pydantic.adding, structs.adding)
        rows = [
            *compare("reading codes", codes, ROUNDS, "ours"),
            *compare("reading vouchers", vouchers, ROUNDS, "ours"),
            *compare("writing codes", writing, ROUNDS, "ours"),
        ]
        on_deviation(lambda deviation: None)  # no warning among the figures
        more = readers(vouchers_page(**{UNKNOWN: "851df8c8-90f2-4c4a-8e01-a4fc46b25178"}), *kinds)
        rows += compare("reading vouchers with one property more", more, ROUNDS, "ours")
    return Table("Reading and writing", NOTE, rows)
