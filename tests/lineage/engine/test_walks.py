"""Walks on graphs: shortest paths, components and dominators, each against the plainest way to find them."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.engine.walks import Climb, Dominators, components

NODES = "abcdefg"
graphs = st.dictionaries(st.sampled_from(NODES), st.sets(st.sampled_from(NODES)))
walk = settings(max_examples=100, deadline=None)


def following(graph: dict[str, set[str]]) -> Callable[[str], list[str]]:
    return lambda node: sorted(graph.get(node, ()))


def reached(graph: dict[str, set[str]], start: str, without: str = "") -> set[str]:
    found: set[str] = set()
    work = [start] if start != without else []
    while work:
        node = work.pop()
        if node not in found:
            found.add(node)
            work += graph.get(node, set()) - {without}
    return found


def simple_paths(graph: dict[str, set[str]], path: tuple[str, ...]) -> list[tuple[str, ...]]:
    longer = [(*path, node) for node in graph.get(path[-1], ()) if node not in path]
    return [path, *(found for each in longer for found in simple_paths(graph, each))]


@walk
@given(graphs)
def test_a_climb_finds_the_first_of_the_shortest_paths(graph: dict[str, set[str]]) -> None:
    climb = Climb("a", following(graph))

    paths = simple_paths(graph, ("a",))

    best = [min((len(path), path) for path in paths if path[-1] == node)[1] for node in reached(graph, "a")]
    assert [climb.path(node) for node in climb.order] == sorted(best, key=lambda path: (len(path), path))


@walk
@given(graphs, st.sampled_from(NODES[1:]))
def test_a_climb_can_do_without_a_node(graph: dict[str, set[str]], without: str) -> None:
    assert set(Climb("a", following(graph), without=without).order) == reached(graph, "a", without)


@walk
@given(graphs)
def test_a_dominator_is_a_node_without_which_one_cannot_be_reached(graph: dict[str, set[str]]) -> None:
    says_which_dominate(graph)


@pytest.mark.parametrize("number", range(0, 400, 50))
def test_it_is_so_in_larger_graphs_with_many_ways(number: int) -> None:
    for lots in map(Random, range(number, number + 50)):
        graph: dict[str, set[str]] = {"a": set(lots.sample(NODES, 2))}
        for _ in range(lots.randint(5, 14)):
            graph.setdefault(lots.choice(NODES), set()).add(lots.choice(NODES))

        says_which_dominate(graph)


def says_which_dominate(graph: dict[str, set[str]]) -> None:
    dominators = Dominators("a", following(graph))

    assert not any(dominators.dominates("a", node) for node in set(NODES) - reached(graph, "a"))
    for node in reached(graph, "a"):
        gates = {gate for gate in NODES if node not in reached(graph, "a", gate)}
        assert {gate for gate in NODES if dominators.dominates(gate, node)} == gates
        nearest = [
            gate for gate in gates - {node} if all(dominators.dominates(other, gate) for other in gates - {node})
        ]
        assert dominators.immediate(node) == (nearest[0] if nearest else None)


@walk
@given(graphs)
def test_a_component_is_what_can_be_reached_both_ways(graph: dict[str, set[str]]) -> None:
    found = components(NODES, following(graph))

    assert sorted(node for group in found for node in group) == list(NODES)
    for group in found:
        mutual = {other for other in NODES if other in reached(graph, group[0]) and group[0] in reached(graph, other)}
        assert set(group) == mutual


def test_a_long_way_needs_no_deep_stack() -> None:
    long_way = {str(number): [str(number + 1)] for number in range(100_000)} | {"100000": ["0"]}

    assert len(Climb("0", long_way.__getitem__).path("100000")) == 100_001
    assert len(components(["0"], long_way.__getitem__)) == 1
    assert Dominators("0", long_way.__getitem__).dominates("1", "100000")
