"""Walks on a graph that is given as a function from a node to its next nodes. No recursion, no enumeration of paths.

The engine walks upward, from a model to its parents; nothing here knows that.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property


class Climb:
    """All that can be reached from one node, nearest first.

    `order` is breadth first, and `following` must give ids in order: so `order` sorts by length of the shortest
    path, and among equally short paths the one whose ids sort first comes first.
    """

    def __init__(self, start: str, following: Callable[[str], Sequence[str]], *, without: str | None = None) -> None:
        self._following = following
        self._came_from: dict[str, str] = {}
        self.order = [start]
        seen = {start} if without is None else {start, without}
        for node in self.order:
            for after in following(node):
                if after not in seen:
                    seen.add(after)
                    self._came_from[after] = node
                    self.order.append(after)

    def path(self, node: str) -> tuple[str, ...]:
        """The first of the shortest paths, from the start to the node, both included."""
        backwards = [node]
        while backwards[-1] in self._came_from:
            backwards.append(self._came_from[backwards[-1]])
        return tuple(reversed(backwards))

    @cached_property
    def _dominators(self) -> "Dominators":
        return Dominators(self.order[0], self._following)

    def passes_always(self, node: str, gate: str) -> bool:
        """Whether every path from the start to the node goes through the gate."""
        return self._dominators.dominates(gate, node)


def components(nodes: Iterable[str], following: Callable[[str], Sequence[str]]) -> list[list[str]]:
    """The strongly connected components that can be reached from some nodes (Tarjan's algorithm, with a stack)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    is_open: set[str] = set()
    found: list[list[str]] = []
    for start in nodes:
        if start in number:
            continue
        work = [(start, iter(following(start)))]
        number[start] = low[start] = len(number)
        open_nodes.append(start)
        is_open.add(start)
        while work:
            node, rest = work[-1]
            after = next(rest, None)
            if after is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    found.append(_close(node, open_nodes, is_open))
            elif after not in number:
                number[after] = low[after] = len(number)
                open_nodes.append(after)
                is_open.add(after)
                work.append((after, iter(following(after))))
            elif after in is_open:
                low[node] = min(low[node], number[after])
    return found


def _close(node: str, open_nodes: list[str], is_open: set[str]) -> list[str]:
    component = []
    while True:
        member = open_nodes.pop()
        is_open.discard(member)
        component.append(member)
        if member == node:
            return component


class Dominators:
    """Which nodes lie on every path from the start to a node (Lengauer and Tarjan, 1979, the simple version)."""

    def __init__(self, start: str, following: Callable[[str], Sequence[str]]) -> None:
        self._nodes: list[str] = []
        self._number: dict[str, int] = {}
        self._parent: list[int] = []
        self._before: list[list[int]] = []
        self._visit(start, following)
        count = len(self._nodes)
        self._semi = list(range(count))
        self._best = list(range(count))
        self._linked = [-1] * count
        self._idom = [0] * count
        self._solve()
        self._opened, self._closed = self._intervals()

    def immediate(self, node: str) -> str | None:
        """The nearest dominator of a node that was reached; None for the start."""
        number = self._number[node]
        return self._nodes[self._idom[number]] if number else None

    def dominates(self, gate: str, node: str) -> bool:
        """Whether every path to the node goes through the gate; a node goes through itself."""
        if gate not in self._number or node not in self._number:
            return False
        wanted, number = self._number[gate], self._number[node]
        return self._opened[wanted] <= self._opened[number] < self._closed[wanted]

    def _visit(self, start: str, following: Callable[[str], Sequence[str]]) -> None:
        """Number the nodes depth first, and note for each the nodes that lead to it."""
        work = [(start, -1)]
        edges: list[tuple[int, str]] = []
        while work:
            node, parent = work.pop()
            if node in self._number:
                continue
            number = self._number[node] = len(self._nodes)
            self._nodes.append(node)
            self._parent.append(parent)
            for after in following(node):
                edges.append((number, after))
                if after not in self._number:
                    work.append((after, number))
        self._before = [[] for _ in self._nodes]
        for number, after in edges:
            self._before[self._number[after]].append(number)

    def _solve(self) -> None:
        waiting: list[list[int]] = [[] for _ in self._nodes]
        for node in range(len(self._nodes) - 1, 0, -1):
            for before in self._before[node]:
                self._semi[node] = min(self._semi[node], self._semi[self._evaluate(before)])
            waiting[self._semi[node]].append(node)
            parent = self._parent[node]
            self._linked[node] = parent
            for waiter in waiting[parent]:
                best = self._evaluate(waiter)
                self._idom[waiter] = best if self._semi[best] < self._semi[waiter] else parent
            waiting[parent].clear()
        for node in range(1, len(self._nodes)):
            if self._idom[node] != self._semi[node]:
                self._idom[node] = self._idom[self._idom[node]]

    def _intervals(self) -> tuple[list[int], list[int]]:
        """When each node is opened and closed in a walk over the dominator tree: a subtree is one interval."""
        size = [1] * len(self._nodes)
        for node in range(len(self._nodes) - 1, 0, -1):
            size[self._idom[node]] += size[node]
        opened = [0] * len(self._nodes)
        next_free = [1] * len(self._nodes)
        for node in range(1, len(self._nodes)):
            above = self._idom[node]
            opened[node] = next_free[above]
            next_free[above] += size[node]
            next_free[node] = opened[node] + 1
        return opened, [start + length for start, length in zip(opened, size, strict=True)]

    def _evaluate(self, node: int) -> int:
        """The node with the least semidominator on the linked way up, shortening that way as it goes."""
        if self._linked[node] == -1:
            return node
        way = [node]
        while self._linked[self._linked[way[-1]]] != -1:
            way.append(self._linked[way[-1]])
        for step in reversed(way[:-1]):
            above = self._linked[step]
            if self._semi[self._best[above]] < self._semi[self._best[step]]:
                self._best[step] = self._best[above]
            self._linked[step] = self._linked[above]
        return self._best[node]
