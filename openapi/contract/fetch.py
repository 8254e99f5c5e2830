"""Gets the text of a source: a file, or what is at an http(s) address, within limits.

The network is used for addresses alone, and what the text means is not known here.
"""

import time
from pathlib import Path
from typing import TypeVar

from .facts import SourceError

#: Ten times the vendor's document.
MAX_BYTES = 20_000_000
MAX_REDIRECTS = 5
#: Seconds: to wait for the server to say something, and for all of it.
PATIENCE = 10.0
DEADLINE = 60.0

Data = TypeVar("Data", bytes, bytearray)


def text_of(source: str) -> str:
    """Return the text of a file or an address.

    Raises `SourceError` for what is not there, too large, too slow, empty or no UTF-8.
    """
    address = source.lower().startswith(("http://", "https://"))
    if not address and "://" in source:
        raise SourceError(source, "name a file, or an address that begins with http:// or https://")
    data = _from_address(source) if address else _from_file(source)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(source, f"not UTF-8: {error.reason}", line) from error
    if not text.strip():
        raise SourceError(source, "empty")
    return text


def _from_file(source: str) -> bytes:
    try:
        with Path(source).open("rb") as file:
            return _limited(source, file.read(MAX_BYTES + 1))
    except OSError as error:
        raise SourceError(source, error.strerror) from error


def _from_address(source: str) -> bytes:
    # Imported here: it takes as long as reading a file, which needs none of it.
    import httpx

    end = time.monotonic() + DEADLINE
    try:
        with (
            httpx.Client(
                timeout=PATIENCE, follow_redirects=True, max_redirects=MAX_REDIRECTS
            ) as client,
            client.stream("GET", source) as response,
        ):
            if response.status_code != 200:
                raise SourceError(source, f"the server answers {response.status_code}")
            data = bytearray()
            for chunk in response.iter_bytes():
                data += chunk
                _limited(source, data)
                if time.monotonic() > end:
                    raise SourceError(source, f"not complete after {DEADLINE:.0f} seconds")
            return bytes(data)
    except httpx.TimeoutException as error:
        raise SourceError(source, f"no word from the server for {PATIENCE:g} seconds") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceError(source, str(error) or type(error).__name__) from error


def _limited(source: str, data: Data) -> Data:
    if len(data) > MAX_BYTES:
        raise SourceError(source, f"larger than {MAX_BYTES // 1_000_000} MB")
    return data
