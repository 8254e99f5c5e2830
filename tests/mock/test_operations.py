"""The seven operations of the mock: state, pages, filters, extents."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers.mock import MockMews

from tests.support.documented import EVERYTHING
from tests.support.hypothesis_profiles import examples
from tests.support.mock_api import UNKNOWN_ID, JsonObject, MockApi, ids

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=128)
DATETIMES = st.datetimes(min_value=datetime(1000, 1, 1)).map(  # noqa: DTZ001 - it is UTC by its Z
    lambda time: time.isoformat(timespec="seconds") + "Z"
)


def test_new_voucher_comes_back_as_it_was_sent(mock_api: MockApi) -> None:
    """A new voucher is returned and listed with all sent properties, active, with its times."""
    enterprise = mock_api.enterprise
    sent = {
        "ServiceId": mock_api.service_id,
        "Name": "Weekend",
        "Type": "PartnerCompany",
        "CompanyId": enterprise.company_ids[0],
        "OccupiableIntervalStartUtc": "2026-07-01T12:00:00Z",
        "OccupiableIntervalEndUtc": "2026-08-01T12:00:00Z",
        "ExternalIdentifier": "W-1",
    }
    (added,) = mock_api.call("vouchers/add", VoucherParameters=[sent])["Vouchers"]
    expected = {
        **sent,
        "EnterpriseId": enterprise.id,
        "CreatedUtc": "2026-01-01T00:00:00Z",
        "UpdatedUtc": "2026-01-01T00:00:00Z",
        "ActivityState": "Active",
        "TravelAgencyId": None,
        "IsActive": True,
    }
    assert {name: added[name] for name in expected} == expected
    assert mock_api.vouchers() == [added]


def test_voucher_of_an_agency_names_it_twice(mock_api: MockApi) -> None:
    """The company of a travel agency's voucher is also its `TravelAgencyId`."""
    company_id = mock_api.enterprise.company_ids[1]
    mock_api.add_voucher(Type="TravelAgency", CompanyId=company_id)
    (voucher,) = mock_api.vouchers()
    assert (voucher["CompanyId"], voucher["TravelAgencyId"]) == (company_id, company_id)


def test_new_code_comes_back_as_it_was_sent(mock_api: MockApi) -> None:
    """A new code is returned and listed with all sent properties, active, with its times."""
    sent = {
        "VoucherId": mock_api.add_voucher(),
        "Value": "WEEKEND",
        "ValidityStartUtc": "2026-07-01T12:00:00Z",
        "ValidityEndUtc": None,
    }
    (added,) = mock_api.call("voucherCodes/add", VoucherCodeParameters=[sent])["VoucherCodes"]
    expected = {
        **sent,
        "CreatedUtc": "2026-01-01T00:00:01Z",
        "UpdatedUtc": "2026-01-01T00:00:01Z",
        "ActivityState": "Active",
        "IsActive": True,
    }
    assert {name: added[name] for name in expected} == expected
    assert mock_api.codes(VoucherIds=[sent["VoucherId"]]) == [added]


@given(name=NAMES, value=NAMES, start=DATETIMES | st.none(), end=DATETIMES | st.none())
def test_any_string_and_time_is_unchanged(
    name: str, value: str, start: str | None, end: str | None
) -> None:
    """Any valid name, value or time is returned unchanged."""
    api = MockApi()
    voucher_id = api.add_voucher(
        Name=name, OccupiableIntervalStartUtc=start, OccupiableIntervalEndUtc=end
    )
    api.add_codes(voucher_id, value)
    (voucher,), (code,) = api.vouchers(), api.codes(VoucherIds=[voucher_id])
    interval = voucher["OccupiableIntervalStartUtc"], voucher["OccupiableIntervalEndUtc"]
    assert (voucher["Name"], interval, code["Value"]) == (name, (start, end), value)


def test_responses_keep_the_order_of_the_request(mock_api: MockApi) -> None:
    """The response to a batch has the order of the request; a listing has the newest first."""
    voucher_id = mock_api.add_voucher()
    added = mock_api.add_codes(voucher_id, "first", "second", "third")
    listed = mock_api.codes(VoucherIds=[voucher_id])
    assert [code["Value"] for code in listed] == ["third", "second", "first"]
    assert ids(listed) == added[::-1]


def test_same_value_twice_makes_two_codes(mock_api: MockApi) -> None:
    """Adding is not idempotent: the same value again is a second code."""
    voucher_id = mock_api.add_voucher()
    first, second = mock_api.add_codes(voucher_id, "TWIN", "TWIN")
    (third,) = mock_api.add_codes(voucher_id, "TWIN")
    assert ids(mock_api.codes(VoucherIds=[voucher_id])) == [third, second, first]


def test_all_items_can_be_read_without_a_request(mock_api: MockApi) -> None:
    """`vouchers` and `codes` have the items of a listing, oldest first, and make no request."""
    vouchers = [mock_api.add_voucher(Name=name) for name in ("One", "Two")]
    codes = mock_api.add_codes(vouchers[1], "A", "B")
    mock_api.call("voucherCodes/delete", VoucherCodeIds=codes[:1])
    mock_api.call("vouchers/delete", VoucherIds=vouchers[:1])
    listed = mock_api.vouchers(), mock_api.codes(VoucherIds=vouchers)
    mock, before = mock_api.mock, len(mock_api.mock.requests)
    assert (mock.vouchers[::-1], mock.codes[::-1]) == listed
    assert [code["IsActive"] for code in mock.codes] == [False, True]
    mock.codes[0]["Value"] = mock.vouchers[0]["Name"] = "Changed"
    assert (mock.vouchers[::-1], mock.codes[::-1]) == listed
    assert len(mock.requests) == before


def test_deleted_items_stay_listed(mock_api: MockApi) -> None:
    """Deleting changes the state and time of an item; nothing else changes."""
    voucher_id = mock_api.add_voucher()
    kept, gone = mock_api.add_codes(voucher_id, "kept", "gone")
    before_gone, before_kept = mock_api.codes(VoucherIds=[voucher_id])
    (before_voucher,) = mock_api.vouchers()
    mock_api.call("voucherCodes/delete", VoucherCodeIds=[gone])
    mock_api.call("vouchers/delete", VoucherIds=[voucher_id])
    mark = {"IsActive": False, "ActivityState": "Deleted"}
    after_gone, after_kept = mock_api.codes(VoucherIds=[voucher_id])
    assert after_gone == {**before_gone, **mark, "UpdatedUtc": "2026-01-01T00:00:06Z"}
    assert after_kept == before_kept
    assert after_kept["Id"] == kept
    assert mock_api.vouchers() == [{**before_voucher, **mark, "UpdatedUtc": "2026-01-01T00:00:07Z"}]


UPDATES: dict[str, tuple[object, object]] = {
    # A value for each property; the value after it is cleared, if it can be.
    "ExternalIdentifier": ("new", None),
    "OccupiableIntervalStartUtc": ("2027-02-28T23:59:59Z", None),
    "OccupiableIntervalEndUtc": ("2028-02-29T00:00:00Z", None),
}


@pytest.mark.parametrize("name", UPDATES)
def test_update_keeps_sets_and_clears(mock_api: MockApi, name: str) -> None:
    """An update keeps missing and null properties, and sets or clears those with a `Value`."""
    new, cleared = UPDATES[name]
    voucher_id = mock_api.add_voucher(**{name: "2026-01-01T00:00:00Z"})
    for change, expected in (
        ({}, "2026-01-01T00:00:00Z"),
        ({name: None}, "2026-01-01T00:00:00Z"),
        ({name: {"Value": new}}, new),
        ({name: {"Value": None}}, cleared),
    ):
        update = {"VoucherId": voucher_id, **change}
        (returned,) = mock_api.call("vouchers/update", VoucherUpdates=[update])["Vouchers"]
        assert mock_api.vouchers() == [returned]
        assert returned[name] == expected


def test_update_changes_name_type_company_and_rates(mock_api: MockApi) -> None:
    """Name, type, company and rates can be updated together; company and rates can be cleared."""
    company_id, rate_ids = mock_api.enterprise.company_ids[2], mock_api.enterprise.rate_ids
    voucher_id = mock_api.add_voucher(AssignedRateIds=rate_ids[:1])
    update: JsonObject = {
        "VoucherId": voucher_id.upper(),
        "Name": {"Value": "Better"},
        "Type": {"Value": "PartnerCompany"},
        "CompanyId": {"Value": company_id.upper()},
        "AssignedRateIds": {"Value": [rate_ids[2], rate_ids[1], rate_ids[2]]},
    }
    (voucher,) = mock_api.call("vouchers/update", VoucherUpdates=[update])["Vouchers"]
    assert (voucher["Id"], voucher["Name"]) == (voucher_id, "Better")
    assert (voucher["Type"], voucher["CompanyId"]) == ("PartnerCompany", company_id)
    assert assigned(mock_api) == [rate_ids[2], rate_ids[1]]
    update = {
        "VoucherId": voucher_id,
        "Type": {"Value": "Public"},
        "CompanyId": {"Value": None},
        "AssignedRateIds": {"Value": None},
    }
    (voucher,) = mock_api.call("vouchers/update", VoucherUpdates=[update])["Vouchers"]
    assert (voucher["Type"], voucher["CompanyId"]) == ("Public", None)
    assert assigned(mock_api) == []


def assigned(api: MockApi) -> list[str]:
    """Return the ids of the rates that are assigned to vouchers."""
    (page, _) = api.pages(
        "vouchers/getAll",
        1000,
        ServiceIds=[api.service_id],
        Extent={"VoucherAssignments": True},
    )
    return [assignment["RateId"] for assignment in page["VoucherAssignments"]]


def test_updates_of_one_voucher_follow_each_other(mock_api: MockApi) -> None:
    """Updates of one voucher in a request are applied in order; the response has it once."""
    voucher_id = mock_api.add_voucher()
    updates: list[JsonObject] = [
        {"VoucherId": voucher_id, "CompanyId": {"Value": mock_api.enterprise.company_ids[0]}},
        {"VoucherId": voucher_id, "Type": {"Value": "PartnerCompany"}},
    ]
    (voucher,) = mock_api.call("vouchers/update", VoucherUpdates=updates)["Vouchers"]
    assert voucher["CompanyId"] == mock_api.enterprise.company_ids[0]
    assert mock_api.vouchers() == [voucher]


@given(
    owners=st.lists(st.integers(0, 3), max_size=40),
    size=st.integers(1, 12),
    batch=st.integers(1, 7),
)
def test_pages_list_each_code_once(owners: list[int], size: int, batch: int) -> None:
    """Pages of any size list each code of the requested vouchers once, newest first."""
    api = MockApi()
    vouchers = [api.add_voucher() for _ in range(4)]
    added: list[tuple[int, str]] = []
    for start in range(0, len(owners), batch):
        part = owners[start : start + batch]
        codes = [{"VoucherId": vouchers[owner], "Value": "X"} for owner in part]
        result = api.call("voucherCodes/add", VoucherCodeParameters=codes)
        added += zip(part, ids(result["VoucherCodes"]), strict=True)
    for wanted in ({0}, {1, 2}, {0, 1, 2, 3}):
        expected = [code_id for owner, code_id in reversed(added) if owner in wanted]
        listed = api.codes(size, VoucherIds=[vouchers[owner] for owner in wanted])
        assert ids(listed) == expected


@given(services=st.lists(st.integers(0, 1), max_size=25), size=st.integers(1, 12))
def test_pages_list_each_voucher_once(services: list[int], size: int) -> None:
    """Pages of any size list each voucher of the requested services once, newest first."""
    api = MockApi()
    service_ids = api.enterprise.service_ids
    added = [(service, api.add_voucher(ServiceId=service_ids[service])) for service in services]
    for wanted in ({0}, {1}, {0, 1}):
        expected = [voucher_id for service, voucher_id in reversed(added) if service in wanted]
        listed = api.vouchers(size, ServiceIds=[service_ids[service] for service in wanted])
        assert ids(listed) == expected


def test_last_page_has_no_data_and_no_cursor(mock_api: MockApi) -> None:
    """A full last page has a cursor, and the page after it is empty and has none."""
    voucher_id = mock_api.add_voucher()
    oldest, newest = mock_api.add_codes(voucher_id, "1", "2")
    pages = list(mock_api.pages("voucherCodes/getAll", 1, VoucherIds=[voucher_id]))
    assert [page["Cursor"] for page in pages] == [newest, oldest, None]
    assert pages[-1]["VoucherCodes"] == []


def test_pages_are_stable_while_codes_are_added(mock_api: MockApi) -> None:
    """Codes added between two pages are not on the later page, and no code is listed twice."""
    voucher_id = mock_api.add_voucher()
    old = mock_api.add_codes(voucher_id, "1", "2", "3", "4")
    pages = mock_api.pages("voucherCodes/getAll", 2, VoucherIds=[voucher_id])
    first = next(pages)
    mock_api.add_codes(voucher_id, "5", "6", "7")
    listed = [code for page in (first, *pages) for code in page["VoucherCodes"]]
    assert ids(listed) == old[::-1]


def test_page_size_may_be_written_as_a_float(mock_api: MockApi) -> None:
    """`1.0` is an integer in JSON Schema, so it is a valid page size."""
    voucher_id = mock_api.add_voucher()
    mock_api.add_codes(voucher_id, "1", "2")
    pages = list(mock_api.pages("voucherCodes/getAll", 1.0, VoucherIds=[voucher_id]))
    assert [len(page["VoucherCodes"]) for page in pages] == [1, 1, 0]


@given(
    codes=st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=12),
    wanted_vouchers=st.sets(st.integers(0, 3), min_size=1),
    wanted_codes=st.none() | st.sets(st.integers(0, 12), min_size=1),
    window=st.none() | st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted),
    size=st.integers(1, 5),
    includes_end=st.booleans(),
)
def test_code_filters_agree_with_a_plain_search(
    codes: list[tuple[int, bool]],
    wanted_vouchers: set[int],
    wanted_codes: set[int] | None,
    window: list[int] | None,
    size: int,
    *,
    includes_end: bool,
) -> None:
    """For any filters, the listed codes are those that a linear search finds."""
    api = MockApi(MockMews(seed=7, time_filter_includes_end=includes_end))
    vouchers = [api.add_voucher() for _ in range(3)]
    code_ids = [api.add_codes(vouchers[owner], "X")[0] for owner, _ in codes]
    for code_id, (_, is_deleted) in zip(code_ids, codes, strict=True):
        if is_deleted:
            api.call("voucherCodes/delete", VoucherCodeIds=[code_id])
    everything = api.codes(VoucherIds=vouchers)
    # The ids of voucher 3 and of the last code do not exist.
    voucher_ids = {[*vouchers, UNKNOWN_ID][number] for number in wanted_vouchers}
    filters: JsonObject = {"VoucherIds": list(voucher_ids)}
    found = [code for code in everything if code["VoucherId"] in voucher_ids]
    if wanted_codes is not None:
        some = {[*code_ids, UNKNOWN_ID][min(number, len(code_ids))] for number in wanted_codes}
        filters["VoucherCodeIds"] = [code_id.upper() for code_id in some]
        found = [code for code in found if code["Id"] in some]
    if window is not None:
        start, end = (f"2026-01-01T00:00:{second:02}Z" for second in window)
        filters["UpdatedUtc"] = {"StartUtc": start, "EndUtc": end}
        at_end = {end} if includes_end or start == end else set[str]()
        found = [one for one in found if start <= (at := one["UpdatedUtc"]) < end or at in at_end]
    assert api.codes(size, **filters) == found


@pytest.mark.parametrize("includes_end", [False, True])
def test_interval_has_its_start_and_may_be_open(*, includes_end: bool) -> None:
    """`UpdatedUtc` includes its end if configured, or if start equals end; bounds are optional."""
    api = MockApi(MockMews(seed=7, time_filter_includes_end=includes_end))
    first, second, third = (api.add_voucher() for _ in range(3))
    at_first, at_second = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"

    def listed(**interval: str | None) -> list[str]:
        return ids(api.vouchers(UpdatedUtc=interval))

    at_end = [second] if includes_end else []
    assert listed(StartUtc=at_first, EndUtc=at_second) == [*at_end, first]
    assert listed(StartUtc=None, EndUtc=at_second) == [*at_end, first]
    assert listed(StartUtc=at_second, EndUtc=at_second) == [second]
    assert listed(StartUtc=at_second) == [third, second]
    assert listed() == [third, second, first]


VOUCHER_FILTERS: dict[str, tuple[JsonObject, set[str]]] = {
    # Which of the five vouchers of `different_vouchers` each filter finds.
    "nothing": ({}, {"public", "partner", "agency", "other service", "deleted"}),
    "one company": ({"CompanyIds": ["company 0"]}, {"partner"}),
    "both companies": ({"CompanyIds": ["company 0", "company 1"]}, {"partner", "agency"}),
    "external id": ({"ExternalIdentifiers": ["EXT", "none"]}, {"partner"}),
    "code value": ({"VoucherCodeValues": ["SHARED"]}, {"public", "deleted"}),
    "two code values": ({"VoucherCodeValues": ["SHARED", "OWN"]}, {"public", "agency", "deleted"}),
    "value of a deleted code": ({"VoucherCodeValues": ["GONE"]}, {"partner"}),
    "value in another case": ({"VoucherCodeValues": ["shared"]}, set()),
    "active": ({"ActivityStates": ["Active"]}, {"public", "partner", "agency", "other service"}),
    "deleted": ({"ActivityStates": ["Deleted"]}, {"deleted"}),
    "no state": (
        {"ActivityStates": []},
        {"public", "partner", "agency", "other service", "deleted"},
    ),
    "ids": ({"VoucherIds": ["agency", "public", "nobody"]}, {"public", "agency"}),
    "ids and value": (
        {"VoucherIds": ["public", "agency"], "VoucherCodeValues": ["SHARED"]},
        {"public"},
    ),
    "service": ({"ServiceIds": ["service 1"]}, {"other service"}),
    "service unknown": ({"ServiceIds": ["nobody"]}, set()),
    "service and value": ({"ServiceIds": ["service 1"], "VoucherCodeValues": ["OWN"]}, set()),
}


@pytest.fixture
def different_vouchers(mock_api: MockApi) -> dict[str, str]:
    """Add five different vouchers; return the ids that filters can use, by name."""
    services, companies = mock_api.enterprise.service_ids, mock_api.enterprise.company_ids
    add, add_codes = mock_api.add_voucher, mock_api.add_codes
    lot = {
        "public": add(),
        "partner": add(Type="PartnerCompany", CompanyId=companies[0], ExternalIdentifier="EXT"),
        "agency": add(Type="TravelAgency", CompanyId=companies[1], ExternalIdentifier="other"),
        "other service": add(ServiceId=services[1]),
        "deleted": add(),
    }
    add_codes(lot["public"], "SHARED", "SHARED")
    add_codes(lot["deleted"], "SHARED")
    add_codes(lot["agency"], "OWN")
    mock_api.call("voucherCodes/delete", VoucherCodeIds=add_codes(lot["partner"], "GONE"))
    mock_api.call("vouchers/delete", VoucherIds=[lot["deleted"]])
    others = {"nobody": UNKNOWN_ID, "company 0": companies[0], "company 1": companies[1]}
    return lot | others | {"service 0": services[0], "service 1": services[1]}


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize("name", VOUCHER_FILTERS)
def test_voucher_filters_find(
    mock_api: MockApi, different_vouchers: dict[str, str], name: str, size: int
) -> None:
    """Each filter of vouchers/getAll finds its vouchers, newest first, with any page size."""
    filters, expected = VOUCHER_FILTERS[name]
    filters = {
        key: [different_vouchers.get(value, value) for value in values]
        for key, values in filters.items()
    }
    found = ids(mock_api.vouchers(size, **filters))
    assert found == [
        voucher_id for key, voucher_id in reversed(different_vouchers.items()) if key in expected
    ]


@pytest.mark.parametrize("extent", EVERYTHING)
def test_only_requested_extents_are_returned(
    mock_api: MockApi, different_vouchers: dict[str, str], extent: str
) -> None:
    """An extent that is not requested is null, and does not affect the others."""
    services = [different_vouchers["service 0"]]
    page = next(mock_api.pages("vouchers/getAll", 10, ServiceIds=services, Extent={extent: True}))
    everything = next(mock_api.pages("vouchers/getAll", 10, ServiceIds=services, Extent=EVERYTHING))
    assert page[extent] == everything[extent]
    assert {page[other] for other in EVERYTHING if other != extent} == {None}


def test_cursor_does_not_depend_on_extents(mock_api: MockApi) -> None:
    """Without any extent there are no lists, but the cursor leads to the end."""
    first, second = mock_api.add_voucher(), mock_api.add_voucher()
    for extent in ({}, dict.fromkeys(EVERYTHING, False), dict.fromkeys(EVERYTHING)):
        pages = list(
            mock_api.pages("vouchers/getAll", 1, ServiceIds=[mock_api.service_id], Extent=extent)
        )
        assert [page.pop("Cursor") for page in pages] == [second, first, None]
        assert {value for page in pages for value in page.values()} == {None}


def test_extents_are_of_the_vouchers_on_the_page(mock_api: MockApi) -> None:
    """Codes, assignments, rates and companies belong to the vouchers of the page, each once."""
    company_ids, rate_ids = mock_api.enterprise.company_ids, mock_api.enterprise.rate_ids
    partner = {"Type": "PartnerCompany", "CompanyId": company_ids[0]}
    older = mock_api.add_voucher(**partner, AssignedRateIds=rate_ids[1:3])
    newer = mock_api.add_voucher(**partner, AssignedRateIds=rate_ids[:2])
    of_older = mock_api.add_codes(older, "a", "b")
    of_newer = mock_api.add_codes(newer, "c")
    wanted = {"ServiceIds": [mock_api.service_id], "Extent": EVERYTHING}
    (both, _) = mock_api.pages("vouchers/getAll", 10, **wanted)
    assert ids(both["VoucherCodes"]) == of_newer + of_older[::-1]
    assert [(one["VoucherId"], one["RateId"]) for one in both["VoucherAssignments"]] == [
        (newer, rate_ids[0]),
        (newer, rate_ids[1]),
        (older, rate_ids[1]),
        (older, rate_ids[2]),
    ]
    assert sorted(ids(both["Rates"])) == sorted(rate_ids[:3])
    assert ids(both["Companies"]) == [company_ids[0]]
    first = next(mock_api.pages("vouchers/getAll", 1, **wanted))
    assert ids(first["Vouchers"]) == [newer]
    assert ids(first["VoucherCodes"]) == of_newer
    assert ids(first["Rates"]) == list(rate_ids[:2])


def test_empty_page_has_empty_extents(mock_api: MockApi) -> None:
    """A page without vouchers has empty lists for the requested extents."""
    (page,) = mock_api.pages("vouchers/getAll", 10, ServiceIds=[UNKNOWN_ID], Extent=EVERYTHING)
    assert page == {**{name: [] for name in EVERYTHING}, "Cursor": None}


def test_reads_cover_the_scope_of_the_token(portfolio_api: MockApi) -> None:
    """A portfolio token reads all its enterprises, and `EnterpriseIds` is a filter."""
    enterprises = portfolio_api.mock.enterprises
    services = [enterprise.service_ids[0] for enterprise in enterprises]
    vouchers = [
        portfolio_api.call(
            "vouchers/add",
            EnterpriseId=enterprise.id.upper(),
            VoucherParameters=[{"ServiceId": service, "Name": "x", "Type": "Public"}],
        )["Vouchers"][0]["Id"]
        for enterprise, service in zip(enterprises, services, strict=True)
    ]
    codes = [
        portfolio_api.call(
            "voucherCodes/add",
            EnterpriseId=enterprise.id,
            VoucherCodeParameters=[{"VoucherId": voucher_id, "Value": "x"}],
        )["VoucherCodes"][0]["Id"]
        for enterprise, voucher_id in zip(enterprises, vouchers, strict=True)
    ]
    some = [enterprises[0].id, enterprises[2].id.upper()]
    narrowings: list[tuple[JsonObject, tuple[int, ...]]] = [
        ({}, (2, 1, 0)),
        ({"EnterpriseIds": some}, (2, 0)),
    ]
    for narrowed, numbers in narrowings:
        listed = portfolio_api.vouchers(ServiceIds=services, **narrowed)
        assert ids(listed) == [vouchers[number] for number in numbers]
        listed = portfolio_api.codes(VoucherIds=vouchers, **narrowed)
        assert ids(listed) == [codes[number] for number in numbers]
    first_only = MockApi(portfolio_api.mock)
    assert ids(first_only.vouchers(ServiceIds=services)) == vouchers[:1]
    assert ids(first_only.codes(VoucherIds=vouchers)) == codes[:1]


def test_seed_makes_a_mock_reproducible() -> None:
    """Mocks with the same seed have the same ids, tokens and times; another seed has others."""

    def story(seed: int) -> list[object]:
        api = MockApi(MockMews(seed=seed, enterprises=2))
        api.add_codes(api.add_voucher(), "x", "y")
        page = next(api.pages("vouchers/getAll", 9, ServiceIds=[api.service_id], Extent=EVERYTHING))
        return [api.mock.enterprises, api.credentials, page]

    assert story(1) == story(1)
    assert all(one != other for one, other in zip(story(1), story(2), strict=True))


def test_seeded_clock_ticks_once_per_request(mock_api: MockApi) -> None:
    """With a seed the clock starts with 2026 and advances by a second per request."""
    for _ in range(3):
        mock_api.add_voucher()
    times = [voucher["CreatedUtc"] for voucher in mock_api.vouchers()]
    assert times == ["2026-01-01T00:00:02Z", "2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z"]


def test_clock_can_be_given() -> None:
    """The caller's clock may use any time zone; fractions of a second are dropped."""
    times = iter(["2030-06-01T02:00:00.999999+02:00", "2031-12-31T23:59:59+00:00"])
    api = MockApi(MockMews(clock=lambda: datetime.fromisoformat(next(times))))
    api.add_voucher()
    (voucher,) = api.call(
        "vouchers/getAll",
        Limitation={"Count": 1},
        ServiceIds=[api.service_id],
        Extent={"Vouchers": True},
    )["Vouchers"]
    assert voucher["CreatedUtc"] == "2030-06-01T00:00:00Z"


def test_naive_clock_is_refused() -> None:
    """A clock that returns naive datetimes is a `ValueError`."""
    api = MockApi(MockMews(clock=lambda: datetime(2026, 1, 1)))  # noqa: DTZ001 - the mistake
    with pytest.raises(ValueError, match="aware"):
        api.add_voucher()


def test_time_is_real_by_default() -> None:
    """Without a seed or a clock, items have the current time."""
    api = MockApi(MockMews())
    before = datetime.now(UTC).replace(microsecond=0)
    api.add_voucher()
    (voucher,) = api.vouchers()
    assert before <= datetime.fromisoformat(voucher["CreatedUtc"]) <= datetime.now(UTC)


@settings(max_examples=examples(20))
@given(count=st.integers(1, 4))
def test_reference_data_is_complete(count: int) -> None:
    """Every enterprise has its own services, rates and companies, which vouchers can use."""
    mock = MockMews(seed=1, enterprises=count)
    everything: list[str] = []
    for enterprise in mock.enterprises:
        everything += [enterprise.id, *enterprise.service_ids]
        everything += [*enterprise.rate_ids, *enterprise.company_ids]
        api = MockApi(mock, portfolio=True)
        for company_id in enterprise.company_ids:
            voucher = {
                "ServiceId": enterprise.service_ids[-1],
                "Name": "x",
                "Type": "PartnerCompany",
                "CompanyId": company_id,
                "AssignedRateIds": enterprise.rate_ids,
            }
            api.call("vouchers/add", EnterpriseId=enterprise.id, VoucherParameters=[voucher])
        page = next(
            api.pages("vouchers/getAll", 9, ServiceIds=enterprise.service_ids, Extent=EVERYTHING)
        )
        assert sorted(ids(page["Rates"])) == sorted(enterprise.rate_ids)
        assert sorted(ids(page["Companies"])) == sorted(enterprise.company_ids)
    assert len(mock.enterprises) == count
    assert len(set(everything)) == len(everything)


def test_a_mock_needs_an_enterprise() -> None:
    """A mock without an enterprise is a `ValueError`."""
    with pytest.raises(ValueError, match="at least one enterprise"):
        MockMews(enterprises=0)
