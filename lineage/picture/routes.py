"""The ways of the edges, and places for the words on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .ordering import Rows

type Point = tuple[int, int]

# How far from the corners of a box an edge may end, and how far apart two ends stand.
_CORNER = 22
_APART = 22


def ways(
    made: Rows, across: Sequence[int], tops: Sequence[int], bottoms: Sequence[int], *, half: int
) -> list[tuple[Point, ...]]:
    """The points of each link from top to bottom; an edge passes a row upright, in a column that nothing else has."""
    row_of = {item: row for row, items in enumerate(made.rows) for item in items}
    room = half - _CORNER
    lower_ends = _ends(made, across, room, [(at, chain[0], chain[1]) for at, chain in enumerate(made.chains)])
    upper_ends = _ends(made, across, room, [(at, chain[-1], chain[-2]) for at, chain in enumerate(made.chains)])
    found = []
    for at, chain in enumerate(made.chains):
        points = [(lower_ends[at], bottoms[row_of[chain[0]]])]
        for bend in chain[1:-1]:
            row = row_of[bend]
            points += [(across[bend], tops[row]), (across[bend], bottoms[row])]
        points.append((upper_ends[at], tops[row_of[chain[-1]]]))
        found.append(tuple(points))
    return found


def _ends(made: Rows, across: Sequence[int], room: int, links: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """Where links (index, model, next item on the way) meet their models, on one side of the boxes."""
    wishes: dict[int, list[tuple[int, int, int]]] = {}
    for at, model, onward in links:
        spare = room if onward < made.models else 0
        middle = (across[model] + across[onward]) // 2
        low = max(across[model] - room, across[onward] - spare)
        high = min(across[model] + room, across[onward] + spare)
        # Where both ends can share a column, the edge is an upright line.
        wish = min(max(middle, low), high) if low <= high else _towards(across[model], across[onward], room)
        wishes.setdefault(model, []).append((across[onward], at, wish))
    ends: dict[int, int] = {}
    for model, wished in wishes.items():
        wished.sort()
        places = _apart([wish for _, _, wish in wished], across[model] - room, across[model] + room)
        ends.update({at: place for (_, at, _), place in zip(wished, places, strict=True)})
    return ends


def _towards(here: int, there: int, room: int) -> int:
    return min(max(there, here - room), here + room)


def _apart(wishes: list[int], low: int, high: int) -> list[int]:
    """Places near the wishes, in their order, within bounds, and as far apart as the bounds allow."""
    count = len(wishes)
    step = min(_APART, (high - low) // max(count - 1, 1))
    rightwards, leftwards = list(wishes), list(wishes)
    for index in range(1, count):
        rightwards[index] = max(wishes[index], rightwards[index - 1] + step)
        leftwards[-1 - index] = min(wishes[-1 - index], leftwards[-index] - step)
    return [
        min(max((right + left) // 2, low + index * step), high - (count - 1 - index) * step)
        for index, (right, left) in enumerate(zip(rightwards, leftwards, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class Tag:
    """Words on an edge: their middle, and half their breadth and height."""

    x: int
    y: int
    reach: int
    rise: int = 9

    def meets(self, other: "Tag") -> bool:
        return abs(self.x - other.x) < self.reach + other.reach and abs(self.y - other.y) < self.rise + other.rise


def curve_point(start: Point, end: Point, share: float) -> Point:
    """The point of the curve between two points at `share` of its course; see `curve`."""
    back = 1 - share
    bend = 3 * back * share * share + share**3
    return round(start[0] + (end[0] - start[0]) * bend), round(
        start[1] * (back**3 + 1.5 * back * back * share + 1.5 * back * share * share)
        + end[1] * (1.5 * back * back * share + 1.5 * back * share * share + share**3)
    )


def place_tags(wanted: Sequence[tuple[tuple[Point, ...], int]], width: int) -> list[Tag]:
    """A place on its way for each of the words (points of the way, half the breadth), clear of the others
    and within the width of the picture.

    The middle of the steps between rows is tried first, the lowest step before the others. If no
    place is clear, the first one is taken.
    """
    placed: list[Tag] = []
    for points, reach in wanted:
        steps = [(points[at], points[at + 1]) for at in range(len(points) - 2, -1, -2)]
        spots = [curve_point(*step, share) for step in steps for share in (0.5, 0.62, 0.38, 0.74, 0.26)]
        tries = [Tag(max(min(x, width - reach), reach), y, reach) for x, y in spots]
        placed.append(next((tag for tag in tries if not any(tag.meets(other) for other in placed)), tries[0]))
    return placed
