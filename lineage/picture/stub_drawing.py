"""A stub: a small stack of cards in the place of models that are not drawn, with their number."""

from .faces import MARKS, Face
from .layout import BOX_WIDTH, Box
from .xml_text import escaped

_ROUND = 8


def draw_stub(box: Box, face: Face) -> str:
    """It stands at the lower edge of its row, because only edges downwards begin at it."""
    height = face.height
    top = box.bottom - height
    middle = box.left + BOX_WIDTH // 2
    drawn = [
        _sheets(box.left, top, BOX_WIDTH),
        f'<rect class="tree-box" x="{box.left}" y="{top}" width="{BOX_WIDTH}" height="{height}" rx="{_ROUND}"/>',
    ]
    at = top + (height - sum(line.height for line in face.lines)) // 2
    for line in face.lines:
        at += line.height
        text = f"{MARKS[box.node.state]} {line.text}" if line.kind == "state" else line.text
        drawn.append(
            f'<text class="tree-{line.kind}" x="{middle}" y="{at - 4}" text-anchor="middle">{escaped(text)}</text>'
        )
    return "".join(drawn)


def sample_of_stub(x: int, y: int, breadth: int) -> str:
    """For the legend, in the middle of a line at `y`."""
    box = f'<rect class="tree-box" x="{x}" y="{y - 5}" width="{breadth}" height="14" rx="4"/>'
    return f'<g class="tree-stub">{_sheets(x, y - 5, breadth, step=3)}{box}</g>'


def _sheets(left: int, top: int, breadth: int, step: int = 4) -> str:
    """The upper edges of two cards behind the first."""
    first, second = 2 * step + 2, 4 * step + 4
    return (
        f'<path class="tree-sheet" d="M{left + first} {top - step}h{breadth - 2 * first}'
        f'M{left + second} {top - 2 * step}h{breadth - 2 * second}"/>'
    )
