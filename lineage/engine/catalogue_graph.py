"""A catalogue's derivations and grants in rows, with the models numbered anew so that parents come first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lineage.engine import catalogue_order as order
from lineage.engine.arrays import Ints, Machine
from lineage.engine.catalogue_columns import KINDS, CatalogueColumns


class Rows(NamedTuple):
    """The derivations of child c stand at the places `first[c]` to `last[c]`, the latter excluded.

    `offer` says what was taken (`catalogue_taken.py`); the rest are the columns of `CatalogueColumns` for these places.
    The models before `roots` have no parents.
    """

    first: Ints
    last: Ints
    parent: Ints
    kind: Ints
    offer: Ints
    roots: int


class Days(NamedTuple):
    """When each derivation's maker took the parent, at the same places as in `Rows`."""

    obtained_from: Ints
    obtained_until: Ints
    reaccepted: Ints


class Grants(NamedTuple):
    """The grants of model m stand at the places `first[m]` to `last[m]`, the latter excluded, oldest first."""

    first: Ints
    last: Ints
    licence: Ints
    starts: Ints
    until: Ints
    certain: Ints


class Models(NamedTuple):
    licensor: Ints
    undisclosed: Ints
    published: Ints
    downloads: Ints


@dataclass(slots=True)
class Graph:
    """`number` turns a model's number in the columns into the one here, and `original` turns it back.

    `cycles` are the begins and ends of the ranges of models that claim to descend from each other, in order.
    """

    machine: Machine
    number: Ints
    original: Ints
    cycles: list[tuple[int, int]]
    models: Models
    rows: Rows
    days: Days
    grants: Grants
    ends: Ints

    def __len__(self) -> int:
        return len(self.original)


def graph_of(columns: CatalogueColumns, machine: Machine) -> Graph:
    """Takes time and memory in proportion to the catalogue. Raises ValueError for columns that do not fit together."""
    _check(columns, machine)
    sort = Sorting(machine)
    count = len(columns.licensor)
    number, original, ends = _number(sort, columns, count)
    models = Models(
        *(
            sort.scattered(column, number, width)
            for column, width in (
                (columns.licensor, "int32"),
                (columns.undisclosed, "uint8"),
                (columns.published, "int32"),
                (columns.downloads, "int64"),
            )
        )
    )
    rows, days = _rows_of(sort, columns, number)
    cycles = [(begin, int(ends[begin])) for begin in machine.places(ends)]
    return Graph(machine, number, original, cycles, models, rows, days, _grants_of(sort, columns, number), ends)


class Sorting:
    """The loops of `catalogue_order` on one machine, each with the columns that it writes into."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def rows(self, row_of: Ints, count: int) -> tuple[Ints, Ints]:
        """Where each of `count` rows begins (and one more), and the place of each thing in its row."""
        starts = self.machine.filled(count + 1, 0, "int32")
        self.machine.run(order.count_rows)(row_of, starts)
        place = self.machine.filled(len(row_of), 0, "int32")
        self.machine.run(order.find_places)(row_of, self.machine.column(starts, "int32"), place)
        return starts, place

    def scattered(self, column: Ints, place: Ints, width: str) -> Ints:
        out = self.machine.filled(len(place), 0, width)
        self.machine.run(order.scatter)(self.machine.given(column, width), place, out)
        return out

    def looked_up(self, column: Ints, table: Ints) -> Ints:
        out = self.machine.filled(len(column), 0, "int32")
        self.machine.run(order.look_up)(self.machine.given(column, "int32"), table, out)
        return out

    def bounds(self, starts: Ints) -> tuple[Ints, Ints]:
        """The first and last columns of rows that begin there; `starts` has one more."""
        return self.machine.column(starts[:-1], "int32"), self.machine.column(starts[1:], "int32")

    def places(self, first: Ints, last: Ints) -> tuple[Ints, Ints]:
        """The row and the place of each thing that stands in a row."""
        count = int(self.machine.run(order.count_cells)(first, last))
        rows, places = self.machine.filled(count, 0, "int32"), self.machine.filled(count, 0, "int32")
        self.machine.run(order.list_cells)(first, last, rows, places)
        return rows, places

    def by(self, key: Ints, values: Ints) -> Ints:
        """Model numbers in the order of a column of keys from 0 on, of which each model has one."""
        keys = self.looked_up(values, key)
        _, high = self.machine.spread(keys)
        return self.scattered(values, self.rows(keys, high + 1)[1], "int32")


def _number(sort: Sorting, columns: CatalogueColumns, count: int) -> tuple[Ints, Ints, Ints]:
    """The new number of each model, the model of each new number, and where cycles end."""
    machine = sort.machine
    parents = machine.given(columns.parent, "int32")
    starts, place = sort.rows(parents, count)
    children = sort.scattered(columns.child, place, "int32")
    waiting = machine.filled(count, 0, "int32")
    machine.run(order.count_each)(children, waiting)
    original = machine.filled(count, 0, "int32")
    ends = machine.filled(count, 0, "int32")
    if machine.run(order.without_cycles)(starts, children, waiting, original) < count:
        scratch = machine.filled(5 * count, 0, "int32")
        machine.run(order.with_cycles)(starts, children, waiting, original, scratch, ends)
    number = machine.filled(count, 0, "int32")
    machine.run(order.turn_round)(original, number)
    return number, original, ends


def _rows_of(sort: Sorting, columns: CatalogueColumns, number: Ints) -> tuple[Rows, Days]:
    machine = sort.machine
    starts, place = sort.rows(sort.looked_up(columns.child, number), len(number))
    parents = sort.scattered(sort.looked_up(columns.parent, number), place, "int32")
    kinds = sort.scattered(columns.kind, place, "uint8")
    offers = machine.filled(len(place), 0, "int32")
    days = (columns.obtained_from, columns.obtained_until, columns.reaccepted)
    first, last = sort.bounds(starts)
    roots = int(machine.run(order.count_empty)(first, last))
    return Rows(first, last, parents, kinds, offers, roots), Days(
        *(sort.scattered(day, place, "int32") for day in days)
    )


def _grants_of(sort: Sorting, columns: CatalogueColumns, number: Ints) -> Grants:
    """Sorted by day, and then, keeping that order, by model."""
    machine = sort.machine
    begins = machine.given(columns.grant_from, "int32")
    low, high = machine.spread(begins)
    days = machine.filled(len(begins), 0, "int32")
    machine.run(order.shift)(begins, -low, days)
    _, by_day = sort.rows(days, high - low + 1)
    models = sort.scattered(sort.looked_up(columns.grant_model, number), by_day, "int32")
    starts, by_model = sort.rows(models, len(number))
    place = sort.looked_up(by_day, by_model)
    first, last = sort.bounds(starts)
    return Grants(
        first,
        last,
        sort.scattered(columns.grant_licence, place, "int32"),
        sort.scattered(columns.grant_from, place, "int32"),
        sort.scattered(columns.grant_until, place, "int32"),
        sort.scattered(columns.grant_certain, place, "uint8"),
    )


def _check(columns: CatalogueColumns, machine: Machine) -> None:
    lengths = {
        "models": (columns.licensor, columns.undisclosed, columns.published, columns.downloads),
        "grants": (
            columns.grant_model,
            columns.grant_licence,
            columns.grant_from,
            columns.grant_until,
            columns.grant_certain,
        ),
        "derivations": (
            columns.parent,
            columns.child,
            columns.kind,
            columns.obtained_from,
            columns.obtained_until,
            columns.reaccepted,
        ),
    }
    for what, group in lengths.items():
        if len({len(column) for column in group}) > 1:
            raise ValueError(f"the columns of the {what} are not of one length")
    models, licences = len(columns.licensor), len(columns.licences)
    _check_numbers(machine, "model", models, (columns.grant_model, columns.parent, columns.child))
    _check_numbers(machine, "licence", licences, (columns.grant_licence,))
    _check_numbers(machine, "kind of derivation", len(KINDS), (columns.kind,))


def _check_numbers(machine: Machine, what: str, count: int, columns: Iterable[Ints]) -> None:
    """Compiled loops do not look where they write, so that a number that is none must not come so far."""
    for column in columns:
        low, high = machine.spread(machine.given(column, "int64"))
        if len(column) and not 0 <= low <= high < count:
            raise ValueError(f"a column names a {what} that is not there: there are {count}")
