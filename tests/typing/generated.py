"""A user's file: checked by mypy --strict and pyright, never run. It imports only the package."""

from datetime import UTC, datetime
from typing import assert_type

from mews_vouchers_client import Client, Deviation, Response, on_deviation
from mews_vouchers_client.api import voucher_codes, vouchers
from mews_vouchers_client.models import (
    ActivityState,
    ConnectorApiExceptionResult,
    Limitation,
    MultipleVoucherUpdateParameters,
    StringUpdateValue,
    TimeFilterInterval,
    VoucherCode,
    VoucherCodeFilterParameters,
    VoucherCodeResult,
    VoucherTypeEnum,
    VoucherUpdateParameters,
    VoucherWriteResult,
)

client = Client("https://api.mews-demo.com", headers={"Prefer": "return=minimal"})

body = VoucherCodeFilterParameters(
    client_token="c",
    access_token="a",
    client="Typed 1.0",
    limitation=Limitation(count=1_000),
    voucher_ids=["fe568bbd-1ecb-4bb2-bf77-96c3698de20d"],
    updated_utc=TimeFilterInterval(start_utc=datetime(2026, 1, 1, tzinfo=UTC)),
)
response = voucher_codes.get_all.sync_detailed(client=client, body=body)
assert_type(response, Response[VoucherCodeResult | ConnectorApiExceptionResult])
assert_type(response.status_code, int)

if isinstance(response.parsed, VoucherCodeResult):
    assert_type(response.parsed.voucher_codes, list[VoucherCode])
    for code in response.parsed.voucher_codes:
        assert_type(code.id, str)
        assert_type(code.voucher_id, str)
        assert_type(code.activity_state, ActivityState)
        assert_type(code.is_active, bool)
        if code.validity_end_utc:
            assert_type(code.validity_end_utc, datetime)


async def rename(name: str) -> VoucherTypeEnum | None:
    """Await an operation."""
    change = VoucherUpdateParameters("fe568bbd", name=StringUpdateValue(name), company_id=None)
    response = await vouchers.update.asyncio_detailed(
        client=client, body=MultipleVoucherUpdateParameters("c", "a", "Typed 1.0", [change])
    )
    if isinstance(response.parsed, VoucherWriteResult) and response.parsed.vouchers:
        return response.parsed.vouchers[0].type_
    return None


def listen(deviation: Deviation) -> None:
    """Hear of deviations."""
    print(deviation.schema, deviation.property, deviation.problem)


on_deviation(listen)
