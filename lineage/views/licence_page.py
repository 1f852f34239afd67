"""What stands on the page of a licence, gathered in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import connection
from django.db.models import Q

from lineage.engine import terms
from lineage.engine.inheritance import solve
from lineage.models import Grant, Licence, Term, Version
from lineage.records import lineage_of

OFFERS_LISTED = 50
DESCENDANTS_ASKED = 200
CARRIERS_LISTED = 50

_DESCENDANTS = """
WITH RECURSIVE family(id) AS (
    SELECT version_id FROM lineage_grant WHERE licence_id = %s
    UNION
    SELECT derivation.child_id FROM lineage_derivation AS derivation JOIN family ON derivation.parent_id = family.id
)
SELECT id FROM family LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class TermsByGroup:
    """A licence's terms as people think of them."""

    restrictions: tuple[Term, ...]
    duties: tuple[Term, ...]
    gaps: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class LicencePage:
    """`offers` are the first of `offers_count`. `carriers` inherit the licence; `carriers_cut`: there may be more."""

    terms: TermsByGroup
    offers: list[Grant]
    offers_count: int
    carriers: list[tuple[Version, bool]]
    carriers_cut: bool
    relatives: list[Licence]


def terms_by_group(licence: Licence) -> TermsByGroup:
    """`no-nft-outputs` is a restriction and a duty at once; it stands once, as what it takes away."""
    rows = list(licence.terms.all())
    return TermsByGroup(
        restrictions=tuple(term for term in rows if terms.is_restriction(term.kind)),
        duties=tuple(t for t in rows if terms.is_obligation(t.kind) and not terms.is_restriction(t.kind)),
        gaps=tuple(term for term in rows if terms.is_gap(term.kind)),
    )


def licence_page(licence: Licence, on: date) -> LicencePage:
    offers = licence.grants.select_related("version").order_by("starts_on", "version__name")
    relatives = Licence.objects.filter(family=licence.family).exclude(Q(pk=licence.pk) | Q(family=""))
    carriers, cut = _carriers(licence, on)
    return LicencePage(
        terms=terms_by_group(licence),
        offers=list(offers[:OFFERS_LISTED]),
        offers_count=offers.count(),
        carriers=carriers,
        carriers_cut=cut,
        relatives=list(relatives[:OFFERS_LISTED]),
    )


def _carriers(licence: Licence, on: date) -> tuple[list[tuple[Version, bool]], bool]:
    """Versions that inherit it, with whether that is certain, and whether there may be more than are listed."""
    with connection.cursor() as cursor:
        cursor.execute(_DESCENDANTS, [licence.pk, DESCENDANTS_ASKED + 1])
        family = [row[0] for row in cursor.fetchall()]
    versions = list(Version.objects.filter(pk__in=family[:DESCENDANTS_ASKED]).order_by("published_on", "name", "slug"))
    inheritance = solve(lineage_of([version.slug for version in versions]), on)
    found = (
        (version, any(name.certain for name in names))
        for version in versions
        if (names := [name for name in inheritance.names(version.slug) if name.licence == licence.slug])
    )
    carriers = list(islice(found, CARRIERS_LISTED + 1))
    return carriers[:CARRIERS_LISTED], len(carriers) > CARRIERS_LISTED or len(family) > DESCENDANTS_ASKED
