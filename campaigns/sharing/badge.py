"""A badge: two words in a small SVG, for a README or any page. Nothing in it runs, links or fetches."""

import unicodedata
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from campaigns.sharing.plain_text import in_xml

COLOURS = {"blue": "#0b5cad", "green": "#116329", "amber": "#7a4b00", "red": "#a40e26", "grey": "#57606a"}
LOOKS = {"live": "blue", "ok": "green", "cond": "amber", "bad": "red", "unclear": "grey"}
STYLES = ("flat", "flat-square", "large")
GROUND = "#30363d"
FONT = "Verdana,'DejaVu Sans','Hiragino Sans','Yu Gothic UI','Noto Sans CJK JP',sans-serif"
SIGNS = {
    "ok": "M1 6.4 4.2 9.6 10 2.6",
    "bad": "M2 2.4 9.4 9.8M9.4 2.4 2 9.8",
    "cond": "M5.7 1.6 10.4 10H1Z",
    "unclear": "M3 4.2C3 1.4 8.4 1.4 8.4 4.4 8.4 6.4 5.7 6.2 5.7 8M5.7 10.4V10.5",
}
_SLIM = frozenset("iljtfrI.,:;'!|()[]{} /\\\"`-·")
_BROAD = frozenset("MWmw@%&—")


@dataclass(frozen=True, slots=True)
class Badge:
    """`look` chooses the sign before the message; `colour` is a name from COLOURS.

    `note` has no room in the picture: a screen reader says it, and a pointer shows it.
    """

    label: str
    message: str
    look: str
    colour: str
    style: str = "flat"
    note: str = ""


def draw_badge(badge: Badge) -> str:
    label, message = in_xml(badge.label), in_xml(badge.message)
    big = badge.style == "large"
    high, size, side = (28, 13, 12) if big else (20, 11, 7)
    sign = SIGNS.get(badge.look, "")
    before = 16 if sign else 0
    left = width(label, size)
    right = width(message, size)
    middle = left + 2 * side
    whole = middle + right + 2 * side + before
    said = f"{label}: {message}" + (f" ({in_xml(badge.note)})" if badge.note else "")
    radius = 0 if badge.style == "flat-square" else 4
    base = high - (9 if big else 6)
    drawn_sign = (
        f'<path d="{sign}" transform="translate({middle + side} {(high - 12) / 2:g})" fill="none" stroke="#fff" '
        f'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>'
        if sign
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{high}" viewBox="0 0 {whole} {high}" '
        f'role="img" aria-label={quoteattr(said)}><title>{escape(said)}</title>'
        f'<clipPath id="r"><rect width="{whole}" height="{high}" rx="{radius}"/></clipPath>'
        f'<g clip-path="url(#r)"><path fill="{GROUND}" d="M0 0h{middle}v{high}H0z"/>'
        f'<path fill="{COLOURS[badge.colour]}" d="M{middle} 0h{whole - middle}v{high}H{middle}z"/></g>{drawn_sign}'
        f'<g fill="#fff" font-family="{FONT}" font-size="{size}">'
        f'<text x="{side}" y="{base}" textLength="{left}">{escape(label)}</text>'
        f'<text x="{middle + side + before}" y="{base}" textLength="{right}">{escape(message)}</text></g></svg>\n'
    )


def width(text: str, size: int) -> int:
    """About how long a text is, in pixels; the badge then asks for just that length, whatever font there is."""
    return max(round(sum(_share(sign) for sign in text) * size), 1)


def _share(sign: str) -> float:
    """A character's width in heights of the font. East Asian ones are as broad as they are high."""
    if unicodedata.category(sign) in ("Mn", "Me", "Cf", "Cc"):
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF" or ord(sign) > 0x1F000:
        return 1.0
    if sign in _SLIM:
        return 0.38
    if sign in _BROAD:
        return 0.95
    return 0.69 if sign.isupper() else 0.62
