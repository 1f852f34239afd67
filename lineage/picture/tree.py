"""What a family tree picture is made of: models, who came from whom, and the words to show."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

State = Literal["tainted", "suspect", "clean"]


class TooLarge(Exception):
    """The tree is beyond what a picture can show; the caller shows the nested list alone.

    `nodes` and `bends` (points where an edge passes a row) say how large it is; `bends` is 0
    when the number of nodes alone decided.
    """

    def __init__(self, nodes: int, bends: int = 0) -> None:
        super().__init__(f"The tree is too large to draw ({nodes} models, {bends} bends). Show the list instead.")
        self.nodes = nodes
        self.bends = bends


@dataclass(frozen=True, slots=True)
class Node:
    """One model version. `href` is shown as a link when it is a path, a fragment or an http(s) address.

    `beside` names the node that a planned version is to stand beside; without it, a planned
    version that nothing descends from stands beside the node in focus.

    `hidden`: it is no model but stands for so many that are not drawn; its label says so, and its
    link leads to a picture with them.
    """

    id: str
    label: str
    state: State
    href: str
    state_word: str
    licence_label: str = ""
    planned: bool = False
    focus: bool = False
    restricting: bool = False
    note: str = ""
    beside: str = ""
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """`child` was made from `parent`. `tainting`: a restriction travels along this edge."""

    parent: str
    child: str
    label: str = ""
    certain: bool = True
    tainting: bool = False
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """Models and their descent. The order of the two lists never matters."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        counts = Counter(node.id for node in self.nodes)
        twice = sorted(name for name, count in counts.items() if count > 1)
        if twice:
            raise ValueError(f"Each model stands in a tree once; given more than once: {', '.join(twice)}.")
        strangers = sorted({end for edge in self.edges for end in (edge.parent, edge.child)} - counts.keys())
        if strangers:
            raise ValueError(f"Edges name models that the tree does not hold: {', '.join(strangers)}. Add them.")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: the picture's name and description, then its legend.

    `circular` explains an edge that closes a circle in claimed lineage, `instead` the turn from a model to the
    planned version beside it, `hidden` a stub. `note` stands below all. Each is left out when empty.
    """

    title: str
    description: str
    tainted: str
    suspect: str
    clean: str
    restricting_path: str
    planned: str
    uncertain: str
    circular: str = ""
    instead: str = ""
    hidden: str = ""
    note: str = ""


def drawn_edges(tree: Tree) -> tuple[Edge, ...]:
    """One edge for each pair of models, ordered by their ids; a model that claims itself as parent has none.

    Several claims about one pair become one: their labels are joined, and the strongest claim counts.
    """
    pairs: dict[tuple[str, str], list[Edge]] = {}
    for edge in tree.edges:
        if edge.parent != edge.child:
            pairs.setdefault((edge.parent, edge.child), []).append(edge)
    return tuple(_joined(pairs[pair]) for pair in sorted(pairs))


def _joined(claims: list[Edge]) -> Edge:
    if len(claims) == 1:
        return claims[0]
    return Edge(
        claims[0].parent,
        claims[0].child,
        label=" · ".join(sorted({claim.label for claim in claims} - {""})),
        certain=any(claim.certain for claim in claims),
        tainting=any(claim.tainting for claim in claims),
        planned=all(claim.planned for claim in claims),
    )
