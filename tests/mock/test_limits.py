"""Limits of all operations: the number of items, and the language."""

import pytest

from tests.support.documented import OPERATIONS
from tests.support.mock_api import UNKNOWN_ID, JsonObject, MockApi, body_of

LISTS = [
    ("voucherCodes/add", "VoucherCodeParameters"),
    ("voucherCodes/delete", "VoucherCodeIds"),
    ("voucherCodes/getAll", "VoucherCodeIds"),
    ("voucherCodes/getAll", "VoucherIds"),
    ("voucherCodes/getAll", "EnterpriseIds"),
    ("vouchers/add", "VoucherParameters"),
    ("vouchers/delete", "VoucherIds"),
    ("vouchers/getAll", "CompanyIds"),
    ("vouchers/getAll", "EnterpriseIds"),
    ("vouchers/getAll", "ExternalIdentifiers"),
    ("vouchers/getAll", "ServiceIds"),
    ("vouchers/getAll", "VoucherCodeValues"),
    ("vouchers/getAll", "VoucherIds"),
    ("vouchers/update", "VoucherUpdates"),
]


@pytest.mark.parametrize(("operation", "name"), LISTS)
def test_lists_have_at_most_1000_items(mock_api: MockApi, operation: str, name: str) -> None:
    """Each list may have 1,000 items, and one more is a 400 that names the list."""
    body = body_of(mock_api, operation)
    if name == "EnterpriseIds":
        body[name] = [mock_api.enterprise.id]
    (item,) = body.get(name) or [UNKNOWN_ID]
    assert mock_api.post(operation, {**body, name: [item] * 1000}).status_code == 200
    message = mock_api.refusal(operation, **{**body, name: [item] * 1001})
    assert message == f"Invalid {name}: has too many items"


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("codes", "missing"),
    [
        ({"LanguageCode": "en-US"}, "CultureCode"),
        ({"CultureCode": "en-US"}, "LanguageCode"),
        ({"LanguageCode": "en-US", "CultureCode": "en-GB"}, None),
        ({}, None),
    ],
)
def test_language_and_culture_come_together(
    mock_api: MockApi, operation: str, codes: JsonObject, missing: str | None
) -> None:
    """Each operation accepts both codes or neither; one alone is a 400 that names the other."""
    response = mock_api.post(operation, {**body_of(mock_api, operation), **codes})
    if missing is None:
        assert response.status_code == 200
    else:
        assert (response.status_code, response.json()["Message"]) == (
            400,
            f"Invalid {missing}: is missing",
        )
