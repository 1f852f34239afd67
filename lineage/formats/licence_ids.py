"""Licences by the names that other tools know: ids of the SPDX list, ScanCode's references, or one of our own.

The library `license-expression` knows the first two. A name that it does not know gets a `LicenseRef-genseki-…`, which
says that somebody has to read the text.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from typing import Final

import license_expression

from lineage.engine.document import Licence

OWN: Final = "LicenseRef-genseki-"

_REFERENCE: Final = re.compile(r"LicenseRef-[A-Za-z0-9.-]{1,100}")
_PLAIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,78}[a-z0-9])?")
_LIKE_CUT: Final = re.compile(r".*-[0-9a-f]{12}")
#: Keys of ScanCode that stand for a kind of text, and not for one text.
_NO_ONE_TEXT: Final = re.compile(r"(?:free-)?unknown|(?:other|generic|commercial|proprietary)-")


@dataclass(frozen=True, slots=True)
class LicenceName:
    """`expression` is a valid SPDX expression. `kind`: an id of the SPDX list, one LicenseRef, or several joined."""

    expression: str
    kind: str

    @property
    def listed(self) -> bool:
        return self.kind == "listed"

    @property
    def reference(self) -> bool:
        return self.kind == "reference"


def licence_name(licence: Licence) -> LicenceName:
    """What its `spdx` field says, if that can be read; else what its id means to ScanCode; else a name of our own."""
    return _from_field(licence.spdx) or _from_id(licence.id) or LicenceName(own_reference(licence.id), "reference")


def own_reference(id: str) -> str:
    """A LicenseRef made of an id. Such references are compared without regard to case, and still two ids stay two."""
    if _PLAIN.fullmatch(id) and not _LIKE_CUT.fullmatch(id):
        return OWN + id
    plain = re.sub(r"[^a-z0-9.]+", "-", id.lower()).strip("-.")[:60].rstrip("-.")
    digest = sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{OWN}{plain}-{digest}" if plain else OWN + digest


@lru_cache(maxsize=1_000)
def _from_field(spdx: str | None) -> LicenceName | None:
    text = (spdx or "").strip()
    if not text or len(text) > 500:
        return None
    if _REFERENCE.fullmatch(text):
        return LicenceName(text, "reference")
    try:
        parsed = _licensing().parse(text, validate=True, strict=True)
    except (license_expression.ExpressionError, license_expression.ExpressionParseError, RecursionError):
        return None
    return _named(str(parsed)) if parsed is not None else None


@lru_cache(maxsize=1_000)
def _from_id(id: str) -> LicenceName | None:
    """An id that is a key of ScanCode, or of the SPDX list, in any case."""
    key = _keys().get(id.lower())
    return _named(key) if key else None


def _named(expression: str) -> LicenceName:
    if " " in expression or "(" in expression:
        return LicenceName(expression, "joined")
    return LicenceName(expression, "reference" if expression.startswith("LicenseRef-") else "listed")


@cache
def _licensing() -> license_expression.Licensing:
    return license_expression.get_spdx_licensing()


@cache
def _keys() -> dict[str, str]:
    """Keys in lower case to SPDX keys; those of the SPDX list count before ScanCode's own."""
    found: dict[str, str] = {}
    for entry in license_expression.get_license_index():
        spdx, key = entry.get("spdx_license_key"), entry["license_key"]
        if not spdx or entry["is_exception"] or _NO_ONE_TEXT.match(key):
            continue
        found.setdefault(key.lower(), spdx)
        if not spdx.startswith("LicenseRef-"):
            found[spdx.lower()] = spdx
    return found
