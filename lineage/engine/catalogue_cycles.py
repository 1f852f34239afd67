"""What lies on every path, for models in cycles of claims and below them: as sets, since chains do not nest there.

Nothing comes back to its own origin. So in a cycle each origin has paths of its own, and of two models on all paths to
a third either may come first. Cycles are mistakes, and rare; this is exact, in plain Python, and not fast.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.engine.arrays import Ints
from lineage.engine.catalogue_freed import EVERYBODY, UNREACHED, begun_at, step_above
from lineage.engine.catalogue_graph import Graph
from lineage.engine.catalogue_offers import OfferColumns
from lineage.engine.document import LineageFileError

type Models = frozenset[int]

LARGEST: Final = 20_000_000
"""Members of all sets together, beyond which cycles are refused."""


class PathSets:
    """For each model and class, the models on every path to it. Models are to be added parents first.

    Those before `begin` are read from the chains in `above`. `licensor` is whose own models are excused.
    """

    def __init__(
        self, graph: Graph, offers: OfferColumns, every_way: int, above: Ints, *, begin: int, licensor: int = EVERYBODY
    ) -> None:
        self._graph = graph
        self._offers = offers
        self._every_way = every_way
        self._above = above
        self._begin = begin
        self._licensor = licensor
        self._count = offers.shape[1]
        self._through: dict[tuple[int, int], Models | None] = {}
        self._size = 0

    def add(self, children: Iterable[int]) -> None:
        """Members of a cycle are added together, when the first of them comes. Raises LineageFileError if too large."""
        for child in children:
            end = int(self._graph.ends[child])
            if end:
                for number in range(self._count):
                    self._add_cycle(range(child, end), number)
            elif (child, 0) not in self._through:
                for number in range(self._count):
                    self._keep(child, number, _shared(self._coming(child, number, range(0))))

    def freeing(self, child: int) -> Models:
        """The models that are on every path of every class, itself among them."""
        return _shared(self._through[child, number] for number in range(self._count)) or frozenset((child,))

    def _keep(self, child: int, number: int, above: Models | None) -> None:
        self._through[child, number] = None if above is None else above | {child}
        self._size += 1 if above is None else len(above)
        if self._size > LARGEST:
            raise LineageFileError("derivations", "too much descends from cycles to be weighed; undo the cycles first")

    def _coming(self, child: int, number: int, inside: range) -> Iterator[Models]:
        """What lies on the paths over each parent that is not `inside`."""
        rows = self._graph.rows
        for each in range(rows.first[child], rows.last[child]):
            parent = int(rows.parent[each])
            if parent in inside or not self._passes(each, number):
                continue
            through = self._through_parent(parent, number)
            if through is not None:
                yield through
            if self._begins(each, number):
                yield frozenset((parent,))

    def _passes(self, each: int, number: int) -> bool:
        way = self._graph.rows.kind[each] >> 1
        return bool(self._offers.passing_classes[way] >> number & 1)

    def _begins(self, each: int, number: int) -> bool:
        graph = self._graph
        begun = begun_at(each, self._licensor, self._every_way, graph.rows, graph.models, self._offers)
        return bool(begun >> number & 1)

    def _through_parent(self, parent: int, number: int) -> Models | None:
        if parent < self._begin and (parent, number) not in self._through:
            self._through[parent, number] = self._chain(parent, number)
        return self._through[parent, number]

    def _chain(self, model: int, number: int) -> Models | None:
        step = self._above[model * self._count + number]
        if step == UNREACHED:
            return None
        found = {model}
        while step >= 0:
            found.add(int(step >> 1))
            step = step_above(step, number, self._count, self._above)
        return frozenset(found)

    def _add_cycle(self, members: range, number: int) -> None:
        """What comes from outside, and what comes from each member on ways that it is not on itself."""
        inside: dict[int, list[tuple[int, bool]]] = {}
        rows = self._graph.rows
        for child in members:
            for each in range(rows.first[child], rows.last[child]):
                parent = int(rows.parent[each])
                if parent in members and self._passes(each, number):
                    inside.setdefault(parent, []).append((child, self._begins(each, number)))
        links = [(parent, child) for parent, made in inside.items() for child, _ in made]
        entering = {child: _shared(self._coming(child, number, members)) for child in members}
        found = [_spread({child: above for child, above in entering.items() if above is not None}, links)]
        for origin, made in inside.items():
            begun = {child: frozenset((origin,)) for child, begins in made if begins}
            found.append(_spread(begun, [link for link in links if origin not in link]) if begun else {})
        for child in members:
            through = _shared(each[child] for each in found if child in each)
            self._keep(child, number, None if through is None else through - {child})


def _spread(entering: dict[int, Models], links: list[tuple[int, int]]) -> dict[int, Models]:
    """What lies on every path to each model that is reached, itself among it; the largest sets that fit all links."""
    found = {child: above | {child} for child, above in entering.items()}
    news = True
    while news:
        news = False
        for parent, child in links:
            if parent in found:
                through = found[parent] | {child}
                less = through & found[child] if child in found else through
                if less != found.get(child):
                    found[child], news = less, True
    return found


def _shared(sets: Iterable[Models | None]) -> Models | None:
    """The members of all sets; None if there are none."""
    shared = None
    for each in sets:
        if each is not None:
            shared = each if shared is None or shared == each else shared & each
    return shared
