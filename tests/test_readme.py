"""What the README shows is what happens."""

import re
from pathlib import Path
from typing import Any

import pytest
from mews_vouchers.mock import MockMews
from mews_vouchers_client import Client
from mews_vouchers_client.api import voucher_codes, vouchers
from mews_vouchers_client.models import (
    MultipleVoucherAddParameters,
    MultipleVoucherCodeAddParameters,
    VoucherAddParameters,
    VoucherCodeAddParameters,
    VoucherTypeEnum,
    VoucherWriteResult,
)

README = Path(__file__).parents[1] / "README.md"

pytestmark = pytest.mark.source


def block(number: int) -> str:
    """Return a Python block of the README."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return str(blocks[number])


def test_the_listing_prints_the_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """The example that lists codes prints those of the voucher, newest first."""
    mock = MockMews(seed=1)
    tokens = (mock.client_token, mock.access_token, "Readme 1.0")
    with mock.serve() as base_url, Client(base_url) as client:
        voucher = VoucherAddParameters(
            mock.enterprises[0].service_ids[0], "Weekend", VoucherTypeEnum.PUBLIC
        )
        added = vouchers.add.sync_detailed(
            client=client, body=MultipleVoucherAddParameters(*tokens, [voucher])
        ).parsed
        assert isinstance(added, VoucherWriteResult)
        assert added.vouchers
        voucher_id = added.vouchers[0].id
        codes = [VoucherCodeAddParameters(voucher_id, value) for value in ("SPRING", "SUMMER")]
        voucher_codes.add.sync_detailed(
            client=client, body=MultipleVoucherCodeAddParameters(*tokens, codes)
        )
        names: dict[str, Any] = {
            "base_url": base_url,
            "client_token": tokens[0],
            "access_token": tokens[1],
            "voucher_id": voucher_id,
        }
        exec(block(0), names)  # noqa: S102
    assert capsys.readouterr().out == "SUMMER None True\nSPRING None True\n"


def test_the_mock_serves_as_a_transport() -> None:
    """The example that makes a client of the mock gives one that the mock answers."""
    names: dict[str, Any] = {}
    exec(block(1), names)  # noqa: S102
    body = MultipleVoucherAddParameters("wrong", "wrong", "Readme 1.0", [])
    response = vouchers.add.sync_detailed(client=names["client"], body=body)
    assert response.status_code == 401


def test_it_says_first_that_it_is_not_official() -> None:
    """The first lines say that this is no product of Mews."""
    first = README.read_text(encoding="utf-8").splitlines()[:5]
    assert "not an official Mews product" in " ".join(first)
