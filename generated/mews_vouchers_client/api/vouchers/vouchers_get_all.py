# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from collections.abc import Mapping
from typing import Any, Final

import httpx

from ...client import Client
from ...models.connector_api_exception_result import ConnectorApiExceptionResult
from ...models.voucher_filter_parameters import VoucherFilterParameters
from ...models.voucher_result import VoucherResult
from ...types import Response
from ...wire import read_response, send, send_async, write_body

_URL: Final = "/api/connector/v1/vouchers/getAll"
_ANSWERS: Final[Mapping[int, type[VoucherResult | ConnectorApiExceptionResult]]] = {
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
    """Return what `wire.send` takes to send `body`."""
    return {
        "method": "post",
        "url": _URL,
        "headers": {"Content-Type": "application/json"},
        "content": write_body(body.to_dict()),
    }


def build_response(
    response: httpx.Response,
) -> Response[VoucherResult | ConnectorApiExceptionResult]:
    """Return the answer of httpx with its body read."""
    return read_response(response, _ANSWERS)


def sync_detailed(
    *, client: Client, body: VoucherFilterParameters
) -> Response[VoucherResult | ConnectorApiExceptionResult]:
    """List vouchers

    Returns the vouchers of the given services, newest first, one page at a time. Every further
    filter narrows the result.

    `Extent` chooses what comes back: the vouchers themselves and, related to them, codes, rates,
    assignments of rates, and companies. Each costs the server a look-up, so ask for the fewest; for
    several of them make a request each.

    A page counts vouchers, whatever the extents are. `Cursor` is therefore set even when all
    extents are false and no data comes back. Deleted vouchers stay listed, with `IsActive` false.

    With a portfolio access token, all its enterprises are covered unless `EnterpriseIds` names
    some.

    Raises:
        NaiveDatetimeError: A datetime in the body has no time zone.
        httpx.TransportError: No answer came: no connection, a timeout, a connection that broke.

    Returns:
        The answer, whatever its status. `parsed` holds the result, or the error's body, or None.
    """
    return build_response(send(client.get_httpx_client(), get_kwargs(body)))


async def asyncio_detailed(
    *, client: Client, body: VoucherFilterParameters
) -> Response[VoucherResult | ConnectorApiExceptionResult]:
    """Same as `sync_detailed`, awaited."""
    return build_response(await send_async(client.get_async_httpx_client(), get_kwargs(body)))
