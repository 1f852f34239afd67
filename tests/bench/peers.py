"""The same question, asked of libraries that others would take: which licences come to which model.

They work on one word of flags without certainty, which is less than the catalogue does. All give the same answer.
"""

from collections.abc import Callable
from typing import Any

import duckdb
import networkx as nx
import numpy as np
import rustworkx as rx
from django.db import connection

from tests.bench.hub import Masks


def with_networkx(masks: Masks) -> Callable[[], list[int]]:
    """Build once; then a pass over its topological order."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(masks.models))
    for parent, child, brought, passing in _derivations(masks):
        known = graph.get_edge_data(parent, child)
        graph.add_edge(parent, child, claims=[*(known["claims"] if known else ()), (brought, passing)])

    def run() -> list[int]:
        found = [0] * masks.models
        for node in nx.topological_sort(graph):
            mask = 0
            for parent, _, claims in graph.in_edges(node, data="claims"):
                for brought, passing in claims:
                    mask |= brought | (found[parent] & passing)
            found[node] = mask
        return found

    return run


def with_rustworkx(masks: Masks) -> Callable[[], list[int]]:
    graph: Any = rx.PyDiGraph(multigraph=True)
    graph.add_nodes_from(range(masks.models))
    graph.add_edges_from(
        [(parent, child, (brought, passing)) for parent, child, brought, passing in _derivations(masks)]
    )

    def run() -> list[int]:
        found = [0] * masks.models
        for node in rx.topological_sort(graph):
            mask = 0
            for parent, _, (brought, passing) in graph.in_edges(node):
                mask |= brought | (found[parent] & passing)
            found[node] = mask
        return found

    return run


def with_duckdb(masks: Masks) -> Callable[[], list[int]]:
    """A recursive query over tables in memory."""
    database = duckdb.connect()
    database.execute("SET threads = 2")
    columns = {"parent": masks.parent, "child": masks.child, "brought": masks.brought, "passing": masks.passing}
    database.register("given", {name: np.ascontiguousarray(values) for name, values in columns.items()})
    database.execute("CREATE TABLE made AS SELECT * FROM given")

    def run() -> list[int]:
        answer = database.execute(RECURSIVE.format(bigint="BIGINT")).fetchnumpy()
        found = np.zeros(masks.models, dtype=np.int64)
        found[answer["model"]] = answer["mask"]
        return list(map(int, found))

    return run


def with_postgresql(masks: Masks) -> Callable[[], list[int]]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS made (parent int, child int, brought bigint, passing bigint)")
        cursor.execute("TRUNCATE made")
        with cursor.copy("COPY made FROM STDIN") as copy:
            for row in _derivations(masks):
                copy.write_row(row)
        cursor.execute("CREATE INDEX IF NOT EXISTS made_by_parent ON made (parent) INCLUDE (child, passing)")
        cursor.execute("ANALYZE made")

    def run() -> list[int]:
        found = [0] * masks.models
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
            cursor.execute(RECURSIVE.format(bigint="bigint"))
            for model, mask in cursor.fetchall():
                found[model] = mask
        return found

    return run


# A row for each set of flags that came to a model by some way; UNION lets each be followed once.
RECURSIVE = """
WITH RECURSIVE come(model, mask) AS (
    SELECT child, brought FROM made WHERE brought <> 0
    UNION
    SELECT made.child, come.mask & made.passing FROM come JOIN made ON made.parent = come.model
    WHERE come.mask & made.passing <> CAST(0 AS {bigint})
)
SELECT model, bit_or(mask) AS mask FROM come GROUP BY model
"""


def _derivations(masks: Masks) -> list[tuple[int, int, int, int]]:
    columns = (masks.parent, masks.child, masks.brought, masks.passing)
    return list(zip(*(column.tolist() for column in columns), strict=True))
