# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from collections.abc import Mapping
from typing import Any, Final

from ...client import Client
from ...http import send, send_async
from ...http_types import HttpResponse
from ...models.connector_api_exception_result import ConnectorApiExceptionResult
from ...models.multiple_voucher_add_parameters import MultipleVoucherAddParameters
from ...models.voucher_write_result import VoucherWriteResult
from ...serialization import read_response, write_body
from ...types import Response

_URL: Final = "/api/connector/v1/vouchers/add"
_MODELS: Final[Mapping[int, type[VoucherWriteResult | ConnectorApiExceptionResult]]] = {
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
    """Return the arguments of `httpx.Client.build_request` for a request with `body`."""
    return {
        "method": "post",
        "url": _URL,
        "headers": {"Content-Type": "application/json"},
        "content": write_body(body.to_dict()),
    }


def build_response(
    response: HttpResponse,
) -> Response[VoucherWriteResult | ConnectorApiExceptionResult]:
    """Return the response of httpx with its body read into a model."""
    return read_response(response, _MODELS)


def sync_detailed(
    *, client: Client, body: MultipleVoucherAddParameters
) -> Response[VoucherWriteResult | ConnectorApiExceptionResult]:
    """Add vouchers.

    Creates 1 to 1000 vouchers and returns them with their new ids. A voucher belongs to one service
    and opens up to 10 rates. It has no codes at first: add them with `voucherCodes/add`.

    A voucher of type `PartnerCompany` or `TravelAgency` needs a `CompanyId`.

    With a portfolio access token, `EnterpriseId` says where to create them.

    Args:
        client: The HTTP client. Its timeouts apply.
        body: The request body, including the tokens.

    Raises:
        NaiveDatetimeError: A datetime in the body has no time zone.
        RepeatedItemError: A list of unique items in the body contains an item twice.
        httpx.TransportError: No response was received: connection error or timeout.

    Returns:
        The response, with any status code. `parsed` is the result, the error's body, or None.

    Example:
        response = vouchers.add.sync_detailed(client=client, body=body)
    """
    return build_response(send(client.get_http_client(), get_kwargs(body)))


async def asyncio_detailed(
    *, client: Client, body: MultipleVoucherAddParameters
) -> Response[VoucherWriteResult | ConnectorApiExceptionResult]:
    """Add vouchers.

    Creates 1 to 1000 vouchers and returns them with their new ids. A voucher belongs to one service
    and opens up to 10 rates. It has no codes at first: add them with `voucherCodes/add`.

    A voucher of type `PartnerCompany` or `TravelAgency` needs a `CompanyId`.

    With a portfolio access token, `EnterpriseId` says where to create them.

    Args:
        client: The HTTP client. Its timeouts apply.
        body: The request body, including the tokens.

    Raises:
        NaiveDatetimeError: A datetime in the body has no time zone.
        RepeatedItemError: A list of unique items in the body contains an item twice.
        httpx.TransportError: No response was received: connection error or timeout.

    Returns:
        The response, with any status code. `parsed` is the result, the error's body, or None.

    Example:
        response = await vouchers.add.asyncio_detailed(client=client, body=body)
    """
    return build_response(await send_async(client.get_async_http_client(), get_kwargs(body)))
