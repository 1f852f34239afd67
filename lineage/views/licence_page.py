"""What stands on the page of a licence, gathered in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from lineage.engine.compatibility import is_read
from lineage.engine.inheritance import solve
from lineage.formats.licence_ids import licence_name
from lineage.models import Grant, Licence, Term, Version
from lineage.records import licence_of, lineage_of
from lineage.verdicts import Asker, StripItem
from lineage.verdicts.offered_under import strips_under
from lineage.views.licence_compare import KEYS, Suggestion, beside
from lineage.views.terms_by_group import TermsByGroup, terms_by_group

OFFERS_LISTED = 50
DESCENDANTS_COUNTED = 5_000
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
class Carriers:
    """Versions that inherit a licence, each with whether that is certain: the first `listed` of `count`; `found` are
    the keys of all of them.

    Only the nearest `asked` of `family` versions were asked, where `family` are those offered under it and all made
    from them; `more` if even those were too many to be counted.
    """

    listed: list[tuple[Version, bool]]
    found: frozenset[int]
    count: int
    certain: int
    asked: int
    family: int
    more: bool

    @property
    def all_asked(self) -> bool:
        return self.asked == self.family


@dataclass(frozen=True, slots=True)
class LicencePage:
    """`offers` are the first of `offers_count`. `is_read`: something of the text is on file.
    `spdx` is what it is called in SPDX documents, if need be by a reference of our own.

    `strip` are the eight uses of a model of which nothing but this text is known. `relatives` are of one family;
    `beside` are texts that stood for the same version, before this one or after.
    """

    terms: TermsByGroup
    is_read: bool
    strip: tuple[StripItem, ...]
    spdx: str
    offers: list[Grant]
    offers_count: int
    carriers: Carriers
    relatives: list[Licence]
    beside: list[Suggestion]

    @property
    def affected(self) -> int:
        """How many versions were found that are offered under it or inherit it, each once."""
        return len({*(grant.version_id for grant in self.offers), *self.carriers.found})

    @property
    def affected_listed(self) -> list[Version]:
        """Those of them that are listed."""
        return [*(grant.version for grant in self.offers), *(version for version, _certain in self.carriers.listed)]

    @property
    def limits(self) -> tuple[Term, ...]:
        """The terms that draw a line at a number."""
        return tuple(term for term in self.terms.restrictions if term.limit is not None)

    @property
    def with_relatives(self) -> list[tuple[str, str]]:
        """Keys and ids of the first relatives, to follow this text in the address of a comparison."""
        return list(zip(KEYS[1:], (each.slug for each in self.relatives), strict=False))


def licence_page(licence: Licence, on: date, asker: Asker) -> LicencePage:
    offers = licence.grants.select_related("version").order_by("starts_on", "version__name")
    relatives = Licence.objects.filter(family=licence.family).exclude(Q(pk=licence.pk) | Q(family=""))
    text = licence_of(licence, licence.terms.all())
    return LicencePage(
        terms=terms_by_group(licence),
        is_read=is_read(text),
        strip=strips_under([text], asker)[0],
        spdx=licence_name(text).expression,
        offers=list(offers[:OFFERS_LISTED]),
        offers_count=offers.count(),
        carriers=_carriers(licence, on),
        relatives=list(relatives[:OFFERS_LISTED]),
        beside=beside(licence),
    )


def _carriers(licence: Licence, on: date) -> Carriers:
    with connection.cursor() as cursor:
        cursor.execute(_DESCENDANTS, [licence.pk, DESCENDANTS_COUNTED + 1])
        family = [row[0] for row in cursor.fetchall()]
    versions = list(Version.objects.filter(pk__in=family[:DESCENDANTS_ASKED]).order_by("published_on", "name", "slug"))
    inheritance = solve(lineage_of([version.slug for version in versions]), on)
    found = [
        (version, any(name.certain for name in names))
        for version in versions
        if (names := [name for name in inheritance.names(version.slug) if name.licence == licence.slug])
    ]
    return Carriers(
        listed=found[:CARRIERS_LISTED],
        found=frozenset(version.pk for version, _certain in found),
        count=len(found),
        certain=sum(certain for _version, certain in found),
        asked=len(versions),
        family=min(len(family), DESCENDANTS_COUNTED),
        more=len(family) > DESCENDANTS_COUNTED,
    )
