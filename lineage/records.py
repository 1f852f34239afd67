"""Database rows to lineage file and back: what the engine judges is exactly what the database holds.

Every question here costs the same number of queries, whatever the size of the family.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Q, QuerySet

from lineage.engine import document
from lineage.models import Derivation, Exemption, Grant, Licence, Prohibition, Term, Version

_ANCESTRY = """
WITH RECURSIVE family(id) AS (
    SELECT id FROM lineage_version WHERE slug = ANY(%s)
    UNION
    SELECT derivation.parent_id FROM lineage_derivation AS derivation JOIN family ON derivation.child_id = family.id
)
SELECT id FROM family LIMIT %s
"""
# UNION, not UNION ALL: a version that was met is not followed again, so a claimed cycle comes to an end.

_DESCENT = """
WITH RECURSIVE family(id) AS (
    SELECT id FROM lineage_version WHERE slug = %s
    UNION
    SELECT derivation.child_id
    FROM lineage_derivation AS derivation
    JOIN family ON derivation.parent_id = family.id
    JOIN lineage_version AS child ON child.id = derivation.child_id AND NOT child.planned
)
SELECT id FROM family LIMIT %s
"""
# Rows come as they are found, so that a limit keeps the nearest and stops the search.


@dataclass(frozen=True, slots=True)
class Below:
    """A version and what was made from it, with all their ancestors. `cut`: more was made from it than is here."""

    file: document.LineageFile
    cut: bool


def lineage_below(slug: str, *, most: int, largest: int, beside: Iterable[str] = ()) -> Below:
    """The version and at most so many that were made from it, the nearest; each with all its ancestors.

    What is only planned does not count as made. `beside`: slugs whose families are wanted in the file too. Raises
    FamilyTooLarge if all that makes more than `largest` versions.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DESCENT, [slug, most + 2])
        found = [row[0] for row in cursor.fetchall()]
    kept = Version.objects.filter(pk__in=found[: most + 1]).values_list("slug", flat=True)
    return Below(lineage_of([slug, *kept, *beside], largest=largest), cut=len(found) > most + 1)


class FamilyTooLarge(Exception):
    """More versions belong together than a page can judge at once."""


def lineage_of(slugs: Iterable[str], *, largest: int | None = None) -> document.LineageFile:
    """The versions with all their ancestors and what was granted for them. A slug that is not on file adds nothing.

    Raises FamilyTooLarge, before anything of it is read, if there are more than `largest` of them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ANCESTRY, [sorted(set(slugs)), None if largest is None else largest + 1])
        family = [row[0] for row in cursor.fetchall()]
    if largest is not None and len(family) > largest:
        raise FamilyTooLarge
    named = Version.objects.filter(pk__in=family).exclude(claimed_label="").values("claimed_label")
    granted = Grant.objects.filter(version__in=family).values("licence")
    return _file_of(family, Licence.objects.filter(Q(pk__in=granted) | Q(slug__in=named)))


def whole_lineage(*, planned: bool = True) -> document.LineageFile:
    """Everything on file; without `planned`, only versions that somebody has made, and what concerns them."""
    versions = Version.objects.all() if planned else Version.objects.filter(planned=False)
    return _file_of(list(versions.values_list("pk", flat=True)), Licence.objects.all())


def _file_of(family: list[int], licences: QuerySet[Licence]) -> document.LineageFile:
    """Rows in the order in which they were recorded, so that a file comes out as it went in.

    Each version is read once, and not again beside every derivation and grant: of a large family that is most of the
    time.
    """
    versions = {row.pk: row for row in Version.objects.filter(pk__in=family).order_by("pk")}
    # Before the licences, so that none is missing of a grant that is recorded just now.
    grants = list(Grant.objects.filter(version__in=list(versions)).order_by("pk"))
    offered = {row.pk: row for row in licences.order_by("pk").prefetch_related("terms")}
    exemptions = Exemption.objects.filter(version__in=family).select_related("version")
    prohibitions = Prohibition.objects.filter(version__in=family).select_related("version")
    return document.LineageFile(
        licences=tuple(licence_of(row, row.terms.all()) for row in offered.values()),
        artefacts=tuple(artefact_of(row) for row in versions.values()),
        grants=tuple(map(grant_of, _linked(grants, versions, offered))),
        derivations=tuple(map(derivation_of, _derivations(versions))),
        exemptions=tuple(exemption_of(row) for row in exemptions.order_by("pk")),
        prohibitions=tuple(prohibition_of(row) for row in prohibitions.order_by("pk")),
    )


def _linked(
    grants: Iterable[Grant], versions: Mapping[int, Version], licences: Mapping[int, Licence]
) -> Iterable[Grant]:
    for row in grants:
        row.version, row.licence = versions[row.version_id], licences[row.licence_id]
        yield row


def _derivations(versions: Mapping[int, Version]) -> Iterable[Derivation]:
    family = list(versions)
    for row in Derivation.objects.filter(child__in=family, parent__in=family).order_by("pk"):
        row.parent, row.child = versions[row.parent_id], versions[row.child_id]
        yield row


def licence_of(row: Licence, terms: Iterable[Term]) -> document.Licence:
    return document.Licence(
        id=row.slug,
        name=row.name or None,
        url=row.url or None,
        spdx=row.spdx or None,
        family=row.family or None,
        or_later=row.or_later,
        terms=tuple(term_of(term) for term in terms),
        outbound=tuple(row.outbound),
        control=tuple(row.control),
    )


def term_of(row: Term) -> document.Term:
    return document.Term(
        id=row.kind,
        limit=number(row.limit),
        carries=row.carries,
        reaches_outputs=row.reaches_outputs,
        clause=row.clause or None,
        quote=row.quote or None,
    )


def artefact_of(row: Version) -> document.Artefact:
    return document.Artefact(
        id=row.slug,
        name=row.name,
        licensor=row.licensor or None,
        published_on=row.published_on,
        sha256=row.sha256 or None,
        url=row.url or None,
        undisclosed_parents=row.undisclosed_parents,
        claimed_label=row.claimed_label or None,
    )


def grant_of(row: Grant) -> document.Grant:
    return document.Grant(
        artefact=row.version.slug,
        licence=row.licence.slug,
        starts=row.starts_on,
        until=row.ends_on,
        optional=row.optional,
        certain=row.certain,
        evidence=evidence(row.evidence),
    )


def derivation_of(row: Derivation) -> document.Derivation:
    when: document.Interval | None = None
    if row.obtained_on is not None and row.obtained_until is not None:
        when = document.Interval(row.obtained_on, row.obtained_until)
    return document.Derivation(
        parent=row.parent.slug,
        child=row.child.slug,
        method=row.method,
        obtained_on=when or row.obtained_on,
        share=row.share,
        certain=row.certain,
        reaccepted_on=row.reaccepted_on,
        evidence=evidence(row.evidence),
    )


def exemption_of(row: Exemption) -> document.Exemption:
    return document.Exemption(artefact=row.version.slug, term=row.term, actors=tuple(row.actors))


def prohibition_of(row: Prohibition) -> document.Prohibition:
    return document.Prohibition(artefact=row.version.slug, on=row.on)


def evidence(kept: object) -> str | tuple[str, ...] | None:
    """Evidence as the file has it: one text, several, or none."""
    if isinstance(kept, list):
        return tuple(str(item) for item in kept)
    return kept if isinstance(kept, str) else None


def number(kept: Decimal | None) -> float | None:
    """A limit as the file has it: 10, not 10.0000."""
    if kept is None:
        return None
    return int(kept) if kept == kept.to_integral_value() else float(kept)
