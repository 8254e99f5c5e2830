# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
from collections.abc import Mapping
from typing import Any, Final

import httpx

from ...client import Client
from ...models.connector_api_exception_result import ConnectorApiExceptionResult
from ...models.voucher_code_filter_parameters import VoucherCodeFilterParameters
from ...models.voucher_code_result import VoucherCodeResult
from ...types import Response
from ...wire import read_response, send, send_async, write_body

_URL: Final = "/api/connector/v1/voucherCodes/getAll"
_ANSWERS: Final[Mapping[int, type[VoucherCodeResult | ConnectorApiExceptionResult]]] = {
    200: VoucherCodeResult,
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


def get_kwargs(body: VoucherCodeFilterParameters) -> dict[str, Any]:
    """Return what `wire.send` takes to send `body`."""
    return {
        "method": "post",
        "url": _URL,
        "headers": {"Content-Type": "application/json"},
        "content": write_body(body.to_dict()),
    }


def build_response(
    response: httpx.Response,
) -> Response[VoucherCodeResult | ConnectorApiExceptionResult]:
    """Return the answer of httpx with its body read."""
    return read_response(response, _ANSWERS)


def sync_detailed(
    *, client: Client, body: VoucherCodeFilterParameters
) -> Response[VoucherCodeResult | ConnectorApiExceptionResult]:
    """List voucher codes

    Returns the codes of the given vouchers, newest first, one page at a time. Every further filter
    narrows the result.

    Send the `Cursor` of a page as `Limitation.Cursor` for the next older codes. Deleted codes stay
    listed, with `IsActive` false.

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
    *, client: Client, body: VoucherCodeFilterParameters
) -> Response[VoucherCodeResult | ConnectorApiExceptionResult]:
    """Same as `sync_detailed`, awaited."""
    return build_response(await send_async(client.get_async_httpx_client(), get_kwargs(body)))
