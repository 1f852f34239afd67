"""The legend below the picture: only what the picture shows, each with its mark, its line and its word."""

from collections.abc import Iterator
from dataclasses import dataclass

from .faces import MARKS
from .layout import MARGIN
from .text_width import width
from .tree import Tree, Words
from .xml_text import escaped, plain

_FONT = 12
_SAMPLE = 30
_ROW = 26
_ABOVE = 18
_LEAST_WIDTH = 256


@dataclass(frozen=True, slots=True)
class Legend:
    """The drawing, and the size of the picture with it."""

    drawing: str
    width: int
    height: int


def legend(tree: Tree, words: Words, breadth: int, top: int, *, circular: bool = False) -> Legend:
    """A legend below a picture of the given breadth that ends at `top`; a narrow picture is broadened for it."""
    breadth = max(breadth, _LEAST_WIDTH)
    entries = [(sample, plain(word)) for sample, word in _entries(tree, words, circular) if plain(word)]
    if not entries:
        return Legend("", breadth, top)
    x, y = MARGIN, top + _ABOVE
    rule = f'<path class="tree-rule" d="M{MARGIN} {top}H{breadth - MARGIN}"/>'
    drawn = [f'<g class="tree-legend" aria-hidden="true">{rule}']
    for sample, word in entries:
        length = _SAMPLE + 8 + width(word) * _FONT // 200
        if x > MARGIN and x + length > breadth - MARGIN:
            x, y = MARGIN, y + _ROW
        drawn.append(_state(sample, x, y) if sample in MARKS else _line(sample, x, y))
        drawn.append(f'<text class="tree-word" x="{x + _SAMPLE + 8}" y="{y + 4}">{escaped(word)}</text>')
        x += length + 18
    return Legend("".join([*drawn, "</g>"]), breadth, y + _ROW)


def _entries(tree: Tree, words: Words, circular: bool) -> Iterator[tuple[str, str]]:
    states = {node.state for node in tree.nodes}
    by_state = (("tainted", words.tainted), ("suspect", words.suspect), ("clean", words.clean))
    yield from ((state, word) for state, word in by_state if state in states)
    if any(edge.tainting for edge in tree.edges):
        yield "tainting", words.restricting_path
    if any(node.planned for node in tree.nodes) or any(edge.planned for edge in tree.edges):
        yield "planned", words.planned
    if not all(edge.certain for edge in tree.edges):
        yield "uncertain", words.uncertain
    if circular:
        yield "closing", words.circular


def _state(state: str, x: int, y: int) -> str:
    inner = f'<rect class="tree-inner" x="{x + 3}" y="{y - 6}" width="{_SAMPLE - 6}" height="12" rx="3"/>'
    return (
        f'<g class="tree-{state}"><rect class="tree-box" x="{x}" y="{y - 9}" width="{_SAMPLE}" height="18" rx="5"/>'
        f"{inner if state == 'tainted' else ''}"
        f'<text class="tree-mark" x="{x + _SAMPLE // 2}" y="{y + 4}" text-anchor="middle">{MARKS[state]}</text></g>'
    )


def _line(kind: str, x: int, y: int) -> str:
    return f'<g class="tree-edge tree-{kind}"><path class="tree-line" d="M{x} {y}h{_SAMPLE}"/></g>'
