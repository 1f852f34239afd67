"""The cheapest choice of a set in which some members demand others: a minimum cut, by one maximum flow.

Dinic's algorithm, without recursion. Capacities are integers; None is without limit.
"""

from collections import defaultdict, deque
from collections.abc import Hashable


class Network[Node: Hashable]:
    """Arcs between nodes. `chosen` is the source's side of a cheapest cut: of several, the smallest."""

    def __init__(self) -> None:
        self._arcs: dict[Node, list[int]] = defaultdict(list)
        self._to: list[Node] = []
        self._left: list[int] = []
        self._unlimited: list[int] = []
        self._sum = 1

    def add(self, one: Node, other: Node, capacity: int | None) -> None:
        """An arc from one node to another; to cut it costs its capacity, which is not below 0."""
        self._arcs[one].append(len(self._to))
        self._arcs[other].append(len(self._to) + 1)
        if capacity is None:
            self._unlimited.append(len(self._to))
        self._to += [other, one]
        self._left += [capacity or 0, 0]
        self._sum += capacity or 0

    def chosen(self, source: Node, sink: Node) -> set[Node] | None:
        """What stays with the source; None if nothing that can be cut parts it from the sink."""
        for arc in self._unlimited:
            self._left[arc] = self._sum
        flow = 0
        levels = self._levels(source)
        while sink in levels:
            flow += self._fill(source, sink, levels)
            if flow >= self._sum:
                return None
            levels = self._levels(source)
        return set(levels)

    def _levels(self, source: Node) -> dict[Node, int]:
        levels = {source: 0}
        waiting = deque([source])
        while waiting:
            node = waiting.popleft()
            for arc in self._arcs[node]:
                after = self._to[arc]
                if self._left[arc] and after not in levels:
                    levels[after] = levels[node] + 1
                    waiting.append(after)
        return levels

    def _fill(self, source: Node, sink: Node, levels: dict[Node, int]) -> int:
        """Send as much as shortest paths can take: a walk that steps back where it cannot go on."""
        tried = dict.fromkeys(levels, 0)
        sent, way = 0, list[int]()
        while True:
            node = self._to[way[-1]] if way else source
            if node == sink:
                sent += self._send(way)
                way.clear()
                continue
            arc = self._next(node, tried, levels)
            if arc is not None:
                way.append(arc)
            elif way:
                tried[self._to[way.pop() ^ 1]] += 1
            else:
                return sent

    def _next(self, node: Node, tried: dict[Node, int], levels: dict[Node, int]) -> int | None:
        """The first arc not yet given up that leads one level on. What cannot go on is given up for this round."""
        arcs = self._arcs[node]
        while tried[node] < len(arcs):
            arc = arcs[tried[node]]
            if self._left[arc] and levels.get(self._to[arc]) == levels[node] + 1:
                return arc
            tried[node] += 1
        return None

    def _send(self, way: list[int]) -> int:
        amount = min(self._left[arc] for arc in way)
        for arc in way:
            self._left[arc] -= amount
            self._left[arc ^ 1] += amount
        return amount
