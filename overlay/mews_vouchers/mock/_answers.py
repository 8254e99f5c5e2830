"""What an answer is and how an error looks: values only, no rule of any operation."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

#: A JSON object as `json` reads it. Any, because the OpenAPI document says what is in it, no type.
JsonObject = dict[str, Any]

_DROPPED = "a fault dropped the connection"
_HEADER = re.compile(r"[!#-'*+.0-9A-Z^-z|~-]+: [\t -~\x80-\xff]*")
#: Those that each way of answering writes itself.
_FRAMING = frozenset({"connection", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, as plain data.

    Raises:
        TypeError: The body is not bytes, or a header no text.
        ValueError: HTTP has no such answer.
    """

    #: From 200 to 999: one below 200 only announces an answer.
    status: int
    #: All but those about the length and the connection.
    headers: Mapping[str, str]
    body: bytes
    #: For how many seconds it is held back.
    delay: float = 0.0
    #: After how many bytes of the body the connection breaks; None if it does not.
    cut: int | None = None

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 999:
            raise ValueError("the status of an answer is from 200 to 999")
        if self.status in {204, 304} and self.body:
            raise ValueError(f"an answer with the status {self.status} has no body")
        if not isinstance(self.body, bytes):
            raise TypeError(f"the body of an answer is bytes, not {type(self.body).__name__}")
        if self.delay < 0 or (self.cut or 0) < 0:
            raise ValueError("an answer is not held back, or cut, by less than 0")
        for header in self.headers.items():
            if header[0].lower() in _FRAMING or not _HEADER.fullmatch(": ".join(header)):
                raise ValueError(f"an answer cannot have the header {header[0]!r}, or its value")

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers as they go over the wire."""
        return [(n.encode("latin-1"), v.encode("latin-1")) for n, v in self.headers.items()]


class DroppedError(Exception):
    """A fault breaks the connection, and no answer comes.

    Args:
        error: What a client in process gets.
        message: What that error says.
    """

    def __init__(
        self,
        error: type[httpx.RequestError] = httpx.RemoteProtocolError,
        message: str = _DROPPED,
    ) -> None:
        super().__init__(_DROPPED)  # not the message, which may quote what was sent
        self.error = error
        self.message = message


class Refusal(Exception):  # noqa: N818 - an answer on its way out, not a fault of the program
    """Ends a request with an error answer."""

    def __init__(
        self,
        status: int,
        message: str,
        details: JsonObject | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details
        self.headers = headers or {}


def invalid(parameter: str, reason: str, where: str = "") -> Refusal:
    """Return the 400 for a parameter that is well-formed but cannot be accepted.

    The message is the vendor's, `Invalid {Parameter}`; why and where goes into `Details`.
    """
    path = f"{where}.{parameter}" if where else parameter
    return Refusal(400, f"Invalid {parameter}", {"Parameter": path, "Reason": reason})


def success(request_id: str, result: JsonObject, *, minimal: bool) -> Answer:
    """Return the answer of a request that was carried out; `minimal` is what `Prefer` asked for."""
    if minimal and _says_nothing(result):
        return Answer(204, {"Request-Id": request_id}, b"")
    return _answer(200, request_id, result)


def failure(request_id: str, refusal: Refusal) -> Answer:
    """Return the answer of a request that was refused."""
    content = error_body(refusal.message, request_id, refusal.details)
    return _answer(refusal.status, request_id, content, refusal.headers)


def error_body(message: str, request_id: str, details: JsonObject | None = None) -> JsonObject:
    """Return the body of an error as the contract has it."""
    return {"Message": message, "RequestId": request_id, "Details": details}


def _says_nothing(result: JsonObject) -> bool:
    # A page counts its vouchers or codes, not the lists that came back, so its cursor tells.
    return not result or ("Cursor" in result and result["Cursor"] is None)


def encode(value: JsonObject) -> bytes:
    """Write a body."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def _answer(
    status: int, request_id: str, content: JsonObject, more: dict[str, str] | None = None
) -> Answer:
    headers = {"Content-Type": "application/json; charset=utf-8", "Request-Id": request_id}
    return Answer(status, headers | (more or {}), encode(content))
