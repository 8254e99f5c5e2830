"""The expected response to a request, computed a second time, without the mock.

It is valid for requests whose ids exist, as `fuzzed_mock` creates them, and for the first
enterprise. Nothing is sent here.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any

from dateutil.relativedelta import relativedelta
from mews_vouchers.mock import MockMews

from tests.support.documented import JsonObject, validator
from tests.support.operations import operation_at


class Verdict(Enum):
    """What becomes of a request, by the first thing that is wrong with it."""

    NO_OPERATION = "there is no operation with this method"
    WRONG_TOKEN = "a token is not one of the mock's"
    BREAKS_SCHEMA = "the body violates the document, or is not JSON"
    BREAKS_RULE = "the body violates a rule that the document cannot express"
    SUCCESS = "nothing is wrong"


STATUS = {
    Verdict.NO_OPERATION: 404,
    Verdict.WRONG_TOKEN: 401,
    Verdict.BREAKS_SCHEMA: 400,
    Verdict.BREAKS_RULE: 400,
    Verdict.SUCCESS: 200,
}
_JSON = "application/json"
_MONTHS = relativedelta(months=3)
_CALENDAR = relativedelta(years=400)  # after which it repeats itself


class Oracle:
    """Computes what must become of requests to one mock; knows its vouchers and codes."""

    def __init__(self, mock: MockMews) -> None:
        self._tokens = {"ClientToken": mock.client_token, "AccessToken": mock.access_token}
        self._vouchers: dict[str, JsonObject] = {}
        self._deleted: set[str] = set()

    def verdict(self, case: Any) -> Verdict:
        """Return what must become of a case."""
        operation, body = operation_at(case.operation.path), case.body
        if case.method != "POST":
            return Verdict.NO_OPERATION
        if not isinstance(body, dict) or case.headers.get("Content-Type", _JSON) != _JSON:
            return Verdict.BREAKS_SCHEMA
        sent = {name: body.get(name) for name in self._tokens}
        if any(isinstance(sent[name], str) and sent[name] != self._tokens[name] for name in sent):
            return Verdict.WRONG_TOKEN
        if not validator(operation.request.__name__).is_valid(body):
            return Verdict.BREAKS_SCHEMA
        if any(self._breaches(operation.name, body)):
            return Verdict.BREAKS_RULE
        return Verdict.SUCCESS

    def learn(self, case: Any, response: JsonObject) -> None:
        """Note a request that was applied."""
        self._vouchers |= {item["Id"]: item for item in response.get("Vouchers") or ()}
        if operation_at(case.operation.path).name.endswith("/delete"):
            listed = [value for name, value in case.body.items() if name.endswith("Ids")]
            self._deleted.update(item_id.lower() for item_ids in listed for item_id in item_ids)

    def _breaches(self, operation: str, body: JsonObject) -> Iterator[bool]:
        """Yield for each rule whether it is violated."""
        if operation.endswith("getAll"):
            yield _is_no_interval(body.get("UpdatedUtc") or {})
            return
        yield not self._deleted.isdisjoint(_targets(body))
        if operation == "vouchers/add":
            yield any(map(_lacks_company, body["VoucherParameters"]))
        if operation == "vouchers/update":
            yield from self._update_breaches(body["VoucherUpdates"])

    def _update_breaches(self, updates: list[JsonObject]) -> Iterator[bool]:
        """Yield whether an update sets an impossible value; later updates build on earlier ones."""
        changed: dict[str, JsonObject] = {}
        public = {"Type": "Public", "CompanyId": None}
        for update in updates:
            key = update["VoucherId"].lower()
            wrappers = {name: one for name, one in update.items() if isinstance(one, dict)}
            values = {name: wrapper.get("Value") for name, wrapper in wrappers.items()}
            yield any(not _can_be_set(name, value) for name, value in values.items())
            changed[key] = changed.get(key) or self._vouchers.get(key) or public
            changed[key] = changed[key] | values
            yield _lacks_company(changed[key])


def _targets(body: JsonObject) -> Iterator[str]:
    """Yield the ids of the vouchers and codes that a request writes to."""
    for name in ("VoucherIds", "VoucherCodeIds"):
        yield from map(str.lower, body.get(name, ()))
    for name in ("VoucherUpdates", "VoucherCodeParameters"):
        yield from (item["VoucherId"].lower() for item in body.get(name, ()))


def _can_be_set(name: str, value: Any) -> bool:
    # An update may name something twice, a new voucher may not.
    once = [*dict.fromkeys(value)] if isinstance(value, list) else value
    return validator("VoucherAddParameters", name).is_valid(once)


def _lacks_company(voucher: JsonObject) -> bool:
    return voucher["Type"] != "Public" and voucher.get("CompanyId") is None


def _is_no_interval(interval: JsonObject) -> bool:
    if interval.get("StartUtc") is None or interval.get("EndUtc") is None:
        return False
    # 400 years earlier, because three months after 9999 there is no date.
    start = datetime.fromisoformat(interval["StartUtc"]) - _CALENDAR
    end = datetime.fromisoformat(interval["EndUtc"]) - _CALENDAR
    return not start <= end <= start + _MONTHS
