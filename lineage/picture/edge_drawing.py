"""The edges of the picture, drawn: curves, tips and the words on them."""

from .layout import Layout, Route
from .tags import Tag, Wish, place_tags
from .text_width import clip, width
from .tree import Edge, Words
from .xml_text import escaped, plain

TIP = 8
_TAG_FONT = 11
_TAG_HEIGHT = 14
_LONGEST_TAG = 3600


def draw_edges(layout: Layout, words: Words) -> str:
    """Plain edges first, so that the restricting path lies on top of all; then the words on them."""
    ordered = sorted(layout.routes, key=lambda route: (route.edge.tainting, route.edge.planned))
    return "".join([_edge(route) for route in ordered] + _tags(layout, words))


def _edge(route: Route) -> str:
    return f'<g class="{edge_classes(route.edge, closing=route.closing)}">{_line(route)}{_tip(route)}</g>'


def edge_classes(edge: Edge, *, closing: bool = False) -> str:
    flags = {
        "tainting": edge.tainting,
        "planned": edge.planned,
        "uncertain": not edge.certain,
        "closing": closing,
    }
    return " ".join(["tree-edge", *(f"tree-{name}" for name, on in flags.items() if on)])


def _line(route: Route) -> str:
    points = list(route.points)
    start, end = points[0], points[-1]
    if route.closing:
        points[0] = (start[0], start[1] + TIP - 1)
    else:
        points[-1] = (end[0], end[1] - TIP + 1)
    drawn = f"M{points[0][0]} {points[0][1]}"
    for at in range(0, len(points), 2):
        (x, y), (to_x, to_y) = points[at], points[at + 1]
        middle = (y + to_y) // 2
        drawn += f"V{y}" if at else ""
        drawn += f"V{to_y}" if x == to_x else f"C{x} {middle} {to_x} {middle} {to_x} {to_y}"
    return f'<path class="tree-line" d="{drawn}"/>'


def _tip(route: Route) -> str:
    """A small triangle at the child's end."""
    (x, y), rise = (route.points[0], TIP) if route.closing else (route.points[-1], -TIP)
    return f'<path class="tree-tip" d="M{x} {y}l-4 {rise}h8z"/>'


def _tags(layout: Layout, words: Words) -> list[str]:
    """The labels, and the word for the restricting path on its first edge."""
    downwards = sorted(layout.routes, key=lambda route: (route.points[0][1], route.points[0][0]))
    first = next((route for route in downwards if route.edge.tainting), None)
    ordered = sorted(downwards, key=lambda route: not route.edge.tainting)
    texts: list[tuple[Edge, list[str]]] = []
    wishes: list[Wish] = []
    for at, route in enumerate(ordered):
        parts = [words.restricting_path if route is first else "", route.edge.label]
        lines = [clip(plain(part), _LONGEST_TAG) for part in parts if plain(part)]
        if lines:
            texts.append((route.edge, lines))
            wishes.append(Wish(at, max(map(_reach, lines)), len(lines) * _TAG_HEIGHT // 2 + 2))
    tags = place_tags([route.points for route in ordered], wishes, layout.width)
    return [_tag(edge, lines, at) for (edge, lines), at in zip(texts, tags, strict=True)]


def _reach(line: str) -> int:
    return width(line) * _TAG_FONT // 400 + 4


def _tag(edge: Edge, lines: list[str], at: Tag) -> str:
    """Words that lie on a line; the style gives them a margin in the colour of the paper."""
    top = at.y - len(lines) * _TAG_HEIGHT // 2
    return "".join(
        f'<text class="tree-tag {edge_classes(edge)}" x="{at.x}" y="{top + index * _TAG_HEIGHT + 11}"'
        f' text-anchor="middle">{escaped(line)}</text>'
        for index, line in enumerate(lines)
    )
