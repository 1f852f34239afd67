"""What stands in the box of each model: lines of text and their height."""

from dataclasses import dataclass

from .layout import BOX_WIDTH
from .text_width import clip, wrap
from .tree import Node, Tree
from .xml_text import plain

MARKS = {"tainted": "✕", "suspect": "?", "clean": "✓"}

PADDING_X = 17
_PADDING_Y = 11
_ROOM = BOX_WIDTH - 2 * PADDING_X


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `kind` names its role, `height` its space in pixels."""

    kind: str
    text: str
    height: int


@dataclass(frozen=True, slots=True)
class Face:
    """All lines of a box from top to bottom."""

    lines: tuple[Line, ...]

    @property
    def height(self) -> int:
        return sum(line.height for line in self.lines) + 2 * _PADDING_Y


def faces(tree: Tree, planned: str) -> dict[str, Face]:
    """By id; `planned` is the word above a planned version."""
    return {node.id: _face(node, planned) for node in tree.nodes}


def _face(node: Node, planned: str) -> Face:
    if node.hidden:
        return _face_of_stub(node)
    lines = [Line("soon", clip(plain(planned), _limit(11)), 16)] if node.planned and planned else []
    lines += [Line("label", text, 18) for text in wrap(plain(node.label) or plain(node.id), _limit(14))]
    lines.append(Line("state", clip(plain(node.state_word), _limit(12, mark=16)), 17))
    if node.licence_label:
        # The licence that restricts is what the picture is about: it is bold, and has room for its date as well.
        size, most = (13, 3) if node.restricting else (12, 1)
        lines += [Line("licence", text, 16) for text in wrap(plain(node.licence_label), _limit(size), lines=most)]
    if node.note:
        lines.append(Line("note", clip(plain(node.note), _limit(12)), 16))
    return Face(tuple(lines))


def _face_of_stub(node: Node) -> Face:
    lines = [Line("label", clip(plain(node.label), _limit(13)), 17)]
    if node.state_word:
        lines.append(Line("state", clip(plain(node.state_word), _limit(12, mark=16)), 16))
    return Face(tuple(lines))


def _limit(font: int, mark: int = 0) -> int:
    """How many hundredths of a column fit into the box at a size of the font in pixels."""
    return (_ROOM - mark) * 200 // font
