"""Where each model and bend stands from left to right: close to its kin, straight where there is room.

First all rows are relaxed together towards the weighted mean of their kin (least squares with
minimum distances, row by row, by pooling neighbours that get in each other's way). Then groups
that already stand in one line are slid as a whole to where their edges become straight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .ordering import Rows

type Pull = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Distances:
    """Least distances between centres, in pixels."""

    models: int
    model_to_bend: int
    bends: int


def columns(made: Rows, heavy: Sequence[bool], distances: Distances) -> list[int]:
    """The centre of each item, in whole pixels. `heavy` says which links ought to be straight before all others."""
    work = _Work(made, heavy, distances)
    size = len(made.above)
    for turn in range(24 if size <= 300 else 6):
        work.relax(turn)
    work.settle()
    for turn in range(8 if size <= 300 else 1):
        if not work.slide(upwards=bool(turn % 2)):
            break
    return [round(at) for at in work.at]


class _Work:
    def __init__(self, made: Rows, heavy: Sequence[bool], distances: Distances) -> None:
        self.made, self.distances = made, distances
        self.above: list[list[Pull]] = [[] for _ in made.above]
        self.below: list[list[Pull]] = [[] for _ in made.above]
        for chain, matters in zip(made.chains, heavy, strict=True):
            for upper, lower in pairwise(chain):
                force = self._force(upper, lower) * (3.0 if matters else 1.0)
                self.below[upper].append((lower, force))
                self.above[lower].append((upper, force))
        self.offsets = [self._packed(row) for row in made.rows]
        self.at = [0.0] * len(made.above)
        self.before = {right: left for row in made.rows for left, right in pairwise(row)}
        self.behind = {left: right for right, left in self.before.items()}
        for row, offsets in zip(made.rows, self.offsets, strict=True):
            for item, offset in zip(row, offsets, strict=True):
                self.at[item] = offset - offsets[-1] / 2

    def _force(self, upper: int, lower: int) -> float:
        bends = (upper >= self.made.models) + (lower >= self.made.models)
        return (1.0, 2.0, 6.0)[bends]

    def distance(self, left: int, right: int) -> int:
        bends = (left >= self.made.models) + (right >= self.made.models)
        return (self.distances.models, self.distances.model_to_bend, self.distances.bends)[bends]

    def _packed(self, row: list[int]) -> list[float]:
        offsets = [0.0]
        for left, right in pairwise(row):
            offsets.append(offsets[-1] + self.distance(left, right))
        return offsets

    def relax(self, turn: int) -> None:
        """One pass over all rows. The first passes look one way only, which carries news far; later ones both ways."""
        numbers = range(len(self.made.rows))
        for number in numbers if turn % 2 == 0 else reversed(numbers):
            self._relax_row(number, turn)

    def _relax_row(self, number: int, turn: int) -> None:
        row, offsets, at = self.made.rows[number], self.offsets[number], self.at
        sides = (self.above, self.below) if turn >= 4 else ((self.above, self.below)[turn % 2],)
        pools: list[tuple[float, float, int]] = []  # weight, weight times wish, members
        for item, offset in zip(row, offsets, strict=True):
            weight, moment = 0.01, 0.01 * (at[item] - offset)
            for side in sides:
                for kin, force in side[item]:
                    weight += force
                    moment += force * (at[kin] - offset)
            members = 1
            while pools and pools[-1][1] * weight >= moment * pools[-1][0]:
                more = pools.pop()
                weight, moment, members = weight + more[0], moment + more[1], members + more[2]
            pools.append((weight, moment, members))
        index = 0
        for weight, moment, members in pools:
            wish = moment / weight
            for _ in range(members):
                at[row[index]] = wish + offsets[index]
                index += 1

    def settle(self) -> None:
        """Round to whole pixels without giving up a distance."""
        for row in self.made.rows:
            before: int | None = None
            for item in row:
                self.at[item] = round(self.at[item])
                if before is not None:
                    self.at[item] = max(self.at[item], self.at[before] + self.distance(before, item))
                before = item

    def slide(self, *, upwards: bool) -> bool:
        """Slide each group of items that stand in one line with their kin; whether anything moved."""
        moved = False
        done: set[int] = set()
        for row in reversed(self.made.rows) if upwards else self.made.rows:
            for item in row:
                if item not in done:
                    group = self._in_line(item)
                    done |= group
                    moved |= self._slide_group(group)
        return moved

    def _in_line(self, start: int) -> set[int]:
        group, open_ends = {start}, [start]
        while open_ends:
            item = open_ends.pop()
            for kin, _ in (*self.above[item], *self.below[item]):
                if kin not in group and self.at[kin] == self.at[item]:
                    group.add(kin)
                    open_ends.append(kin)
        return group

    def _slide_group(self, group: set[int]) -> bool:
        wishes = sorted(
            (self.at[kin] - self.at[item], force)
            for item in group
            for kin, force in (*self.above[item], *self.below[item])
            if kin not in group
        )
        if not wishes:
            return False
        shift = _nearest_median(wishes)
        least, most = self._slack(group)
        shift = min(max(shift, least), most)
        if not shift:
            return False
        for item in group:
            self.at[item] += shift
        return True

    def _slack(self, group: set[int]) -> tuple[float, float]:
        """How far the group may go to the left (negative) and to the right."""
        least, most = float("-inf"), float("inf")
        for item in group:
            left, right = self.before.get(item), self.behind.get(item)
            if left is not None and left not in group:
                least = max(least, self.at[left] - self.at[item] + self.distance(left, item))
            if right is not None and right not in group:
                most = min(most, self.at[right] - self.at[item] - self.distance(item, right))
        return least, most


def _nearest_median(wishes: list[tuple[float, float]]) -> float:
    """The shift with the least weighted sum of distances; of several, the one nearest to standing still."""
    half = sum(force for _, force in wishes) / 2
    passed = 0.0
    low = high = wishes[-1][0]
    for index, (shift, force) in enumerate(wishes):
        passed += force
        if passed >= half:
            low = high = shift
            if passed == half and index + 1 < len(wishes):
                high = wishes[index + 1][0]
            break
    return min(max(0.0, low), high)
