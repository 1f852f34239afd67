"""The list of versions."""

from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lineage.engine.inheritance import solve
from lineage.models import Standing, Version
from lineage.records import lineage_of

ON_A_PAGE = 24
LONGEST_SEARCH = 100
SORTS = {"freed": "freed_versions", "downloads": "freed_downloads"}
"""What may come first in the list, by the column of the standings that says so."""


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    asked = searched(request)
    state = request.GET.get("state", "")
    state = state if state in Standing.State.values else ""
    first = request.GET.get("sort", "") if request.GET.get("sort") in SORTS else ""
    page = Paginator(_narrowed(_found(asked), state, first), ON_A_PAGE).get_page(request.GET.get("page"))
    states = _states(page, timezone.localdate())
    rows = [(version, states[version.slug]) for version in page]
    context = {"asked": asked, "page": page, "rows": rows, "state": state, "states": Standing.State.values}
    return render(request, "lineage/versions.html", context | {"sort": first, "sorts": list(SORTS)})


def searched(request: HttpRequest) -> str:
    """What somebody looks for, as it can be put to the database."""
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]


def _found(asked: str) -> QuerySet[Version]:
    """Versions that somebody has made. A plan is shown by what plans it, and to nobody else while it is drafted."""
    made = Version.objects.filter(planned=False).order_by("name", "slug")
    every = made.annotate(made_from=Count("parents", distinct=True))
    if not asked:
        return every
    words = Q(name__icontains=asked) | Q(slug__icontains=asked) | Q(licensor__icontains=asked)
    return every.filter(words | Q(sha256__startswith=asked.lower()))


def _narrowed(found: QuerySet[Version], state: str, first: str) -> QuerySet[Version]:
    """Only those that the newest weighing found in a state, and what it found to free the most first."""
    if state:
        found = found.filter(standing__state=state)
    if first:
        found = found.order_by(F(f"standing__{SORTS[first]}").desc(nulls_last=True), "name", "slug")
    return found


def _states(page: Page[Version], on: date) -> dict[str, str]:
    """All families of a page are read and judged at once."""
    slugs = [version.slug for version in page]
    inheritance = solve(lineage_of(slugs), on)
    return {slug: inheritance.state(slug) for slug in slugs}
