"""Replaces the tokens in what a server sends, in case it echoes them."""

import re
from functools import lru_cache

from mews_vouchers_client.types import Secret

#: Characters. A shorter token, as in tests, may be a part of any word: only whole words count.
_MIN_LENGTH = 8
#: The escapes of JSON for one character, besides those with its number.
_ESCAPES = {'"': r"\"", "\\": r"\\", "/": r"\/", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


def redact(text: str, secrets: tuple[Secret, ...]) -> str:
    """Replace the secrets in a text, as they are and however JSON escapes them."""
    for secret in secrets:
        if "\\" not in text and secret not in text:
            continue  # the usual case: no pattern has to be matched
        text = _pattern(secret).sub("***", text)
    return text


@lru_cache(maxsize=16)
def _pattern(secret: Secret) -> re.Pattern[str]:
    """Return the pattern of a secret."""
    found = "".join(map(_pattern_of_character, secret.reveal()))
    return re.compile(found if len(secret) >= _MIN_LENGTH else rf"(?<!\w){found}(?!\w)")


def _pattern_of_character(character: str) -> str:
    units = character.encode("utf-16-be", errors="surrogatepass")
    numbers = [units[at : at + 2].hex() for at in range(0, len(units), 2)]
    escaped = "".join(rf"\\u(?i:{number})" for number in numbers)
    spellings = [re.escape(character), escaped]
    if character in _ESCAPES:
        spellings.append(re.escape(_ESCAPES[character]))
    return f"(?:{'|'.join(spellings)})"
