"""The family tree in the DOT language of Graphviz, for those who draw it themselves."""

from .tree import Edge, Node, Tree
from .xml_text import plain

_COLOURS = {"tainted": "#a40e26", "suspect": "#7a4b00", "clean": "#116329"}
_BORDERS = {"tainted": "solid", "suspect": "dotted", "clean": "solid"}


def dot(tree: Tree) -> str:
    """One line for each model and each claim, ordered by ids, circles and all."""
    nodes = [_node(node) for node in sorted(tree.nodes, key=lambda node: node.id)]
    edges = [_edge(edge) for edge in sorted(tree.edges, key=lambda edge: (edge.parent, edge.child, edge.label))]
    return "\n".join(["digraph lineage {", '  node [shape=box fontname="sans-serif"];', *nodes, *edges, "}", ""])


def _node(node: Node) -> str:
    if node.hidden:
        return f'  {_quoted(node.id)} [label={_quoted(node.label)} color="#57606a" style=rounded];'
    words = [node.label or node.id, node.state_word, node.licence_label, node.note]
    # Graphviz reads a backslash and n in a label as a new line.
    label = "\\n".join(_within(word) for word in words if word)
    style = "dashed" if node.planned else _BORDERS[node.state]
    more = " peripheries=2" if node.state == "tainted" else ""
    return f'  {_quoted(node.id)} [label="{label}" color="{_COLOURS[node.state]}" style={style}{more}];'


def _edge(edge: Edge) -> str:
    style = "dashed" if edge.planned else "solid" if edge.certain else "dotted"
    colour = ' color="#a40e26" penwidth=2' if edge.tainting else ""
    return f"  {_quoted(edge.parent)} -> {_quoted(edge.child)} [label={_quoted(edge.label)} style={style}{colour}];"


def _quoted(text: str) -> str:
    return f'"{_within(text)}"'


def _within(text: str) -> str:
    return plain(text).replace("\\", "\\\\").replace('"', '\\"')
