"""Initial data: items that are added to a mock without requests."""

from datetime import UTC, datetime

import pytest
from mews_vouchers.mock import MockMews

from tests.support.documented import UNKNOWN, UNKNOWN_VALUE
from tests.support.mock_api import UNKNOWN_ID, JsonObject, MockApi, ids

# --- in bulk


def test_seeded_items_are_listed(mock_api: MockApi) -> None:
    """The ids of the vouchers are returned oldest first, and the codes belong to them."""
    voucher_ids = mock_api.mock.seed(vouchers=3, codes_per_voucher=1_200)
    assert ids(mock_api.vouchers()) == voucher_ids[::-1]
    for voucher_id in voucher_ids:
        codes = mock_api.codes(VoucherIds=[voucher_id])
        assert len(codes) == 1_200
        assert {code["VoucherId"] for code in codes} == {voucher_id}
    assert mock_api.mock.seed() != mock_api.mock.seed()


def test_seeded_values_are_all_different(mock_api: MockApi) -> None:
    """No two codes of a mock have the same value, even if it is seeded twice."""
    voucher_ids = [
        voucher_id
        for _ in range(2)
        for voucher_id in mock_api.mock.seed(vouchers=2, codes_per_voucher=30)
    ]
    values = [code["Value"] for code in mock_api.codes(VoucherIds=voucher_ids)]
    assert (len(values), len(set(values))) == (120, 120)
    found = mock_api.vouchers(VoucherCodeValues=[values[-1]])
    assert ids(found) == voucher_ids[:1]


def test_seeded_items_are_like_added_ones(mock_api: MockApi) -> None:
    """Seeded vouchers and codes can be changed, added to and deleted like any others."""
    (voucher_id,) = mock_api.mock.seed(codes_per_voucher=2)
    mock_api.call(
        "vouchers/update",
        VoucherUpdates=[{"VoucherId": voucher_id, "Name": {"Value": "New"}}],
    )
    added = mock_api.add_codes(voucher_id, "x")
    codes = mock_api.codes(VoucherIds=[voucher_id])
    assert ids(codes)[:1] == added
    mock_api.call("voucherCodes/delete", VoucherCodeIds=ids(codes))
    mock_api.call("vouchers/delete", VoucherIds=[voucher_id])
    (voucher,) = mock_api.vouchers()
    assert (voucher["Name"], voucher["IsActive"]) == ("New", False)


def test_seeding_is_no_request() -> None:
    """Seeding is not in `requests`, and neither faults nor the rate limit apply to it."""
    mock = MockMews(seed=7, rate_limit=(1, 30.0))
    mock.inject(lambda _call: pytest.fail("met a fault"))
    (voucher_id,) = mock.seed(codes_per_voucher=1)
    for _ in range(3):
        mock.add_code(mock.add_voucher(), "x")
        mock.add_code(voucher_id, "y")
    assert mock.requests == []


@pytest.mark.parametrize("wrong", [{"vouchers": -1}, {"codes_per_voucher": -1}])
def test_seeding_refuses_negative_numbers(mock_api: MockApi, wrong: dict[str, int]) -> None:
    """A negative number is a `ValueError`; 0 adds nothing."""
    with pytest.raises(ValueError, match="must be >= 0"):
        mock_api.mock.seed(**wrong)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert mock_api.mock.seed(vouchers=0, codes_per_voucher=5) == []
    assert mock_api.vouchers() == []


# --- one by one


def test_direct_additions_are_what_the_api_adds() -> None:
    """A voucher and a code that are added directly equal those that requests add."""
    requested, direct = MockApi(), MockApi()
    properties: JsonObject = {
        "Name": "Weekend",
        "Type": "PartnerCompany",
        "CompanyId": direct.enterprise.company_ids[0],
        "AssignedRateIds": list(direct.enterprise.rate_ids[:2]),
        "ExternalIdentifier": "W-1",
    }
    times = {"ValidityStartUtc": "2026-01-01T00:00:00Z", "ValidityEndUtc": None}
    requested_id = requested.add_voucher(**properties)
    code = {"VoucherId": requested_id, "Value": "x", **times}
    requested.call("voucherCodes/add", VoucherCodeParameters=[code])
    direct_id = direct.mock.add_voucher(**properties)
    code_id = direct.mock.add_code(direct_id, "x", **times)
    extent = {"Vouchers": True, "VoucherAssignments": True, "VoucherCodes": True}
    (wanted,), (found,) = (
        [
            without_ids(page)
            for page in api.pages("vouchers/getAll", 5, ServiceIds=[api.service_id], Extent=extent)
            if page["Cursor"]
        ]
        for api in (requested, direct)
    )
    assert found == wanted
    assert ids(direct.codes(VoucherIds=[direct_id])) == [code_id]
    for api in (requested, direct):
        api.close()


#: Requests have ids, too, so that later ids differ.
ID_NAMES = {"Id", "VoucherId", "Cursor"}


def without_ids(value: object) -> object:
    """Return a result without the ids of its items."""
    if isinstance(value, dict):
        return {key: without_ids(one) for key, one in value.items() if key not in ID_NAMES}
    return [without_ids(one) for one in value] if isinstance(value, list) else value


def test_a_voucher_needs_no_properties(mock_api: MockApi) -> None:
    """Without properties it is an active public voucher of the first service."""
    voucher_id = mock_api.mock.add_voucher()
    (voucher,) = mock_api.vouchers()
    assert (voucher["Id"], voucher["Type"], voucher["IsActive"]) == (voucher_id, "Public", True)
    assert voucher["ServiceId"] == mock_api.service_id


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"Name": ""}, r"VoucherParameters\[0\].Name is too short"),
        ({UNKNOWN: "red"}, r"VoucherParameters\[0\] has an unknown property"),
        ({"Type": UNKNOWN_VALUE}, r"VoucherParameters\[0\].Type is not one of the allowed values"),
        ({"Type": "PartnerCompany"}, r"VoucherParameters\[0\].CompanyId is required"),
        ({"Type": "TravelAgency", "CompanyId": UNKNOWN_ID}, r"VoucherParameters\[0\].CompanyId is"),
        ({"ServiceId": UNKNOWN_ID}, r"VoucherParameters\[0\].ServiceId is unknown"),
        ({"AssignedRateIds": [UNKNOWN_ID]}, r"VoucherParameters\[0\].AssignedRateIds"),
    ],
)
def test_vouchers_keep_to_the_rules(mock_api: MockApi, properties: JsonObject, reason: str) -> None:
    """A voucher that the API would refuse is a `ValueError` with path and reason; none is added."""
    with pytest.raises(ValueError, match=reason):
        mock_api.mock.add_voucher(**properties)
    assert mock_api.vouchers() == []


@pytest.mark.parametrize(
    ("value", "properties", "reason"),
    [
        ("", {}, r"VoucherCodeParameters\[0\].Value is too short"),
        ("x" * 1000, {}, r"VoucherCodeParameters\[0\].Value is too long"),
        ("x", {"ValidityEndUtc": "tomorrow"}, r"VoucherCodeParameters\[0\].ValidityEndUtc has"),
        ("x", {UNKNOWN: "red"}, r"VoucherCodeParameters\[0\] has an unknown property"),
    ],
)
def test_codes_keep_to_the_rules(
    mock_api: MockApi, value: str, properties: JsonObject, reason: str
) -> None:
    """A code that the API would refuse is a `ValueError` with path and reason; none is added."""
    voucher_id = mock_api.mock.add_voucher()
    with pytest.raises(ValueError, match=reason):
        mock_api.mock.add_code(voucher_id, value, **properties)
    assert mock_api.codes(VoucherIds=[voucher_id]) == []


def test_codes_need_an_active_voucher(mock_api: MockApi) -> None:
    """A code for a voucher that is unknown or deleted is a `ValueError`."""
    with pytest.raises(ValueError, match="no voucher with this id"):
        mock_api.mock.add_code(UNKNOWN_ID, "x")
    voucher_id = mock_api.mock.add_voucher()
    mock_api.call("vouchers/delete", VoucherIds=[voucher_id])
    with pytest.raises(ValueError, match="VoucherId is unknown or deleted"):
        mock_api.mock.add_code(voucher_id, "x")


def test_times_are_strings(mock_api: MockApi) -> None:
    """A datetime instead of a string is a `TypeError` that names the type."""
    voucher_id = mock_api.mock.add_voucher()
    with pytest.raises(TypeError, match="datetime"):
        mock_api.mock.add_code(voucher_id, "x", ValidityEndUtc=datetime(2026, 1, 1, tzinfo=UTC))


# --- enterprises


def test_other_enterprises_have_items_too(portfolio_api: MockApi) -> None:
    """Items can be added to each enterprise of a portfolio, and belong to it."""
    mock = portfolio_api.mock
    seeded = [mock.seed(codes_per_voucher=1, enterprise=one)[0] for one in mock.enterprises]
    added = [mock.add_voucher(enterprise=one) for one in mock.enterprises]
    for position, enterprise in enumerate(mock.enterprises):
        code_id = mock.add_code(added[position], "x")
        found = portfolio_api.vouchers(ServiceIds=enterprise.service_ids)
        assert ids(found) == [added[position], seeded[position]]
        codes = portfolio_api.codes(VoucherIds=added, EnterpriseIds=[enterprise.id])
        assert ids(codes) == [code_id]


def test_enterprises_of_other_mocks_are_refused(mock_api: MockApi) -> None:
    """An enterprise of another mock is a `ValueError`."""
    other = MockMews(seed=8).enterprises[0]
    for add in (mock_api.mock.seed, mock_api.mock.add_voucher):
        with pytest.raises(ValueError, match="one of `enterprises` of this mock"):
            add(enterprise=other)
