"""Where everything in the picture stands: boxes in rows, edges between them, all in whole pixels.

A layered layout (Sugiyama): `ranking` gives rows, `ordering` their order, `columns` the places
from left to right, `routes` the ways of the edges.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .columns import Distances, columns
from .ordering import Rows, arrange, bends_needed, with_bends
from .ranking import closing_links, rows_of
from .routes import Point, ways
from .tree import Edge, Node, TooLarge, Tree, drawn_edges

BOX_WIDTH = 220
MARGIN = 20
MOST_MODELS = 500
MOST_BENDS = 5_000

_HALF = BOX_WIDTH // 2
_BEND_TO_MODEL = 26
_DISTANCES = Distances(models=BOX_WIDTH + 32, model_to_bend=_HALF + _BEND_TO_MODEL, bends=24)
_LEAST_GAP, _GAP_FOR_WORDS, _MOST_GAP = 46, 60, 130


@dataclass(frozen=True, slots=True)
class Box:
    """A model's place: `left` and `top` are its upper left corner. All boxes of a row are of one height."""

    node: Node
    row: int
    left: int
    top: int
    height: int

    @property
    def right(self) -> int:
        return self.left + BOX_WIDTH

    @property
    def bottom(self) -> int:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Route:
    """An edge's way down the page: pairs of points, a curve within each pair, upright lines between the pairs.

    `closing`: the edge closes a circle of claims, so that its child is at the top end.
    """

    edge: Edge
    points: tuple[Point, ...]
    closing: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes from top to bottom and left to right (parents first), routes in the order of their edges' ids."""

    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    width: int
    height: int
    crossings: int


def lay_out(tree: Tree, heights: Mapping[str, int]) -> Layout:
    """Place the tree; `heights` are the least heights of the boxes by id, in pixels. Raises `TooLarge`."""
    if len(tree.nodes) > MOST_MODELS:
        raise TooLarge(len(tree.nodes))
    nodes = sorted(tree.nodes, key=lambda node: node.id)
    edges = drawn_edges(tree)
    number = {node.id: index for index, node in enumerate(nodes)}
    claims = [(number[edge.parent], number[edge.child]) for edge in edges]
    closing = closing_links(len(nodes), claims, [not edge.certain for edge in edges])
    links = [claim[::-1] if at in closing else claim for at, claim in enumerate(claims)]
    beside = _neighbours(nodes, number, {parent for parent, _ in links})
    row_of = rows_of(len(nodes), links, beside)
    bends = bends_needed(row_of, links)
    if bends > MOST_BENDS:
        raise TooLarge(len(nodes), bends)
    made = with_bends(row_of, links)
    neighbours = {node: other for node, other in beside.items() if row_of[node] == row_of[other]}
    crossed = arrange(made, neighbours, _leading(made, edges, nodes))
    across, width = _from_margin(made, columns(made, [edge.tainting for edge in edges], _DISTANCES))
    tops, bottoms = _bands(made, across, [heights[node.id] for node in nodes], edges)
    boxes = [
        Box(nodes[item], row, across[item] - _HALF, tops[row], bottoms[row] - tops[row])
        for row, items in enumerate(made.rows)
        for item in items
        if item < made.models
    ]
    points = ways(made, across, tops, bottoms, half=_HALF)
    routes = [Route(edge, points[at], at in closing) for at, edge in enumerate(edges)]
    return Layout(tuple(boxes), tuple(routes), width, max(bottoms, default=MARGIN) + MARGIN, crossed)


def _neighbours(nodes: list[Node], number: Mapping[str, int], parents: set[int]) -> dict[int, int]:
    """For planned versions: the one that each stands beside."""
    focus = min((node.id for node in nodes if node.focus and not node.planned), default="")
    beside: dict[int, int] = {}
    for index, node in enumerate(nodes):
        other = node.beside or ("" if index in parents else focus)
        if node.planned and other in number and other != node.id:
            beside[index] = number[other]
    return beside


def _leading(made: Rows, edges: Sequence[Edge], nodes: list[Node]) -> set[int]:
    """What ought to be seen first: the ways of restrictions; where there are none, the focus."""
    ways_of_restrictions = [chain for chain, edge in zip(made.chains, edges, strict=True) if edge.tainting]
    return {item for chain in ways_of_restrictions for item in chain} or {
        index for index, node in enumerate(nodes) if node.focus
    }


def _from_margin(made: Rows, across: list[int]) -> tuple[list[int], int]:
    """The same columns moved so that the leftmost thing stands at the margin, and the width of the picture."""
    reach = [_HALF if item < made.models else _BEND_TO_MODEL for item in range(len(across))]
    shift = MARGIN - min((at - room for at, room in zip(across, reach, strict=True)), default=0)
    rightmost = max((at + room for at, room in zip(across, reach, strict=True)), default=0)
    return [at + shift for at in across], rightmost + shift + MARGIN


def _bands(
    made: Rows, across: Sequence[int], heights: Sequence[int], edges: Sequence[Edge]
) -> tuple[list[int], list[int]]:
    """Upper and lower bounds of the rows. The space between two is larger where edges go far or carry words."""
    row_of = {item: row for row, items in enumerate(made.rows) for item in items}
    gaps = [_LEAST_GAP] * len(made.rows)
    for edge, chain in zip(edges, made.chains, strict=True):
        words = _GAP_FOR_WORDS if edge.label or edge.tainting else 0
        for upper, lower in pairwise(chain):
            far = min(36 + abs(across[upper] - across[lower]) // 12, _MOST_GAP)
            gaps[row_of[upper]] = max(gaps[row_of[upper]], words, far)
    tops, bottoms, at = [], [], MARGIN
    for items, gap in zip(made.rows, gaps, strict=True):
        tops.append(at)
        bottoms.append(at + max(heights[item] for item in items if item < made.models))
        at = bottoms[-1] + gap
    return tops, bottoms
