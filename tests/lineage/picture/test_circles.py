"""Claims can go round in circles; pictures and lists of them end all the same."""

import re

from hypothesis import given

from lineage.picture import Edge, Tree, draw
from lineage.picture.layout import lay_out
from lineage.picture.ranking import closing_links, topological
from tests.lineage.picture.families import ENGLISH, families, family, node


def closing(tree: Tree) -> list[tuple[str, str]]:
    layout = lay_out(tree, {each.id: 60 for each in tree.nodes})
    return [(route.edge.parent, route.edge.child) for route in layout.routes if route.closing]


def test_the_edge_that_leads_back_is_the_one_turned_round() -> None:
    tree = family("root a", "a b", "b c", "c a")

    assert closing(tree) == [("c", "a")]


def test_a_doubtful_claim_is_the_odd_one_out() -> None:
    nodes = tuple(node(name) for name in ("root", "a", "b"))
    tree = Tree(nodes, (Edge("root", "a"), Edge("root", "b"), Edge("a", "b", certain=False), Edge("b", "a")))

    assert closing(tree) in ([("a", "b")], [("b", "a")])
    assert closing(Tree(nodes, tree.edges[::-1])) == closing(tree)


def test_a_circle_without_any_root_is_drawn_and_marked() -> None:
    svg = draw(family("a b", "b c", "c a"), ENGLISH)

    assert svg.count('class="tree-edge tree-closing"') == 2  # the edge, and its line in the legend
    assert ENGLISH.circular in svg


def test_two_models_that_claim_each_other_as_parent_have_both_edges() -> None:
    svg = draw(family("a b", "b a"), ENGLISH)

    assert svg.count('class="tree-line"') == 3
    assert svg.count("tree-closing") == 2


def test_the_tip_of_an_edge_that_closes_a_circle_points_up_at_the_child() -> None:
    svg = draw(family("a b", "b c", "c a"), ENGLISH)

    line, tip = r'<path class="tree-line" d="M(\d+) (\d+)[^"]*"/>', r'<path class="tree-tip" d="M(\d+) (\d+)l-4 8'
    drawn = re.search(f'tree-closing">{line}{tip}', svg)
    assert drawn is not None
    line_x, line_y, tip_x, tip_y = map(int, drawn.groups())
    assert line_x == tip_x and line_y > tip_y


def test_a_model_that_claims_itself_as_parent_is_drawn_once_without_that_edge() -> None:
    svg = draw(family("a a", "a b"), ENGLISH)

    assert svg.count('class="tree-line"') == 1


@given(families(circles=True))
def test_without_its_closing_links_any_family_has_an_order(tree: Tree) -> None:
    number = {each.id: at for at, each in enumerate(tree.nodes)}
    links = [(number[edge.parent], number[edge.child]) for edge in tree.edges if edge.parent != edge.child]

    closed = closing_links(len(number), links, [False] * len(links))

    rest = [link for at, link in enumerate(links) if at not in closed]
    order = topological(len(number), rest)
    assert len(order) == len(number)
    assert all(order.index(parent) < order.index(child) for parent, child in rest)


@given(families())
def test_a_family_without_circles_has_no_closing_link(tree: Tree) -> None:
    assert closing(tree) == []
