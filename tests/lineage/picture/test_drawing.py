"""The picture of a page: readable without colour, by keyboard and by ear, and deaf to hostile names."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.picture import Edge, Tree, draw
from tests.lineage.picture.families import (
    ENGLISH,
    SVG,
    WORDS,
    bra,
    families,
    family,
    models,
    node,
    parsed,
    texts,
    title,
)


@given(families(circles=True))
def test_the_same_family_is_drawn_with_the_same_bytes_in_whatever_order_it_is_given(tree: Tree) -> None:
    again = Tree(tree.nodes[::-1], tree.edges[::-1])

    assert draw(again, ENGLISH) == draw(tree, ENGLISH)


@given(families(circles=True))
def test_every_model_is_one_link_with_its_name_and_state(tree: Tree) -> None:
    drawn = models(draw(tree, ENGLISH))

    assert sorted(link.get("href", "") for link in drawn) == sorted(each.href for each in tree.nodes)
    by_address = {each.href: each for each in tree.nodes}
    for link in drawn:
        shown = by_address[link.get("href", "")]
        assert shown.label in title(link) and shown.state_word in title(link)


@given(families())
def test_the_order_of_tabbing_goes_from_ancestors_to_descendants(tree: Tree) -> None:
    order = [link.get("href") for link in models(draw(tree, ENGLISH))]

    for edge in tree.edges:
        assert order.index(f"/m/{edge.parent}") < order.index(f"/m/{edge.child}")


@given(WORDS, WORDS, st.text(max_size=40))
def test_no_name_breaks_the_drawing(name: str, licence: str, address: str) -> None:
    shown = node(
        "one", label=name, licence_label=licence, note=name, state_word=licence, href="/" + address, focus=True
    )
    tree = Tree((shown, node("two")), (Edge("one", "two", label=name, tainting=True),))

    svg = draw(tree, ENGLISH)

    svg.encode()
    tags = {element.tag.removeprefix(SVG) for element in parsed(svg).iter()}
    assert tags <= {"svg", "title", "desc", "g", "a", "rect", "path", "text"}


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onload='alert(1)",
        "]]>",
        "&amp;",
        "\x00\x1b[31m",
    ],
)
def test_markup_in_a_name_is_shown_as_the_letters_it_is_made_of(name: str) -> None:
    (link,) = models(draw(family(nodes=[node("one", label=name)]), ENGLISH))

    assert title(link).startswith(re.sub("[\x00-\x1f]", "", name))
    assert set(link.keys()) == {"class", "href"}


def test_a_name_that_turns_the_direction_of_writing_leaves_the_state_readable() -> None:
    (link,) = models(draw(family(nodes=[node("one", "tainted", label="abc\u202e\u2067def")]), ENGLISH))

    assert title(link) == "abcdef — inherits restrictions"


def test_an_arabic_name_is_set_apart_from_the_words_behind_it() -> None:
    (link,) = models(draw(family(nodes=[node("one", label="نموذج")]), ENGLISH))

    assert title(link) == "\u2068نموذج\u2069 — inherits no restriction"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "java\nscript:x"]
)
def test_an_address_that_could_run_a_script_is_no_link(address: str) -> None:
    (link,) = models(draw(family(nodes=[node("one", href=address)]), ENGLISH))

    assert link.get("href") is None


@pytest.mark.parametrize("address", ["/ja/m/bra-v1", "#bra-v1", "?a=\"<'&b=1", "https://example.org/m/1"])
def test_paths_and_whole_addresses_are_links(address: str) -> None:
    (link,) = models(draw(family(nodes=[node("one", href=address)]), ENGLISH))

    assert link.get("href") == address


def test_the_picture_is_a_named_group_that_does_not_hide_its_links() -> None:
    svg = parsed(draw(bra(), ENGLISH, ident="family", described_by="family-list"))

    names = {element.get("id"): element.text for element in svg.iter() if element.get("id")}
    assert svg.get("role") == "group"
    assert names[svg.get("aria-labelledby")] == ENGLISH.title
    described, listed = svg.get("aria-describedby", "").split()
    assert (names[described], listed) == (ENGLISH.description, "family-list")
    hidden = [group.get("class") for group in svg.iter(f"{SVG}g") if group.get("aria-hidden")]
    assert hidden == ["tree-edges", "tree-legend"]


def test_the_picture_brings_no_style_and_no_script_of_its_own() -> None:
    svg = parsed(draw(bra(), ENGLISH))

    assert not [element for element in svg.iter() if element.tag.endswith(("style", "script"))]
    assert not [name for element in svg.iter() for name in element.attrib if name == "style" or name.startswith("on")]


def test_the_size_of_the_picture_is_told_before_any_style_is_loaded() -> None:
    svg = parsed(draw(bra(), ENGLISH))

    assert svg.get("viewBox") == f"0 0 {svg.get('width')} {svg.get('height')}"


def test_each_state_has_a_mark_and_a_word_besides_its_colour() -> None:
    tree = family(nodes=[node("a", "tainted"), node("b", "suspect"), node("c")])

    drawn = [(texts(link, "mark"), texts(link, "state")) for link in models(draw(tree, ENGLISH))]

    assert drawn == [
        (["✕"], ["inherits restrictions"]),
        (["?"], ["has open questions"]),
        (["✓"], ["inherits no restriction"]),
    ]


def test_only_what_inherits_restrictions_has_a_double_border() -> None:
    tree = family(nodes=[node("a", "tainted"), node("b", "suspect"), node("c")])

    double = [
        title(link)[0]
        for link in models(draw(tree, ENGLISH))
        if any(rect.get("class") == "tree-inner" for rect in link.iter(f"{SVG}rect"))
    ]

    assert double == ["a"]


def test_the_restricting_path_is_named_on_its_first_edge_alone() -> None:
    svg = parsed(draw(bra(), ENGLISH))

    edges = next(group for group in svg.iter(f"{SVG}g") if group.get("class") == "tree-edges")
    words = [text.text for text in edges.iter(f"{SVG}text")]
    assert words.count(ENGLISH.restricting_path) == 1
    assert words.index(ENGLISH.restricting_path) == 0


def test_a_planned_version_says_that_it_is_planned() -> None:
    drawn = models(draw(bra(), ENGLISH))

    planned = [link for link in drawn if "tree-planned" in link.get("class", "").split()]
    assert sorted(link.get("href", "") for link in planned) == ["/m/clean", "/m/half"]
    assert all(texts(link, "soon") == ["planned"] and " — planned — " in title(link) for link in planned)


def test_the_model_in_focus_can_be_linked_to_and_is_announced_as_the_current_one() -> None:
    svg = draw(bra(), ENGLISH, ident="family")

    (focus,) = (link for link in models(svg) if link.get("aria-current"))
    assert (focus.get("href"), focus.get("id"), focus.get("aria-current")) == ("/m/v4", "family-focus", "page")


def test_the_legend_explains_what_the_picture_shows_and_nothing_else() -> None:
    def legend(tree: Tree) -> list[str]:
        return texts(parsed(draw(tree, ENGLISH)), "word")

    assert legend(family("a b")) == [ENGLISH.clean]
    assert legend(bra()) == [ENGLISH.tainted, ENGLISH.suspect, ENGLISH.clean, ENGLISH.restricting_path, ENGLISH.planned]


def test_an_empty_family_is_a_picture_of_nothing() -> None:
    assert ElementTree.tostring(parsed(draw(Tree((), ()), ENGLISH))).startswith(b"<ns0:svg")


def test_an_ident_that_could_break_out_of_an_attribute_is_refused() -> None:
    with pytest.raises(ValueError, match="An ident is a letter"):
        draw(bra(), ENGLISH, ident='x"><script>')
