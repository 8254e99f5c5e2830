# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from collections.abc import Mapping
from typing import Any, Final

from ...client import Client
from ...http import send, send_async
from ...http_types import HttpResponse
from ...models.connector_api_exception_result import ConnectorApiExceptionResult
from ...models.voucher_filter_parameters import VoucherFilterParameters
from ...models.voucher_result import VoucherResult
from ...serialization import read_response, write_body
from ...types import Response

_URL: Final = "/api/connector/v1/vouchers/getAll"
_MODELS: Final[Mapping[int, type[VoucherResult | ConnectorApiExceptionResult]]] = {
    200: VoucherResult,
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


def get_kwargs(body: VoucherFilterParameters) -> dict[str, Any]:
    """Return the arguments of `httpx.Client.build_request` for a request with `body`."""
    return {
        "method": "post",
        "url": _URL,
        "headers": {"Content-Type": "application/json"},
        "content": write_body(body.to_dict()),
    }


def build_response(response: HttpResponse) -> Response[VoucherResult | ConnectorApiExceptionResult]:
    """Return the response of httpx with its body read into a model."""
    return read_response(response, _MODELS)


def sync_detailed(
    *, client: Client, body: VoucherFilterParameters
) -> Response[VoucherResult | ConnectorApiExceptionResult]:
    """List vouchers.

    Returns the vouchers of the given services, newest first, one page at a time. Every further
    filter narrows the result.

    `Extent` chooses what comes back: the vouchers themselves and, related to them, codes, rates,
    assignments of rates, and companies. Each costs the server a look-up, so ask for the fewest; for
    several of them make a request each.

    A page counts vouchers, whatever the extents are. `Cursor` is therefore set even when all
    extents are false and no data comes back. Deleted vouchers stay listed, with `IsActive` false.

    With a portfolio access token, all its enterprises are covered unless `EnterpriseIds` names
    some.

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
        response = vouchers.get_all.sync_detailed(client=client, body=body)
    """
    return build_response(send(client.get_http_client(), get_kwargs(body)))


async def asyncio_detailed(
    *, client: Client, body: VoucherFilterParameters
) -> Response[VoucherResult | ConnectorApiExceptionResult]:
    """List vouchers.

    Returns the vouchers of the given services, newest first, one page at a time. Every further
    filter narrows the result.

    `Extent` chooses what comes back: the vouchers themselves and, related to them, codes, rates,
    assignments of rates, and companies. Each costs the server a look-up, so ask for the fewest; for
    several of them make a request each.

    A page counts vouchers, whatever the extents are. `Cursor` is therefore set even when all
    extents are false and no data comes back. Deleted vouchers stay listed, with `IsActive` false.

    With a portfolio access token, all its enterprises are covered unless `EnterpriseIds` names
    some.

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
        response = await vouchers.get_all.asyncio_detailed(client=client, body=body)
    """
    return build_response(await send_async(client.get_async_http_client(), get_kwargs(body)))
