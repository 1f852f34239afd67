"""What to replace for a sum of money: the greedy choice over everything on file, while that is small enough."""

from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.utils import timezone

from lineage.catalogue_on_record import whole_catalogue
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_budget import Budget
from lineage.engine.costs import costs_of
from lineage.engine.document import LineageFileError
from lineage.models import Version, Weighing

MOST_DOLLARS: Final = 2_000
MOST_VERSIONS: Final = 20_000
"""A plan is made while somebody waits, and the whole catalogue is read for it."""

_KEPT_SECONDS: Final = 3_600


@dataclass(frozen=True, slots=True)
class Pick:
    """What one replacement frees after those before it, so that these may be added up."""

    version: Version
    cost: int
    versions: int
    downloads: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`too_large`: there is too much on file to weigh it again and again, and nothing was picked."""

    picks: tuple[Pick, ...] = ()
    too_large: bool = False

    @property
    def cost(self) -> int:
        return sum(pick.cost for pick in self.picks)

    @property
    def versions(self) -> int:
        return sum(pick.versions for pick in self.picks)

    @property
    def downloads(self) -> int:
        return sum(pick.downloads for pick in self.picks)


def sum_asked(typed: str) -> int | None:
    """Whole US dollars that a plan can be made for; None for anything else."""
    if not (typed.isascii() and typed.isdigit()):
        return None
    return int(typed) if 0 < int(typed) <= MOST_DOLLARS else None


def plan_for(budget: int, weighing: Weighing) -> Plan:
    """The same question between two weighings is worked out once."""
    if weighing.versions > MOST_VERSIONS:
        return Plan(too_large=True)
    key = f"where-a-sum-goes:{weighing.pk}:{budget}"
    found: list[tuple[int, int, int, int]] | None = cache.get(key)
    if found is None:
        try:
            found = _found(budget)
        except LineageFileError:
            return Plan(too_large=True)
        cache.set(key, found, _KEPT_SECONDS)
    versions = Version.objects.in_bulk([key for key, *_ in found])
    return Plan(tuple(Pick(versions[key], *numbers) for key, *numbers in found if key in versions))


def _found(budget: int) -> list[tuple[int, int, int, int]]:
    loaded = whole_catalogue()
    catalogue = Catalogue(loaded.columns, timezone.localdate())
    costs = costs_of(catalogue, loaded.made, loaded.cost)
    # Where nobody has counted anything, the versions count.
    picks = Budget(catalogue).spend(costs, budget, by_downloads=any(loaded.columns.downloads))
    return [(int(loaded.versions[pick.model]), int(costs[pick.model]), pick.versions, pick.downloads) for pick in picks]
