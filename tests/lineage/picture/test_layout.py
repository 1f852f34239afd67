"""Where things stand: nothing lies on anything else, and descent always reads downwards."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.picture import Edge, Tree
from lineage.picture.crossings import crossings
from lineage.picture.layout import BOX_WIDTH, Box, Layout, lay_out
from lineage.picture.ordering import with_bends
from tests.lineage.picture.families import bra, families, family, node


def placed(tree: Tree) -> Layout:
    return lay_out(tree, {each.id: 60 + 10 * (ord(each.id[0]) % 3) for each in tree.nodes})


def boxes(layout: Layout) -> dict[str, Box]:
    return {box.node.id: box for box in layout.boxes}


@given(families(circles=True))
def test_no_two_models_overlap_and_all_lie_inside_the_picture(tree: Tree) -> None:
    layout = placed(tree)

    for one, other in combinations(layout.boxes, 2):
        apart_sideways = one.right <= other.left or other.right <= one.left
        assert apart_sideways or one.bottom <= other.top or other.bottom <= one.top
    for box in layout.boxes:
        assert box.left >= 0 and box.top >= 0
        assert box.right <= layout.width and box.bottom <= layout.height


@given(families())
def test_every_edge_goes_down_from_its_parent_to_its_child(tree: Tree) -> None:
    layout = placed(tree)

    at = boxes(layout)
    for route in layout.routes:
        parent, child = at[route.edge.parent], at[route.edge.child]
        (start_x, start_y), (end_x, end_y) = route.points[0], route.points[-1]
        assert start_y == parent.bottom and parent.left < start_x < parent.right
        assert end_y == child.top and child.left < end_x < child.right
        depths = [y for _, y in route.points]
        assert depths == sorted(depths) and start_y < end_y
        assert not route.closing


@given(families(circles=True))
def test_no_edge_passes_through_a_model(tree: Tree) -> None:
    layout = placed(tree)

    rows = {(box.top, box.bottom) for box in layout.boxes}
    for route in layout.routes:
        for (x, y), (to_x, to_y) in zip(route.points[1:-1:2], route.points[2:-1:2], strict=True):
            assert x == to_x and (y, to_y) in rows
            assert not any(box.left <= x <= box.right for box in layout.boxes if box.top == y)
        for (_, y), (_, to_y) in zip(route.points[::2], route.points[1::2], strict=True):
            assert not any(top < to_y and y < bottom for top, bottom in rows), "a curve stays between two rows"


@given(families(circles=True), st.randoms(use_true_random=False))
def test_the_order_in_which_models_and_edges_are_given_does_not_matter(tree: Tree, chance: Random) -> None:
    nodes, edges = list(tree.nodes), list(tree.edges)
    chance.shuffle(nodes)
    chance.shuffle(edges)
    shuffled = Tree(tuple(nodes), tuple(edges))

    assert placed(shuffled) == placed(tree)


@given(families(circles=True))
def test_every_model_and_every_pair_of_relatives_is_placed_once(tree: Tree) -> None:
    layout = placed(tree)

    assert sorted(box.node.id for box in layout.boxes) == sorted(each.id for each in tree.nodes)
    pairs = {(edge.parent, edge.child) for edge in tree.edges if edge.parent != edge.child}
    assert sorted((route.edge.parent, route.edge.child) for route in layout.routes) == sorted(pairs)


def test_a_root_stands_just_above_its_first_child() -> None:
    layout = placed(family("a b", "b c", "c d", "late d"))

    at = boxes(layout)
    assert at["late"].row == at["c"].row == at["d"].row - 1


def test_a_line_of_models_is_straight() -> None:
    layout = placed(family("a b", "b c", "c d"))

    assert len({box.left for box in layout.boxes}) == 1
    assert all(len({x for x, _ in route.points}) == 1 for route in layout.routes)


def test_a_child_stands_in_the_middle_below_its_two_parents() -> None:
    at = boxes(placed(family("a child", "b child")))

    assert abs(at["a"].left + at["b"].left - 2 * at["child"].left) <= 2
    assert abs(at["a"].left - at["b"].left) < 1.3 * BOX_WIDTH


@pytest.mark.parametrize(
    "links",
    ["a z,b y,c x,d w,z end,y end,x end,w end", "a c,a d,a g,b c,e g", "a f,b e,c d,c f,d g,e f"],
)
def test_edges_that_need_not_cross_do_not(links: str) -> None:
    assert placed(family(*links.split(","))).crossings == 0


@given(families(circles=True))
def test_edges_leave_a_model_in_the_order_of_where_they_go(tree: Tree) -> None:
    layout = placed(tree)

    rows = {box.top: box.row for box in layout.boxes}
    leaving: dict[tuple[int, int], list[tuple[int, int]]] = {}
    at = boxes(layout)
    for route in layout.routes:
        upper = at[route.edge.child if route.closing else route.edge.parent]
        lower = at[route.edge.parent if route.closing else route.edge.child]
        passes = rows[route.points[1][1]] < lower.row
        goal = route.points[1][0] if passes else lower.left + BOX_WIDTH // 2
        leaving.setdefault((upper.left, upper.top), []).append((goal, route.points[0][0]))
    for ends in leaving.values():
        starts = [start for _, start in sorted(ends)]
        assert starts == sorted(starts)


def test_the_family_of_bra_is_drawn_without_a_crossing() -> None:
    assert placed(bra()).crossings == 0


def test_crossings_are_counted() -> None:
    crossed = with_bends([0, 0, 1, 1], [(0, 3), (1, 2)])
    parallel = with_bends([0, 0, 1, 1], [(0, 2), (1, 3)])

    assert crossings(crossed.rows, crossed.below) == 1
    assert crossings(parallel.rows, parallel.below) == 0


def test_a_planned_version_stands_beside_the_model_in_focus() -> None:
    layout = placed(bra())

    lowest = [box.node.id for box in layout.boxes if box.row == layout.boxes[-1].row]
    assert lowest == ["v4", "clean"]


def test_a_planned_version_stands_beside_the_model_that_it_names() -> None:
    planned = node("anew", planned=True, beside="c")
    tree = family("a b", "b c", "c d", "d e", "a anew", nodes=[planned, node("e", focus=True)])

    row_of_c = boxes(placed(tree))["c"].row
    assert [box.node.id for box in placed(tree).boxes if box.row == row_of_c] in (["c", "anew"], ["anew", "c"])


def test_descent_wins_where_a_planned_version_is_to_stand_beside_its_own_ancestor() -> None:
    planned = node("anew", planned=True, beside="a")

    at = boxes(placed(family("a b", "b anew", nodes=[planned])))

    assert at["a"].bottom < at["b"].top < at["anew"].top


def test_the_restricting_way_stands_on_the_left_where_a_small_screen_begins() -> None:
    tree = Tree(
        (node("a"), node("z", "tainted"), node("child", "tainted", focus=True)),
        (Edge("a", "child"), Edge("z", "child", tainting=True)),
    )

    at = boxes(placed(tree))

    assert at["z"].left < at["a"].left
    bra_at = boxes(placed(bra()))
    assert bra_at["povd"].left < bra_at["basil"].left and bra_at["povl"].left < bra_at["basil"].left


def test_several_claims_about_one_pair_become_one_edge() -> None:
    tree = Tree(
        (node("a"), node("b")),
        (Edge("a", "b", "merge", certain=False), Edge("a", "b", "VAE", tainting=True), Edge("a", "b", "merge")),
    )

    (route,) = placed(tree).routes

    assert route.edge == Edge("a", "b", "VAE · merge", certain=True, tainting=True)


def test_an_edge_to_a_model_that_is_not_in_the_tree_is_refused_with_its_name() -> None:
    with pytest.raises(ValueError, match="does not hold: stranger"):
        Tree((node("a"),), (Edge("a", "stranger"),))


def test_a_model_that_is_given_twice_is_refused_with_its_name() -> None:
    with pytest.raises(ValueError, match="more than once: a"):
        Tree((node("a"), node("a")), ())
