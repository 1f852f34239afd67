"""Drawings that stand for themselves can be read by day and by night; those of pages are judged with their pages."""

from dataclasses import replace
from itertools import product

import pytest
from playwright.sync_api import Browser

from campaigns.sharing.badge import COLOURS, SIGNS, STYLES, Badge, draw_badge
from lineage.picture import Edge, download
from lineage.picture.mark import mark_file
from lineage.picture.tree import Tree
from tests.browser.drawings import faint_in_drawings
from tests.lineage.picture.families import ENGLISH, bra, node

pytestmark = pytest.mark.browser

FAINT = """<!doctype html><body style="background: #111"><svg width="300" height="200">
    <rect width="300" height="80" fill="#eee"/><rect class="dark" width="100" height="80" fill="#222"/>
    <text x="5" y="20" fill="#eee">read on the dark</text><text x="150" y="20" fill="#777">faint on the light</text>
    <text x="60" y="50" fill="#eee">reaches over its ground</text>
    <text x="150" y="70" fill="#eee" stroke="#222" stroke-width="5" paint-order="stroke">brings its ground</text>
    <text x="5" y="120" fill="#777" font-size="26">large on the page</text><text x="5" y="140" fill="#777">small</text>
    <g opacity="0.2"><text x="5" y="160" fill="#fff">half there</text></g>
    <path class="seen" d="M0 170h300" stroke="#888"/><path class="faint" d="M0 180h300" stroke="#333" fill="none"/>
    <rect class="edged" x="5" y="185" width="20" height="10" fill="#111" stroke="#999"/>
    <defs><text fill="#111">kept for later</text></defs></svg>"""


def the_bra_family() -> Tree:
    """With every word and every line that there is: also an edge that is not certain, a circle, and a stub."""
    tree = bra()
    nodes = [replace(each, licence_label="Dreamlike 1.0", note="parents not disclosed") for each in tree.nodes]
    stub = node("others", "tainted", "+12 more ancestors", hidden=12)
    more = (Edge("half", "v4", certain=False, label="merge"), Edge("v4", "v1"), Edge("others", "basil", tainting=True))
    return Tree((*nodes, stub), (*tree.edges, *more))


DRAWINGS = {
    "tree": download(the_bra_family(), ENGLISH).partition("?>")[2],
    "mark": mark_file(),
    "tab": mark_file(small=True),
    **{
        f"badge {' '.join(each)}": draw_badge(Badge("系譜", "¥500 of ¥20,000", *each))
        for each in product(SIGNS, COLOURS, STYLES)
    },
}


def test_a_text_and_a_line_that_are_hard_to_see_are_named(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(FAINT)

    found = faint_in_drawings(page)

    page.close()
    assert [one.rsplit(" ", 1)[0] for one in found] == [
        'text  "faint on the light"',
        'text  "reaches over its ground"',
        'text  "small"',
        'text  "half there"',
        'path faint ""',
    ]


def test_every_drawing_to_take_away_can_be_read_by_day_and_by_night(browser: Browser) -> None:
    page = browser.new_page()

    faint = {}
    for name, drawing in DRAWINGS.items():
        page.set_content(
            f'<!doctype html><meta name="color-scheme" content="light dark"><body style="background: Canvas">{drawing}'
        )
        for light in ("light", "dark") if not name.startswith("badge") else ("light",):
            page.emulate_media(color_scheme=light)
            faint[f"{name} {light}"] = faint_in_drawings(page)

    page.close()
    assert {name: found for name, found in faint.items() if found} == {}
