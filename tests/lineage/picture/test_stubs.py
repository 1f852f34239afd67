"""What stands behind a stub when only a part of a family is drawn, and how a stub looks."""

from hypothesis import given
from hypothesis import strategies as st

from lineage.picture import Edge, Node, Tree, draw
from lineage.picture.stubs import collapsible, nearest_hidden, stubs, within, without_lonely
from lineage.picture.turns import turns_of
from tests.lineage.picture.families import ENGLISH, bra, families, models, node, texts, title
from tests.lineage.picture.test_layout import placed

DIAMOND = {"end": ["left", "right"], "left": ["old"], "right": ["old"], "old": ["root"], "root": []}


def parents_of(tree: Tree) -> dict[str, list[str]]:
    return {each.id: sorted({edge.parent for edge in tree.edges if edge.child == each.id}) for each in tree.nodes}


def test_children_with_the_same_hidden_ancestors_share_a_stub() -> None:
    (stub,) = stubs(DIAMOND, {"end", "left", "right"})

    assert stub.children == ("left", "right") and stub.id == "left"
    assert stub.hidden == {"old", "root"}


def test_a_model_that_would_stand_alone_behind_a_stub_is_drawn_itself() -> None:
    assert without_lonely(DIAMOND, {"end", "left", "right", "old"}) == set(DIAMOND)
    assert without_lonely(DIAMOND, {"end", "left", "right"}) == {"end", "left", "right"}


def test_a_stub_opens_nearest_first_and_not_all_at_once() -> None:
    assert nearest_hidden(DIAMOND, {"end"}, ["end"], 3) == ["left", "right", "old"]


def test_generations_are_counted_upwards() -> None:
    assert within(DIAMOND, ["end"], 2) == {"end", "left", "right", "old"}


@given(families(circles=True), st.sets(st.sampled_from("abcdefghijkl")))
def test_everybody_is_drawn_or_stands_behind_a_stub_of_a_descendant(tree: Tree, chosen: set[str]) -> None:
    parents = parents_of(tree)
    shown = chosen & parents.keys()

    found = stubs(parents, shown)

    above = set(nearest_hidden(parents, set(), shown)) - shown
    assert set().union(*(stub.hidden for stub in found)) == above
    assert len({child for stub in found for child in stub.children}) == sum(len(stub.children) for stub in found)
    assert not any(stub.hidden & shown for stub in found)


@given(families(circles=True), st.sets(st.sampled_from("abcdefghijkl")))
def test_what_must_be_seen_is_never_above_what_is_folded_away(tree: Tree, may_hide: set[str]) -> None:
    parents = parents_of(tree)

    hidden = collapsible(parents, may_hide & parents.keys())

    assert hidden <= may_hide
    assert all(parent in hidden for child in hidden for parent in parents[child])


@given(families(circles=True), st.randoms(use_true_random=False))
def test_the_order_in_which_parents_are_given_does_not_matter(tree: Tree, chance: object) -> None:
    parents = parents_of(tree)
    shown = set(sorted(parents)[::2])

    backwards = {child: above[::-1] for child, above in reversed(parents.items())}

    assert stubs(backwards, shown) == stubs(parents, shown)


def test_a_stub_is_a_link_with_its_number_and_tells_by_a_word_that_it_hides_restrictions() -> None:
    stub = Node("\\a", "+37 more ancestors", "tainted", "/m/a?open=a", "some bring restrictions", hidden=37)
    tree = Tree((stub, node("a", "tainted")), (Edge("\\a", "a", tainting=True),))

    drawn, _ = models(draw(tree, ENGLISH))

    assert drawn.get("class") == "tree-model tree-stub tree-tainted" and drawn.get("href") == "/m/a?open=a"
    assert title(drawn) == "+37 more ancestors — some bring restrictions"
    assert texts(drawn, "label") == ["+37 more ancestors"] and texts(drawn, "state") == ["✕ some bring restrictions"]


def test_the_turn_leads_from_the_model_to_the_planned_version_beside_it() -> None:
    tree = Tree(
        (node("old", "tainted", focus=True), node("base"), node("new", planned=True, beside="old")),
        (Edge("base", "old"), Edge("base", "new", planned=True)),
    )

    turns = [(model.node.id, planned.node.id) for model, planned in turns_of(placed(tree))]

    assert turns == [("old", "new")]
    assert 'class="tree-turn"' in draw(tree, ENGLISH)
    assert 'class="tree-turn"' not in draw(bra(), ENGLISH), "it names nobody whose place it takes"


def test_no_turn_is_drawn_through_a_model_that_stands_between() -> None:
    tree = Tree(
        tuple(node(name, planned=name == "z", beside="a" if name == "z" else "") for name in ("a", "m", "z", "end")),
        (Edge("a", "end"), Edge("m", "end"), Edge("z", "end", planned=True)),
    )

    for model, planned in turns_of(placed(tree)):
        between = range(min(model.right, planned.right), max(model.left, planned.left))
        assert not any(box.left in between for box in placed(tree).boxes if box.node.id == "m")
