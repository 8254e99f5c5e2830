"""What a log, a debugger or an error tracker shows of a value or an error."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import mews_vouchers
import mews_vouchers_client
from mews_vouchers import MewsError
from mews_vouchers_client import Secret
from mews_vouchers_client.types import SecretBytes

from tests.support.http_library import httpx

#: The folders of our own frames.
_OURS = tuple(
    str(Path(package.__file__ or "").parent) for package in (mews_vouchers, mews_vouchers_client)
)


def visible(value: Any, known: set[int] | None = None) -> Iterator[str]:
    """Yield all strings that can be seen of a value: its own, and those of its attributes.

    An error of httpx in the chain is not ours; its message may contain what the server sent.
    """
    known = set() if known is None else known
    if id(value) in known or isinstance(value, httpx.RequestError):
        return
    known.add(id(value))
    yield from (repr(value), str(value), f"{value}", ascii(value))
    if isinstance(value, Secret | SecretBytes | str | bytes):
        return
    below: list[Any] = []
    if isinstance(value, BaseException):
        below += [value.args, value.__cause__, value.__context__, getattr(value, "__notes__", [])]
    if isinstance(value, Mapping):
        below += [*value, *value.values()]
    elif isinstance(value, Sequence | AbstractSet):
        below += value
    elif type(value).__module__.startswith("mews_vouchers"):
        slots = {name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())}
        slots.discard("__weakref__")  # not readable in some versions of Python
        below += [getattr(value, name) for name in slots if hasattr(value, name)]
    if isinstance(value, BaseException) or type(value).__module__.startswith("mews_vouchers"):
        below += list(getattr(value, "__dict__", {}).values())
    for one in below:
        yield from visible(one, known)


def visible_in_frames(error: BaseException) -> Iterator[str]:
    """Yield the local variables of our frames, as error trackers show them, and the messages."""
    chain: list[BaseException] = [error]
    while chain:
        link = chain.pop()
        chain += [other for other in (link.__cause__, link.__context__) if other]
        shown = traceback.TracebackException.from_exception(link, capture_locals=True)
        if isinstance(link, MewsError):
            yield from shown.format_exception_only()
        for frame in shown.stack:
            if frame.filename.startswith(_OURS):
                yield from (frame.locals or {}).values()
