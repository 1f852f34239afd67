"""A title in a few lines: broken between phrases where it is Japanese, between words elsewhere, of even lengths."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import budoux

from campaigns.sharing.fonts import Weight, font

ELLIPSIS = "…"
_KANA = re.compile("[\u3040-\u30ff]")


@dataclass(frozen=True, slots=True)
class Title:
    """Lines that fit, and the size of the font in which they do."""

    lines: tuple[str, ...]
    size: int


def fitted(
    text: str, width: int, sizes: Sequence[int], most: int, *, weight: Weight = "bold", even: bool = True
) -> Title:
    """In the largest of `sizes` in which `most` lines are enough; in the smallest it is cut with an ellipsis."""
    pieces = _pieces(text)
    for size in sizes:
        lines = _filled(pieces, width, weight, size)
        if len(lines) <= most:
            return Title(_even(pieces, width, weight, size, len(lines)) if even else tuple(lines), size)
    size = sizes[-1]
    lines = _filled(pieces, width, weight, size)
    return Title((*lines[: most - 1], clipped("".join(lines[most - 1 :]), width, size, weight=weight)), size)


def clipped(text: str, width: int, size: int, *, weight: Weight = "regular") -> str:
    """The text, or as much of its beginning as fits with an ellipsis."""
    if _length(text, weight, size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _length(text[:middle].rstrip() + ELLIPSIS, weight, size) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def _even(pieces: Sequence[str], width: int, weight: Weight, size: int, count: int) -> tuple[str, ...]:
    """The narrowest setting in so many lines, so that no word stands alone in the last."""
    longest = max((_length(piece.rstrip(), weight, size) for piece in pieces), default=0)
    low, high = min(max(width // 2, round(longest)), width), width
    while high - low > size // 4:
        middle = (low + high) // 2
        if len(_filled(pieces, middle, weight, size)) <= count:
            high = middle
        else:
            low = middle
    return tuple(_filled(pieces, high, weight, size))


def _filled(pieces: Sequence[str], width: int, weight: Weight, size: int) -> list[str]:
    lines = [""]
    for piece in pieces:
        if not lines[-1] or _length((lines[-1] + piece).rstrip(), weight, size) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
        while _length(lines[-1].rstrip(), weight, size) > width:
            fits = len(clipped(lines[-1], width, size, weight=weight)) - 1
            lines[-1:] = [lines[-1][: max(fits, 1)], lines[-1][max(fits, 1) :]]
    return [line.strip() for line in lines if line.strip()]


def _pieces(text: str) -> list[str]:
    phrases = _parser().parse(text) if _KANA.search(text) else [text]
    return [piece for phrase in phrases for piece in re.findall(r"\S+\s*|\s+", phrase)]


def _length(text: str, weight: Weight, size: int) -> float:
    return font(weight, size).getlength(text)


@cache
def _parser() -> budoux.Parser:
    return budoux.load_default_japanese_parser()
