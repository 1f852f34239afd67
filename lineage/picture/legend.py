"""The legend below the picture: only what the picture shows, each with its mark, its line and its word."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .faces import MARKS
from .layout import MARGIN
from .stub_drawing import sample_of_stub
from .text_width import width, wrap
from .tree import Tree, Words
from .turns import turn
from .xml_text import escaped, plain

_FONT = 12
_SAMPLE = 30
_ROW = 26
_LINE = 20
_ABOVE = 18
_LEAST_WIDTH = 256


@dataclass(frozen=True, slots=True)
class Legend:
    """The drawing, and the size of the picture with it."""

    drawing: str
    width: int
    height: int


def legend(tree: Tree, words: Words, breadth: int, top: int, shown: Mapping[str, bool]) -> Legend:
    """A legend below a picture of the given breadth that ends at `top`; a narrow picture is broadened for it.

    `shown` says of "closing" and "instead" whether there is one in the picture.
    """
    breadth = max(breadth, _LEAST_WIDTH)
    entries = [(sample, plain(word)) for sample, word in _entries(tree, words, shown) if plain(word)]
    if not entries:
        return Legend("", breadth, top)
    x, y = MARGIN, top + _ABOVE
    rule = f'<path class="tree-rule" d="M{MARGIN} {top}H{breadth - MARGIN}"/>'
    drawn = [f'<g class="tree-legend" aria-hidden="true">{rule}']
    for sample, word in entries:
        length = _SAMPLE + 8 + width(word) * _FONT // 200
        if x > MARGIN and x + length > breadth - MARGIN:
            x, y = MARGIN, y + _ROW
        drawn.append(_state(sample, x, y) if sample in MARKS else _other(sample, x, y))
        drawn.append(f'<text class="tree-word" x="{x + _SAMPLE + 8}" y="{y + 4}">{escaped(word)}</text>')
        x += length + 18
    for line in _note(words.note, breadth):
        y += _LINE
        drawn.append(f'<text class="tree-word" x="{MARGIN}" y="{y + 4}">{escaped(line)}</text>')
    return Legend("".join([*drawn, "</g>"]), breadth, y + _ROW)


def _note(note: str, breadth: int) -> tuple[str, ...]:
    return wrap(plain(note), (breadth - 2 * MARGIN) * 200 // _FONT, lines=4) if plain(note) else ()


def _entries(tree: Tree, words: Words, shown: Mapping[str, bool]) -> Iterator[tuple[str, str]]:
    states = {node.state for node in tree.nodes if not node.hidden}
    by_state = (("tainted", words.tainted), ("suspect", words.suspect), ("clean", words.clean))
    yield from ((state, word) for state, word in by_state if state in states)
    if any(edge.tainting for edge in tree.edges):
        yield "tainting", words.restricting_path
    if any(node.planned for node in tree.nodes) or any(edge.planned for edge in tree.edges):
        yield "planned", words.planned
    if not all(edge.certain for edge in tree.edges):
        yield "uncertain", words.uncertain
    if shown["instead"]:
        yield "instead", words.instead
    if shown["closing"]:
        yield "closing", words.circular
    if any(node.hidden for node in tree.nodes):
        yield "stub", words.hidden


def _state(state: str, x: int, y: int) -> str:
    inner = f'<rect class="tree-inner" x="{x + 3}" y="{y - 6}" width="{_SAMPLE - 6}" height="12" rx="3"/>'
    return (
        f'<g class="tree-{state}"><rect class="tree-box" x="{x}" y="{y - 9}" width="{_SAMPLE}" height="18" rx="5"/>'
        f"{inner if state == 'tainted' else ''}"
        f'<text class="tree-mark" x="{x + _SAMPLE // 2}" y="{y + 4}" text-anchor="middle">{MARKS[state]}</text></g>'
    )


def _other(kind: str, x: int, y: int) -> str:
    if kind == "stub":
        return sample_of_stub(x, y, _SAMPLE)
    return turn(x, y, x + _SAMPLE) if kind == "instead" else _line(kind, x, y)


def _line(kind: str, x: int, y: int) -> str:
    return f'<g class="tree-edge tree-{kind}"><path class="tree-line" d="M{x} {y}h{_SAMPLE}"/></g>'
