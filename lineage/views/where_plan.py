"""What to replace for a sum of money: the greedy choice over everything on file, while that is small enough."""

from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.utils import timezone

from lineage.engine.document import LineageFileError
from lineage.engine.impact import Impact, most_freed_first
from lineage.engine.standings import costs_of
from lineage.models import Version, Weighing
from lineage.records import costs_on_record, downloads_on_record, whole_lineage

MOST_DOLLARS: Final = 2_000
MOST_VERSIONS: Final = 300
"""After each choice everything is weighed again, so a plan takes as long as that many weighings."""

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
    key = f"where-plan:{weighing.pk}:{budget}"
    found: list[tuple[str, int, int, int]] | None = cache.get(key)
    if found is None:
        try:
            found = _found(budget)
        except LineageFileError:
            return Plan(too_large=True)
        cache.set(key, found, _KEPT_SECONDS)
    versions = Version.objects.in_bulk([slug for slug, *_ in found], field_name="slug")
    return Plan(tuple(Pick(versions[slug], *numbers) for slug, *numbers in found if slug in versions))


def _found(budget: int) -> list[tuple[str, int, int, int]]:
    today = timezone.localdate()
    file = whole_lineage(planned=False)
    made = {artefact.id for artefact in file.artefacts}
    costs = costs_of(file, today, stated={slug: cost for slug, cost in costs_on_record().items() if slug in made})
    # Where nobody has counted anything, the versions count.
    picks = most_freed_first(file, costs, budget, on=today, downloads=downloads_on_record() or None)
    return [_plainly(pick, costs[pick.artefact]) for pick in picks]


def _plainly(pick: Impact, cost: int) -> tuple[str, int, int, int]:
    return pick.artefact, cost, pick.versions, pick.downloads
