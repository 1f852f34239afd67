"""The lineage state and the inherited licences of every model of a hub, at once.

The same answers as `inheritance.py` gives for one model, in a single pass over arrays: 2 million models in well under a
second where numpy and numba are installed, and the same pass over lists where they are not.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Self

from lineage.engine.arrays import Ints, Machine, best_machine
from lineage.engine.catalogue_columns import CatalogueColumns
from lineage.engine.catalogue_graph import Graph, graph_of
from lineage.engine.catalogue_kernels import NONE, Inherited, judge, propagate
from lineage.engine.catalogue_offers import OfferColumns, Offers
from lineage.engine.catalogue_taken import Takings
from lineage.engine.inheritance import State

STATES: tuple[State, State, State] = ("clean", "suspect", "tainted")


@dataclass(frozen=True, slots=True)
class Name:
    """A licence that a model inherits by name, from whatever origin. `licence` is its place in the columns."""

    licence: int
    certain: bool


class Catalogue:
    """Seen on one day under one policy. Models are the numbers that they have in the columns.

    Raises ValueError for columns that do not fit together.
    """

    def __init__(
        self, columns: CatalogueColumns, on: date, policy: str = "strict", *, machine: Machine | None = None
    ) -> None:
        self.machine = machine or best_machine()
        self.graph = graph_of(columns, self.machine)
        self.offers = Offers(columns.licences, self.machine, policy)
        self.row_states = self.machine.filled(len(self.graph), 0, "uint8")
        self.inherited = self.empty_rows(len(self.graph))
        self.spare_rows = self._spare_for(self.graph)
        self._changeable = self.machine.column(self.offers.changeable, "uint8")
        self.see(on)

    def see(self, on: date) -> None:
        """Judge everything anew, as of a day. Only what was taken is looked up again: the graph stays."""
        self.on = on
        self.takings = Takings(self.graph, self._changeable, on, self.offers.number_of)
        self.takings.fill_in(self.machine.column(range(len(self.graph)), "int32"))
        self.pass_through(0, len(self.graph))

    def pass_through(self, begin: int, end: int) -> None:
        """Make the rows and states of a range of models, in the numbers of the graph, from those before it."""
        graph, offers = self.graph, self.offer_columns()
        span, wanted = (begin, end), (graph.models, offers, self.inherited)
        self.machine.run(propagate)(span, graph.ends, graph.rows, *wanted, self.spare_rows)
        self.machine.run(judge)(span, self.unknown_flag(), *wanted, self.row_states)

    def offer_columns(self) -> OfferColumns:
        if self._offer_columns is None or self._offers_known != len(self.offers):
            self._offer_columns, self._offers_known = self.offers.columns(), len(self.offers)
        return self._offer_columns

    _offer_columns: OfferColumns | None = None
    _offers_known = 0

    def state(self, model: int) -> State:
        """The lineage state of a model. Raises IndexError for one that is not there."""
        return STATES[self.row_states[self.graph.number[model]]]

    def states(self) -> Ints:
        """A column of the states of all models: 0 clean, 1 suspect, 2 tainted."""
        found = self.machine.filled(len(self.graph), 0, "uint8")
        self.machine.run(by_model)(self.row_states, self.graph.original, found)
        return found

    def names(self, model: int) -> Iterator[Name]:
        """The licences that a model inherits by name, in order; the last of all is `unknown-licence`."""
        row = self.graph.number[model]
        possible, sure = self._flags(self.inherited.flags, row), self._flags(self.inherited.sure_flags, row)
        for licence in range(len(self.offers.licences)):
            if possible >> licence & 1:
                yield Name(licence, bool(sure >> licence & 1))

    def copied(self) -> Self:
        """One that may be changed without changing this one; what cannot change is shared."""
        other, machine = copy(self), self.machine
        rows, models = self.graph.rows, self.graph.models
        other.graph = replace(
            self.graph,
            rows=rows._replace(last=machine.column(rows.last, "int32"), offer=machine.column(rows.offer, "int32")),
            models=models._replace(undisclosed=machine.column(models.undisclosed, "uint8")),
        )
        flags = [machine.column(column, "int64") for column in self.inherited[:2]]
        other.inherited = Inherited(*flags, *(machine.column(column, "int32") for column in self.inherited[2:]))
        other.row_states = machine.column(self.row_states, "uint8")
        return other

    def digest(self) -> str:
        """The states and names of all models as one SHA-256, the same on every machine."""
        machine, graph, words = self.machine, self.graph, self.offers.undisclosed // 62 + 1
        total = sha256(bytes(machine.plain(self.states())))
        rows = machine.filled(len(graph.original) * self.offers.words, 0, "int64")
        for column in (self.inherited.flags, self.inherited.sure_flags):
            machine.run(rows_by_model)(column, graph.original, self.offers.words, rows)
            total.update(machine.octets(rows, words))
        return total.hexdigest()

    def _flags(self, column: Ints, row: int) -> int:
        words, bits = self.offers.words, self.offers.word_bits
        return sum(int(column[row * words + word]) << (bits * word) for word in range(words))

    def _spare_for(self, graph: Graph) -> Inherited:
        return self.empty_rows(max((end - begin for begin, end in graph.cycles), default=0))

    def unknown_flag(self) -> tuple[int, int]:
        """The word and the flag of the unknown licence."""
        return self.offers.unknown // self.offers.word_bits, self.offers.flag_in_word(self.offers.unknown)

    def empty_rows(self, count: int) -> Inherited:
        """Rows of some models to which nothing has come."""
        filled, offers = self.machine.filled, self.offers
        return Inherited(
            filled(count * offers.words, 0, "int64"),
            filled(count * offers.words, 0, "int64"),
            filled(count * len(offers.classes), NONE, "int32"),
            filled(count * len(offers.classes), NONE, "int32"),
        )


def by_model(column: Ints, original: Ints, out: Ints) -> None:
    for row in range(len(original)):
        out[original[row]] = column[row]


def by_row(column: Ints, original: Ints, out: Ints) -> None:
    for row in range(len(original)):
        out[row] = column[original[row]]


def rows_by_model(column: Ints, original: Ints, width: int, out: Ints) -> None:
    for row in range(len(original)):
        for place in range(width):
            out[original[row] * width + place] = column[row * width + place]
