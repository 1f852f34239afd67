"""The family as a nested list: each model once in full."""

from itertools import pairwise

import pytest
from hypothesis import given

from lineage.picture import Branch, Edge, Tree, listing_rows, nested_list
from lineage.picture.listing import DEEPEST
from tests.lineage.picture.families import bra, families, family, node


def outline(branches: list[Branch], depth: int = 0) -> list[str]:
    lines = []
    for branch in branches:
        lines.append("  " * depth + branch.node.id + (" again" if branch.again else ""))
        lines += outline(list(branch.children), depth + 1)
    return lines


def test_the_focus_comes_first_with_its_ancestors_below_it() -> None:
    listed = nested_list(family("a b", "b c", "a c"), "c")

    assert outline(listed) == ["c", "  a", "  b", "    a again"]


def test_parents_that_bring_the_restriction_come_first() -> None:
    nodes = (node("a"), node("b", "tainted"), node("c", "tainted"))
    tree = Tree(nodes, (Edge("a", "c", "merge 0.5"), Edge("b", "c", "merge 0.3", tainting=True)))

    (focus,) = nested_list(tree, "c")

    assert [(branch.node.id, branch.relation) for branch in focus.children] == [("b", "merge 0.3"), ("a", "merge 0.5")]


def test_descendants_and_planned_versions_follow_the_focus() -> None:
    listed = nested_list(family("base focus", "focus child", "base planned"), "focus")

    assert outline(listed) == ["focus", "  base", "child", "  focus again", "planned", "  base again"]


@given(families(circles=True))
def test_each_model_stands_in_full_exactly_once_and_before_it_is_mentioned_again(tree: Tree) -> None:
    if not tree.nodes:
        return

    rows = listing_rows(nested_list(tree, tree.nodes[0].id))

    full = [row.branch.node.id for row in rows if not row.branch.again]
    assert sorted(full) == sorted(each.id for each in tree.nodes)
    assert full[0] == tree.nodes[0].id
    for at, row in enumerate(rows):
        if row.branch.again:
            assert row.branch.children == ()
            assert row.branch.node.id in [before.branch.node.id for before in rows[:at] if not before.branch.again]


@given(families(circles=True))
def test_each_claim_of_descent_is_listed_once(tree: Tree) -> None:
    if not tree.nodes:
        return

    def claims(branch: Branch) -> list[tuple[str, str]]:
        return [pair for child in branch.children for pair in [(child.node.id, branch.node.id), *claims(child)]]

    listed = [pair for branch in nested_list(tree, tree.nodes[0].id) for pair in claims(branch)]

    assert sorted(listed) == sorted({(edge.parent, edge.child) for edge in tree.edges if edge.parent != edge.child})


@given(families(circles=True))
def test_rows_open_and_close_as_many_levels(tree: Tree) -> None:
    if not tree.nodes:
        return

    level = 0
    for row in listing_rows(nested_list(tree, tree.nodes[0].id)):
        assert row.depth == level
        level += int(row.opens) - row.closes
    assert level == 0


def test_a_line_of_three_thousand_fine_tunes_is_listed() -> None:
    names = [f"v{number:04}" for number in range(3_000)]
    tree = family(*(f"{older} {newer}" for older, newer in pairwise(names)))

    rows = listing_rows(nested_list(tree, names[-1]))

    assert [row.branch.node.id for row in rows] == names[::-1]
    assert rows[-1].depth == rows[-1].closes == DEEPEST
    assert rows[DEEPEST].into is None and rows[-1].into == node(names[1])


def test_a_focus_outside_the_tree_is_an_error() -> None:
    with pytest.raises(KeyError):
        nested_list(bra(), "unknown")
