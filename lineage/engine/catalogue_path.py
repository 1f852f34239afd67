"""By which way something came to a model: a chain up to an origin, found by walking. Nothing is stored for it."""

from collections.abc import Callable, Iterator

from lineage.engine.arrays import Ints
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_graph import Models, Rows
from lineage.engine.catalogue_kernels import NONE, is_foreign, origin_of
from lineage.engine.catalogue_offers import OfferColumns
from lineage.engine.pedigree import ways_of_name
from lineage.engine.walks import Climb

type Starts = Callable[[int], bool]
"""Whether something starts at a derivation, given its place in the rows."""


def trace_name(model: int, licence: tuple[int, int], rows: Rows, offers: OfferColumns, flags: Ints, way: Ints) -> int:
    """Walk up to where a licence (its word and flag) was taken, outside cycles; says how long the `way` is."""
    words = offers.shape[0]
    word, flag = licence
    way[0] = model
    length = 1
    above = model
    while above >= 0:
        node = above
        above = -1
        for each in range(rows.first[node], rows.last[node]):
            parent = rows.parent[each]
            if offers.passing_flags[(rows.kind[each] >> 1) * words + word] & flag:
                if offers.flags[rows.offer[each] * words + word] & flag:
                    way[length] = parent
                    return length + 1
                if flags[parent * words + word] & flag:
                    above = parent
        way[length] = above
        length += 1
    return 0


def trace_restriction(
    model: int, number: int, surely: int, rows: Rows, models: Models, offers: OfferColumns, origins: Ints, way: Ints
) -> int:
    """The same for a restriction of one class from an origin of another licensor.

    `surely` is 1 for certain ones; then `origins` are the certain ones too.
    """
    classes, licensor = offers.shape[1], models.licensor[model]
    way[0] = model
    length = 1
    above = model
    while above >= 0:
        node = above
        above = -1
        for each in range(rows.first[node], rows.last[node]):
            parent = rows.parent[each]
            passes = offers.passing_classes[rows.kind[each] >> 1] >> number & 1
            if passes and rows.kind[each] & 1 >= surely:
                brought = offers.sure_classes[rows.offer[each]] if surely else offers.classes[rows.offer[each]]
                if brought >> number & 1 and is_foreign(origin_of(parent, models), licensor):
                    way[length] = parent
                    return length + 1
                if is_foreign(origins[parent * classes + number], licensor):
                    above = parent
        way[length] = above
        length += 1
    return 0


class Paths:
    """The chains of one catalogue, as tuples of models: from the one asked about to the origin, both included."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._graph = catalogue.graph
        self._offers = catalogue.offer_columns()
        self._way = catalogue.machine.filled(len(self._graph) + 1, 0, "int32")
        self._first_cycle = self._graph.cycles[0][0] if self._graph.cycles else len(self._graph)

    def to_licence(self, model: int, licence: int) -> tuple[int, ...] | None:
        """A chain over which the name of a licence came; None if it did not come."""
        catalogue, offers, row = self._catalogue, self._offers, int(self._graph.number[model])
        if licence not in {name.licence for name in catalogue.names(model)}:
            return None
        where = licence // catalogue.offers.word_bits, catalogue.offers.flag_in_word(licence)
        if row < self._first_cycle:
            flags = catalogue.inherited.flags
            return self._shown(
                catalogue.machine.run(trace_name)(row, where, self._graph.rows, offers, flags, self._way)
            )
        ways = ways_of_name(catalogue.offers.licences[licence])
        words = offers.shape[0]
        rows = self._graph.rows
        return self._around(
            row, ways, 0, lambda each: bool(offers.flags[rows.offer[each] * words + where[0]] & where[1])
        )

    def to_restriction(self, model: int) -> tuple[int, ...] | None:
        """A chain over which a restriction came that counts for the model, a certain one if there is one."""
        row, inherited = int(self._graph.number[model]), self._catalogue.inherited
        classes = self._offers.shape[1]
        for surely, origins in ((1, inherited.sure_origins), (0, inherited.origins)):
            for number in range(classes):
                origin = origins[row * classes + number]
                if origin != NONE and is_foreign(origin, self._graph.models.licensor[row]):
                    return self._to_class(row, number, surely, origins)
        return None

    def _to_class(self, row: int, number: int, surely: int, origins: Ints) -> tuple[int, ...]:
        rows, models, offers = self._graph.rows, self._graph.models, self._offers
        if row < self._first_cycle:
            trace = self._catalogue.machine.run(trace_restriction)
            return self._shown(trace(row, number, surely, rows, models, offers, origins, self._way))
        brought = offers.sure_classes if surely else offers.classes

        def starts(each: int) -> bool:
            foreign = is_foreign(origin_of(rows.parent[each], models), models.licensor[row])
            return foreign and bool(brought[rows.offer[each]] >> number & 1)

        return self._around(row, self._catalogue.offers.classes[number], surely, starts)

    def _shown(self, length: int) -> tuple[int, ...]:
        return tuple(int(self._graph.original[self._way[place]]) for place in range(length))

    def _around(self, row: int, ways: int, surely: int, starts: Starts) -> tuple[int, ...]:
        """A shortest way, also through cycles, on which the origin is only at the end."""
        climb = self._climb(row, ways, surely)
        for child in map(int, climb.order):
            for each in self._passing(child, ways, surely):
                origin = int(self._graph.rows.parent[each])
                if origin == row or not starts(each):
                    continue
                around = climb if str(origin) not in climb.path(str(child)) else self._climb(row, ways, surely, origin)
                if str(child) in around.order:
                    rows = (*map(int, around.path(str(child))), origin)
                    return tuple(int(self._graph.original[each]) for each in rows)
        raise AssertionError("what has arrived has come by some way")

    def _climb(self, row: int, ways: int, surely: int, without: int | None = None) -> Climb:
        def parents(node: str) -> list[str]:
            found = {int(self._graph.rows.parent[each]) for each in self._passing(int(node), ways, surely)}
            return [str(parent) for parent in sorted(found)]

        return Climb(str(row), parents, without=None if without is None else str(without))

    def _passing(self, child: int, ways: int, surely: int) -> Iterator[int]:
        rows = self._graph.rows
        for each in range(rows.first[child], rows.last[child]):
            if ways >> (rows.kind[each] >> 1) & 1 and rows.kind[each] & 1 >= surely:
                yield each
