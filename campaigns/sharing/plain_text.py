"""Words of people, for formats in which a control character is an error or a trick."""

import unicodedata

# They turn the order of what follows, or hide: with them "gnp.exe" can be made to read "exe.png".
_TURNING = frozenset(
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_NO_CHARACTERS = frozenset({"Cc", "Cs", "Co", "Cn"})


def one_line(text: str, longest: int) -> str:
    """The text without control characters and turns of direction, on one line, of `longest` characters at most."""
    kept = "".join(" " if sign.isspace() else sign for sign in text[: longest * 4] if _is_kept(sign))
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _is_kept(sign: str) -> bool:
    return sign.isspace() or (sign not in _TURNING and unicodedata.category(sign) not in _NO_CHARACTERS)


def in_xml(text: str) -> str:
    """The text with nothing that XML 1.0 cannot hold; line breaks and tabs stay."""
    return "".join(sign for sign in text if sign in "\t\n\r" or _is_of_xml(ord(sign)))


def _is_of_xml(number: int) -> bool:
    return 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF
