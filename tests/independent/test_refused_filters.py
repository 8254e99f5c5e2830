"""A look-up whose filter the server refuses because of a voucher that does not exist."""

from collections import Counter
from typing import Any

import pytest
from mews_vouchers import BadRequestError
from mews_vouchers_client.models import VoucherCodeAddParameters

from tests.support.harness import failure
from tests.support.independent_clients import ADD, LIST, numbered, sizes, stored
from tests.support.independent_server import At, IndependentServer, refuse, reset_unapplied
from tests.support.mock_api import UNKNOWN_ID

# Any, in this module: either client, behind the interface of the sync one.


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize("vouchers", [1, 9])
def test_a_voucher_that_cannot_be_listed(
    client: Any, server: IndependentServer, status: int, vouchers: int
) -> None:
    """All others are looked up, and the refusal of its own code names it."""
    server.settings.unlistable = {UNKNOWN_ID: status}
    others = [server.add_voucher() for _ in range(vouchers)]
    codes = [*numbered(server, 10), *(VoucherCodeAddParameters(one, "X") for one in others)]
    codes[3].voucher_id = UNKNOWN_ID
    server.plan(At(ADD, reset_unapplied()))
    error = failure(client.voucher_codes.add, codes)
    left = failure(client.voucher_codes.resume, error, settle=0, on_rejected="isolate")
    assert [one.position for one in left.rejected] == [3]
    assert isinstance(left.rejected[0].error, BadRequestError)
    assert stored(server) == Counter(one.value for at, one in enumerate(codes) if at != 3)
    assert len([one for one in server.requests if one.operation == LIST]) <= 10
    again = failure(client.voucher_codes.resume, left, settle=0, on_rejected="isolate")
    assert [one.position for one in again.rejected] == [3]


def test_no_voucher_can_be_listed(client: Any, server: IndependentServer) -> None:
    """Then it is not because of a voucher: nothing is sent."""
    codes = numbered(server, 3)
    codes.append(VoucherCodeAddParameters(server.add_voucher(), "X"))
    server.plan(At(ADD, reset_unapplied()), At(LIST, refuse(403), None))
    error = failure(client.voucher_codes.add, codes)
    left = failure(client.voucher_codes.resume, error, settle=0)
    assert (len(left.unknown), left.status_code) == (4, 403)
    assert len(sizes(server)) == 1
