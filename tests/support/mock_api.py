"""A plain HTTP client for tests of the mock: it checks every response against the document.

It uses neither generated code nor the client: a shared mistake could hide.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from uuid import UUID

import httpx
import jsonschema_rs
from mews_vouchers.mock import MockMews

from tests.support import documented

JsonObject = documented.JsonObject
PREFIX = documented.PREFIX
#: An id that nothing has.
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
_FIRST_PAGE = {"Limitation": {"Count": 1000}}


class MockApi:
    """A client of one mock that adds the tokens."""

    def __init__(
        self, mock: MockMews | None = None, base_url: str = "", *, portfolio: bool = False
    ) -> None:
        """Connect to a mock in process, or over a connection if there is a base URL."""
        self.mock = mock or MockMews(seed=7)
        self.enterprise = self.mock.enterprises[0]
        self.service_id = self.enterprise.service_ids[0]
        self.credentials = {
            "ClientToken": self.mock.client_token,
            "AccessToken": self.mock.portfolio_access_token
            if portfolio
            else self.mock.access_token,
            "Client": "Test 1.0.0",
        }
        transport = None if base_url else self.mock.transport
        self.base_url = httpx.URL(base_url)
        self._client = httpx.Client(
            base_url=base_url or "http://mock", transport=transport, trust_env=False
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(
        self, operation: str, content: bytes, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send bytes, and check the response against the document."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        response = self._client.post(PREFIX + operation, content=content, headers=sent)
        check_response(operation, response)
        return response

    def post(
        self, operation: str, body: JsonObject, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a body with the tokens, which the body may override."""
        content = json.dumps({**self.credentials, **body}).encode()
        return self.send(operation, content, headers)

    def call(self, operation: str, **body: object) -> JsonObject:
        """Send a valid body, and return the result."""
        response = self.post(operation, body)
        assert response.status_code == 200, response.text
        result: JsonObject = response.json()
        return result

    def refusal(self, operation: str, **body: object) -> str:
        """Send an invalid body, and return the message of the 400."""
        response = self.post(operation, body)
        assert response.status_code == 400, response.text
        message: str = response.json()["Message"]
        return message

    def add_voucher(self, **properties: object) -> str:
        """Add a voucher, and return its id."""
        voucher = {"ServiceId": self.service_id, "Name": "A voucher", "Type": "Public"}
        result = self.call("vouchers/add", VoucherParameters=[{**voucher, **properties}])
        voucher_id: str = result["Vouchers"][0]["Id"]
        return voucher_id

    def add_codes(self, voucher_id: str, *values: str) -> list[str]:
        """Add codes to a voucher, and return their ids."""
        codes = [{"VoucherId": voucher_id, "Value": value} for value in values]
        result = self.call("voucherCodes/add", VoucherCodeParameters=codes)
        return [code["Id"] for code in result["VoucherCodes"]]

    def pages(self, operation: str, size: float, **filters: object) -> Iterator[JsonObject]:
        """List everything, page by page, until the cursor is null."""
        cursor: str | None = None
        while True:
            page = self.call(operation, Limitation={"Count": size, "Cursor": cursor}, **filters)
            yield page
            cursor = page["Cursor"]
            if cursor is None:
                return

    def vouchers(self, size: int = 1000, **filters: object) -> list[JsonObject]:
        """Return all vouchers that match; those of the first enterprise's services by default."""
        wanted = {
            "ServiceIds": self.enterprise.service_ids,
            "Extent": {"Vouchers": True},
            **filters,
        }
        pages = self.pages("vouchers/getAll", size, **wanted)
        return [voucher for page in pages for voucher in page["Vouchers"]]

    def codes(self, size: int = 1000, **filters: object) -> list[JsonObject]:
        """Return all codes that match."""
        pages = self.pages("voucherCodes/getAll", size, **filters)
        return [code for page in pages for code in page["VoucherCodes"]]


def body_of(api: MockApi, operation: str) -> JsonObject:
    """Return a body without tokens that the operation accepts."""
    voucher_id = api.add_voucher()
    voucher = {"ServiceId": api.service_id, "Name": "x", "Type": "Public"}
    code = {"VoucherId": voucher_id, "Value": "x"}
    bodies: dict[str, JsonObject] = {
        "voucherCodes/add": {"VoucherCodeParameters": [code]},
        "voucherCodes/delete": {"VoucherCodeIds": api.add_codes(voucher_id, "x")},
        "voucherCodes/getAll": {**_FIRST_PAGE, "VoucherIds": [voucher_id]},
        "vouchers/add": {"VoucherParameters": [voucher]},
        "vouchers/delete": {"VoucherIds": [voucher_id]},
        "vouchers/getAll": {**_FIRST_PAGE, "ServiceIds": [api.service_id], "Extent": {}},
        "vouchers/update": {"VoucherUpdates": [{"VoucherId": voucher_id}]},
    }
    return bodies[operation]


def ids(items: list[JsonObject]) -> list[str]:
    """Return the ids of items."""
    return [item["Id"] for item in items]


def check_response(operation: str, response: httpx.Response) -> None:
    """Check the status, headers and body of a response against the document."""
    request_id = response.headers["Request-Id"]
    assert str(UUID(request_id)) == request_id
    if response.status_code == 204:
        assert (response.content, "Content-Type" in response.headers) == (b"", False)
        return
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    body = response.json()
    _validator(operation, response.status_code).validate(body)
    if response.status_code != 200:
        assert body["RequestId"] == request_id


@cache
def _validator(operation: str, status: int) -> jsonschema_rs.Validator:
    schema = response_schema(_strict_document(), operation, status)
    assert schema is not None, f"{operation} documents no {status} with a body"
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def response_schema(document: JsonObject, operation: str, status: int) -> JsonObject | None:
    """Return the schema of a response, with all its references; None if it has no body."""
    responses = document["paths"].get(PREFIX + operation, {}).get("post", {}).get("responses")
    if responses is None:  # there is no such operation
        schema = {"$ref": "#/components/schemas/ConnectorApiExceptionResult"}
    else:
        response = responses.get(str(status), {})
        if "$ref" in response:
            name = response["$ref"].rpartition("/")[2]
            response = document["components"]["responses"][name]
        if "content" not in response:
            return None
        schema = response["content"]["application/json"]["schema"]
    return {**schema, "components": document["components"]}


@cache
def _strict_document() -> JsonObject:
    """Return the document, stricter: no unknown properties, and all properties of items."""
    strict = documented.document()
    for name, schema in strict["components"]["schemas"].items():
        if "properties" in schema:
            schema["additionalProperties"] = False
        if name in documented.ITEMS:
            schema["required"] = list(schema["properties"])
    strict["components"]["schemas"]["Unit"]["maxProperties"] = 0
    return strict
