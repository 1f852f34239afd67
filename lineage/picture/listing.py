"""The same family as a nested list: for those who read instead of look, and for trees too large to draw."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .tree import Edge, Node, Tree, drawn_edges

DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Branch:
    """A model and below it its parents. `relation` says how the branch above was made from it.

    `again`: the model stands elsewhere in the list with its parents; this mention links there.
    """

    node: Node
    relation: str
    children: tuple["Branch", ...]
    again: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list for a template without recursion.

    `opens`: the next row is one level deeper. `closes`: so many levels end after this row. `into` is what was made from
    it, where that is not the row that it hangs from.
    """

    branch: Branch
    depth: int
    opens: bool
    closes: int
    into: Node | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A branch of a list that has not been nested, with the model that was made from it."""

    branch: Branch
    depth: int
    child: Node | None


def nested_list(tree: Tree, focus: str) -> list[Branch]:
    """The focus with its ancestors, then what is left (descendants, planned versions), latest first.

    Each model stands in full once, where a reader first meets it, parents that bring the
    restriction before others. Raises `KeyError` when the tree does not hold the focus.
    """
    nodes = {node.id: node for node in tree.nodes}
    parents: dict[str, list[Edge]] = {node: [] for node in nodes}
    for edge in sorted(drawn_edges(tree), key=lambda edge: (not edge.tainting, edge.planned, edge.parent)):
        parents[edge.child].append(edge)
    made_into = {edge.parent for edge in drawn_edges(tree)}
    rest = sorted(nodes.keys() - {focus}, key=lambda name: (name in made_into, name))
    met: set[str] = set()
    return [_branch(nodes, parents, start, met) for start in (nodes[focus].id, *rest) if start not in met]


@dataclass(slots=True)
class _Open:
    """A branch whose parents are still being collected."""

    name: str
    relation: str
    edges: Iterator[Edge]
    done: list[Branch]


def _branch(nodes: dict[str, Node], parents: dict[str, list[Edge]], start: str, met: set[str]) -> Branch:
    """Not recursive: a line of a thousand fine-tunes is deeper than Python's stack."""
    met.add(start)
    path = [_Open(start, "", iter(parents[start]), [])]
    while True:
        here = path[-1]
        edge = next(here.edges, None)
        if edge is None:
            branch = Branch(nodes[here.name], here.relation, tuple(here.done), again=False)
            path.pop()
            if not path:
                return branch
            path[-1].done.append(branch)
        elif edge.parent in met:
            here.done.append(Branch(nodes[edge.parent], edge.label, (), again=True))
        else:
            met.add(edge.parent)
            path.append(_Open(edge.parent, edge.label, iter(parents[edge.parent]), []))


def listing_rows(branches: list[Branch]) -> list[Row]:
    """The list line by line, as templates need it."""
    return nested(_flat(branches))


def nested(lines: Iterable[Line]) -> list[Row]:
    """Rows of some lines that stand one below the other in a list, though what they hang from may be elsewhere.

    No row is deeper than `DEEPEST`: a line of three hundred fine-tunes would have no room left on a screen. A row
    that does not stand right below what was made from it says what that is.
    """
    above: list[Line] = []
    flat: list[tuple[Line, int]] = []
    for line in lines:
        while above and above[-1].depth >= line.depth:
            above.pop()
        flat.append((line, min(len(above), DEEPEST)))
        above.append(line)
    depths = [depth for _, depth in flat[1:]] + [0]
    parents: list[str] = []
    rows = []
    for (line, depth), following in zip(flat, depths, strict=True):
        del parents[depth:]
        hangs = line.child is None or parents[-1:] == [line.child.id]
        rows.append(
            Row(line.branch, depth, following > depth, max(depth - following, 0), None if hangs else line.child)
        )
        parents.append(line.branch.node.id)
    return rows


def lines_of(branches: list[Branch]) -> list[Line]:
    """All lines of a list, to be cut into pages; each page goes through `nested`."""
    return list(_flat(branches))


def _flat(branches: list[Branch]) -> Iterator[Line]:
    waiting: list[Line] = [Line(branch, 0, None) for branch in reversed(branches)]
    while waiting:
        line = waiting.pop()
        yield line
        waiting.extend(Line(child, line.depth + 1, line.branch.node) for child in reversed(line.branch.children))
