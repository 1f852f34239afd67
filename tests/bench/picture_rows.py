"""The row of the family tree's picture in `make bench`: what it takes to place a family."""

import json
from collections.abc import Callable

import networkx as nx
import pytest

from lineage.picture.layout import lay_out
from tests.bench.measuring import Row, compare
from tests.lineage.picture.families import large_family


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[Row], None]:
    def printed(row: Row) -> None:
        with capsys.disabled():
            print(f"\n{row}", end="")

    return printed


def test_a_family_laid_out(show: Callable[[Row], None]) -> None:
    """tree_layout: 200 models in rows with few crossings, edges led around boxes; the peers do neither."""
    tree = large_family(200, 387)
    heights = {node.id: 60 for node in tree.nodes}
    graph = nx.DiGraph([(edge.parent, edge.child) for edge in tree.edges])
    plain = [[node.id for node in tree.nodes], [(edge.parent, edge.child) for edge in tree.edges]]

    def rows_alone() -> None:
        for row, models in enumerate(nx.topological_generations(graph)):
            for model in models:
                graph.nodes[model]["row"] = row
        nx.multipartite_layout(graph, subset_key="row", align="horizontal")

    def placed() -> None:
        lay_out(tree, heights)

    show(compare("tree_layout", placed, "networkx: rows, no order, no bends", rows_alone, 3))
    show(compare("tree_layout", placed, "the same graph written as JSON", lambda: json.dumps(plain), 3))
