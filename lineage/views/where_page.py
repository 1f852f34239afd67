"""What stands on the ranking, gathered in a fixed number of queries."""

from dataclasses import dataclass
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import F, Func, QuerySet

from lineage.engine import terms
from lineage.models import Figures, Licence, Standing, Term, Version, Weighing

ON_A_PAGE: Final = 20
COIN_USD: Final = 3
"""A coin of 500 yen, in US dollars."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One version of the ranking. `gone` are the restrictions, kind and limit, that come by way of it."""

    standing: Standing
    licences: tuple[Licence, ...]
    gone: tuple[tuple[str, float | None], ...]
    figures: Figures | None

    @property
    def version(self) -> Version:
        return self.standing.version

    @property
    def downloads_per_dollar(self) -> float | None:
        return self._for(1, self.standing.freed_downloads)

    @property
    def downloads_per_coin(self) -> int:
        """Whole ones, rounded down; 0 where no downloads or no cost are known."""
        return int(self._for(COIN_USD, self.standing.freed_downloads) or 0)

    @property
    def versions_per_hundred(self) -> float | None:
        return self._for(100, self.standing.freed_versions)

    def _for(self, dollars: int, freed: int) -> float | None:
        cost = self.standing.cost_usd
        return freed * dollars / cost if cost else None


@dataclass(frozen=True, slots=True)
class WherePage:
    """`weighing` is None before the first one. `licences` are those that the list can be narrowed to."""

    weighing: Weighing | None
    page: Page[Standing]
    rows: list[Ranked]
    licence: Licence | None
    licences: list[Licence]
    coin_usd: int = COIN_USD

    @property
    def versions(self) -> list[Version]:
        return [row.version for row in self.rows]


def where_page(*, licence: str, number: str) -> WherePage:
    weighing = Weighing.objects.first()
    choices = list(Licence.objects.filter(pk__in=_ranked_licences()).order_by("name", "slug"))
    chosen = next((each for each in choices if each.slug == licence), None)
    found = ranking()
    if chosen is not None:
        found = found.filter(licences__contains=[chosen.pk])
    page = Paginator(found, ON_A_PAGE).get_page(number)
    return WherePage(weighing, page, ranked(list(page)), chosen, choices)


def ranking() -> QuerySet[Standing]:
    """All that would free something, the most for its cost first. What has become a plan since is left out."""
    every = Standing.objects.filter(place__isnull=False, version__planned=False)
    return every.select_related("version", "version__figures").order_by("place")


def ranked(standings: list[Standing]) -> list[Ranked]:
    """Each with its licences and what they forbid, for all of them at once."""
    named = {pk for standing in standings for pk in standing.licences}
    licences = {row.pk: row for row in Licence.objects.filter(pk__in=named).prefetch_related("terms")}
    rows = []
    for standing in standings:
        here = tuple(licences[pk] for pk in standing.licences if pk in licences)
        gone = dict.fromkeys((term.kind, _number(term)) for each in here for term in each.terms.all() if _travels(term))
        rows.append(Ranked(standing, here, tuple(gone), getattr(standing.version, "figures", None)))
    return rows


def _ranked_licences() -> QuerySet[Standing, int]:
    each = Standing.objects.filter(place__isnull=False).annotate(each=Func(F("licences"), function="unnest"))
    return each.values_list("each", flat=True).order_by().distinct()


def _travels(term: Term) -> bool:
    return terms.is_restriction(term.kind) and term.carries != "none"


def _number(term: Term) -> float | None:
    return None if term.limit is None else float(term.limit)
