"""Between JSON and Python: tolerant when reading, strict when writing.

Reading: what is as documented is converted; what is not is kept as it came and reported to
`deviations.py`. No function here raises on anything that a server can send.

Writing: a datetime without a zone is an error, and an item twice in a list that has each once;
everything else goes out as it is.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

import httpx

from .deviations import Problem, report
from .errors import NaiveDatetimeError, RepeatedItemError
from .strict import read_strictly, write_strictly
from .types import UNSET, Model, Response, SecretBytes

# Any, here and in the models: a value that came from outside may be anything at all.

#: Every third character of `YYYY-MM-DDThh:mm:ssZ`, from the first dash on.
_DOCUMENTED_FORM = "--T::Z"


T = TypeVar("T", bound=Model)


def take_apart(
    src_dict: Mapping[str, Any], names: tuple[str, ...]
) -> tuple[list[Any], dict[str, Any]]:
    """Return the values of `names`, `UNSET` for what is missing, and all that is left."""
    rest = dict(src_dict)
    return [rest.pop(name, UNSET) for name in names], rest


def odd(value: Any, schema: str, name: str) -> Any:
    """Report a value that is not as documented, and return it."""
    if value is UNSET:
        report(schema, name, Problem.MISSING)
    elif value is None:
        report(schema, name, Problem.NULL)
    else:
        report(schema, name, Problem.WRONG_TYPE)
    return value


#: Times in the documented form that were read before: what was added at once has the same ones
#: throughout the page. The models look here first; `read_datetime` fills it.
known_times: Final[dict[str, datetime]] = {}
_MOST_KNOWN = 4_096


def read_datetime(text: str, schema: str, name: str) -> Any:
    """Return `text` as a datetime in UTC; as it came if it is no date, or has no zone."""
    try:
        value = datetime.fromisoformat(text)
        if text[4::3] == _DOCUMENTED_FORM:
            if len(known_times) >= _MOST_KNOWN:
                known_times.clear()
            known_times[text] = value
            return value
        malformed(text, schema, name)  # another zone or a fraction is understood all the same
        return text if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):  # no date, or one that in UTC lies outside the years 1-9999
        return malformed(text, schema, name)


def malformed(text: str, schema: str, name: str) -> str:
    """Report a text that is not written as documented, and return it."""
    report(schema, name, Problem.MALFORMED)
    return text


def unknown_value(text: str, schema: str, name: str) -> Any:
    """Report a text that is none of its enum, and return it."""
    report(schema, name, Problem.UNKNOWN_VALUE)
    return text


def read_integer(value: Any, schema: str, name: str) -> Any:
    """Return a whole number; JSON Schema takes `1.0` for one as well."""
    if type(value) is float and value.is_integer():
        return int(value)
    return odd(value, schema, name)


def write_datetime(value: Any, field: str, timespec: str = "seconds") -> Any:
    """Return `YYYY-MM-DDThh:mm:ssZ` for a datetime of any zone; anything else as it is.

    Raises `NaiveDatetimeError`, which names `field`, for a datetime without a zone, and errors that
    name it for a date and for a moment that in UTC lies outside of the years 1 to 9999.
    """
    if not isinstance(value, datetime):
        if isinstance(value, date):
            raise TypeError(f"{field}: {value} is a date; give a datetime with a time zone")
        return value
    if value.tzinfo is not UTC:
        if value.utcoffset() is None:
            raise NaiveDatetimeError(field, value)
        try:
            value = value.astimezone(UTC)
        except OverflowError:
            raise ValueError(f"{field}: {value} has no date in UTC") from None
    return _in_utc(value, timespec)


@lru_cache(maxsize=_MOST_KNOWN, typed=True)
def _in_utc(value: datetime, timespec: str) -> str:
    """Return the text of a datetime in UTC: only there are equal ones always the same moment.

    Cached, because what is added at once has the same times.
    """
    return value.isoformat(timespec=timespec).removesuffix("+00:00") + "Z"


def write_unique(items: Any, field: str) -> Any:
    """Return a list of texts as it is; anything else as well.

    Raises `RepeatedItemError`, which names `field` and never the item, for one that is there twice.
    """
    positions: dict[str, int] = {}
    for position, item in enumerate(items if isinstance(items, list | tuple) else ()):
        if isinstance(item, str) and positions.setdefault(item, position) != position:
            raise RepeatedItemError(field, position, positions[item])
    return items


_encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def write_body(body: dict[str, Any]) -> SecretBytes:
    """Return the bytes of a request's body.

    By `json` in ASCII, so that no text in it can fail to encode: that error would carry the body,
    and with it the tokens.
    """
    quick = write_strictly(body)
    return SecretBytes(_encoder.encode(body).encode("ascii")) if quick is None else quick


def send(client: httpx.Client, kwargs: Mapping[str, Any]) -> httpx.Response:
    """Send a request and return the answer, whole, whatever it is.

    Raises `httpx.TransportError` when there is none.
    """
    request = _request(client, kwargs)
    try:
        response = client.send(request, stream=True)
        try:
            if _is_plain(response):
                response.read()
                return response
            raw = b"".join(response.iter_raw())
        finally:
            response.close()
    except httpx.RequestError as error:
        raise _bare(error) from None
    return _decoded(response, raw)


async def send_async(client: httpx.AsyncClient, kwargs: Mapping[str, Any]) -> httpx.Response:
    """Same as `send`, awaited."""
    request = _request(client, kwargs)
    try:
        response = await client.send(request, stream=True)
        try:
            if _is_plain(response):
                await response.aread()
                return response
            raw = b"".join([chunk async for chunk in response.aiter_raw()])
        finally:
            await response.aclose()
    except httpx.RequestError as error:
        raise _bare(error) from None
    return _decoded(response, raw)


def _request(client: httpx.Client | httpx.AsyncClient, kwargs: Mapping[str, Any]) -> httpx.Request:
    absolute = {**kwargs, "url": _absolute(client.base_url, kwargs["url"])}
    return client.build_request(**absolute)


@lru_cache(maxsize=64)
def _absolute(base_url: httpx.URL, path: str) -> httpx.URL:
    """Return where a request goes, as httpx joins the two; it would do so for each request anew."""
    joined = base_url.raw_path + httpx.URL(path).raw_path.lstrip(b"/")
    return base_url.copy_with(raw_path=joined)


def _bare(error: httpx.RequestError) -> httpx.RequestError:
    """Return an error of the transport without the frames below: they hold the body, and tokens."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _is_plain(response: httpx.Response) -> bool:
    """Tell whether a body needs no decoding, or was decoded when it was made, as mocks do."""
    return response.is_stream_consumed or "Content-Encoding" not in response.headers


def _decoded(response: httpx.Response, raw: bytes) -> httpx.Response:
    """Return an answer with its body decoded; as it came, if it is not what its headers say."""
    headers = httpx.Headers(response.headers)
    try:
        return httpx.Response(response.status_code, headers=headers, content=raw)
    except httpx.DecodingError:
        del headers["Content-Encoding"]
        return httpx.Response(response.status_code, headers=headers, content=raw)


def read_response(response: httpx.Response, answers: Mapping[int, type[T]]) -> Response[T]:
    """Return the answer with its body read into the model that `answers` has for the status."""
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_read_body(response.content, answers.get(response.status_code)),
    )


def _read_body(content: bytes, model: type[T] | None) -> T | None:
    if model is None:
        return None
    found: T | None = read_strictly(content, model)
    if found is not None:
        return found
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):  # not JSON, not text, or nested beyond reason
        data = None
    if not isinstance(data, dict):
        report(model.__name__, "(body)", Problem.NOT_AN_OBJECT)
        return None
    return model.from_dict(data)
