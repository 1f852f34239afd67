"""Where every artefact of a file stands: its state, what a clean replacement would free and cost, and its place.

The ranking is by what is freed for the money: downloads first, and where they are equal or unknown, versions.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lineage.engine.costs import Rates, estimated_costs
from lineage.engine.document import LineageFile
from lineage.engine.impact import impact
from lineage.engine.inheritance import Inheritance, State
from lineage.engine.pedigree import Pedigree


@dataclass(frozen=True, slots=True)
class Standing:
    """`place` counts from 1 and is None for what would free nothing; `cost` is in whole US dollars, None if not known.

    `licences` are those whose restrictions come to models by way of this artefact, its own among them, sorted.
    """

    artefact: str
    state: State
    versions: int = 0
    downloads: int = 0
    cost: int | None = None
    licences: tuple[str, ...] = ()
    place: int | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What came to each artefact: its state, and the licences and origins of the restrictions that count."""

    state: dict[str, State]
    arrived: dict[str, set[str]]
    origins: dict[str, set[str]]
    own: dict[str, set[str]]


def standings(
    file: LineageFile,
    on: date,
    *,
    downloads: Mapping[str, int] | None = None,
    stated: Mapping[str, int] | None = None,
    rates: Rates | None = None,
) -> list[Standing]:
    """Every artefact of the file, in its order. Downloads that are not given count as none.

    Raises LineageFileError, as `impact` does, for a file that is too deep to weigh.
    """
    pedigree = Pedigree(file)
    seen = _seen(Inheritance(pedigree, on, "strict"))
    costs = _costs(pedigree, seen, stated, rates)
    found = {each.artefact: each for each in impact(file, on=on, downloads=downloads)}
    places = _places({each.artefact: (each.downloads, each.versions) for each in found.values()}, costs)
    return [
        Standing(
            id,
            seen.state[id],
            versions=found[id].versions if id in found else 0,
            downloads=found[id].downloads if id in found else 0,
            cost=costs.get(id),
            licences=tuple(sorted(seen.arrived[id] | seen.own.get(id, set()))) if id in found else (),
            place=places.get(id),
        )
        for id in pedigree.artefacts
    ]


def costs_of(
    file: LineageFile, on: date, *, stated: Mapping[str, int] | None = None, rates: Rates | None = None
) -> dict[str, int]:
    """What a clean replacement of each artefact costs, stated or estimated, as far as that is known."""
    pedigree = Pedigree(file)
    return _costs(pedigree, _seen(Inheritance(pedigree, on, "strict")), stated, rates)


def _seen(inheritance: Inheritance) -> _Seen:
    seen = _Seen({}, {}, {}, defaultdict(set))
    for artefact in inheritance.pedigree.artefacts:
        items = inheritance.restrictions(artefact)
        seen.state[artefact] = inheritance.state(artefact)
        seen.arrived[artefact] = {item.licence for item in items}
        seen.origins[artefact] = {item.origin for item in items}
        for item in items:
            seen.own[item.origin].add(item.licence)
    return seen


def _costs(pedigree: Pedigree, seen: _Seen, stated: Mapping[str, int] | None, rates: Rates | None) -> dict[str, int]:
    def in_the_way(model: str) -> list[str]:
        return [
            parent
            for parent in pedigree.parents(model)
            if parent in seen.origins[model] or seen.state[parent] == "tainted"
        ]

    return estimated_costs(pedigree, in_the_way, stated=stated, rates=rates)


def _places(freed: Mapping[str, tuple[int, int]], costs: Mapping[str, int]) -> dict[str, int]:
    """What frees the most for its cost first; what has no known cost comes after all that has one."""

    def order(artefact: str) -> tuple[bool, float, float, str]:
        downloads, versions = freed[artefact]
        cost = costs.get(artefact)
        return cost is None, -downloads / (cost or 1), -versions / (cost or 1), artefact

    return {artefact: place for place, artefact in enumerate(sorted(freed, key=order), start=1)}
