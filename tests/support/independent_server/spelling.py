"""Other spellings of a text, as a server may store or show it."""

import unicodedata
from typing import Literal

Spelling = Literal["upper", "lower", "swapped", "trimmed", "NFC", "NFD"]


def spelled(text: str, spelling: Spelling | None) -> str:
    """Return the text in another spelling; None leaves it as it is."""
    if spelling is None:
        return text
    if spelling == "NFC" or spelling == "NFD":  # noqa: PLR1714 - mypy narrows the type
        return unicodedata.normalize(spelling, text)
    return {
        "upper": text.upper(),
        "lower": text.lower(),
        "swapped": text.swapcase(),
        "trimmed": text.strip(),
    }[spelling]
