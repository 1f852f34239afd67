"""A catalogue that changes: a grant or a derivation more or less, and only what descends from it is judged anew."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from lineage.engine import catalogue_descent as loops
from lineage.engine.arrays import Ints, Machine
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_columns import CatalogueColumns
from lineage.engine.catalogue_graph import Days, Grants, Graph, Rows, Sorting, graph_of
from lineage.engine.catalogue_rows import RoomyRows

FEW: Final = 50
"""One in so many models is judged one by one; if more wait, all are judged in one pass, which is then faster."""


@dataclass(frozen=True, slots=True)
class StandingGrant:
    """A grant in the numbers and days of CatalogueColumns."""

    licence: int
    starts: int
    until: int = 0
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """A derivation in the numbers and days of CatalogueColumns."""

    parent: int
    child: int
    kind: int
    obtained_from: int = 0
    obtained_until: int = 0
    reaccepted: int = 0


class ChangingCatalogue(Catalogue):
    """Each change says which models were judged anew: none that does not descend from it, or all at once if many do.

    A derivation that contradicts the order in which models stand (a new cycle, or merely an unlucky order) makes the
    whole graph anew. Raises IndexError for a model or licence that is not there.
    """

    _claims: RoomyRows
    _grants: RoomyRows
    _below: RoomyRows
    _begins: Ints
    _roots: int

    def __init__(
        self, columns: CatalogueColumns, on: date, policy: str = "strict", *, machine: Machine | None = None
    ) -> None:
        super().__init__(columns, on, policy, machine=machine)
        self._columns = columns
        self._prepare()

    def change_grants(self, model: int, grants: Iterable[StandingGrant]) -> list[int]:
        """Put other grants in the place of all that a model has."""
        said = sorted((each.starts, each.licence, each.until, int(each.certain)) for each in grants)
        if any(not 0 <= licence < len(self.offers.licences) - 1 for _, licence, _, _ in said):
            raise IndexError("a grant names a licence that is not there")
        row = int(self.graph.number[model])
        self._grants.write(row, [(licence, starts, until, certain) for starts, licence, until, certain in said])
        self._renew()
        self.takings.forget(row)
        children = self._children_of(row)
        self.takings.fill_in(self.machine.column(children, "int32"))
        return self._judge_from(children)

    def add_derivation(self, claim: Claim) -> list[int]:
        """Add one derivation."""
        if claim.parent == claim.child or not 0 <= claim.kind < 6:
            raise ValueError("a model is not derived from itself, and a kind is made by kind_of")
        parent, child = int(self.graph.number[claim.parent]), int(self.graph.number[claim.child])
        cells = (parent, claim.kind, 0, claim.obtained_from, claim.obtained_until, claim.reaccepted)
        self._claims.append(child, cells)
        self._roots = min(self._roots, child)
        self._renew()
        if parent > child and self._begins[parent] != self._begins[child]:
            return self._make_anew()
        self._below.append(parent, (child,))
        self._renew()
        self.takings.fill_in(self.machine.column([child], "int32"))
        return self._judge_from([child])

    def remove_derivation(self, claim: Claim) -> list[int]:
        """Take away one derivation that is just like this one. Raises KeyError if there is none."""
        parent, child = int(self.graph.number[claim.parent]), int(self.graph.number[claim.child])
        wanted = (parent, claim.kind, claim.obtained_from, claim.obtained_until, claim.reaccepted)
        cells = self._claims.row(child)
        place = next((place for place, cell in enumerate(cells) if (*cell[:2], *cell[3:]) == wanted), None)
        if place is None:
            raise KeyError(f"no derivation of {claim.child} from {claim.parent} is like that")
        self._claims.drop(child, int(self._claims.first[child]) + place)
        first, last = int(self._below.first[parent]), int(self._below.last[parent])
        self._below.drop(parent, self.machine.find(child, self._below.columns[0], first, last))
        self._renew()
        return self._judge_from([child])

    def _children_of(self, row: int) -> list[int]:
        below = self._below.columns[0][self._below.first[row] : self._below.last[row]]
        return sorted(set(self.machine.plain(below)))

    def _prepare(self) -> None:
        """What a change needs beyond what the first pass needs."""
        graph, machine, count = self.graph, self.machine, len(self.graph)
        self._roots = graph.rows.roots
        self._claims = RoomyRows(
            machine,
            graph.rows.first,
            graph.rows.last,
            [(graph.rows.parent, "int32"), (graph.rows.kind, "uint8"), (graph.rows.offer, "int32")]
            + [(column, "int32") for column in graph.days],
        )
        grants = graph.grants
        said = [(column, "int32") for column in (grants.licence, grants.starts, grants.until)]
        self._grants = RoomyRows(machine, grants.first, grants.last, [*said, (grants.certain, "uint8")])
        children = children_of(graph)
        self._below = RoomyRows(machine, children.first, children.last, [(children.child, "int32")])
        self._begins = begins_of(graph)
        self._waiting = self._nobody_waits()
        self._touched = machine.filled(count, 0, "int32")
        self._before = self.empty_rows(1)
        self._renew()

    def _renew(self) -> None:
        """Columns that have grown are other columns."""
        claims, grants = self._claims, self._grants
        parent, kind, offer = claims.columns[:3]
        self.graph.rows = Rows(claims.first, claims.last, parent, kind, offer, self._roots)
        self.graph.days = Days(*claims.columns[3:])
        self.graph.grants = Grants(grants.first, grants.last, *grants.columns)

    def _judge_from(self, rows: list[int]) -> list[int]:
        """Judge some anew, and what descends from them as far as something changes."""
        for row in rows:
            loops.wait(row, self._waiting)
        children = loops.Children(self._below.first, self._below.last, self._below.columns[0])
        facts = loops.Facts(
            self.graph.rows, self.graph.models, self.offer_columns(), self._begins, self.graph.ends, children
        )
        answers = loops.Answers(self.inherited, self.row_states, self.unknown_flag(), self.spare_rows, self._before)
        most = max(len(self.graph) // FEW, len(rows), loops.BLOCK)
        count = int(self.machine.run(loops.pass_on)(self._waiting, most, facts, answers, self._touched))
        if count < 0:
            return self._judge_all()
        return [int(self.graph.original[row]) for row in self.machine.plain(self._touched[:count])]

    def _nobody_waits(self) -> loops.Waiting:
        count, filled = len(self.graph), self.machine.filled
        return loops.Waiting(filled(count, 0, "uint8"), filled(count // loops.BLOCK + 1, 0, "int32"))

    def _judge_all(self) -> list[int]:
        count = len(self.graph)
        self.pass_through(0, count)
        self._waiting = self._nobody_waits()
        return list(range(count))

    def _make_anew(self) -> list[int]:
        """Order the models anew, and judge them all."""
        self.graph = graph_of(self._as_columns(), self.machine)
        self.spare_rows = self._spare_for(self.graph)
        self.see(self.on)
        self._prepare()
        return list(range(len(self.graph)))

    def _as_columns(self) -> CatalogueColumns:
        """The catalogue as it stands now."""
        graph, sort = self.graph, Sorting(self.machine)
        grants, grant_places = sort.places(graph.grants.first, graph.grants.last)
        claims, claim_places = sort.places(graph.rows.first, graph.rows.last)
        taken = [sort.looked_up(grant_places, column) for column in graph.grants[2:]]
        days = [sort.looked_up(claim_places, column) for column in graph.days]
        return replace(
            self._columns,
            grant_model=sort.looked_up(grants, graph.original),
            grant_licence=taken[0],
            grant_from=taken[1],
            grant_until=taken[2],
            grant_certain=taken[3],
            parent=sort.looked_up(sort.looked_up(claim_places, graph.rows.parent), graph.original),
            child=sort.looked_up(claims, graph.original),
            kind=sort.looked_up(claim_places, graph.rows.kind),
            obtained_from=days[0],
            obtained_until=days[1],
            reaccepted=days[2],
        )


def children_of(graph: Graph) -> loops.Children:
    """The derivations of a graph in rows of one parent each."""
    sort = Sorting(graph.machine)
    children, places = sort.places(graph.rows.first, graph.rows.last)
    parents = sort.looked_up(places, graph.rows.parent)
    starts, place = sort.rows(parents, len(graph))
    return loops.Children(*sort.bounds(starts), sort.scattered(children, place, "int32"))


def begins_of(graph: Graph) -> Ints:
    """For each model where its cycle begins, or itself."""
    begins = graph.machine.column(range(len(graph)), "int32")
    for begin, end in graph.cycles:
        for member in range(begin, end):
            begins[member] = begin
    return begins
