"""Which row each model stands in: parents always above children, as close as they can be.

Models are numbers here, 0 to `count` - 1 in the order of their ids; a link is (parent, child).
"""

import heapq
from collections.abc import Mapping, Sequence

type Link = tuple[int, int]


def closing_links(count: int, links: Sequence[Link], doubtful: Sequence[bool]) -> set[int]:
    """The indexes of links that close a circle; without them, the rest has none.

    Found by walking down from the models without parents. Sure links are walked first, so that
    a doubtful claim is the likelier one to be the odd one out.
    """
    below: list[list[tuple[bool, int, int]]] = [[] for _ in range(count)]
    has_parent = [False] * count
    for index, (parent, child) in enumerate(links):
        below[parent].append((doubtful[index], child, index))
        has_parent[child] = True
    closing: set[int] = set()
    seen = [0] * count  # 0 not yet, 1 on the way down from here, 2 done
    for start in sorted(range(count), key=lambda node: (has_parent[node], node)):
        if not seen[start]:
            closing |= _walk(start, below, seen)
    return closing


def _walk(start: int, below: list[list[tuple[bool, int, int]]], seen: list[int]) -> set[int]:
    closing: set[int] = set()
    seen[start] = 1
    path = [(start, iter(sorted(below[start])))]
    while path:
        node, steps = path[-1]
        step = next(steps, None)
        if step is None:
            seen[node] = 2
            path.pop()
            continue
        _, child, index = step
        if seen[child] == 1:
            closing.add(index)
        elif not seen[child]:
            seen[child] = 1
            path.append((child, iter(sorted(below[child]))))
    return closing


def topological(count: int, links: Sequence[Link]) -> list[int]:
    """Parents before children, lower numbers first where both orders are right. The links hold no circle."""
    below: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for parent, child in links:
        below[parent].append(child)
        waiting[child] += 1
    ready = [node for node in range(count) if not waiting[node]]
    order: list[int] = []
    while ready:
        node = heapq.heappop(ready)
        order.append(node)
        for child in below[node]:
            waiting[child] -= 1
            if not waiting[child]:
                heapq.heappush(ready, child)
    return order


def rows_of(count: int, links: Sequence[Link], beside: Mapping[int, int]) -> list[int]:
    """The row of each model, 0 at the top, no row empty. The links hold no circle.

    `beside` maps a model to the one whose row it is to share; where descent forbids it, descent wins.
    """
    family = _Family(count, links)
    rows = family.lowest_of_parents([0] * count)
    family.pull_down(rows, frozenset())
    floor = [0] * count
    for node, other in sorted(beside.items()):
        floor[node], floor[other] = rows[other], rows[node]
    raised = {node for pair in beside.items() for node in pair}
    rows = family.lowest_of_parents([floor[node] if node in raised else 0 for node in range(count)])
    family.pull_down(rows, raised)
    used = {row: index for index, row in enumerate(sorted(set(rows)))}
    return [used[row] for row in rows]


class _Family:
    def __init__(self, count: int, links: Sequence[Link]) -> None:
        self.order = topological(count, links)
        self.above: list[list[int]] = [[] for _ in range(count)]
        self.below: list[list[int]] = [[] for _ in range(count)]
        for parent, child in links:
            self.below[parent].append(child)
            self.above[child].append(parent)

        # Those who lead to one child alone, with all their ancestors: they come down with it, at no cost.
        self.follows = [False] * count
        for node in self.order:
            alone = len(self.below[node]) == 1
            self.follows[node] = alone and all(self.follows[parent] for parent in self.above[node])

    def lowest_of_parents(self, floor: Sequence[int]) -> list[int]:
        """Longest path from the top, and no model above its floor."""
        rows = list(floor)
        for node in self.order:
            for parent in self.above[node]:
                rows[node] = max(rows[node], rows[parent] + 1)
        return rows

    def pull_down(self, rows: list[int], fixed: frozenset[int] | set[int]) -> None:
        """Bring roots, and others where the edges get no longer by it, down to just above their first child."""
        for node in reversed(self.order):
            below = self.below[node]
            longer = sum(not self.follows[parent] for parent in self.above[node])
            if below and node not in fixed and len(below) >= longer:
                rows[node] = min(rows[child] for child in below) - 1
