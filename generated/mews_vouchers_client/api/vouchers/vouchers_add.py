# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from collections.abc import Mapping
from typing import Any, Final

import httpx

from ...client import Client
from ...models.connector_api_exception_result import ConnectorApiExceptionResult
from ...models.multiple_voucher_add_parameters import MultipleVoucherAddParameters
from ...models.voucher_write_result import VoucherWriteResult
from ...types import Response
from ...wire import read_response, send, send_async, write_body

_URL: Final = "/api/connector/v1/vouchers/add"
_ANSWERS: Final[Mapping[int, type[VoucherWriteResult | ConnectorApiExceptionResult]]] = {
    200: VoucherWriteResult,
    400: ConnectorApiExceptionResult,
    401: ConnectorApiExceptionResult,
    403: ConnectorApiExceptionResult,
    404: ConnectorApiExceptionResult,
    408: ConnectorApiExceptionResult,
    409: ConnectorApiExceptionResult,
    413: ConnectorApiExceptionResult,
    429: ConnectorApiExceptionResult,
    500: ConnectorApiExceptionResult,
}


def get_kwargs(body: MultipleVoucherAddParameters) -> dict[str, Any]:
    """Return what `wire.send` takes to send `body`."""
    return {
        "method": "post",
        "url": _URL,
        "headers": {"Content-Type": "application/json"},
        "content": write_body(body.to_dict()),
    }


def build_response(
    response: httpx.Response,
) -> Response[VoucherWriteResult | ConnectorApiExceptionResult]:
    """Return the answer of httpx with its body read."""
    return read_response(response, _ANSWERS)


def sync_detailed(
    *, client: Client, body: MultipleVoucherAddParameters
) -> Response[VoucherWriteResult | ConnectorApiExceptionResult]:
    """Add vouchers

    Creates 1 to 1000 vouchers and returns them with their new ids. A voucher belongs to one service
    and opens up to 10 rates. It has no codes at first: add them with `voucherCodes/add`.

    A voucher of type `PartnerCompany` or `TravelAgency` needs a `CompanyId`.

    With a portfolio access token, `EnterpriseId` says where to create them.

    Raises:
        NaiveDatetimeError: A datetime in the body has no time zone.
        httpx.TransportError: No answer came: no connection, a timeout, a connection that broke.

    Returns:
        The answer, whatever its status. `parsed` holds the result, or the error's body, or None.
    """
    return build_response(send(client.get_httpx_client(), get_kwargs(body)))


async def asyncio_detailed(
    *, client: Client, body: MultipleVoucherAddParameters
) -> Response[VoucherWriteResult | ConnectorApiExceptionResult]:
    """Same as `sync_detailed`, awaited."""
    return build_response(await send_async(client.get_async_httpx_client(), get_kwargs(body)))
