"""What to replace for a sum of money: the most freed for its cost first, and looking again after each choice.

A choice changes nothing but what descends from it: that is taken out of the ranking, judged anew, and put back.
"""

from lineage.engine import catalogue_descent as below
from lineage.engine.arrays import Ints
from lineage.engine.catalogue import Catalogue, by_row
from lineage.engine.catalogue_change import begins_of, children_of
from lineage.engine.catalogue_freed import UNREACHED, climb_some
from lineage.engine.catalogue_order import find_best
from lineage.engine.catalogue_ranking import Freed, Ranking


class Budget(Ranking):
    """A ranking that can be asked what to replace. It works on its own copy of the catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(catalogue.copied())
        graph, count = self.catalogue.graph, len(self.catalogue.graph)
        self._children = children_of(graph)
        self._begins = begins_of(graph)
        self._before = self.catalogue.empty_rows(1)
        self._found = self.machine.filled(count, 0, "int32")
        self._nothing = self.catalogue.offers.number_of(((), None))
        self.offers = self.catalogue.offer_columns()

    def spend(self, costs: Ints, budget: int, *, most: int | None = None, by_downloads: bool = True) -> list[Freed]:
        """What to replace, in order of choice; `costs` has one whole number for each model, and 0 for no offer.

        What is freed is told as it stands after the choices before it, so that these may be added up. Without downloads
        the versions count. Ends when nothing more is affordable or freed, or with `most` choices. The ranking is used
        up: whatever was chosen counts as replaced in it.
        """
        prices = self.machine.filled(len(self._how), 0, "int64")
        given = self.machine.given(costs, "int64")
        self.machine.run(by_row)(given, self.catalogue.graph.original, prices)
        chosen: list[Freed] = []
        while most is None or len(chosen) < most:
            wanted = (self.freed, by_downloads, self.catalogue.graph.original)
            row = int(self.machine.run(find_best)(prices, budget, *wanted))
            if row < 0:
                break
            model = int(self.catalogue.graph.original[row])
            chosen.append(Freed(model, int(self.freed[0][row]), int(self.freed[1][row])))
            budget -= int(prices[row])
            prices[row] = 0
            self._replace(row)
        return chosen

    def _replace(self, row: int) -> None:
        """Cut a model off from all it was made from, and from all that was made from it."""
        run, graph = self.machine.run, self.catalogue.graph
        flags = self.machine.filled(len(graph), 0, "uint8")
        run(find_reached)(row, self._first_cycle, self._children, self._above, flags, self._found)
        descending = self.machine.column(self.machine.places(flags), "int32")
        self._sort_out(descending)
        self._count(descending, -1)
        graph.rows.last[row] = graph.rows.first[row]
        graph.models.undisclosed[row] = 0
        run(below.cut_off)(row, self._nothing, graph.rows, self._children)
        self._judge(descending)
        outside = (
            descending
            if not graph.cycles
            else self.machine.column(
                [each for each in self.machine.plain(descending) if each < self._first_cycle], "int32"
            )
        )
        run(climb_some)(outside, self._every_way, graph.rows, graph.models, self.offers, self._above)
        self._sort_out(descending)
        self._count(descending, 1)

    def _judge(self, rows: Ints) -> None:
        catalogue, graph = self.catalogue, self.catalogue.graph
        facts = below.Facts(graph.rows, graph.models, self.offers, self._begins, graph.ends, self._children)
        answers = below.Answers(
            catalogue.inherited, catalogue.row_states, catalogue.unknown_flag(), catalogue.spare_rows, self._before
        )
        self.machine.run(below.judge_some)(rows, facts, answers)


def find_reached(model: int, first_cycle: int, children: below.Children, above: Ints, flags: Ints, found: Ints) -> None:
    """Flag a model and all below it whose chains it can be on. Nothing goes on from where nothing has come to.

    In cycles and below them there are no chains to ask, so that all are flagged there.
    """
    classes = len(above) // len(flags)
    flags[model] = 1
    found[0] = model
    count, place = 1, 0
    while place < count:
        for each in range(children.first[found[place]], children.last[found[place]]):
            child = children.child[each]
            reached = child >= first_cycle
            for cell in range(child * classes, (child + 1) * classes):
                reached = reached or above[cell] != UNREACHED
            if reached and not flags[child]:
                flags[child] = 1
                found[count] = child
                count += 1
        place += 1
