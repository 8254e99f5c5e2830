"""List filters of any length."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from mews_vouchers.mock import MockMews
from mews_vouchers_client import UNSET
from mews_vouchers_client.models import ActivityState, VoucherExtent

from tests.support.clients import Connect
from tests.support.listing import NEEDED, only_voucher
from tests.support.seeding import (
    JsonObject,
    add_codes,
    edit_request,
    ids,
    listings,
    scattered,
    unknown_ids,
)

LIST_FILTERS = [
    ("voucher_codes", "voucher_ids"),
    ("voucher_codes", "voucher_code_ids"),
    ("voucher_codes", "enterprise_ids"),
    ("vouchers", "service_ids"),
    ("vouchers", "voucher_ids"),
    ("vouchers", "company_ids"),
    ("vouchers", "voucher_code_values"),
    ("vouchers", "external_identifiers"),
    ("vouchers", "activity_states"),
    ("vouchers", "enterprise_ids"),
]


@pytest.mark.parametrize(("resource", "name"), LIST_FILTERS)
def test_an_empty_filter_is_no_request(
    connect: Connect, full: MockMews, resource: str, name: str
) -> None:
    """An empty filter means no items and no request, never everything."""
    listing = getattr(connect(full), resource).get_all
    updated = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    for more in ({}, {"updated": updated}, {"max_items": 1}):
        assert list(listing(**NEEDED[resource] | {name: []}, **more)) == []
        assert list(listing(**NEEDED[resource] | {name: iter(())}, **more).pages()) == []
    assert full.requests == []


@pytest.mark.parametrize(("resource", "name"), LIST_FILTERS)
def test_a_string_is_no_filter(connect: Connect, mock: MockMews, resource: str, name: str) -> None:
    """A single string as a filter is a `TypeError`, not a list of letters."""
    listing = getattr(connect(mock), resource).get_all
    with pytest.raises(TypeError, match=name):
        listing(**NEEDED[resource] | {name: "abc"})


def test_a_filter_may_be_any_iterable(connect: Connect, full: MockMews) -> None:
    """A generator is as good as a list, even if the pager is iterated twice."""
    voucher_id = only_voucher(full)
    pager = connect(full).voucher_codes.get_all(voucher_ids=(one for one in [voucher_id]))
    assert (len(list(pager)), len(list(pager))) == (5, 5)


def test_every_short_filter_is_sent_unchanged(connect: Connect, mock: MockMews) -> None:
    """Each filter is sent under its own name; one that is not given is omitted."""
    enterprise = mock.enterprises[0]
    client, some = connect(mock), unknown_ids(2)
    list(
        client.voucher_codes.get_all(
            voucher_ids=some, voucher_code_ids=some, enterprise_ids=[enterprise.id]
        )
    )
    list(
        client.vouchers.get_all(
            service_ids=some,
            voucher_ids=some,
            company_ids=some,
            voucher_code_values=["A", "a"],
            external_identifiers=["B", "b"],
            activity_states=[ActivityState.DELETED],
            enterprise_ids=[enterprise.id],
        )
    )
    shared = {"Client": "Tests 1.0", "Limitation": {"Count": 1000}}
    assert listings(mock) == [
        shared | {"VoucherIds": some, "VoucherCodeIds": some, "EnterpriseIds": [enterprise.id]},
        shared
        | {
            "Extent": {"Vouchers": True},
            "ServiceIds": some,
            "VoucherIds": some,
            "CompanyIds": some,
            "VoucherCodeValues": ["A", "a"],
            "ExternalIdentifiers": ["B", "b"],
            "ActivityStates": ["Deleted"],
            "EnterpriseIds": [enterprise.id],
        },
    ]


# --- long filters


def sent_once(bodies: list[JsonObject], name: str) -> list[str]:
    """Return all values of a filter in the requests; no request has too many."""
    lists: list[list[str]] = [body[name] for body in bodies]
    assert all(len(values) <= 1000 for values in lists)
    return [value for values in lists for value in values]


@pytest.fixture
def three(mock: MockMews) -> list[JsonObject]:
    """Return three vouchers, newest first, each with its own company, code and identifier."""
    enterprise, made = mock.enterprises[0], []
    for number, company_id in enumerate(enterprise.company_ids[:3]):
        voucher_id = mock.add_voucher(
            ServiceId=enterprise.service_ids[min(number, 1)],
            Type="PartnerCompany",
            CompanyId=company_id,
            ExternalIdentifier=f"X-{number}",
        )
        code_id = mock.add_code(voucher_id, f"SALE{number}")
        made.append(
            {
                "voucher_ids": voucher_id,
                "voucher_code_ids": code_id,
                "company_ids": company_id,
                "external_identifiers": f"X-{number}",
                "voucher_code_values": f"SALE{number}",
                "service_ids": enterprise.service_ids[min(number, 1)],
            }
        )
    return made[::-1]


@pytest.mark.parametrize(
    ("name", "wire_name"),
    [
        ("voucher_ids", "VoucherIds"),
        ("company_ids", "CompanyIds"),
        ("external_identifiers", "ExternalIdentifiers"),
        ("voucher_code_values", "VoucherCodeValues"),
        ("service_ids", "ServiceIds"),
    ],
)
def test_a_long_filter_of_vouchers_is_split(
    connect: Connect, mock: MockMews, three: list[JsonObject], name: str, wire_name: str
) -> None:
    """A filter of more than 1,000 values is split; each voucher is listed once."""
    real = list(dict.fromkeys(voucher[name] for voucher in three))
    values = scattered(real, unknown_ids(2600))
    services = {"service_ids": mock.enterprises[0].service_ids}
    for page_size in (1, 1000):
        before = len(mock.requests)
        pager = connect(mock).vouchers.get_all(**services | {name: values}, page_size=page_size)
        assert sorted(ids(pager)) == sorted(voucher["voucher_ids"] for voucher in three)
        asked = listings(mock)[before:]
        assert set(sent_once(asked, wire_name)) == set(values)
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("name", "wire_name"), [("voucher_ids", "VoucherIds"), ("voucher_code_ids", "VoucherCodeIds")]
)
def test_a_long_filter_of_codes_is_split(
    connect: Connect, mock: MockMews, three: list[JsonObject], name: str, wire_name: str
) -> None:
    """A filter of more than 1,000 ids is split; each code is listed once."""
    values = scattered([voucher[name] for voucher in three], unknown_ids(2600))
    vouchers = {"voucher_ids": [voucher["voucher_ids"] for voucher in three]}
    pager = connect(mock).voucher_codes.get_all(**vouchers | {name: values})
    assert sorted(ids(pager)) == sorted(voucher["voucher_code_ids"] for voucher in three)
    assert sorted(sent_once(listings(mock), wire_name)) == sorted(values)
    assert len(listings(mock)) == 3


@pytest.mark.parametrize("number", [1000, 1001])
def test_a_filter_is_split_only_above_the_limit(
    connect: Connect, mock: MockMews, number: int
) -> None:
    """1,000 ids need one request; one more id needs one more request."""
    list(connect(mock).voucher_codes.get_all(voucher_ids=unknown_ids(number)))
    assert [len(body["VoucherIds"]) for body in listings(mock)] == [1000, 1][: number - 999]


def test_two_long_filters_are_combined(
    connect: Connect, mock: MockMews, three: list[JsonObject]
) -> None:
    """Each chunk of one filter is combined with each of the other; each item is listed once."""
    others = unknown_ids(1200)
    pager = connect(mock).voucher_codes.get_all(
        voucher_ids=scattered([one["voucher_ids"] for one in three], others),
        voucher_code_ids=scattered([one["voucher_code_ids"] for one in three], others),
    )
    assert sorted(ids(pager)) == sorted(voucher["voucher_code_ids"] for voucher in three)
    assert len(listings(mock)) == 4


def test_duplicate_values_count_once(
    connect: Connect, mock: MockMews, three: list[JsonObject]
) -> None:
    """An id that is in a long filter twice, even in another case, gives its item once."""
    voucher_ids = [voucher["voucher_ids"] for voucher in three]
    upper = [voucher_id.upper() for voucher_id in voucher_ids]
    pager = connect(mock).voucher_codes.get_all(
        voucher_ids=voucher_ids + unknown_ids(998) + upper + voucher_ids
    )
    assert sorted(ids(pager)) == sorted(voucher["voucher_code_ids"] for voucher in three)
    assert [len(body["VoucherIds"]) for body in listings(mock)] == [1000, 1]


def test_many_duplicates_are_one_request(connect: Connect, full: MockMews) -> None:
    """A filter that is long only because of duplicates is not split."""
    voucher_id = only_voucher(full)
    pager = connect(full).voucher_codes.get_all(voucher_ids=[voucher_id, voucher_id.upper()] * 999)
    assert len(list(pager)) == 5
    assert [len(body["VoucherIds"]) for body in listings(full)] == [1]


@pytest.mark.parametrize("page_size", [1, 2, 1000])
def test_a_voucher_with_codes_in_two_partitions_is_listed_once(
    connect: Connect, mock: MockMews, page_size: int
) -> None:
    """A voucher that matches several values of a long filter is listed once."""
    first, second, both = mock.seed(vouchers=3)
    add_codes(mock, both, ["EARLY", "LATE"])
    mock.add_code(first, "EARLY")
    mock.add_code(second, "LATE")
    pager = connect(mock).vouchers.get_all(
        service_ids=mock.enterprises[0].service_ids,
        voucher_code_values=scattered(["EARLY", "LATE"], unknown_ids(1500)),
        page_size=page_size,
    )
    assert ids(pager) == [both, first, second]


def test_a_voucher_that_matches_by_company_and_by_agency_is_listed_once(
    connect: Connect, mock: MockMews, three: list[JsonObject]
) -> None:
    """A voucher of a travel agency that matches by both ids, in two partitions, is listed once."""
    company_id, agency_id = three[0]["company_ids"], unknown_ids(2601)[-1]

    def match_agency(body: JsonObject) -> None:
        if agency_id in body["CompanyIds"]:
            body["CompanyIds"][body["CompanyIds"].index(agency_id)] = company_id

    mock.inject(edit_request(match_agency))
    pager = connect(mock).vouchers.get_all(
        service_ids=mock.enterprises[0].service_ids,
        company_ids=scattered([company_id, agency_id], unknown_ids(2600)),
    )
    assert ids(pager) == [three[0]["voucher_ids"]]
    assert len(mock.requests) == 3


@pytest.mark.parametrize("value", [None, UNSET, 5], ids=repr)
def test_a_value_that_is_no_string_is_named(
    connect: Connect, mock: MockMews, value: object
) -> None:
    """A value of a filter that is no string is a `TypeError` that shows the value."""
    # Any: type checkers refuse it.
    wrong: Any = ["fe568bbd", value]
    with pytest.raises(TypeError, match="voucher_ids: every value must be a string, not") as caught:
        connect(mock).voucher_codes.get_all(voucher_ids=wrong)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (b"fe568bbd", "put b'fe568bbd' into a list"),
        (UNSET, "must be a list or another iterable of strings, not of type Unset"),
        (5, "must be a list or another iterable of strings, not of type int"),
        ([{"Id": "fe568bbd"}], "every value must be a string, not {'Id': 'fe568bbd'}"),
        ([["fe568bbd"]], "every value must be a string, not ['fe568bbd']"),
        (VoucherExtent(vouchers=True), "takes several values: put VoucherExtent("),
    ],
)
def test_what_is_no_list_of_values_is_refused(
    connect: Connect, mock: MockMews, values: Any, message: str
) -> None:
    """When the listing is created, with a `TypeError` that says what is meant."""
    with pytest.raises(TypeError, match=re.escape(message)):
        connect(mock).voucher_codes.get_all(voucher_ids=values)
    assert mock.requests == []


def test_filters_are_keywords(connect: Connect, mock: MockMews) -> None:
    """A list without the name of its filter is a `TypeError`: there are several filters."""
    with pytest.raises(TypeError, match="positional argument"):
        connect(mock).voucher_codes.get_all(["fe568bbd"])
