"""What leaves the page: the picture as a file, the DOT text, the mark; and the sheet that colours them."""

import re
from pathlib import Path

from hypothesis import given

from lineage.picture import Edge, Tree, brand_mark, dot, download, draw
from lineage.picture.mark import mark_file
from lineage.picture.standalone import STYLE
from tests.lineage.picture.families import ENGLISH, SVG, WORDS, bra, families, family, models, node, parsed

SHEETS = Path(__file__).parents[3] / "static" / "genseki"


def rules(sheet: str) -> dict[str, str]:
    """Declarations by selector: those for all media, with the fallbacks of custom properties in their place."""
    bare = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    bare = re.sub(r"@media [^{]+{([^{}]*{[^{}]*})*\s*}", "", bare)
    literal = re.sub(r"var\(--[a-z-]+, ([^)]+)\)", r"\1", bare)
    found = re.findall(r"([^{}]+){([^{}]*)}", literal)
    return {" ".join(selector.split()): " ".join(body.split()) for selector, body in found}


def test_a_downloaded_picture_says_what_it_is_and_brings_its_style() -> None:
    file = download(bra(), ENGLISH)

    assert file.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"')
    assert len(parsed(file).findall(f"{SVG}style")) == 1


def test_a_downloaded_picture_looks_like_the_one_on_the_page() -> None:
    page, file = parsed(draw(bra(), ENGLISH)), parsed(download(bra(), ENGLISH))

    def drawing(svg: object) -> list[str | None]:
        return [path.get("d") for path in svg.iter(f"{SVG}path")]  # type: ignore[attr-defined]

    assert drawing(page) == drawing(file)


def test_the_style_of_the_file_says_the_same_as_the_sheet_of_the_page() -> None:
    sheet = rules((SHEETS / "tree.css").read_text())

    for selector, declarations in rules(STYLE).items():
        if selector == ".tree":
            assert declarations in sheet[selector]
        else:
            assert declarations == sheet[selector], selector


def test_every_class_of_the_picture_is_styled() -> None:
    svg = parsed(draw(bra(), ENGLISH)), parsed(brand_mark())
    used = {name for drawing in svg for element in drawing.iter() for name in element.get("class", "").split()}

    sheet = (SHEETS / "tree.css").read_text()
    plain_groups = {"tree-edges", "tree-models", "tree-legend", "tree-edge", "tree-clean", "tree-focus", "mark"}
    assert {name for name in used - plain_groups if not re.search(rf"\.{name}\b", sheet)} == set()


def test_only_whole_addresses_are_links_in_a_file() -> None:
    tree = family(nodes=[node("a"), node("b", href="https://example.org/m/b")])

    assert [link.get("href") for link in models(download(tree, ENGLISH))] == [None, "https://example.org/m/b"]


@given(families(circles=True))
def test_any_family_makes_a_well_formed_file_that_is_always_the_same(tree: Tree) -> None:
    file = download(tree, ENGLISH)

    parsed(file)
    assert download(Tree(tree.nodes[::-1], tree.edges[::-1]), ENGLISH) == file


def test_dot_has_a_line_for_each_model_and_each_claim() -> None:
    lines = dot(Tree((node("a", "tainted"), node("b")), (Edge("a", "b", "merge", tainting=True),))).splitlines()

    assert lines[0] == "digraph lineage {" and lines[-1] == "}"
    assert '  "a" [label="a\\ninherits restrictions" color="#a40e26" style=solid peripheries=2];' in lines
    assert '  "a" -> "b" [label="merge" style=solid color="#a40e26" penwidth=2];' in lines


@given(WORDS)
def test_no_name_ends_a_text_of_dot_early(name: str) -> None:
    text = dot(family(nodes=[node("one", label=name, note=name)]))

    without_texts = re.sub(r'"(?:[^"\\]|\\.)*"', "T", text)
    assert re.fullmatch(
        r"digraph lineage \{\n  node \[[^\]]+\];\n  T \[label=T color=T style=solid\];\n\}\n", without_texts
    )


def test_the_files_of_the_mark_are_those_that_the_code_draws() -> None:
    assert (SHEETS / "mark.svg").read_text() == mark_file()
    assert (SHEETS / "favicon.svg").read_text() == mark_file(small=True)


def test_the_mark_is_a_family_with_one_red_path_that_turns_green() -> None:
    drawn = [element.get("class") for element in parsed(brand_mark()).iter()]

    assert drawn.count("mark-red") == drawn.count("mark-green") == 1
    red, green = (
        next(element.get("d", "") for element in parsed(brand_mark()).iter() if element.get("class") == name)
        for name in ("mark-red", "mark-green")
    )
    assert red.endswith("V14") and green.startswith("M11 14")
