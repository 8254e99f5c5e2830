"""From a request to its response: the rules that all operations share. No I/O.

The order of the checks is part of the mock's behaviour: faults, path, form of the body, tokens,
rate limit, schema, and finally the rules of the operation.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from mews_vouchers.mock._contract.responses import (
    HTTPError,
    JsonObject,
    MockResponse,
    error_response,
    success_response,
    with_date,
)
from mews_vouchers.mock._contract.validation import PREFIX
from mews_vouchers.mock._state.fault_injector import FaultInjector
from mews_vouchers.mock._state.ids import IdGenerator
from mews_vouchers.mock._state.rate_limit import SlidingWindow
from mews_vouchers.mock._state.reference_data import ReferenceData
from mews_vouchers.mock._state.request_log import RecordedRequest, RequestLog
from mews_vouchers.mock._state.timestamps import Clock, format_timestamp

from . import voucher_codes, vouchers
from .context import Context, MockState

OPERATIONS: dict[str, Callable[[MockState, Context], JsonObject]] = {
    "voucherCodes/add": voucher_codes.add,
    "voucherCodes/delete": voucher_codes.delete,
    "voucherCodes/getAll": voucher_codes.get_all,
    "vouchers/add": vouchers.add,
    "vouchers/delete": vouchers.delete,
    "vouchers/getAll": vouchers.get_all,
    "vouchers/update": vouchers.update,
}
_TOKENS = {"ClientToken", "AccessToken"}
_MAX_RECORDED_PATH = 200
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(slots=True)
class _ParsedRequest:
    """A request, parsed as far as possible."""

    method: str
    path: str
    operation: str
    headers: Mapping[str, str]
    #: The body without the tokens, or the reason why it cannot be parsed.
    content: JsonObject | HTTPError
    tokens: JsonObject = field(repr=False)
    applied: bool = False

    @property
    def body(self) -> JsonObject:
        """The body without the tokens; empty if it is not a JSON object."""
        return {} if isinstance(self.content, HTTPError) else self.content


class Dispatcher:
    """The whole mock as one function, `handle`; thread-safe."""

    def __init__(
        self,
        state: MockState,
        ids: IdGenerator,
        clock: Clock,
        rate_limit: SlidingWindow | None = None,
    ) -> None:
        self.state = state
        self.faults = FaultInjector()
        #: Reentrant: the clock is the caller's function and may use the mock.
        self.lock = threading.RLock()
        self._ids = ids
        self._clock = clock
        self._rate_limit = rate_limit
        self._log = RequestLog()

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> MockResponse:
        """Return the response to a request.

        Raises:
            DroppedError: A fault breaks the connection.
        """
        request, size = _parse_request(method, path, headers, body), len(body)
        # A fault is the caller's function. If it fails, no frame above it may show a token.
        del body
        with self.lock:
            proceed = self.faults.wrap(
                request.operation, size, lambda content: self._respond(request, content)
            )
        status: int | None = None
        try:
            # Without the lock: a fault may wait for another call.
            response = proceed(request.body)
            status = response.status
        finally:
            self._record(request, status, size)
        return response

    def reject(self, status: int, message: str) -> MockResponse:
        """Return the response to a request that HTTP does not allow; it is not recorded."""
        with self.lock:
            return error_response(self._ids.new_id(), HTTPError(status, message))

    def requests(self) -> list[RecordedRequest]:
        """Return the last requests, oldest first."""
        with self.lock:
            return self._log.requests()

    def now(self) -> str:
        """Return the time as a timestamp."""
        return format_timestamp(self._clock())

    def _record(self, request: _ParsedRequest, status: int | None, size: int) -> None:
        operation = request.operation[:_MAX_RECORDED_PATH]
        recorded = RecordedRequest(operation, request.body, status, request.applied)
        with self.lock:
            self._log.add(recorded, size)

    def _respond(self, request: _ParsedRequest, content: JsonObject) -> MockResponse:
        with self.lock:
            request_id, now = self._ids.new_id(), self.now()
            try:
                _check_path(request)
                _check_content_type(request.headers.get("content-type", ""))
                if isinstance(request.content, HTTPError):
                    raise request.content
                result = self._apply(request.operation, content, request.tokens, now)
            except HTTPError as error:
                return with_date(error_response(request_id, error), now)
            request.applied = True
        minimal = _prefers_minimal(request.headers.get("prefer", ""))
        return with_date(success_response(request_id, result, minimal=minimal), now)

    def _apply(
        self, operation: str, content: JsonObject, tokens: JsonObject, now: str
    ) -> JsonObject:
        state, body = self.state, {**content, **tokens}
        _check_tokens(state.reference_data, body)
        self._check_rate_limit(body.get("AccessToken"))
        state.validator.validate(operation, body)
        access = state.reference_data.accesses[body["AccessToken"]]
        return OPERATIONS[operation](state, Context(content, access, now))

    def _check_rate_limit(self, access_token: object) -> None:
        # A token that is not a string fails the validation and is not counted.
        if self._rate_limit is None or not isinstance(access_token, str):
            return
        retry_after = self._rate_limit.try_acquire(access_token)
        if retry_after is not None:
            raise HTTPError(429, "Too many requests", headers={"Retry-After": str(retry_after)})


def _parse_request(
    method: str, path: str, headers: Mapping[str, str], body: bytes
) -> _ParsedRequest:
    # The query is ignored (our choice).
    operation = path.partition("?")[0].removeprefix(PREFIX)
    lowercase_headers = {name.lower(): value for name, value in headers.items()}
    try:
        sent = _parse_object(body)
    except HTTPError as error:
        return _ParsedRequest(method, path, operation, lowercase_headers, error, {})
    content = {name: value for name, value in sent.items() if name not in _TOKENS}
    tokens = {name: value for name, value in sent.items() if name in _TOKENS}
    return _ParsedRequest(method, path, operation, lowercase_headers, content, tokens)


def _check_path(request: _ParsedRequest) -> None:
    is_known = request.path.startswith(PREFIX) and request.operation in OPERATIONS
    if request.method != "POST" or not is_known:
        reason = f"send POST {PREFIX} followed by one of: {', '.join(OPERATIONS)}"
        raise HTTPError(404, "Not found", {"Reason": reason})


def _check_content_type(value: str) -> None:
    # The vendor requires this type; a 400 for any other is our choice.
    if value.partition(";")[0].strip().lower() != "application/json":
        raise HTTPError(400, "Invalid Content-Type: it must be application/json")


def _check_tokens(data: ReferenceData, body: JsonObject) -> None:
    # A token that is missing or not a string fails the validation instead.
    client_token, access_token = body.get("ClientToken"), body.get("AccessToken")
    if isinstance(client_token, str) and client_token != data.client_token:
        raise HTTPError(401, "Invalid ClientToken")
    if isinstance(access_token, str) and access_token not in data.accesses:
        raise HTTPError(401, "Invalid AccessToken")


def _prefers_minimal(prefer: str) -> bool:
    preferences = (one.partition(";")[0] for one in prefer.lower().split(","))
    return any(one.replace(" ", "").replace('"', "") == "return=minimal" for one in preferences)


def _parse_object(body: bytes) -> JsonObject:
    """Parse a body strictly, so that invalid JSON fails here and not within an operation."""
    try:
        text = body.decode()
        value: object = json.loads(text, parse_constant=_reject_constant)
        if _SURROGATE.search(text):
            # A lone surrogate cannot be encoded: fail here rather than in the response.
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise HTTPError(400, "Invalid JSON: nested too deeply") from None
    except ValueError:
        raise HTTPError(400, "Invalid JSON") from None
    if not isinstance(value, dict):
        raise HTTPError(400, "Invalid JSON: not an object")
    return cast("JsonObject", value)


def _reject_constant(name: str) -> object:
    raise ValueError(name)
