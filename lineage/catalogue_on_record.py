"""The whole catalogue from the database as columns, for millions of versions: six queries, and no object for a row.

PostgreSQL puts each column together as one string of bytes. That takes a quarter of the time of fetching rows, and the
columns are then what `CatalogueColumns` wants.
"""

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from psycopg import Cursor

from lineage.engine import terms
from lineage.engine.arrays import Ints, Machine, best_machine
from lineage.engine.catalogue_columns import CatalogueColumns, kind_of
from lineage.engine.costs import ASSEMBLED, LORA, TRAINING, way_of_making
from lineage.models import Licence
from lineage.records import licence_of

_WIDTHS: Final = {4: "i", 8: "q"}

_KINDS: Final = " ".join(
    f"WHEN '{method}' THEN CASE WHEN certain THEN {kind_of(method, True)} ELSE {kind_of(method, False)} END"
    for method in sorted(terms.METHODS)
)

_STEPS: Final = " ".join(f"WHEN '{method}' THEN {way_of_making([method])}" for method in sorted(TRAINING | LORA))

# Days are counted as Python counts them: 1 January of year 1 is day 1; 0 is no day.
_DAY: Final = "coalesce({} - DATE '0001-01-01' + 1, 0)"

_VERSIONS: Final = f"""
SELECT v.id, coalesce(named.number, -1) AS licensor, v.undisclosed_parents::int AS undisclosed,
       {_DAY.format("v.published_on")} AS published
FROM lineage_version AS v
LEFT JOIN (
    SELECT licensor, row_number() OVER () - 1 AS number FROM lineage_version WHERE licensor <> '' GROUP BY licensor
) AS named ON named.licensor = v.licensor
WHERE NOT v.planned ORDER BY v.id
"""  # noqa: S608 - every value is one of ours

_FIGURES: Final = """
SELECT version_id, coalesce(downloads, 0) AS downloads, coalesce(cost_usd, 0) AS cost, cost_stated::int AS told
FROM lineage_figures WHERE version_id NOT IN (SELECT id FROM lineage_version WHERE planned)
"""

_GRANTS: Final = f"""
SELECT version_id, licence_id, {_DAY.format("starts_on")} AS starts, {_DAY.format("ends_on")} AS ends,
       certain::int AS certain
FROM lineage_grant WHERE NOT optional AND version_id NOT IN (SELECT id FROM lineage_version WHERE planned)
"""  # noqa: S608 - and here

_DERIVATIONS: Final = f"""
SELECT parent_id, child_id, CASE method {_KINDS} END AS kind,
       CASE method {_STEPS} ELSE {ASSEMBLED} END AS step, {_DAY.format("obtained_on")} AS obtained_from,
       {_DAY.format("coalesce(obtained_until, obtained_on + 1)")} AS obtained_until,
       {_DAY.format("reaccepted_on")} AS reaccepted
FROM lineage_derivation
WHERE share IS DISTINCT FROM 0
  AND parent_id NOT IN (SELECT id FROM lineage_version WHERE planned)
  AND child_id NOT IN (SELECT id FROM lineage_version WHERE planned)
"""  # noqa: S608 - and here


@dataclass(frozen=True, slots=True)
class Loaded:
    """`versions` are the keys of the models' rows, in the order of their numbers in the columns; likewise `licences`.

    Models are numbered in the order in which they were recorded. Each has a number in `made` and `cost`, as
    `engine/costs.py` wants them, and in `told`: 1 if the cost was stated by somebody.
    """

    columns: CatalogueColumns
    versions: Ints
    licences: Sequence[int]
    made: Ints
    cost: Ints
    told: Ints


def whole_catalogue(*, machine: Machine | None = None) -> Loaded:
    """All versions that somebody has made. Ask inside one REPEATABLE READ transaction to see one moment."""
    machine = machine or best_machine()
    texts = list(Licence.objects.order_by("pk").prefetch_related("terms"))
    keys, licensor, undisclosed, published = _columns(_VERSIONS, id=8, licensor=4, undisclosed=4, published=4)
    versions = machine.given(keys, "int64")
    numbered = _Numbering(machine, versions)
    downloads, cost, told = _figures(numbered)
    columns = CatalogueColumns(
        tuple(licence_of(row, row.terms.all()) for row in texts), licensor, undisclosed, published, downloads
    )
    _fill_grants(columns, numbered, {row.pk: place for place, row in enumerate(texts)})
    made = _fill_derivations(columns, numbered)
    return Loaded(columns, versions, [row.pk for row in texts], made, cost, told)


def _figures(numbered: "_Numbering") -> list[Ints]:
    """Downloads, costs, and whether these were told, of every model; 0 of most, for few are known."""
    version, *known = _columns(_FIGURES, version_id=8, downloads=8, cost=4, told=4)
    model = numbered.numbers(version)
    return [numbered.spread(model, column, width) for column, width in zip(known, _FIGURE_WIDTHS, strict=True)]


_FIGURE_WIDTHS: Final = ("int64", "int64", "uint8")


def _fill_grants(columns: CatalogueColumns, numbered: "_Numbering", places: dict[int, int]) -> None:
    model, licence, starts, ends, certain = _columns(_GRANTS, version_id=8, licence_id=8, starts=4, ends=4, certain=4)
    columns.grant_model = numbered.numbers(model)
    columns.grant_licence = array("i", map(places.__getitem__, licence))
    columns.grant_from, columns.grant_until, columns.grant_certain = starts, ends, certain


def _fill_derivations(columns: CatalogueColumns, numbered: "_Numbering") -> Ints:
    """Gives how each model was made, which the methods tell and the kinds of derivations do not."""
    parent, child, kind, step, since, until, again = _columns(
        _DERIVATIONS, parent_id=8, child_id=8, kind=4, step=4, obtained_from=4, obtained_until=4, reaccepted=4
    )
    columns.parent, columns.child = numbered.numbers(parent), numbered.numbers(child)
    columns.kind, columns.obtained_from, columns.obtained_until, columns.reaccepted = kind, since, until, again
    return numbered.highest(columns.child, step)


class _Numbering:
    """From the keys of versions to their numbers. Keys are dense, so a table of all of them is the shortest way."""

    def __init__(self, machine: Machine, keys: Ints) -> None:
        self._machine = machine
        self._count = len(keys)
        self._table = machine.filled(int(keys[-1]) + 1 if len(keys) else 0, -1, "int32")
        machine.run(put_numbers)(keys, self._table)

    def numbers(self, keys: Ints) -> Ints:
        keys = self._machine.given(keys, "int64")
        found = self._machine.filled(len(keys), -1, "int32")
        self._machine.run(look_up)(keys, self._table, found)
        return found

    def spread(self, models: Ints, values: Ints, width: str) -> Ints:
        """A column of values for some models, with 0 for all others."""
        found = self._machine.filled(self._count, 0, width)
        self._machine.run(put_highest)(models, self._machine.given(values, width), found)
        return found

    def highest(self, models: Ints, values: Ints) -> Ints:
        """A column of the highest of each model's values, and 0 where it has none."""
        return self.spread(models, values, "uint8")


def put_numbers(keys: Ints, table: Ints) -> None:
    for number in range(len(keys)):
        table[keys[number]] = number


def look_up(keys: Ints, table: Ints, out: Ints) -> None:
    for place in range(len(keys)):
        out[place] = table[keys[place]]


def put_highest(models: Ints, values: Ints, out: Ints) -> None:
    for place in range(len(models)):
        out[models[place]] = max(out[models[place]], values[place])


def _columns(rows: str, **widths: int) -> list["array[int]"]:
    """Each column of a query as an array of whole numbers of 4 or 8 bytes, all in the order of the rows."""
    made = ", ".join(f"string_agg(int{width}send({name}::int{width}), '')" for name, width in widths.items())
    connection.ensure_connection()
    # Django's own cursors know no binary answers.
    with Cursor(connection.connection) as cursor:
        # The strings are put together in the order in which the rows come, which workers at once would not keep.
        for setting in ("SET max_parallel_workers_per_gather = 0", "SET jit = off", "SET work_mem = '128MB'"):
            cursor.execute(setting)
        cursor.execute(f"SELECT {made} FROM ({rows}) AS rows", binary=True)  # noqa: S608 - the queries above
        found = cursor.fetchone() or ()
        for setting in ("RESET max_parallel_workers_per_gather", "RESET jit", "RESET work_mem"):
            cursor.execute(setting)
    return [_numbers(octets or b"", width) for octets, width in zip(found, widths.values(), strict=True)]


def _numbers(octets: bytes, width: int) -> "array[int]":
    numbers = array(_WIDTHS[width])
    numbers.frombytes(octets)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
