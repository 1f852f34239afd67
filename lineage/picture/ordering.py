"""The order of models within each row, chosen so that few edges cross.

A long edge gets a bend (a number from `models` up) in every row that it passes, so that from
here on each step of an edge leads from one row to the next.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from .crossings import crossings, sideways
from .ranking import Link

SWEEPS = 8
# Beyond this many models and bends, one start is tried instead of three: time for a large tree is bounded.
THOROUGH = 260


@dataclass(slots=True)
class Rows:
    """`rows` hold models and bends from left to right; `chains` are the ways of the links, from top to bottom."""

    models: int
    rows: list[list[int]]
    above: list[list[int]]
    below: list[list[int]]
    chains: list[list[int]]


def bends_needed(rows: Sequence[int], links: Sequence[Link]) -> int:
    return sum(rows[child] - rows[parent] - 1 for parent, child in links)


def with_bends(row_of: Sequence[int], links: Sequence[Link]) -> Rows:
    """Rows in the order of the models' numbers, bends behind them."""
    count = len(row_of)
    rows: list[list[int]] = [[] for _ in range(max(row_of, default=-1) + 1)]
    for model, row in enumerate(row_of):
        rows[row].append(model)
    total = count + bends_needed(row_of, links)
    made = Rows(count, rows, [[] for _ in range(total)], [[] for _ in range(total)], [])
    fresh = count
    for parent, child in links:
        passed = range(row_of[parent] + 1, row_of[child])
        chain = [parent, *range(fresh, fresh + len(passed)), child]
        fresh += len(passed)
        for row, bend in zip(passed, chain[1:], strict=False):
            rows[row].append(bend)
        for upper, lower in pairwise(chain):
            made.below[upper].append(lower)
            made.above[lower].append(upper)
        made.chains.append(chain)
    return made


def arrange(made: Rows, beside: Mapping[int, int], leading: Set[int]) -> int:
    """Order the rows in place and give back how many crossings are left.

    `beside` keeps a model next to another of the same row. `leading` items stand left of others
    where that makes no edges cross: what matters is then in sight first on a small screen.
    """
    thorough = len(made.above) <= THOROUGH
    best: tuple[int, int, list[list[int]]] | None = None
    for start in _starts(made)[: 3 if thorough else 1]:
        for rows in _sweeps(made, start, beside, thorough):
            crossed = crossings(rows, made.below)
            found = (crossed, sideways(rows, made.below) if thorough else 0)
            if best is None or found < best[:2]:
                best = (*found, [list(row) for row in rows])
            if not crossed and not thorough:
                break
    if best is None:
        return 0
    made.rows = _leading_first(best[2], leading)
    if not thorough:
        return best[0]
    _lead(made, leading, beside)
    return crossings(made.rows, made.below)


def _starts(made: Rows) -> list[list[list[int]]]:
    """Orders to begin with: families together, seen from the top, from the bottom, and from the top mirrored."""
    down = _in_order_of(made.rows, _walk(made.rows, made.below))
    up = _in_order_of(made.rows, _walk(made.rows[::-1], made.above))
    return [down, up, [row[::-1] for row in down]]


def _walk(rows: list[list[int]], onward: list[list[int]]) -> list[int]:
    """When each item is first met on walks from the first row on, then from the next and so on."""
    met = [-1] * len(onward)
    count = 0
    for row in rows:
        for start in row:
            path = [start]
            while path:
                item = path.pop()
                if met[item] < 0:
                    met[item] = count
                    count += 1
                    path.extend(reversed(onward[item]))
    return met


def _in_order_of(rows: list[list[int]], key: list[int]) -> list[list[int]]:
    return [sorted(row, key=key.__getitem__) for row in rows]


def _sweeps(made: Rows, rows: list[list[int]], beside: Mapping[int, int], thorough: bool) -> list[list[list[int]]]:
    """The start and what it becomes by sorting by medians, downwards and upwards in turn."""
    place = [0] * len(made.above)
    for row in rows:
        _note(row, place)
    results = []
    for turn in range(SWEEPS + 1):
        if turn % 2:
            _sort_rows(rows[1:], made.above, place)
        elif turn:
            _sort_rows(rows[-2::-1], made.below, place)
        if thorough:
            _exchange(made, rows, place)
        for model, other in beside.items():
            _bring_beside(rows, model, other, place)
        results.append([list(row) for row in rows])
    return results


def _note(row: list[int], place: list[int]) -> None:
    for index, item in enumerate(row):
        place[item] = index


def _sort_rows(rows: list[list[int]], fixed: list[list[int]], place: list[int]) -> None:
    for row in rows:
        movable = [item for item in row if fixed[item]]
        key = {item: _median(sorted([place[end] for end in fixed[item]])) for item in movable}
        movable.sort(key=key.__getitem__)
        following = iter(movable)
        # An item that nothing binds to the fixed row keeps its place.
        row[:] = [next(following) if fixed[item] else item for item in row]
        _note(row, place)


def _median(places: list[int]) -> float:
    """The middle; of an even number, the point between the two middle ones that leans to the denser side."""
    middle, odd = divmod(len(places), 2)
    if odd:
        return places[middle]
    if middle == 1:
        return (places[0] + places[1]) / 2
    left, right = places[middle - 1] - places[0], places[-1] - places[middle]
    if not left + right:
        return (places[middle - 1] + places[middle]) / 2
    return (places[middle - 1] * right + places[middle] * left) / (left + right)


def _exchange(made: Rows, rows: list[list[int]], place: list[int]) -> None:
    """Exchange neighbours as long as that removes crossings.

    A row is looked at again only where it, or one beside it, has changed since: else there is nothing new to find.
    """
    before = set(range(len(rows)))
    for _ in range(4):
        changed: set[int] = set()
        for number, row in enumerate(rows):
            due = number in before or number + 1 in before or number - 1 in changed
            if due and _exchange_in(made, row, place):
                changed.add(number)
        if not changed:
            return
        before = changed


def _exchange_in(made: Rows, row: list[int], place: list[int]) -> bool:
    changed = False
    for index in range(len(row) - 1):
        left, right = row[index], row[index + 1]
        if _gain(made, left, right, place) > 0:
            row[index], row[index + 1] = right, left
            place[left], place[right] = index + 1, index
            changed = True
    return changed


def _leading_first(rows: list[list[int]], leading: Set[int]) -> list[list[int]]:
    """The rows, mirrored if the leading items are in the right half."""
    balance = sum(2 * index + 1 - len(row) for row in rows for index, item in enumerate(row) if item in leading)
    return [row[::-1] for row in rows] if balance > 0 else rows


def _lead(made: Rows, leading: Set[int], beside: Mapping[int, int]) -> None:
    """Exchange neighbours as long as that brings a leading item to the left and costs no crossing.

    Of two that stand beside each other, the planned one is to be on the right.
    """
    place = [0] * len(made.above)
    for row in made.rows:
        _note(row, place)
    tied = {*beside, *beside.values()}
    for row in made.rows:
        for end in range(len(row) - 1, 0, -1):
            for index in range(end):
                left, right = row[index], row[index + 1]
                misplaced = right in leading and left not in leading and not {left, right} & tied
                if not misplaced and beside.get(left) != right:
                    continue
                if _gain(made, left, right, place) >= 0:
                    row[index], row[index + 1] = right, left
                    place[left], place[right] = index + 1, index


def _gain(made: Rows, left: int, right: int, place: list[int]) -> int:
    """How many crossings there are fewer once two neighbours of a row have changed places."""
    gain = 0
    for ends in (made.above, made.below):
        others = [place[other] for other in ends[right]]
        for one in ends[left]:
            here = place[one]
            for other in others:
                if here > other:
                    gain += 1
                elif here < other:
                    gain -= 1
    return gain


def _bring_beside(rows: list[list[int]], model: int, other: int, place: list[int]) -> None:
    row = next(row for row in rows if model in row)
    if other not in row:
        return
    behind = place[model] > place[other]
    row.remove(model)
    row.insert(row.index(other) + behind, model)
    _note(row, place)
