"""The ways of the edges."""

from collections.abc import Sequence
from dataclasses import dataclass

from .ordering import Rows

type Point = tuple[int, int]

# How far from the corners of a box an edge may end, and how far apart two ends stand.
_CORNER = 22
_APART = 22
# By how much both may fall short where that makes an edge straight.
_NEARER = 8
_LEAST_APART = _APART - _NEARER


def ways(
    made: Rows, across: Sequence[int], tops: Sequence[int], bottoms: Sequence[int], *, half: int
) -> list[tuple[Point, ...]]:
    """The points of each link from top to bottom; an edge passes a row upright, in a column that nothing else has."""
    row_of = {item: row for row, items in enumerate(made.rows) for item in items}
    leaving, arriving = _ends(made, across, half - _CORNER)
    found = []
    for at, chain in enumerate(made.chains):
        points = [(leaving[at], bottoms[row_of[chain[0]]])]
        for bend in chain[1:-1]:
            points += [(across[bend], tops[row_of[bend]]), (across[bend], bottoms[row_of[bend]])]
        points.append((arriving[at], tops[row_of[chain[-1]]]))
        found.append(tuple(points))
    return found


@dataclass(slots=True)
class _Side:
    """The ends of links on one side of one model, from left to right, and the bounds for them."""

    low: int
    high: int
    links: list[int]
    places: list[int]

    def admits(self, link: int, place: int) -> bool:
        """Whether the end of a link may move to a place without coming too close to the ends beside it."""
        at = self.links.index(link)
        low = self.places[at - 1] + _LEAST_APART if at else self.low - _NEARER
        high = self.places[at + 1] - _LEAST_APART if at + 1 < len(self.links) else self.high + _NEARER
        return low <= place <= high

    def place(self, link: int) -> int:
        return self.places[self.links.index(link)]

    def move(self, link: int, place: int) -> None:
        self.places[self.links.index(link)] = place


def _ends(made: Rows, across: Sequence[int], room: int) -> tuple[list[int], list[int]]:
    """For each link the column where it leaves its upper model and the one where it arrives at its lower model."""
    below = _sides(made, across, room, [(chain[0], chain[1]) for chain in made.chains])
    above = _sides(made, across, room, [(chain[-1], chain[-2]) for chain in made.chains])
    for at, chain in enumerate(made.chains):
        leaving, arriving = below[chain[0]], above[chain[-1]]
        if len(chain) == 2:
            here, there = leaving.place(at), arriving.place(at)
            for column in (here, there, (here + there) // 2):
                if leaving.admits(at, column) and arriving.admits(at, column):
                    leaving.move(at, column)
                    arriving.move(at, column)
                    break
            continue
        for side, bend in ((leaving, chain[1]), (arriving, chain[-2])):
            if side.admits(at, across[bend]):
                side.move(at, across[bend])
    links = list(enumerate(made.chains))
    return [below[chain[0]].place(at) for at, chain in links], [above[chain[-1]].place(at) for at, chain in links]


def _sides(made: Rows, across: Sequence[int], room: int, steps: Sequence[tuple[int, int]]) -> dict[int, _Side]:
    """Ends by model; a step is a model and the next item on the way of a link, the links in their order."""
    wishes: dict[int, list[tuple[int, int, int]]] = {}
    for at, (model, onward) in enumerate(steps):
        here, there = across[model], across[onward]
        spare = room if onward < made.models else 0
        low, high = max(here - room, there - spare), min(here + room, there + spare)
        # Where both ends can share a column, the edge is an upright line.
        wish = min(max((here + there) // 2, low), high) if low <= high else min(max(there, here - room), here + room)
        wishes.setdefault(model, []).append((there, at, wish))
    sides = {}
    for model, wished in wishes.items():
        wished.sort()
        low, high = across[model] - room, across[model] + room
        places = _apart([wish for _, _, wish in wished], low, high)
        sides[model] = _Side(low, high, [at for _, at, _ in wished], places)
    return sides


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
