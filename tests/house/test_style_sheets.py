"""Each page loads the sheets that its classes need and no other, each once; and sheets stay small."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ROOT / "static" / "genseki"
TEMPLATES = ROOT / "templates"
NAME = r"-?[A-Za-z_][\w-]*"
# Some pages stand in another frame as well: `{% extends frame|default:"base.html" %}`.
EXTENDS = re.compile(r'{%\s*extends\s+(?:\w+\|default:)?"([^"]+)"')
# A sheet that stands alone: another page, another document.
ALONE = {"card.css"}
# What a package of ours writes.
BROUGHT = {"helptext"}
# Both link the sheets of `_sheets.html`.
FRAMES = ("base.html", "_bare.html")
# Raw bytes, as they lie here. A sheet of one kind of page, the sheets that frame every page, and all of a page.
LARGEST_SHEET, LARGEST_FRAME, LARGEST_PAGE = 12_500, 13_500, 57_000
# The page that strangers see first.
LARGEST_CAMPAIGN = 44_500


@cache
def source(template: str) -> str:
    path = TEMPLATES / template
    return path.read_text() if path.exists() else ""


@cache
def classes_of(sheet: str) -> frozenset[str]:
    """The class names in the sheet's selectors."""
    text = re.sub(r"/\*.*?\*/", "", (SHEETS / sheet).read_text(), flags=re.S)
    selectors = re.findall(r"([^{}]+)\{", text)
    return frozenset(name for one in selectors for name in re.findall(rf"\.({NAME})", one))


@cache
def shown_by_tags() -> dict[str, str]:
    """Which template an inclusion tag of ours renders."""
    found = {}
    for file in [*ROOT.glob("*/templatetags/*.py")]:
        for template, tag in re.findall(r'inclusion_tag\("([^"]+)"[^)]*\)\s*\ndef (\w+)', file.read_text()):
            found[tag] = template
    return found


def reached(template: str) -> set[str]:
    """The template itself and all that it extends, includes and renders through tags."""
    seen: set[str] = set()
    waiting = [template]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        text = source(one)
        waiting += re.findall(r'{%\s*include\s+"([^"]+)"', text) + EXTENDS.findall(text)
        waiting += [shown_by_tags()[tag] for tag in re.findall(r"{%\s*(\w+)", text) if tag in shown_by_tags()]
    return seen


def line_of_descent(template: str) -> list[str]:
    """The template, the one that it extends, and so on up to the frame."""
    parent = EXTENDS.search(source(template))
    return [template, *(line_of_descent(parent[1]) if parent else [])]


def loaded(template: str) -> set[str]:
    """The sheets that a page links: the last word about `styles` counts, and what the frame always links."""
    found: set[str] = set()
    for one in line_of_descent(template):
        found |= set(re.findall(r"genseki/(\w+\.css)", source(one)))
        if re.search(r"{%\s*block styles\s*%}", source(one)) and "block.super" not in source(one):
            break
    return found | set(re.findall(r"genseki/(\w+\.css)", source("_sheets.html")))


def classes_used(template: str) -> set[str]:
    """Whole names alone: what a template puts together from a word and a variable is not seen."""
    values = re.findall(r'class="((?:{[{%].*?[%}]}|[^"])*)"', source(template))
    # `chip-{% if … %}ok{% endif %}` is put together as well: what is glued to a hyphen is no name of its own.
    whole = [re.sub(r"-(?:{%.*?%}[^\s{]*)+", "-\0", one) for one in values]
    parts = [re.split(r"\s+", re.sub(r"{[{%].*?[%}]}", "\0", re.sub(r"({%.*?%})", r" \1 ", one))) for one in whole]
    return {name for part in parts for name in part if re.fullmatch(NAME, name)}


PAGES = sorted(
    name
    for path in TEMPLATES.rglob("*.html")
    if (name := path.relative_to(TEMPLATES).as_posix()) and line_of_descent(name)[-1] in FRAMES and name not in FRAMES
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_the_sheets_of_the_classes_that_it_uses(page: str) -> None:
    sheets = [sheet.name for sheet in SHEETS.glob("*.css") if sheet.name not in ALONE]
    here = loaded(page)
    missing = {}

    for template in reached(page):
        for name in classes_used(template):
            defining = {sheet for sheet in sheets if name in classes_of(sheet)}
            if defining and not defining & here:
                missing[f"{name} in {template}"] = sorted(defining)

    assert missing == {}, f"{page} loads {sorted(here)}"


def test_every_sheet_is_loaded_by_a_page() -> None:
    linked = {
        name for path in TEMPLATES.rglob("*.html") for name in re.findall(r"genseki/(\w+\.css)", path.read_text())
    }

    assert {sheet.name for sheet in SHEETS.glob("*.css")} == linked


@pytest.mark.parametrize("page", PAGES)
def test_no_sheet_is_linked_by_what_a_page_includes(page: str) -> None:
    frames = {*line_of_descent(page), "_sheets.html"}

    inside = [one for one in reached(page) - frames if "genseki/" in source(one) and ".css" in source(one)]

    assert inside == [], "a page links its sheets in its head, where each stands once"


@pytest.mark.parametrize("page", PAGES)
def test_the_sheets_of_a_page_stay_small(page: str) -> None:
    sizes = {name: (SHEETS / name).stat().st_size for name in loaded(page)}
    most = LARGEST_CAMPAIGN if page == "campaigns/campaign.html" else LARGEST_PAGE

    assert sum(sizes.values()) <= most, sizes


def test_every_sheet_stays_small() -> None:
    framing = set(re.findall(r"genseki/(\w+\.css)", source("_sheets.html")))
    sizes = {sheet.name: sheet.stat().st_size for sheet in SHEETS.glob("*.css")}

    assert sum(sizes[name] for name in framing) <= LARGEST_FRAME
    assert {name: size for name, size in sizes.items() if name not in framing and size > LARGEST_SHEET} == {}


def test_no_rule_is_left_of_what_is_gone() -> None:
    ours = [ROOT / name for name in ("templates", "campaigns", "lineage", "static")]
    files = [path for root in ours for end in ("html", "py", "js") for path in root.rglob(f"*.{end}")]
    text = "\n".join(path.read_text() for path in files)
    whole, glued = set(re.findall(NAME, text)), set(re.findall(rf"({NAME})-(?:{{|\")", text))

    gone = {
        f"{name} in {sheet.name}"
        for sheet in SHEETS.glob("*.css")
        for name in classes_of(sheet.name) - whole - BROUGHT
        if name.rpartition("-")[0] not in glued
    }

    assert gone == set()


def test_a_line_under_words_is_drawn_by_every_browser() -> None:
    # WebKit knows this property with a line alone. With a token in it, it even undoes what another rule said.
    shorthands = {
        f"{sheet.name}: {value}"
        for sheet in SHEETS.glob("*.css")
        for value in re.findall(r"[\s;{]text-decoration:\s*([^;}]+)", sheet.read_text())
    }

    mixed = {one for one in shorthands if len(one.partition(": ")[2].split()) > 1}

    assert shorthands
    assert mixed == set(), "the colour and the thickness have properties of their own"
