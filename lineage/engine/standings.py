"""Where every model of a catalogue stands: its state, what a clean replacement would free and cost, and its place.

The ranking is by what is freed for the money: downloads first, and where they are equal or unknown, versions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lineage.engine.arrays import Ints, Machine
from lineage.engine.catalogue import STATES, Catalogue
from lineage.engine.catalogue_columns import CatalogueColumns
from lineage.engine.catalogue_graph import Rows
from lineage.engine.catalogue_offers import OfferColumns
from lineage.engine.catalogue_ranking import Ranking
from lineage.engine.costs import Rates, costs_of
from lineage.engine.inheritance import State
from lineage.engine.pedigree import ways_of
from lineage.engine.terms import is_restriction


@dataclass(frozen=True, slots=True)
class Standing:
    """`place` counts from 1 and is None for what would free nothing; `cost` is in whole US dollars, None if not known.

    `licences` are places in the columns: the texts with restrictions that come to models by the name of this one's
    ancestors, and those that its own children took from it. None are told of what would free nothing.
    """

    model: int
    state: State
    versions: int = 0
    downloads: int = 0
    cost: int | None = None
    licences: tuple[int, ...] = ()
    place: int | None = None


def standings(
    columns: CatalogueColumns,
    on: date,
    *,
    made: Ints,
    stated: Ints,
    rates: Rates | None = None,
    machine: Machine | None = None,
) -> Iterator[Standing]:
    """Every model, in the order of the columns. `made` and `stated` have a number for each (`costs.py`).

    Of two that rank alike the smaller number comes first. Raises LineageFileError, before the first, for a catalogue
    that is too deep to weigh.
    """
    catalogue = Catalogue(columns, on, machine=machine)
    ranking = Ranking(catalogue)
    plain = catalogue.machine.plain
    versions, downloads = plain(ranking.versions()), plain(ranking.downloads())
    costs = plain(costs_of(catalogue, made, stated, rates))
    places = _places(versions, downloads, costs)
    licences = _Licences(catalogue)

    def each() -> Iterator[Standing]:
        for model, state in enumerate(plain(catalogue.states())):
            cost, freed = costs[model] or None, versions[model]
            if freed:
                told = licences.by_way_of(model)
                yield Standing(model, STATES[state], freed, downloads[model], cost, told, places[model])
            else:
                yield Standing(model, STATES[state], cost=cost)

    return each()


def _places(versions: list[int], downloads: list[int], costs: list[int]) -> dict[int, int]:
    """What frees the most for its cost first; what has no known cost comes after all that has one."""

    def order(model: int) -> tuple[bool, float, float, int]:
        cost = costs[model]
        return not cost, -downloads[model] / (cost or 1), -versions[model] / (cost or 1), model

    ranked = sorted((model for model, freed in enumerate(versions) if freed), key=order)
    return {model: place for place, model in enumerate(ranked, start=1)}


class _Licences:
    """Which licences with restrictions come by way of a model."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._words = catalogue.offers.words
        self._bits = catalogue.offers.word_bits
        texts = catalogue.offers.licences
        self._restricting = [
            number for number, text in enumerate(texts) if any(is_restriction(t.id) and ways_of(t) for t in text.terms)
        ]
        machine, graph = catalogue.machine, catalogue.graph
        own = machine.filled(len(graph) * self._words, 0, "int64")
        machine.run(take_from)(graph.rows, catalogue.offer_columns(), own)
        self._number, self._own = machine.plain(graph.number), machine.plain(own)
        self._inherited = machine.plain(catalogue.inherited.flags)
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}

    def by_way_of(self, model: int) -> tuple[int, ...]:
        row = self._number[model] * self._words
        words = tuple([self._inherited[each] | self._own[each] for each in range(row, row + self._words)])
        if words not in self._known:
            every = sum(word << (self._bits * place) for place, word in enumerate(words))
            self._known[words] = tuple(number for number in self._restricting if every >> number & 1)
        return self._known[words]


def take_from(rows: Rows, offers: OfferColumns, own: Ints) -> None:
    """What the children of each model took from it, as far as it passes."""
    words = offers.shape[0]
    for child in range(len(rows.first)):
        for each in range(rows.first[child], rows.last[child]):
            for word in range(words):
                passing = offers.passing_flags[(rows.kind[each] >> 1) * words + word]
                own[rows.parent[each] * words + word] |= offers.flags[rows.offer[each] * words + word] & passing
