"""Responses: their bytes, and what faults do to the lists in them."""

import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from .faults import Change, Fault
from .spelling import Spelling, spelled

_LISTS = {"VoucherCodes": "Value", "Vouchers": "Name"}


@dataclass
class Response:
    """What is sent. Without a body, it is empty."""

    status: int
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self, headers: Mapping[str, str], *, chunked: bool) -> bytes:
        """Return the bytes of the response."""
        body = b"" if self.body is None else json.dumps(self.body).encode()
        lines = {**headers, **self.headers}
        if self.body is not None:
            lines["Content-Type"] = "application/json; charset=utf-8"
            if chunked:
                lines["Transfer-Encoding"] = "chunked"
                body = _in_chunks(body)
            else:
                lines["Content-Length"] = str(len(body))
        elif self.status != HTTPStatus.NO_CONTENT:
            lines["Content-Length"] = "0"
        reason = HTTPStatus(self.status).phrase
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"HTTP/1.1 {self.status} {reason}\r\n{head}\r\n".encode("latin-1") + body


def _in_chunks(body: bytes, size: int = 1000) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in [*pieces, b""])


def changed(body: dict[str, Any], fault: Fault, chance: random.Random) -> dict[str, Any]:
    """Return the body with the changes of a fault in each of its lists of codes or vouchers."""
    lists = {name: body[name] for name in _LISTS if body.get(name)}
    return body | {
        name: _changed_list(items, _LISTS[name], fault, chance) for name, items in lists.items()
    }


def _changed_list(
    items: list[dict[str, Any]], text: str, fault: Fault, chance: random.Random
) -> list[dict[str, Any]]:
    items = [_shown_as(item, text, fault.shown_as) for item in items]
    for change in fault.changes:
        if items:
            _change(items, text, change, chance)
    return items


def _shown_as(item: dict[str, Any], text: str, spelling: Spelling | None) -> dict[str, Any]:
    return {**item, text: spelled(item[text], spelling)}


def _change(items: list[dict[str, Any]], text: str, change: Change, chance: random.Random) -> None:
    at = chance.randrange(len(items))
    if change == "reorder":
        before = items[:]
        chance.shuffle(items)
        if items == before:
            items.reverse()
    elif change == "anonymous":
        for item in items:
            del item["Id"]
    elif change == "forget":
        del items[at]
    elif change == "double":
        # Of a list of one, nothing can be forgotten: it has the item twice.
        other = (at + 1) % len(items)
        items[other : other + (len(items) > 1)] = [items[at]]
    else:
        foreign = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        items[at] = {**items[at], "Id": foreign, text: f"foreign {foreign}"}
