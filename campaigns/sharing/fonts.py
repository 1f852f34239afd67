"""The fonts of pictures, and which characters they can draw."""

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from PIL import ImageFont

Weight = Literal["regular", "bold"]
FILES: dict[Weight, tuple[str, str]] = {
    "regular": ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"),
    "bold": ("noto_cjk_sans_jp_bold", "NotoSansCJKjp-Bold.otf"),
}
_NOBODY_HAS_IT = "\U000effff"


@cache
def font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """`size` is the height of the font in pixels."""
    package, name = FILES[weight]
    return ImageFont.truetype(str(files(package) / name), size)


def drawable(text: str, fallback: str) -> str:
    """The text without what the fonts have no glyph for; `fallback` where little would be left of it."""
    kept = " ".join("".join(sign for sign in text if sign.isspace() or _has_glyph(sign)).split())
    return kept if 2 * _letters(kept) >= _letters(text) and _letters(kept) else fallback


def _letters(text: str) -> int:
    return sum(unicodedata.category(sign)[0] in "LN" for sign in text)


@lru_cache(maxsize=8192)
def _has_glyph(sign: str) -> bool:
    # A mark alone has no place of its own; the fonts compose what they know after normalising.
    return unicodedata.category(sign)[0] not in "CM" and _drawn(sign) != _drawn(_NOBODY_HAS_IT)


def _drawn(sign: str) -> tuple[tuple[int, int], bytes]:
    mask = font("regular", 24).getmask(sign)
    return mask.size, bytes(mask)
