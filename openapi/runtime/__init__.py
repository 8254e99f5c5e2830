"""A client for the voucher endpoints of the Mews Connector API, generated from its document.

Not an official Mews product. One module per operation, under the vendor's own names:

    from mews_vouchers_client import Client
    from mews_vouchers_client.api import voucher_codes, vouchers

    response = voucher_codes.get_all.sync_detailed(client=client, body=...)

Each has `sync_detailed` and `asyncio_detailed`, which answer for every status with a `Response`.
Requests and results are the attrs classes of `mews_vouchers_client.models`.

The types of the models state the contract. The server does not always keep it, and reading never
fails because of that: a value that is not as documented is kept as it came (text for an unknown
enum value or a malformed date, `UNSET` for a required property that is missing), properties that
the document does not know are in `additional_properties`, and each such deviation is reported once
(see `deviations`).
"""

from .client import Client
from .deviations import Deviation, on_deviation
from .types import UNSET, Response, Secret, Unset

__all__ = ["UNSET", "Client", "Deviation", "Response", "Secret", "Unset", "on_deviation"]
