"""From a request to its response: address, JSON, tokens, limits, rules, and the planned fault."""

import json
import math
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .contract import ITEMS, PATH, REQUESTS
from .faults import Fault, Part
from .fields import Rejection
from .listing import list_codes, list_vouchers
from .pending import Pending
from .records import RequestRecord
from .requests import Request
from .responses import Response, changed
from .store import Store
from .writing import apply_items, check_items


@dataclass
class Settings:
    """What a test can set, also while the server runs.

    Attributes:
        seed: For the ids, and for what faults choose by chance.
        details: Whether errors name the place of the value at fault in `Details`.
        refused: Values of codes and names of vouchers that a rule forbids to add, to change or to
            delete, and the status for each.
        unlistable: Ids of vouchers with which a filter of codes is refused, and the status.
        rate_limit: Requests and seconds of the window; None for no limit.
        max_body: The longest body in bytes; a longer one is a 413.
    """

    seed: int
    details: bool = True
    refused: dict[str, int] = field(default_factory=dict)
    unlistable: dict[str, int] = field(default_factory=dict)
    rate_limit: tuple[int, float] | None = None
    max_body: int | None = None


class Service:
    """Responds to requests. It knows nothing of sockets."""

    def __init__(self, store: Store, settings: Settings, pending: Pending) -> None:
        self._store = store
        self._settings = settings
        self._pending = pending
        self._window = (-math.inf, 0)
        self.client_token = f"client-{store.new_id()}"
        self.access_token = f"access-{store.new_id()}"

    def respond(self, request: Request, record: RequestRecord, fault: Fault) -> Response:
        """Apply the request as the fault allows, and return the response."""
        try:
            response = self._respond(request, record, fault)
        except Rejection as rejection:
            response = Response(rejection.status, self._error(rejection), rejection.headers)
        if fault.retry_after is not None:
            response.headers["Retry-After"] = str(fault.retry_after)
        return response

    def _respond(self, request: Request, record: RequestRecord, fault: Fault) -> Response:
        if request.method != "POST" or record.operation not in REQUESTS:
            raise Rejection(404, "There is no such address")
        body = _json_of(request)
        record.keep_body(body)
        self._pending.pause(fault.wait_before)
        if fault.status is not None and fault.part == "none":
            raise Rejection(fault.status, "A planned error")
        limit = self._settings.max_body
        if limit is not None and len(request.body) > limit:
            raise Rejection(413, "The body is too large")
        self._check_access(body)
        REQUESTS[record.operation](body, "")
        if (body.get("LanguageCode") is None) != (body.get("CultureCode") is None):
            raise Rejection(400, "Invalid CultureCode", "CultureCode")
        result = self._result(body, record, fault)
        self._pending.pause(fault.wait_after)
        if fault.status is not None:
            raise Rejection(fault.status, "A planned error")
        chance = self._chance(record)
        return _success(changed(result, fault, chance), request)

    def _result(
        self, body: Mapping[str, Any], record: RequestRecord, fault: Fault
    ) -> dict[str, Any]:
        with self._store.lock:
            if record.operation == "voucherCodes/getAll":
                for voucher_id in body["VoucherIds"]:
                    if (status := self._settings.unlistable.get(voucher_id)) is not None:
                        raise Rejection(status, "Invalid VoucherIds", "VoucherIds")
                return list_codes(self._store, body)
            if record.operation == "vouchers/getAll":
                return list_vouchers(self._store, body)
            name = ITEMS[record.operation]
            refused = self._settings.refused
            check_items(self._store, record.operation, name, body[name], refused)
            return self._write(body[name], record, fault)

    def _write(self, items: list[Any], record: RequestRecord, fault: Fault) -> dict[str, Any]:
        part, rest = _parts(items, fault.part, self._chance(record))
        shown: list[dict[str, Any]] = []

        def apply(some: list[Any]) -> list[dict[str, Any]]:
            with self._store.lock:
                record.applied_items += len(some) * fault.times
                results = [
                    apply_items(self._store, record.operation, some, fault.stored_as)
                    for _ in range(fault.times)
                ]
            return results[0]

        if fault.late_by:
            self._pending.after(fault.late_by, lambda: apply(part))
        else:
            shown = apply(part)
        if fault.rest_after:
            self._pending.after(fault.rest_after, lambda: apply(rest))
        if record.operation.endswith("/delete"):
            return {}
        if record.operation == "voucherCodes/add":
            return {"VoucherCodes": shown, "Cursor": None}
        return {"Vouchers": shown}

    def _check_access(self, body: Mapping[str, Any]) -> None:
        given = tuple(body.get(name) for name in ("ClientToken", "AccessToken"))
        if not all(given):
            raise Rejection(400, "Invalid ClientToken or AccessToken")
        if given != (self.client_token, self.access_token):
            raise Rejection(401, "The tokens are not valid")
        if self._settings.rate_limit is not None:
            self._check_rate(*self._settings.rate_limit)

    def _check_rate(self, requests: int, seconds: float) -> None:
        """Count the request in the window, which begins with the first request of a burst."""
        with self._store.lock:
            start, count = self._window
            now = time.monotonic()
            if now >= start + seconds:
                start, count = now, 0
            if count < requests:
                self._window = (start, count + 1)
                return
        wait = math.ceil(start + seconds - now)
        raise Rejection(429, "Too many requests", headers={"Retry-After": str(wait)})

    def _error(self, rejection: Rejection) -> dict[str, Any]:
        details = rejection.place if self._settings.details else None
        return {"Message": rejection.message, "RequestId": None, "Details": details}

    def _chance(self, record: RequestRecord) -> random.Random:
        seed = f"{self._settings.seed}/{record.operation}/{record.number}"
        return random.Random(seed)  # noqa: S311 - repeatable


def _json_of(request: Request) -> dict[str, Any]:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        body = json.loads(request.body.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Rejection(400, "Invalid JSON") from None
    if content_type != "application/json" or not isinstance(body, dict):
        raise Rejection(400, "The body is no JSON object of the type application/json")
    return body


def _no_number(text: str) -> None:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(text)


def _parts(items: list[Any], part: Part, chance: random.Random) -> tuple[list[Any], list[Any]]:
    """Return the items that are applied, and the rest."""
    if part == "all":
        return items, []
    half = len(items) // 2 if part != "none" else 0
    order = range(len(items))
    chosen = set(chance.sample(order, half) if part == "scattered" else order[:half])
    return [items[at] for at in order if at in chosen], [
        items[at] for at in order if at not in chosen
    ]


def _success(body: dict[str, Any], request: Request) -> Response:
    """Return the body, or no content where the client prefers that to an empty body or page."""
    lists = [value for value in body.values() if isinstance(value, list)]
    is_empty = not body or (body.get("Cursor") is None and lists and not any(lists))
    if is_empty and "return=minimal" in request.headers.get("prefer", ""):
        return Response(204)
    return Response(200, body)


def operation_of(target: str) -> str:
    """Return the operation of an address, or the address if it is none."""
    return target.removeprefix(PATH)
