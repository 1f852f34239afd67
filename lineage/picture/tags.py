"""Places for the words on edges: on their own line, and clear of other words and lines where there is room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .routes import Point

# With more edges than this, words keep clear of each other only: lines are too many to look at all.
_FEW_WAYS = 120
_SHELF = 64
_SHARES = (0.5, 0.62, 0.38, 0.74, 0.26, 0.85, 0.15)


@dataclass(frozen=True, slots=True)
class Wish:
    """Words for the way with the index `way`, with half their breadth and half their height."""

    way: int
    reach: int
    rise: int


@dataclass(frozen=True, slots=True)
class Tag:
    """Words in their place: their middle, and half their breadth and height."""

    x: int
    y: int
    reach: int
    rise: int

    def meets(self, other: "Tag") -> bool:
        return abs(self.x - other.x) < self.reach + other.reach and abs(self.y - other.y) < self.rise + other.rise

    def covers(self, point: Point) -> bool:
        return abs(self.x - point[0]) < self.reach + 2 and abs(self.y - point[1]) < self.rise


def place_tags(ways: Sequence[tuple[Point, ...]], wishes: Sequence[Wish], width: int) -> list[Tag]:
    """A place within the width of the picture for each wish, in their order.

    The middle of the steps between rows is tried first, the lowest step before the others. If no
    place is clear, other words are avoided before lines.
    """
    board = _Board(ways if len(ways) <= _FEW_WAYS else ())
    return [board.place(wish, ways[wish.way], width) for wish in wishes]


class _Board:
    """What has been placed so far, on shelves: only things on a common one can meet."""

    def __init__(self, ways: Sequence[tuple[Point, ...]]) -> None:
        self.tags: dict[int, list[Tag]] = {}
        self.points: dict[int, list[tuple[int, Point]]] = {}
        self.looks_at_lines = bool(ways)
        for way, points in enumerate(ways):
            for start, end in zip(points[::2], points[1::2], strict=True):
                for tenth in range(1, 10):
                    point = _curve_point(start, end, tenth / 10)
                    self.points.setdefault(point[1] // _SHELF, []).append((way, point))

    def place(self, wish: Wish, points: tuple[Point, ...], width: int) -> Tag:
        best: tuple[int, Tag] | None = None
        for x, y in self._spots(wish, points):
            tag = Tag(max(min(x, width - wish.reach), wish.reach), y, wish.reach, wish.rise)
            trouble = self._trouble(tag, wish.way)
            if best is None or trouble < best[0]:
                best = (trouble, tag)
            if not trouble:
                break
        if best is None:
            raise ValueError("A way has at least two points.")
        for shelf in _shelves(best[1]):
            self.tags.setdefault(shelf, []).append(best[1])
        return best[1]

    def _spots(self, wish: Wish, points: tuple[Point, ...]) -> Iterator[Point]:
        """Places for the middle of the words: on the line, then broad words with the line near their ends."""
        aside = wish.reach - 16
        for shift in (0, -aside, aside) if aside > _SHELF // 2 and self.looks_at_lines else (0,):
            for at in range(len(points) - 2, -1, -2):
                for share in _SHARES:
                    x, y = _curve_point(points[at], points[at + 1], share)
                    yield x + shift, y

    def _trouble(self, tag: Tag, way: int) -> int:
        shelves = _shelves(tag)
        if any(tag.meets(other) for shelf in shelves for other in self.tags.get(shelf, ())):
            return 1_000
        return len(
            {line for shelf in shelves for line, at in self.points.get(shelf, ()) if line != way and tag.covers(at)}
        )


def _shelves(tag: Tag) -> range:
    return range((tag.y - tag.rise) // _SHELF, (tag.y + tag.rise) // _SHELF + 1)


def _curve_point(start: Point, end: Point, share: float) -> Point:
    """The point of an edge's curve between two points at `share` of its course."""
    back = 1 - share
    bend = 3 * back * share * share + share**3
    sink = share**3 + 1.5 * back * share
    return round(start[0] + (end[0] - start[0]) * bend), round(start[1] + (end[1] - start[1]) * sink)
