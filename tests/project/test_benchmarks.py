"""The benchmarks write only where they may, and count correctly. Nothing is measured here."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers import RateLimit
from mews_vouchers_client.models import VoucherTypeEnum

from tests.programs.benchmarks import competitors
from tests.programs.benchmarks.by_hand import by_hand, msgspec_struct, pydantic_model
from tests.programs.benchmarks.export import share_of_limit
from tests.programs.benchmarks.pages import TIMES, codes_page, codes_to_add, vouchers_page
from tests.programs.benchmarks.report import (
    BEGIN,
    END,
    MAIN,
    RESULTS,
    ratios,
    results,
    summary,
    table_in,
    with_table,
)
from tests.programs.benchmarks.rows import Row, Table
from tests.programs.benchmarks.subprocesses import Arrival
from tests.support.documented import validator
from tests.support.hypothesis_profiles import examples
from tests.support.paths import ROOT

LIMIT = RateLimit(requests=20, window=3.0)
#: No two of them combine to a marker.
TEXTS = st.text(st.characters(exclude_characters="<>"))


@given(before=TEXTS, old=TEXTS, after=TEXTS, table=TEXTS.map(str.strip))
@settings(max_examples=examples(50))
def test_a_table_replaces_what_is_between_its_markers(
    before: str, old: str, after: str, table: str
) -> None:
    """The table replaces what is between its markers; the rest of the text is unchanged."""
    written = with_table(f"{before}{BEGIN}{old}{END}{after}", table)
    assert written == f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"
    assert table_in(written) == table


@pytest.mark.parametrize(
    "text", ["", BEGIN, END, END + BEGIN, BEGIN + END + END, (BEGIN + END) * 2, BEGIN + BEGIN + END]
)
def test_a_text_without_one_pair_of_markers_is_unchanged(text: str) -> None:
    """If it is not clear what to replace, nothing is written."""
    with pytest.raises(ValueError, match="exactly one"):
        with_table(text, "a table")


@pytest.mark.source
def test_the_costs_in_the_readme_are_those_of_the_results() -> None:
    """The sentence in the README has the ratios of RESULTS.md."""
    table = table_in(RESULTS.read_text(encoding="utf-8"))
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    ratios = {label: [float(cell.split()[0]) for cell in row[:2]] for label, *row in cells}
    generated = ratios["openapi-python-client"] + ratios["openapi-generator"]
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"take {min(generated):.0f} to {max(generated):.0f} times as long" in readme
    assert "takes about as long as `json.loads()`" in readme
    assert ratios["httpx and json, by hand"] == pytest.approx([1.0, 1.0], abs=0.25)


def test_results_have_the_table_and_all_rows() -> None:
    """RESULTS.md has the table of the README, and each row with its ratio, spread and median."""
    ours, theirs = [2.0, 2.0, 4.0, 4.0], [2.0, 4.0, 8.0, 20.0]
    rows = [
        Row("reading codes", "ours", "ms", ours, ours),
        Row("reading codes", "json", "ms", theirs, ours),
        Row("memory", "after 1,000", "MiB", [1.25]),
    ]
    tables = [Table("A title", "A note.", rows)]
    text = results(tables)
    assert table_in(text) == summary(tables)
    assert "| httpx and json, by hand | 2.00 (1.75 to 2.75) |" in text
    assert "| reading codes | json | 2.00 | 1.75 to 2.75 | 6.00 ms |" in text
    assert "| memory | after 1,000 |  |  | 1.25 MiB |" in text


def test_the_picture_can_be_drawn_again_from_the_results() -> None:
    """The ratios are read from the table as they were measured, to two decimals."""
    ours, theirs = [2.0, 2.0, 4.0, 4.0], [2.0, 4.0, 8.0, 20.0]
    rows = [Row(what, "ours", "ms", ours, ours) for what in MAIN]
    rows.append(Row(MAIN[1], "json", "ms", theirs, ours))
    found = ratios(summary([Table("A title", "A note.", rows)]))
    assert found == {
        "this client": dict.fromkeys(MAIN, (1.0, 1.0, 1.0)),
        "httpx and json, by hand": {MAIN[1]: (1.75, 2.0, 2.75)},
    }


@given(st.integers(21, 99), st.floats(0.1, 1.0))
@settings(max_examples=examples(50))
def test_the_share_of_a_limit_is_that_of_the_steady_rate(requests: int, share: float) -> None:
    """Requests at a steady rate use their share of the limit; rejected ones do not count."""
    pause = LIMIT.window / LIMIT.requests / share
    answered = [Arrival(number * pause, 200) for number in range(requests)]
    refused = [Arrival(number * pause, 429) for number in range(0, requests, 3)]
    assert share_of_limit([*refused, *answered], LIMIT) == pytest.approx(share)


def test_a_burst_at_the_start_is_no_steady_rate() -> None:
    """Bursts of whole windows, as a limit allows them, are a share of 1, not more."""
    bursts = [Arrival(window * LIMIT.window, 200) for window in range(4) for _ in range(20)]
    assert share_of_limit(bursts, LIMIT) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="before the first window is full"):
        share_of_limit(bursts[:20], LIMIT)


def test_the_pages_are_documented() -> None:
    """What is read and written is as documented, so that each variant takes its usual path."""
    validator("VoucherCodeResult").validate(json.loads(codes_page()))
    validator("VoucherResult").validate(json.loads(vouchers_page()))
    validator("MultipleVoucherCodeAddParameters").validate(codes_to_add())


@pytest.mark.parametrize("define", [pydantic_model, msgspec_struct])
def test_models_by_hand_read_the_pages(define: Callable[[str, Any], Any]) -> None:
    """The models of both libraries read the pages, with the type of each property."""
    made = by_hand(define)
    bodies = [codes_page(2), vouchers_page(), json.dumps(codes_to_add()).encode()]
    codes, vouchers, _ = (
        model.model_validate_json(body)
        if define is pydantic_model
        else msgspec.json.decode(body, type=model)
        for model, body in zip(made, bodies, strict=True)
    )
    assert codes.voucher_codes[1].created_utc == datetime.fromisoformat(TIMES[0])
    assert vouchers.vouchers[0].type is VoucherTypeEnum.PARTNER_COMPANY
    assert vouchers.companies[99].address.city == "Amsterdam"


@pytest.mark.source
def test_without_java_its_client_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Java, the benchmarks print a line about it, and leave out its client."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with competitors.generated() as found:
        assert list(found) == ["stock"]
    assert capsys.readouterr().out == "openapi-generator is left out: there is no Java\n"
