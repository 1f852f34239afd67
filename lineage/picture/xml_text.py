"""Texts of strangers made fit for XML and HTML."""

import re
from html import escape

# What XML 1.0 forbids, and further control characters that no name needs.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Embeddings and overrides would turn the words behind a name round as well.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_SAFE_LINK = re.compile(r"(?:https?://|[/#?])", re.IGNORECASE)
_OUTSIDE_LINK = re.compile(r"https?://", re.IGNORECASE)


def plain(text: str) -> str:
    """One line of text without forbidden or turning characters, not yet escaped."""
    return " ".join(_TURNING.sub("", _FORBIDDEN.sub("", text)).split())


def escaped(text: str) -> str:
    """Ready to stand between tags or in a quoted attribute."""
    return escape(plain(text))


def isolated(text: str) -> str:
    """Escaped text that leaves the direction of its neighbours alone, for use in a longer line."""
    ready = escaped(text)
    return f"\u2068{ready}\u2069" if _RIGHT_TO_LEFT.search(ready) else ready


def link(href: str, *, outside_only: bool = False) -> str:
    """The address, or nothing when following it could run a script or would lead nowhere.

    `outside_only`: for a file that left the site, where only whole addresses still lead somewhere.
    """
    bare = plain(href)
    return bare if (_OUTSIDE_LINK if outside_only else _SAFE_LINK).match(bare) else ""
