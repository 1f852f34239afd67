"""Addresses of strangers as every format takes them, or not at all."""

import re
from typing import Final
from urllib.parse import quote, urlsplit

from lineage.formats.naming import is_repository

_WEB: Final = re.compile(
    r"(https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?)([/?#].*)?", re.I
)
_BAD_PERCENT: Final = re.compile("%(?![0-9a-fA-F]{2})")
_KEPT: Final = "%/?:@!$&'()*+,;=-._~"
_HUBS: Final = frozenset({"huggingface.co", "www.huggingface.co", "hf.co"})
_NO_MODELS: Final = frozenset({"datasets", "spaces", "docs", "blog", "papers", "collections"})
LONGEST: Final = 2_000


def web_address(text: str | None) -> str | None:
    """An http(s) address in plain ASCII, what may not stand in one percent-encoded. None for anything else."""
    match = _WEB.fullmatch(text.strip()) if text and len(text) <= LONGEST else None
    if match is None:
        return None
    rest, hash_sign, fragment = (match[2] or "").partition("#")
    return match[1] + _encoded(rest) + (hash_sign + _encoded(fragment) if fragment else "")


def repository_at(text: str | None) -> str | None:
    """The `owner/name` of a model on Hugging Face that an address leads to, or None."""
    address = web_address(text)
    if address is None or (urlsplit(address).hostname or "") not in _HUBS:
        return None
    parts = urlsplit(address).path.strip("/").split("/")
    name = "/".join(parts[:2])
    return name if len(parts) >= 2 and parts[0] not in _NO_MODELS and is_repository(name) else None


def _encoded(part: str) -> str:
    return quote(_BAD_PERCENT.sub("%25", part), safe=_KEPT)
