"""Every pair of colours that the pages put on each other can be read, by day and by night."""

import re
from itertools import product
from pathlib import Path

import pytest

SHEETS = Path(__file__).resolve().parents[2] / "static" / "genseki"
# WCAG 2.2: 1.4.3 for text, 1.4.11 for what only has to be seen.
TEXT, SEEN = 4.5, 3.0
GROUNDS = ("paper", "sheet")
TEXTS = [
    *product(("ink", "muted", "accent", "ok", "cond", "bad"), GROUNDS),
    *((name, f"{name}-tint") for name in ("accent", "ok", "cond", "bad")),
    *product(("ink", "muted"), ("accent-tint", "ok-tint", "cond-tint", "bad-tint")),
    ("on-accent", "accent"),
]
BORDERS = [
    *product(("input", "accent", "ok", "cond", "bad", "muted"), GROUNDS),
    ("accent", "track"),
    ("ok", "track"),
]


def tokens(sheet: str) -> dict[str, str]:
    """The colours of the first `:root` of a sheet."""
    root = re.search(r":root \{(.*?)\n\}", (SHEETS / sheet).read_text(), re.S)
    assert root is not None
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", root[1]))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, from 0 to 1."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("light", ["site.css", "dark.css"])
def test_every_text_and_every_border_stands_out_from_its_ground(light: str) -> None:
    colours = tokens("site.css") | tokens(light)

    weak = {
        f"{front} on {ground}": round(contrast(colours[front], colours[ground]), 2)
        for pairs, least in ((TEXTS, TEXT), (BORDERS, SEEN))
        for front, ground in pairs
        if contrast(colours[front], colours[ground]) < least
    }

    assert weak == {}


def test_the_night_names_the_same_colours_as_the_day() -> None:
    assert tokens("dark.css").keys() == tokens("site.css").keys()


def test_sheets_take_their_colours_from_the_tokens() -> None:
    own = {
        sheet.name: sorted(
            set(re.findall(r"#[0-9a-f]{3,6}\b", re.sub(r"@media print \{.*?\n\}", "", text, flags=re.S)))
        )
        for sheet in SHEETS.glob("*.css")
        if sheet.name not in ("site.css", "dark.css", "tree.css", "card.css")
        and (text := re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S))
    }

    # Codes that a camera reads stand on white, always; what lies on people's pictures knows no night.
    assert set().union(*own.values()) <= {"#fff", tokens("site.css")["accent"]}


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert round(contrast("#000", "#ffffff"), 1) == 21.0
