"""Catalogues of any size, always the same for one seed, in the shapes that were counted on real hubs.

`hf-real` is sparse: 69 % of the models stand alone, few are merges, and most are made from a handful of hubs. `stress`
is what a hub would be if all lineage were known: one and a half parents a model. numpy is needed here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from lineage.engine.catalogue_columns import CatalogueColumns
from lineage.engine.document import Licence, Term
from lineage.engine.terms import RESTRICTIONS

FIRST_DAY: Final = date(2022, 1, 1).toordinal()
LAST_DAY: Final = date(2025, 6, 25)
DEEPEST: Final = 40
BLOCK: Final = 1000
OPEN: Final = 0
"""The place of the licence that asks nothing."""


@dataclass(frozen=True, slots=True)
class Profile:
    """`in_degrees` are how many of the models have 0, 1, 2, ... parents, up to the tail of at most `most` parents.

    `chosen` says by what a parent is found: by its fame, among the last 300, or anywhere.
    """

    in_degrees: tuple[float, ...]
    most: int
    chosen: tuple[float, float, float]
    restricted_roots: float
    restricted_children: float


PROFILES: Final = {
    "stress": Profile((0.40, 0.288, 0.12, 0.084, 0.054, 0.03), 40, (0.6, 0.3, 0.1), 0.3, 0.04),
    "hf-real": Profile((0.70, 0.2928), 65, (0.9, 0.1, 0.0), 0.3, 0.04),
}


def invented_catalogue(profile: str, models: int, seed: int = 1) -> CatalogueColumns:
    """A catalogue of one of the PROFILES. Its models are numbered in no order, as rows of a database are."""
    shape, chance = PROFILES[profile], np.random.default_rng(seed)
    parents, children, depth = _derivations(shape, models, chance)
    born = FIRST_DAY + np.sort(chance.integers(0, LAST_DAY.toordinal() - FIRST_DAY - 60, models)).astype(np.int32)
    licensor = _licensors(models, parents, children, chance)
    licences = _licences(chance)
    shuffled = chance.permutation(models).astype(np.int32)
    columns = CatalogueColumns(
        licences,
        _in_place(licensor, shuffled),
        _in_place((chance.random(models) < 0.01).astype(np.uint8), shuffled),
        _in_place(np.where(chance.random(models) < 0.8, born, 0).astype(np.int32), shuffled),
        _in_place(np.floor(chance.pareto(1.1, models) * 30).astype(np.int64), shuffled),
    )
    restricted = chance.random(models) < np.where(depth == 0, shape.restricted_roots, shape.restricted_children)
    _grant(columns, shuffled, born, restricted, chance)
    _derive(columns, shuffled, born, (parents, children), chance)
    return columns


def _in_place(column: Any, shuffled: Any) -> Any:
    moved = np.empty_like(column)
    moved[shuffled] = column
    return moved


def _derivations(shape: Profile, models: int, chance: np.random.Generator) -> tuple[Any, Any, Any]:
    """Parents and children in order of birth, a block at a time, and how deep each model stands."""
    degrees = chance.choice(len(shape.in_degrees) + 1, models, p=[*shape.in_degrees, 1 - sum(shape.in_degrees)])
    tail = degrees == len(shape.in_degrees)
    degrees[tail] = np.minimum(shape.most, len(shape.in_degrees) + chance.geometric(0.1, tail.sum()))
    degrees[:BLOCK] = 0
    depth: Any = np.zeros(models, np.int32)
    famous: Any = np.empty(int(degrees.sum()) + 1, np.int32)
    famous[0], known = 0, 1
    children: Any = np.repeat(np.arange(models, dtype=np.int32), degrees)
    ends: Any = np.cumsum(degrees)
    for begin in range(BLOCK, models, BLOCK):
        end = min(begin + BLOCK, models)
        first, last = ends[begin - 1], ends[end - 1]
        how = chance.choice(3, last - first, p=shape.chosen)
        by_fame = famous[chance.integers(0, known, last - first)]
        recent = begin - 1 - chance.integers(0, 300, last - first)
        anywhere = chance.integers(0, begin, last - first)
        found = np.choose(how, [by_fame, recent, anywhere]).astype(np.int32)
        found = np.where(depth[found] >= DEEPEST, chance.integers(0, BLOCK, last - first), found)
        np.maximum.at(depth, children[first:last], depth[found] + 1)
        famous[known : known + len(found)] = found
        known += len(found)
    return famous[1:known], children, depth


def _licensors(models: int, parents: Any, children: Any, chance: np.random.Generator) -> Any:
    """A third as many as models, a tenth of which have none; every sixth child is by the maker of a parent."""
    licensor = np.floor(models / 3 * chance.random(models) ** 2).astype(np.int32)
    licensor[chance.random(models) < 0.1] = -1
    own = chance.random(len(children)) < 1 / 6
    for parent, child in zip(parents[own].tolist(), children[own].tolist(), strict=True):
        licensor[child] = licensor[parent]
    return licensor


def _licences(chance: np.random.Generator) -> list[Licence]:
    """One that asks nothing, and 64 that restrict; of one in four the licensor may change the terms."""
    kinds = sorted(RESTRICTIONS)
    carries = ["derivatives"] * 8 + ["copies", "none"]
    made = [Licence("open")]
    for number in range(64):
        terms = [Term("no-hosting", carries="derivatives", reaches_outputs=number % 3 == 0)]
        for _ in range(chance.integers(0, 3)):
            kind, carried = kinds[chance.integers(len(kinds))], carries[chance.integers(len(carries))]
            terms.append(Term(kind, carries=carried, reaches_outputs=bool(chance.random() < 0.2)))
        made.append(Licence(f"licence-{number:02}", terms=tuple(terms), control=("may-change",) * (number % 4 == 1)))
    return made


def _grant(columns: CatalogueColumns, shuffled: Any, born: Any, restricted: Any, chance: np.random.Generator) -> None:
    """A licence for nearly all from their first day on; three in a hundred have another one later."""
    zipf = (1 / np.arange(1, 65) ** 1.5) / (1 / np.arange(1, 65) ** 1.5).sum()
    first = np.where(restricted, chance.choice(64, len(born), p=zipf) + 1, OPEN)
    granted = np.flatnonzero(chance.random(len(born)) < 0.97)
    again = granted[chance.random(len(granted)) < 0.03]
    models = np.concatenate([granted, again])
    columns.grant_model = shuffled[models]
    columns.grant_licence = np.concatenate([first[granted], chance.integers(0, 65, len(again))]).astype(np.int32)
    columns.grant_from = np.concatenate([born[granted], born[again] + 30]).astype(np.int32)
    columns.grant_until = np.zeros(len(models), np.int32)
    columns.grant_certain = (chance.random(len(models)) < 0.95).astype(np.uint8)


def _derive(
    columns: CatalogueColumns, shuffled: Any, born: Any, edges: tuple[Any, Any], chance: np.random.Generator
) -> None:
    """Most on a day before the child was born, some in a span of days, and some on a day that nobody knows."""
    parents, children = edges
    mixed = chance.permutation(len(parents))
    parents, children = parents[mixed], children[mixed]
    way = chance.choice(3, len(parents), p=[0.15, 0.15, 0.7])
    columns.parent, columns.child = shuffled[parents], shuffled[children]
    columns.kind = (2 * way + (chance.random(len(parents)) < 0.95)).astype(np.uint8)
    known = chance.choice(3, len(parents), p=[0.7, 0.1, 0.2])
    start = np.maximum(born[parents], born[children] - 10)
    columns.obtained_from = np.where(known == 2, 0, start).astype(np.int32)
    columns.obtained_until = np.choose(known, [start + 1, start + 15, 0]).astype(np.int32)
    columns.reaccepted = np.where(chance.random(len(parents)) < 0.01, born[children] + 5, 0).astype(np.int32)
