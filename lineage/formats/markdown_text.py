"""Texts of strangers inside Markdown: as they look, and without a meaning of their own."""

import re
import unicodedata
from typing import Final

from lineage.formats.addresses import web_address
from lineage.picture.xml_text import plain

_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#~|&@^$])")
# At the head of a line these begin a list or underline a heading.
_BEGINS: Final = re.compile(r"^(?=[-+=])|^(\d{1,9})(?=[.)](?:\s|$))")
# Bare addresses turn into links on GitHub and Hugging Face; a backslash before the first sign ends that.
_LINKING: Final = re.compile(r"\b(https?|ftp|mailto|xmpp|www)([:.])", re.IGNORECASE)


def escaped(text: str) -> str:
    """One line of Markdown that shows the text. Words from right to left keep to themselves."""
    line = _BEGINS.sub(r"\1\\", _LINKING.sub(r"\1\\\2", _MARKS.sub(r"\\\1", plain(text))))
    turned = any(unicodedata.bidirectional(character) in ("R", "AL") for character in line)
    return f"\u2068{line}\u2069" if turned else line


def linked(text: str, address: str | None) -> str:
    """The text as a link, where the address is one that may be followed."""
    target = web_address(address)
    return f"[{escaped(text) or '?'}](<{target}>)" if target else escaped(text)
