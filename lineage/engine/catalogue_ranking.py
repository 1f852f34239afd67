"""For every model of a catalogue: how many models, and downloads, a clean replacement of it would free.

The same numbers as `impact.py` gives. Scores do not add up; `catalogue_budget.py` looks again after each choice.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from lineage.engine import catalogue_excused as excused
from lineage.engine import catalogue_freed as loops
from lineage.engine.arrays import Ints
from lineage.engine.catalogue import Catalogue, by_model
from lineage.engine.catalogue_cycles import PathSets
from lineage.engine.catalogue_graph import Models, Rows, Sorting
from lineage.engine.document import LineageFileError

MOST_STEPS: Final = 4_000_000_000
"""Steps from models up to what they come from, in all, where their classes do not agree."""


@dataclass(frozen=True, slots=True)
class Freed:
    """What a clean replacement of one model frees, itself among it if it is tainted."""

    model: int
    versions: int
    downloads: int


class Ranking:
    """Built from a catalogue as it stands now; a later change of the catalogue needs a new one.

    Raises LineageFileError if the claims are too deep, or too much descends from cycles, to be weighed.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.machine = catalogue.machine
        self.rows: Rows = catalogue.graph.rows
        self.models: Models = catalogue.graph.models
        self.offers = catalogue.offer_columns()
        filled, count, classes = self.machine.filled, len(catalogue.graph), self.offers.shape[1]
        self._first_cycle = catalogue.graph.cycles[0][0] if catalogue.graph.cycles else count
        self._every_way = catalogue.offers.every_way
        self._above = filled(count * classes, loops.UNREACHED, "int32")
        self._at = filled(classes, 0, "int32")
        empty = (filled(count, excused.NEW, "int32") for _ in range(4))
        self._scratch = excused.Scratch(filled(count, 0, "int64"), filled(count, 1, "uint8"), *empty)
        self._how = filled(count, 0, "uint8")
        self.freed = (filled(count, 0, "int64"), filled(count, 0, "int64"))
        self._weigh_all()

    def versions(self) -> Ints:
        """A column: how many models each model would free."""
        return self._by_model(self.freed[0])

    def downloads(self) -> Ints:
        """A column: how many downloads of models each model would free."""
        return self._by_model(self.freed[1])

    def best(self, most: int) -> list[Freed]:
        """Those that free something: most downloads first, then most versions, then the smaller number."""
        versions, downloads = self.machine.plain(self.versions()), self.machine.plain(self.downloads())
        freeing = [model for model, freed in enumerate(versions) if freed]
        freeing.sort(key=lambda model: (-downloads[model], -versions[model], model))
        return [Freed(model, versions[model], downloads[model]) for model in freeing[:most]]

    def _weigh_all(self) -> None:
        count, run = len(self._how), self.machine.run
        everyone = self.machine.column(range(count), "int32")
        span = (0, self._first_cycle)
        run(loops.climb_all)(span, self._every_way, self.rows, self.models, self.offers, self._above)
        merged = self.machine.filled(count, loops.DIFFERENT, "int32")
        run(loops.merge_chains)(span, self.offers.shape[1], self._above, merged)
        run(excused.mark_licensors)(self._first_cycle, self.rows, self.models, self.offers, self._scratch.marks)
        self._sort_out(everyone)
        sums = (self.machine.filled(count, 0, "int64"), self.machine.filled(count, 0, "int64"))
        run(loops.add_up)(self._how, merged, sums, self.freed, self.models)
        self._count(everyone, 1)

    def _sort_out(self, children: Ints) -> None:
        catalogue = self.catalogue
        wanted = (catalogue.row_states, self.models, catalogue.inherited.origins, self._scratch, self._how)
        self.machine.run(excused.sort_out)(children, self._first_cycle, *wanted)

    def _count(self, children: Ints, amount: int) -> None:
        """Add some models to what frees each of them, or take them away again with an amount of -1."""
        run, classes = self.machine.run, self.offers.shape[1]
        run(loops.add_alone)(self._picked(children, excused.BY_ITSELF), amount, self.freed, self.models)
        chained = self._picked(children, loops.BY_CHAINS)
        wanted = (amount, MOST_STEPS, classes, self._above, self._at, self.freed, self.models)
        if not run(loops.walk_all)(chained, *wanted):
            raise LineageFileError("derivations", "they are too deep to weigh every model; use a smaller catalogue")
        partly = self._picked(children, excused.EXCUSED)
        if len(partly):
            self._count_excused(Sorting(self.machine).by(self.models.licensor, partly), amount)
        self._count_by_sets(self.machine.plain(self._picked(children, excused.BY_SETS)), amount, loops.EVERYBODY)
        by_licensor = defaultdict(list)
        for child in self.machine.plain(self._picked(children, excused.BY_SETS_EXCUSED)):
            by_licensor[int(self.models.licensor[child])].append(child)
        for licensor, own in by_licensor.items():
            self._count_by_sets(own, amount, licensor)

    def _count_excused(self, children: Ints, amount: int) -> None:
        graph = (self.rows, self.models, self.offers)
        wanted = (self._every_way, graph, self._above, self._at, self.freed, self._scratch)
        self.machine.run(excused.walk_excused)(children, amount, *wanted)

    def _count_by_sets(self, children: list[int], amount: int, licensor: int) -> None:
        begin = self._first_cycle if licensor == loops.EVERYBODY else 0
        graph = replace(self.catalogue.graph, rows=self.rows, models=self.models)
        sets = PathSets(graph, self.offers, self._every_way, self._above, begin=begin, licensor=licensor)
        sets.add(self._ancestry(children, begin))
        for child in children:
            downloads = amount * int(self.models.downloads[child])
            for each in sets.freeing(child):
                self.freed[0][each] += amount
                self.freed[1][each] += downloads

    def _ancestry(self, children: Iterable[int], begin: int) -> list[int]:
        """Some models and all that they come from, from a number on, parents first but for cycles."""
        work = list(children)
        seen = set(work)
        for child in work:
            for each in range(self.rows.first[child], self.rows.last[child]):
                parent = int(self.rows.parent[each])
                if parent >= begin and parent not in seen:
                    seen.add(parent)
                    work.append(parent)
        return sorted(seen)

    def _picked(self, children: Ints, kind: int) -> Ints:
        found = self.machine.filled(len(children), 0, "int32")
        return found[: self.machine.run(excused.pick)(children, kind, self._how, found)]

    def _by_model(self, column: Ints) -> Ints:
        found = self.machine.filled(len(column), 0, "int64")
        self.machine.run(by_model)(column, self.catalogue.graph.original, found)
        return found
