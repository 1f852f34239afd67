"""A hub of models for the bench: on arrays, and the same in the database."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
from django.db import connection

from lineage import rows
from lineage.engine import document
from lineage.engine.arrays import Machine, best_machine
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_columns import NOBODY, CatalogueColumns
from lineage.engine.terms import METHODS, takes_limit
from lineage.models import Licence, Term
from tests.bench.invented_catalogues import LAST_DAY, invented_catalogue

MODELS: Final = int(os.environ.get("MODELS", "100000"))
PROFILE: Final = os.environ.get("PROFILE", "stress")
DAY: Final = LAST_DAY
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)

# Each kind of derivation (way, and whether it is certain) by a method that has that way.
METHOD_OF_WAY: Final = ("train-on-outputs", "convert", "finetune")


def hub(models: int = MODELS, machine: Machine | None = None) -> Catalogue:
    """A catalogue of the bench's size and shape (MODELS and PROFILE in the environment), judged."""
    return Catalogue(invented_catalogue(PROFILE, models), DAY, machine=machine or best_machine())


@dataclass(frozen=True, slots=True)
class Masks:
    """What peers work on: for each derivation, in the order of the graph, the names of licences that its parent's offer
    brings, and those that pass from the parent's own, as bits of one number."""

    child: Any
    parent: Any
    brought: Any
    passing: Any
    models: int


def masks_of(catalogue: Catalogue) -> Masks:
    """The first word of flags only, which is the peers' gain: the catalogue carries all of them, and origins."""
    offers, graph = catalogue.offer_columns(), catalogue.graph
    words = offers.shape[0]
    first, last = np.asarray(graph.rows.first), np.asarray(graph.rows.last)
    child = np.repeat(np.arange(len(graph), dtype=np.int32), last - first)
    places = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True) if b > a])
    passing = np.asarray(offers.passing_flags)[(np.asarray(graph.rows.kind)[places] >> 1).astype(int) * words]
    brought = np.asarray(offers.flags)[np.asarray(graph.rows.offer)[places].astype(int) * words] & passing
    return Masks(child, np.asarray(graph.rows.parent)[places], brought, passing, len(graph))


def put_on_record(columns: CatalogueColumns) -> None:
    """The same hub as rows, with keys in the order of the models' numbers."""
    licences = [rows.licence_row(each) for each in columns.licences]
    Licence.objects.bulk_create(licences)
    Term.objects.bulk_create(
        term
        for row, each in zip(licences, columns.licences, strict=True)
        for term in rows.term_rows(replace(each, terms=tuple(map(_limited, each.terms))), row)
    )
    count = len(columns.licensor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('lineage_version', 'id'), 1, false)")
        named = "slug, name, licensor, published_on, undisclosed_parents, sha256, url, claimed_label, planned, "
        with cursor.copy(f"COPY lineage_version (id, {named} illustration, added_at) FROM STDIN") as copy:
            for number in range(count):
                maker = int(columns.licensor[number])
                copy.write_row(
                    (number + 1, f"model-{number}", f"Model {number}", "" if maker == NOBODY else f"maker-{maker}",
                     _day(columns.published[number]), bool(columns.undisclosed[number]), "", "", "", False, False, NOW)
                )  # fmt: skip
        _copy_figures(cursor, columns)
        _copy_grants(cursor, columns, [row.pk for row in licences])
        _copy_derivations(cursor, columns)
        cursor.execute("ANALYZE lineage_version, lineage_grant, lineage_derivation, lineage_figures")


def _copy_figures(cursor: Any, columns: CatalogueColumns) -> None:
    named = "version_id, downloads, counted_on, downloads_source, cost_stated, cost_source"
    with cursor.copy(f"COPY lineage_figures ({named}) FROM STDIN") as copy:
        for number, downloads in enumerate(columns.downloads):
            copy.write_row((number + 1, int(downloads), DAY, "", False, ""))


def _copy_grants(cursor: Any, columns: CatalogueColumns, keys: list[int]) -> None:
    named = "version_id, licence_id, starts_on, ends_on, optional, certain"
    with cursor.copy(f"COPY lineage_grant ({named}) FROM STDIN") as copy:
        for model, licence, starts, until, certain in zip(
            columns.grant_model, columns.grant_licence, columns.grant_from, columns.grant_until,
            columns.grant_certain, strict=True,
        ):  # fmt: skip
            copy.write_row((int(model) + 1, keys[licence], _day(starts), _day(until), False, bool(certain)))


def _copy_derivations(cursor: Any, columns: CatalogueColumns) -> None:
    assert set(METHOD_OF_WAY) <= METHODS
    named = "parent_id, child_id, method, obtained_on, obtained_until, certain, reaccepted_on"
    with cursor.copy(f"COPY lineage_derivation ({named}) FROM STDIN") as copy:
        for parent, child, kind, since, until, again in zip(
            columns.parent, columns.child, columns.kind, columns.obtained_from, columns.obtained_until,
            columns.reaccepted, strict=True,
        ):  # fmt: skip
            end = None if until == since + 1 else _day(until)
            copy.write_row(
                (
                    int(parent) + 1,
                    int(child) + 1,
                    METHOD_OF_WAY[kind >> 1],
                    _day(since),
                    end,
                    bool(kind & 1),
                    _day(again),
                )
            )


def _limited(term: document.Term) -> document.Term:
    """The invented texts say no numbers, and the table wants them."""
    return replace(term, limit=10) if takes_limit(term.id) and term.limit is None else term


def _day(ordinal: int) -> date | None:
    return date.fromordinal(int(ordinal)) if ordinal else None
