"""Ids that exist, for bodies that schemathesis generated. No request is sent or judged here."""

import re
from typing import Any

from mews_vouchers.mock import MockMews

from tests.support.operations import operation_at

_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class LiveIds:
    """Replaces unknown ids with ids that exist.

    Only a well-formed id is replaced, and only by another one. So a body is as valid as it was
    before, an invalid one stays invalid for its own reason, and no unknown id hides that.
    """

    def __init__(self, mock: MockMews) -> None:
        self._mock = mock
        self._known: set[str] = set()
        self._live: dict[str, list[str]] = {}

    def learn(self, text: str) -> None:
        """Remember the ids in a response: a case may use them again."""
        self._known.update(map(str.lower, _ID.findall(text)))

    def give(self, case: Any) -> None:
        """Put ids into the body of a case; its vouchers and codes are new, so none is deleted."""
        self._add_items()
        is_of_codes = operation_at(case.operation.path).name.startswith("voucherCodes")
        self._live["Cursor"] = self._live["VoucherCodeId" if is_of_codes else "VoucherId"]
        if isinstance(case.body, dict):
            case.body = self._replaced(case.body, "")

    def _add_items(self) -> None:
        enterprise = self._mock.enterprises[0]
        vouchers = [self._mock.add_voucher(ServiceId=one) for one in enterprise.service_ids]
        self._live = {
            "EnterpriseId": [enterprise.id],
            "ServiceId": [*enterprise.service_ids],
            "AssignedRateId": [*enterprise.rate_ids],
            "CompanyId": [*enterprise.company_ids],
            "VoucherId": vouchers,
            "VoucherCodeId": [self._mock.add_code(vouchers[0], value) for value in "AB"],
        }

    def _replaced(self, value: Any, name: str) -> Any:
        """Return a value of the property `name`, or of a list or wrapper below it."""
        if isinstance(value, dict):
            return {
                key: self._replaced(inner, key if self._pool(key) else name)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            ids = list(dict.fromkeys(one for one in value if self._is_replaced(one, name)))
            first = int(ids[0][:8], 16) if ids else 0
            # Different ids stay different, if there are enough: some lists demand it.
            live = {one: self._live_id(first + place, name) for place, one in enumerate(ids)}
            return [
                live[one] if isinstance(one, str) and one in live else self._replaced(one, name)
                for one in value
            ]
        return self._live_id(int(value[:8], 16), name) if self._is_replaced(value, name) else value

    def _is_replaced(self, value: Any, name: str) -> bool:
        pool = self._pool(name)
        if not pool or not isinstance(value, str) or not _ID.fullmatch(value):
            return False
        return value.lower() in pool or value.lower() not in self._known

    def _live_id(self, number: int, name: str) -> str:
        pool = self._pool(name)
        return pool[number % len(pool)]

    def _pool(self, name: str) -> list[str]:
        return self._live.get(name.removesuffix("s"), [])
