"""Which licence texts a page is asked for, and which it offers to choose from."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet
from django.http import HttpRequest

from lineage.engine import document
from lineage.models import Licence
from lineage.records import licence_of

MOST_OFFERED = 300


def named(request: HttpRequest, key: str) -> str:
    """One id from the address; what cannot be one names nothing on file."""
    return request.GET.get(key, "").replace("\0", "").strip()[:120]


def texts(slugs: Iterable[str]) -> list[Licence]:
    """The licences on file among some ids, in the order of the ids, each once, with their terms."""
    wanted = list(dict.fromkeys(slugs))
    found = {row.slug: row for row in Licence.objects.filter(slug__in=wanted).prefetch_related("terms")}
    return [found[slug] for slug in wanted if slug in found]


def documents(rows: Iterable[Licence]) -> list[document.Licence]:
    """The texts as the engine reads them."""
    return [licence_of(row, row.terms.all()) for row in rows]


def most_carried() -> QuerySet[Licence]:
    """All licences, the ones first under which most versions are offered."""
    return Licence.objects.annotate(offered_for=Count("grants__version", distinct=True)).order_by(
        "-offered_for", "name", "slug"
    )


def choices(chosen: Iterable[Licence]) -> list[Licence]:
    """What a list to choose from has: what is chosen, and the most carried of all others; by name."""
    offered = {row.pk: row for row in [*chosen, *most_carried()[:MOST_OFFERED]]}
    return sorted(offered.values(), key=lambda row: (str(row).casefold(), row.slug))
