"""Which requests the mock refuses, with which errors, and what errors never reveal."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers.mock import MockMews

from tests.support.documented import OPERATIONS, UNKNOWN, UNKNOWN_VALUE
from tests.support.mock_api import (
    PREFIX,
    UNKNOWN_ID,
    JsonObject,
    MockApi,
    body_of,
    check_response,
    ids,
)

FIRST_PAGE = {"Limitation": {"Count": 1000}}
#: Any JSON. Any, because it is.
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


# --- the path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/"),
        ("POST", PREFIX),
        ("POST", PREFIX + "vouchers"),
        ("POST", PREFIX + "vouchers/getAll/"),
        ("POST", PREFIX + "Vouchers/getAll"),
        ("POST", PREFIX + "vouchers/getall"),
        ("POST", PREFIX + "companies/getAll"),
        ("POST", PREFIX + "vouchers%2FgetAll"),
        ("POST", "/vouchers/getAll"),
        ("POST", "/api/connector/v2/vouchers/getAll"),
        ("GET", PREFIX + "vouchers/getAll"),
        ("PUT", PREFIX + "vouchers/getAll"),
        ("post", PREFIX + "vouchers/getAll"),
        ("WHATEVER", PREFIX + "vouchers/getAll"),
    ],
)
def test_any_other_path_is_not_found(mock_api: MockApi, method: str, path: str) -> None:
    """Only `POST` and the exact path of an operation are accepted; anything else is a 404."""
    sent = json.dumps(mock_api.credentials | body_of(mock_api, "vouchers/getAll")).encode()
    given = mock_api.mock.handle(method, path, {"Content-Type": "application/json"}, sent)
    response = httpx.Response(given.status, headers=given.headers, content=given.body)
    check_response("", response)
    assert given.status == 404


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_accepts_a_simple_request(mock_api: MockApi, operation: str) -> None:
    """Each operation responds 200, with header names in any case and with any query."""
    sent = json.dumps(mock_api.credentials | body_of(mock_api, operation)).encode()
    headers = {"CONTENT-TYPE": "Application/JSON; charset=utf-8"}
    given = mock_api.mock.handle("POST", PREFIX + operation + "?a=b", headers, sent)
    response = httpx.Response(given.status, headers=given.headers, content=given.body)
    check_response(operation, response)
    assert given.status == 200


# --- the form of the body


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"[]",
        b'"text"',
        b"null",
        b'{"Client": "x",}',
        b'{"Client": "x"} {}',
        b'{"Client": NaN}',
        b'{"Client": -Infinity}',
        b"{'Client': 'x'}",
        b'{"Client": "\xff"}',
        b'\xef\xbb\xbf{"Client": "x"}',
        '{"Client": "x"}'.encode("utf-16"),
        b'{"Client": "\\ud800"}',
        b'{"\\uDFFF": 1}',
        b'{"Client": ' + b"9" * 5000 + b"}",
        b'{"Client": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"Client":' * 100_000,
    ],
)
def test_body_must_be_a_json_object(mock_api: MockApi, content: bytes) -> None:
    """A body that is not strictly a JSON object in UTF-8 is a 400."""
    response = mock_api.send("vouchers/getAll", content)
    assert response.status_code == 400
    assert response.json()["Message"].startswith("Invalid JSON")


@pytest.mark.parametrize("depth", [10, 200, 400, 900])
def test_deep_nesting_is_refused(mock_api: MockApi, depth: int) -> None:
    """A deeply nested body is a 400, even where the parser accepts it."""
    nested: Any = None
    for _ in range(depth):
        nested = [nested]
    body = {**body_of(mock_api, "vouchers/getAll"), "UpdatedUtc": nested}
    response = mock_api.post("vouchers/getAll", body)
    assert response.status_code == 400


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/jsonx"])
def test_content_type_must_be_json(mock_api: MockApi, content_type: str) -> None:
    """A content type other than JSON is a 400."""
    body = body_of(mock_api, "vouchers/getAll")
    response = mock_api.post("vouchers/getAll", body, {"Content-Type": content_type})
    assert (response.status_code, response.json()["Message"][:20]) == (400, "Invalid Content-Type")


def test_escaped_surrogate_pairs_are_characters(mock_api: MockApi) -> None:
    """An emoji that is escaped as a surrogate pair is one character."""
    content = json.dumps(mock_api.credentials | {"Client": "\N{HOT BEVERAGE} \N{ROBOT FACE}"})
    assert "\\ud83e\\udd16" in content
    response = mock_api.send("vouchers/getAll", content.encode())
    assert response.json()["Message"] == "Invalid Limitation: is missing"


# --- the tokens


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("token", ["ClientToken", "AccessToken"])
def test_wrong_tokens_are_unauthorized(mock_api: MockApi, operation: str, token: str) -> None:
    """A wrong token is a 401 that names it, even if the rest of the body is invalid."""
    for body in (body_of(mock_api, operation), {}, {"Client": 5}):
        for wrong in ("wrong", "", mock_api.credentials[token].lower()):
            response = mock_api.post(operation, {**body, token: wrong})
            assert (response.status_code, response.json()["Message"]) == (401, f"Invalid {token}")


@pytest.mark.parametrize("token", ["ClientToken", "AccessToken", "Client"])
def test_missing_tokens_break_the_schema(mock_api: MockApi, token: str) -> None:
    """A token that is missing or not a string is a 400."""
    body = body_of(mock_api, "vouchers/getAll")
    wrong: list[object] = [None, 5, ["x"], {}, True]
    for value in wrong:
        message = mock_api.refusal("vouchers/getAll", **body, **{token: value})
        assert message == f"Invalid {token}: has the wrong type"
    del mock_api.credentials[token]
    assert mock_api.refusal("vouchers/getAll", **body) == f"Invalid {token}: is missing"


def test_tokens_of_two_mocks_differ() -> None:
    """Without a seed each mock has different tokens, which no other mock accepts."""
    one, other = MockMews(), MockMews()
    tokens = {
        token
        for mock in (one, other)
        for token in (mock.client_token, mock.access_token, mock.portfolio_access_token)
    }
    assert len(tokens) == 6
    api = MockApi(one)
    api.credentials["AccessToken"] = other.access_token
    assert api.post("vouchers/getAll", {}).status_code == 401


def test_tokens_are_not_shown() -> None:
    """Neither the mock nor its recorded requests show a token."""
    mock = MockMews(seed=7)
    api = MockApi(mock)
    api.add_voucher()
    api.post("vouchers/getAll", {"AccessToken": "wrong-token"})
    shown = " ".join(map(repr, [mock, mock.requests, mock.enterprises, mock.transport]))
    tokens = (mock.client_token, mock.access_token, mock.portfolio_access_token, "wrong-token")
    assert [token for token in tokens if token in shown] == []
    assert repr(mock) == "<MockMews enterprises=1 vouchers=1 codes=0>"


# --- the schema


@pytest.mark.parametrize(
    ("operation", "change", "message"),
    [
        ("vouchers/getAll", {UNKNOWN: 1}, "Invalid body: has an unknown property"),
        ("vouchers/getAll", {"Extent": None}, "Invalid Extent: has the wrong type"),
        ("vouchers/getAll", {"ServiceIds": []}, "Invalid ServiceIds: has too few items"),
        ("vouchers/getAll", {"ServiceIds": ["x"]}, "Invalid ServiceIds: has the wrong format"),
        ("vouchers/getAll", {"Limitation": {}}, "Invalid Count: is missing"),
        ("vouchers/getAll", {"Limitation": {"Count": 0}}, "Invalid Count: is too small"),
        ("vouchers/getAll", {"Limitation": {"Count": 1001}}, "Invalid Count: is too large"),
        ("vouchers/getAll", {"Limitation": {"Count": 1.5}}, "Invalid Count: has the wrong type"),
        ("vouchers/getAll", {"Limitation": {"Count": 1e999}}, "Invalid Count: has the wrong type"),
        ("vouchers/getAll", {"Limitation": {"Count": 10**30}}, "Invalid Count: is too large"),
        (
            "vouchers/getAll",
            {"Limitation": {"Count": 1, "Cursor": "x"}},
            "Invalid Cursor: has the wrong format",
        ),
        (
            "vouchers/getAll",
            {"UpdatedUtc": {"EndUtc": "2026-01-01"}},
            "Invalid EndUtc: has the wrong format",
        ),
        ("vouchers/getAll", {"LanguageCode": "en-US"}, "Invalid CultureCode: is missing"),
        (
            "vouchers/add",
            {"VoucherParameters": [{"ServiceId": UNKNOWN_ID, "Name": "x" * 129, "Type": "Public"}]},
            "Invalid Name: is too long",
        ),
        (
            "vouchers/add",
            {"VoucherParameters": [{"ServiceId": UNKNOWN_ID, "Name": "x", "Type": UNKNOWN_VALUE}]},
            "Invalid Type: is not one of the allowed values",
        ),
        (
            "vouchers/add",
            {
                "VoucherParameters": [
                    {
                        "ServiceId": UNKNOWN_ID,
                        "Name": "x",
                        "Type": "Public",
                        "AssignedRateIds": [UNKNOWN_ID, UNKNOWN_ID],
                    }
                ]
            },
            "Invalid AssignedRateIds: has duplicate items",
        ),
        (
            "vouchers/update",
            {
                "VoucherUpdates": [
                    {"VoucherId": UNKNOWN_ID, "ExternalIdentifier": {"Value": "x" * 256}}
                ]
            },
            "Invalid Value: is too long",
        ),
        (
            "voucherCodes/delete",
            {"VoucherCodeIds": [UNKNOWN_ID] * 1001},
            "Invalid VoucherCodeIds: has too many items",
        ),
    ],
)
def test_violation_of_the_schema_is_named(
    mock_api: MockApi, operation: str, change: JsonObject, message: str
) -> None:
    """A body that violates the schema is a 400 with the property and a reason."""
    body = {**body_of(mock_api, operation), **change}
    content = json.dumps(mock_api.credentials | body).replace("Infinity", "1e999").encode()
    response = mock_api.send(operation, content)
    assert (response.status_code, response.json()["Message"]) == (400, message)


def test_details_have_the_path(mock_api: MockApi) -> None:
    """`Details` has the path to the invalid value, and the reason."""
    good = {"VoucherId": mock_api.add_voucher(), "Value": "x"}
    bad: list[tuple[JsonObject, str]] = [
        ({**good, "Value": ""}, "Value"),
        ({**good, "VoucherId": UNKNOWN_ID}, "VoucherId"),
    ]
    for code, name in bad:
        body = {"VoucherCodeParameters": [good, code]}
        details = mock_api.post("voucherCodes/add", body).json()["Details"]
        assert details["Parameter"] == f"VoucherCodeParameters[1].{name}"
        assert details["Reason"]


@given(operation=st.sampled_from([*OPERATIONS]), change=st.dictionaries(st.text(), ANYTHING))
def test_any_object_gets_a_response(operation: str, change: JsonObject) -> None:
    """Any JSON object gets a documented response, and never a crash."""
    api = MockApi()
    names = sorted(body_of(api, operation))
    for body in (change, dict(zip(names, change.values(), strict=False))):
        assert api.post(operation, body).status_code in {200, 400}


@given(operation=st.sampled_from([*OPERATIONS]), data=st.data())
def test_errors_never_echo_what_was_sent(operation: str, data: st.DataObject) -> None:
    """Wherever a body contains a secret, no error repeats it."""
    api, secret = MockApi(), "s3cr3t-" * 3
    body = api.credentials | body_of(api, operation)
    spoilt = data.draw(places(body, secret))
    response = api.send(operation, json.dumps(spoilt).encode())
    if response.status_code != 200:
        assert secret not in response.text
        assert not any(token in response.text for token in api.credentials.values())


def places(value: Any, secret: str) -> st.SearchStrategy[Any]:
    """Generate copies of a value with a secret in one place."""
    choices: list[st.SearchStrategy[Any]] = [st.just(secret), st.just({secret: secret})]
    if isinstance(value, dict):
        known: JsonObject = value
        choices.append(st.just({**known, secret: 1}))
        choices += [
            st.builds(known.__or__, st.fixed_dictionaries({name: places(inner, secret)}))
            for name, inner in known.items()
        ]
    if isinstance(value, list):
        choices.append(st.tuples(places(value[0], secret)))
    return st.one_of(choices)


# --- preferences


@pytest.mark.parametrize("prefer", ["return=minimal", "respond-async, Return = Minimal; x=1"])
def test_minimal_responses_have_no_body(mock_api: MockApi, prefer: str) -> None:
    """With `Prefer: return=minimal` an empty page, and a success without data, are a 204."""
    headers = {"prefer": prefer}
    empty = {"voucherCodes/getAll": "VoucherIds", "vouchers/getAll": "ServiceIds"}
    for operation, name in empty.items():
        body = {**body_of(mock_api, operation), name: [UNKNOWN_ID]}
        assert mock_api.post(operation, body, headers).status_code == 204
    for operation in ("voucherCodes/delete", "vouchers/delete"):
        body = body_of(mock_api, operation)
        assert mock_api.post(operation, body, headers).status_code == 204


@pytest.mark.parametrize("operation", OPERATIONS)
def test_responses_with_data_are_never_minimal(mock_api: MockApi, operation: str) -> None:
    """`Prefer: return=minimal` does not change a response that has data or a cursor."""
    body = body_of(mock_api, operation)
    if operation == "voucherCodes/getAll":
        mock_api.add_codes(body["VoucherIds"][0], "x")
    prefer = {} if operation.endswith("delete") else {"Prefer": "return=minimal"}
    assert mock_api.post(operation, body, prefer).status_code == 200


# --- rules of the operations


@pytest.mark.parametrize(
    ("operation", "change", "parameter"),
    [
        ("voucherCodes/add", {"VoucherId": UNKNOWN_ID}, "VoucherId"),
        ("voucherCodes/delete", UNKNOWN_ID, "VoucherCodeIds"),
        ("vouchers/add", {"ServiceId": UNKNOWN_ID}, "ServiceId"),
        ("vouchers/add", {"CompanyId": UNKNOWN_ID}, "CompanyId"),
        ("vouchers/add", {"AssignedRateIds": [UNKNOWN_ID]}, "AssignedRateIds"),
        ("vouchers/add", {"Type": "PartnerCompany"}, "CompanyId"),
        ("vouchers/add", {"Type": "TravelAgency", "CompanyId": None}, "CompanyId"),
        ("vouchers/delete", UNKNOWN_ID, "VoucherIds"),
        ("vouchers/update", {"VoucherId": UNKNOWN_ID}, "VoucherId"),
        ("vouchers/update", {"CompanyId": {"Value": UNKNOWN_ID}}, "CompanyId"),
        ("vouchers/update", {"AssignedRateIds": {"Value": [UNKNOWN_ID]}}, "AssignedRateIds"),
        ("vouchers/update", {"Type": {"Value": "PartnerCompany"}}, "CompanyId"),
        ("vouchers/update", {"Type": {}}, "Type"),
        ("vouchers/update", {"Name": {"Value": None}}, "Name"),
        ("vouchers/update", {"Name": {"Value": ""}}, "Name"),
        ("vouchers/update", {"Name": {}}, "Name"),
    ],
)
def test_refused_batches_change_nothing(
    mock_api: MockApi, operation: str, change: JsonObject | str, parameter: str
) -> None:
    """An invalid item is a 400 that names the parameter, and nothing of its batch is applied."""
    body = body_of(mock_api, operation)
    (name,) = body
    good = body[name][0]
    bad = change if isinstance(change, str) else {**good, **change}
    before = state_of(mock_api)
    assert mock_api.refusal(operation, **{name: [good, bad]}) == f"Invalid {parameter}"
    assert state_of(mock_api) == before
    mock_api.call(operation, **{name: [good]})
    assert state_of(mock_api) != before


def state_of(api: MockApi) -> tuple[list[JsonObject], list[JsonObject]]:
    """Return all items of the mock."""
    vouchers = api.vouchers()
    return vouchers, api.codes(VoucherIds=ids(vouchers))


def test_type_of_a_company_voucher_keeps_its_company(mock_api: MockApi) -> None:
    """The company cannot be cleared while the type of the voucher requires it."""
    company = {"Type": "TravelAgency", "CompanyId": mock_api.enterprise.company_ids[0]}
    update: JsonObject = {
        "VoucherId": mock_api.add_voucher(**company),
        "CompanyId": {"Value": None},
    }
    assert mock_api.refusal("vouchers/update", VoucherUpdates=[update]) == "Invalid CompanyId"
    update["Type"] = {"Value": "Public"}
    mock_api.call("vouchers/update", VoucherUpdates=[update])


@pytest.mark.parametrize("name", ["OccupiableIntervalStartUtc", "OccupiableIntervalEndUtc"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "tomorrow",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T00:00:00.5Z",
        "2026-01-01 00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "0500-01-01T00:00:00Z",
        "2026-W01-1T00:00:00Z",
        "2026-01-01T00:00:00Z\n",
    ],
)
def test_update_validates_times(mock_api: MockApi, name: str, value: str) -> None:
    """The times of an update are validated, although its schema has plain strings."""
    update = {"VoucherId": mock_api.add_voucher(), name: {"Value": value}}
    assert mock_api.refusal("vouchers/update", VoucherUpdates=[update]) == f"Invalid {name}"


def test_deleted_items_cannot_be_written(mock_api: MockApi) -> None:
    """A deleted item can be neither deleted nor updated, and no code can be added to it."""
    voucher_id = mock_api.add_voucher()
    code_id, other_code_id = mock_api.add_codes(voucher_id, "x", "y")
    mock_api.call("voucherCodes/delete", VoucherCodeIds=[code_id])
    mock_api.call("vouchers/delete", VoucherIds=[voucher_id])
    code = {"VoucherId": voucher_id, "Value": "x"}
    refuse = mock_api.refusal
    assert refuse("voucherCodes/delete", VoucherCodeIds=[code_id]) == "Invalid VoucherCodeIds"
    assert refuse("vouchers/delete", VoucherIds=[voucher_id]) == "Invalid VoucherIds"
    assert refuse("voucherCodes/add", VoucherCodeParameters=[code]) == "Invalid VoucherId"
    assert (
        refuse("vouchers/update", VoucherUpdates=[{"VoucherId": voucher_id}]) == "Invalid VoucherId"
    )
    mock_api.call("voucherCodes/delete", VoucherCodeIds=[other_code_id])


def test_an_id_given_twice_counts_once(mock_api: MockApi) -> None:
    """A list of ids is a set: a batch may name an item to delete twice."""
    voucher_id = mock_api.add_voucher()
    (code_id,) = mock_api.add_codes(voucher_id, "x")
    mock_api.call("voucherCodes/delete", VoucherCodeIds=[code_id, code_id.upper()])
    mock_api.call("vouchers/delete", VoucherIds=[voucher_id.upper(), voucher_id])
    assert mock_api.vouchers(VoucherIds=[voucher_id, voucher_id])[1:] == []


def test_cursor_must_name_an_item_of_the_list(portfolio_api: MockApi) -> None:
    """A cursor that is unknown, of the other list or of another enterprise is a 400."""
    portfolio_token = portfolio_api.credentials["AccessToken"]
    foreign = portfolio_api.mock.enterprises[1]
    foreign_voucher = portfolio_api.call(
        "vouchers/add",
        EnterpriseId=foreign.id,
        VoucherParameters=[{"ServiceId": foreign.service_ids[0], "Name": "x", "Type": "Public"}],
    )["Vouchers"][0]["Id"]
    portfolio_api.credentials["AccessToken"] = portfolio_api.mock.access_token
    voucher_id = portfolio_api.add_voucher()
    (code_id,) = portfolio_api.add_codes(voucher_id, "x")

    def message(operation: str, cursor: str) -> str:
        body = {**body_of(portfolio_api, operation), "Limitation": {"Count": 1, "Cursor": cursor}}
        return portfolio_api.refusal(operation, **body)

    for cursor in (UNKNOWN_ID, voucher_id):
        assert message("voucherCodes/getAll", cursor) == "Invalid Cursor"
    for cursor in (UNKNOWN_ID, code_id, foreign_voucher):
        assert message("vouchers/getAll", cursor) == "Invalid Cursor"
    portfolio_api.credentials["AccessToken"] = portfolio_token
    assert portfolio_api.vouchers(VoucherIds=[UNKNOWN_ID]) == []


@pytest.mark.parametrize(
    ("start", "end", "is_accepted"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True),
        ("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z", False),
        ("2026-01-15T12:00:00Z", "2026-04-15T12:00:00Z", True),
        ("2026-01-15T12:00:00Z", "2026-04-15T12:00:01Z", False),
        ("2025-11-30T12:00:00Z", "2026-02-28T12:00:00Z", True),
        ("2025-11-30T12:00:00Z", "2026-02-28T12:00:01Z", False),
        ("2027-11-30T12:00:00Z", "2028-02-29T12:00:00Z", True),
        ("2027-11-30T12:00:00Z", "2028-03-01T00:00:00Z", False),
        ("2026-10-31T00:00:00Z", "2027-01-31T00:00:00Z", True),
        ("2026-12-31T00:00:00Z", "2027-04-01T00:00:00Z", False),
        ("9999-12-01T00:00:00Z", "9999-12-31T23:59:59Z", True),
        ("1000-01-01T00:00:00Z", "1000-04-01T00:00:00Z", True),
        ("1000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", False),
    ],
)
@pytest.mark.parametrize("operation", ["vouchers/getAll", "voucherCodes/getAll"])
def test_interval_spans_at_most_three_months(
    mock_api: MockApi, operation: str, start: str, end: str, *, is_accepted: bool
) -> None:
    """`UpdatedUtc` starts before it ends, and ends at most three calendar months later."""
    body = body_of(mock_api, operation) | {"UpdatedUtc": {"StartUtc": start, "EndUtc": end}}
    if is_accepted:
        mock_api.call(operation, **body)
    else:
        assert mock_api.refusal(operation, **body) == "Invalid UpdatedUtc"


# --- enterprises


WRITES = [operation for operation in OPERATIONS if not operation.endswith("getAll")]


@pytest.mark.parametrize("operation", WRITES)
def test_portfolio_writes_name_their_enterprise(portfolio_api: MockApi, operation: str) -> None:
    """With a portfolio token a write must name an enterprise in scope, and changes no other."""
    first, second, _ = portfolio_api.mock.enterprises
    portfolio_token = portfolio_api.credentials["AccessToken"]
    portfolio_api.credentials["AccessToken"] = portfolio_api.mock.access_token
    body = body_of(portfolio_api, operation)
    portfolio_api.credentials["AccessToken"] = portfolio_token
    refuse = portfolio_api.refusal
    assert refuse(operation, **body) == "Invalid EnterpriseId"
    assert refuse(operation, **body, EnterpriseId=None) == "Invalid EnterpriseId"
    assert refuse(operation, **body, EnterpriseId=UNKNOWN_ID) == "Invalid EnterpriseId"
    assert refuse(operation, **body, EnterpriseId=second.id) != "Invalid EnterpriseId"
    portfolio_api.call(operation, **body, EnterpriseId=first.id)


@pytest.mark.parametrize("operation", WRITES)
def test_enterprise_of_a_write_is_otherwise_ignored(mock_api: MockApi, operation: str) -> None:
    """With a single-enterprise token the enterprise of a write is ignored."""
    mock_api.call(operation, **body_of(mock_api, operation), EnterpriseId=UNKNOWN_ID)


@pytest.mark.parametrize("operation", ["vouchers/getAll", "voucherCodes/getAll"])
def test_reads_stay_in_the_scope_of_the_token(portfolio_api: MockApi, operation: str) -> None:
    """`EnterpriseIds` outside the scope of the token is a 400."""
    first, second, _ = portfolio_api.mock.enterprises
    api = MockApi(portfolio_api.mock)
    body = body_of(api, operation)
    portfolio_api.call(operation, **body, EnterpriseIds=[first.id, second.id])
    for asked in ([UNKNOWN_ID], [first.id, UNKNOWN_ID]):
        message = portfolio_api.refusal(operation, **body, EnterpriseIds=asked)
        assert message == "Invalid EnterpriseIds"
    assert api.refusal(operation, **body, EnterpriseIds=[second.id]) == "Invalid EnterpriseIds"
    api.call(operation, **body, EnterpriseIds=[first.id])


def test_resources_of_another_enterprise_are_unknown(portfolio_api: MockApi) -> None:
    """A voucher can have only services, companies and rates of its own enterprise."""
    first, second, _ = portfolio_api.mock.enterprises
    voucher = {"ServiceId": first.service_ids[0], "Name": "x", "Type": "Public"}
    for name, foreign in (
        ("ServiceId", second.service_ids[0]),
        ("CompanyId", second.company_ids[0]),
        ("AssignedRateIds", [second.rate_ids[0]]),
    ):
        message = portfolio_api.refusal(
            "vouchers/add", EnterpriseId=first.id, VoucherParameters=[{**voucher, name: foreign}]
        )
        assert message == f"Invalid {name}"


# --- recorded requests


def test_requests_are_recorded_without_tokens(mock_api: MockApi) -> None:
    """`requests` has the operation, the body without tokens, and the status of each request."""
    mock_api.post("vouchers/delete", {"VoucherIds": [UNKNOWN_ID], "Client": "Mine 2.0"})
    mock_api.post("vouchers/getAll", {"AccessToken": "wrong"})
    mock_api.send("vouchers/add", b"nonsense")
    mock_api.send("nothing/here", b"{}")
    remembered = [(one.operation, one.body, one.status) for one in mock_api.mock.requests]
    assert remembered == [
        ("vouchers/delete", {"VoucherIds": [UNKNOWN_ID], "Client": "Mine 2.0"}, 400),
        ("vouchers/getAll", {"Client": "Test 1.0.0"}, 401),
        ("vouchers/add", {}, 400),
        ("nothing/here", {}, 404),
    ]


def test_recorded_requests_are_bounded() -> None:
    """The oldest requests beyond 10,000, or beyond 32 MiB of bodies, are removed."""
    mock = MockMews(seed=7)
    for number in range(10_002):
        mock.handle("GET", f"/{number}", {}, b"")
    assert len(mock.requests) == 10_000
    assert mock.requests[0].operation == "/2"
    large = b" " * (12 * 1024 * 1024)
    for number in range(4):
        mock.handle("GET", f"/large/{number}", {}, large)
    assert [one.operation for one in mock.requests] == ["/large/2", "/large/3"]


def test_list_of_requests_is_a_snapshot(mock_api: MockApi) -> None:
    """The list does not change with later requests."""
    before = mock_api.mock.requests
    mock_api.add_voucher()
    assert (len(before), len(mock_api.mock.requests)) == (0, 1)
