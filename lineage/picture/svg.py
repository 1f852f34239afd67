"""The picture as SVG: inline for a page, without styles of its own, so that a strict policy allows it."""

import re
from functools import lru_cache

from .edge_drawing import draw_edges
from .faces import MARKS, PADDING_X, Face, faces
from .layout import BOX_WIDTH, Box, lay_out
from .legend import legend
from .stub_drawing import draw_stub
from .tree import Node, Tree, Words
from .turns import draw_turns, turns_of
from .xml_text import escaped, isolated, link

_IDENT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_BROADEST = 14


def draw(tree: Tree, words: Words, *, ident: str = "tree", described_by: str = "") -> str:
    """The picture for a page. Raises `TooLarge`.

    `ident` begins the ids in it; `described_by` is the id of the nested list on the same page.
    Put it into an element of class `tree-scroll` with `tabindex="0"`, and link `tree.css`.
    """
    return picture(tree, words, ident=ident, described_by=described_by)


@lru_cache(maxsize=64)
def picture(
    tree: Tree, words: Words, *, ident: str, described_by: str = "", outside: bool = False, style: str = ""
) -> str:
    """The SVG element. `outside`: only whole addresses become links. `style` goes in as it is.

    The last pictures are kept by everything that they are made of, so that none is ever out of date.
    """
    if not _IDENT.match(ident):
        raise ValueError(f"An ident is a letter, then letters, digits, - or _: {ident!r} is not.")
    looks = faces(tree, words.planned)
    layout = lay_out(tree, {name: face.height for name, face in looks.items()})
    circular = any(route.closing for route in layout.routes)
    shown = {"closing": circular, "instead": bool(turns_of(layout))}
    key = legend(tree, words, layout.width, layout.height, shown)
    described = f"{ident}-description {escaped(described_by)}".strip()
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="tree tree-{_breadth(key.width)}" role="group"'
            f' aria-labelledby="{ident}-title" aria-describedby="{described}"'
            f' width="{key.width}" height="{key.height}" viewBox="0 0 {key.width} {key.height}">',
            f'<title id="{ident}-title">{escaped(words.title)}</title>',
            f'<desc id="{ident}-description">{escaped(words.description)}</desc>',
            style,
            f'<g class="tree-edges" aria-hidden="true">{draw_edges(layout, words)}{draw_turns(layout)}</g>',
            '<g class="tree-models">',
            *(_model(box, looks[box.node.id], words, ident, outside) for box in layout.boxes),
            "</g>",
            key.drawing,
            "</svg>",
        ]
    )


def _breadth(size: int) -> str:
    """A class for the style sheet, which cannot reckon how far a picture may shrink: its width in hundreds."""
    hundreds = (size + 50) // 100
    return str(hundreds) if hundreds <= _BROADEST else "broad"


def _model(box: Box, face: Face, words: Words, ident: str, outside: bool) -> str:
    node = box.node
    href = link(node.href, outside_only=outside)
    parts = [
        f'<a class="{_model_classes(node)}"',
        f' href="{escaped(href)}"' if href else "",
        f' id="{ident}-focus" aria-current="page"' if node.focus else "",
        f"><title>{_name(node, words)}</title>",
        *((draw_stub(box, face),) if node.hidden else (*_frames(box), *_lines(box, face))),
        "</a>",
    ]
    return "".join(parts)


def _model_classes(node: Node) -> str:
    if node.hidden:
        return "tree-model tree-stub tree-tainted" if node.state == "tainted" else "tree-model tree-stub"
    flags = {"planned": node.planned, "focus": node.focus, "restricting": node.restricting}
    return " ".join(["tree-model", f"tree-{node.state}", *(f"tree-{name}" for name, on in flags.items() if on)])


def _name(node: Node, words: Words) -> str:
    """What a screen reader says and a pointer shows: everything that the box says, unclipped. Escaped."""
    parts = [node.label or node.id, words.planned if node.planned else "", node.state_word]
    return " — ".join(isolated(part) for part in (*parts, node.licence_label, node.note) if part)


def _frames(box: Box) -> list[str]:
    frames = [_frame("tree-box", box, 0)]
    if box.node.state == "tainted":
        frames.append(_frame("tree-inner", box, 4))
    if box.node.restricting or box.node.focus:
        frames.append(_frame("tree-tint", box, 4))
        place = f'x="{box.left + 8}" y="{box.top + 12}" width="3" height="{box.height - 24}"'
        frames.append(f'<rect class="tree-bar" {place} rx="1.5"/>')
    return frames


def _frame(name: str, box: Box, inset: int) -> str:
    return (
        f'<rect class="{name}" x="{box.left + inset}" y="{box.top + inset}" width="{BOX_WIDTH - 2 * inset}"'
        f' height="{box.height - 2 * inset}" rx="{8 - inset // 2}"/>'
    )


def _lines(box: Box, face: Face) -> list[str]:
    """The lines in the middle of the box's height, each a text of its own so that directions do not mix."""
    x = box.left + PADDING_X
    at = box.top + (box.height - sum(line.height for line in face.lines)) // 2
    drawn = []
    for line in face.lines:
        base = at + line.height - 5
        at += line.height
        indent = 0
        if line.kind == "state":
            drawn.append(f'<text class="tree-mark" x="{x}" y="{base}">{MARKS[box.node.state]}</text>')
            indent = 16
        drawn.append(f'<text class="tree-{line.kind}" x="{x + indent}" y="{base}">{escaped(line.text)}</text>')
    return drawn
