"""What stands on the page of a version, gathered in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import QuerySet

from lineage.engine.document import Licence, Term
from lineage.engine.effort import most_steps
from lineage.engine.faults import Fault, faults
from lineage.engine.terms import is_restriction
from lineage.models import Derivation, Grant, Version
from lineage.picture import Row, TooLarge, Tree, draw, listing_rows, nested_list
from lineage.verdicts import (
    PRESETS,
    Family,
    Ground,
    Record,
    StripItem,
    family_of,
    inherited_restrictions,
    picture_words,
    proof,
    record_on,
    strip_of,
)

CHILDREN_DRAWN = 6
CHILDREN_LISTED = 50
MOST_STEPS = 5_000_000
"""Of a microsecond, for the faults of a family; see `engine/effort.py`."""


@dataclass(frozen=True, slots=True)
class VersionPage:
    """`answers` are the eight uses, each with its reasons. `tree_svg` is empty where the family is too large to draw.

    `own_licence` stands on the day asked for. `children` are the first of `children_count`. `faults` are what does not
    fit together in the facts of the family.
    """

    record: Record
    who: str
    presets: tuple[str, ...]
    strip: tuple[StripItem, ...]
    answers: tuple[tuple[StripItem, tuple[Ground, ...]], ...]
    restrictions: tuple[Ground, ...]
    own_licence: Licence | None
    own_restrictions: tuple[Term, ...]
    risks: tuple[str, ...]
    tree_svg: str
    tree_rows: list[Row]
    left_out: int
    grants: list[tuple[Grant, date | None]]
    parents: list[Derivation]
    children: list[Derivation]
    children_count: int
    faults: list[Fault]

    @property
    def alone(self) -> bool:
        """Neither parents nor children are on record, so there is no family to draw."""
        return not self.parents and not self.children


def version_page(version: Version, on: date, who: str) -> VersionPage:
    children = _children(version)
    drawn = list({made.child.slug: made.child for made in children[:CHILDREN_LISTED]}.values())[:CHILDREN_DRAWN]
    record = record_on(version, on, beside=[child.slug for child in drawn])
    family = family_of(record, children=drawn)
    strip = strip_of(record, who)
    own_licence = _own_licence(record)
    return VersionPage(
        record=record,
        who=who,
        presets=tuple(PRESETS),
        strip=strip,
        answers=tuple((item, proof(record, item)) for item in strip),
        restrictions=inherited_restrictions(record),
        own_licence=own_licence,
        own_restrictions=tuple(t for t in own_licence.terms if is_restriction(t.id)) if own_licence else (),
        risks=strip[0].answer.risks,
        tree_svg=_picture(family.tree),
        tree_rows=_rows(family, version),
        left_out=family.left_out,
        grants=_grants(version),
        parents=list(version.parents.select_related("parent").order_by("pk")),
        children=list(children[:CHILDREN_LISTED]),
        children_count=children.count(),
        faults=_faults(record),
    )


def _own_licence(record: Record) -> Licence | None:
    pedigree = record.inheritance.pedigree
    grant = pedigree.timeline(record.version.slug).on(record.on)
    return pedigree.licences[grant.licence] if grant else None


def _children(version: Version) -> QuerySet[Derivation]:
    return version.children.select_related("child").order_by("child__published_on", "child__name", "pk")


def _picture(tree: Tree) -> str:
    try:
        return draw(tree, picture_words(), ident="family", described_by="family-list")
    except TooLarge:
        return ""


def _rows(family: Family, version: Version) -> list[Row]:
    """The version with its ancestors; what was made from it stands in a table of its own."""
    return listing_rows([branch for branch in nested_list(family.tree, version.slug) if branch.node.id == version.slug])


def _grants(version: Version) -> list[tuple[Grant, date | None]]:
    """Each grant with the day on which it ended: its own, or the day on which a newer one took its place."""
    grants = list(version.grants.select_related("licence").order_by("starts_on", "pk"))
    standing = [grant for grant in grants if not grant.optional]
    replaced = {grant.pk: later.starts_on for grant, later in pairwise(standing)}
    ends = [[day for day in (grant.ends_on, replaced.get(grant.pk)) if day] for grant in grants]
    return [(grant, min(days) if days else None) for grant, days in zip(grants, ends, strict=True)]


def _faults(record: Record) -> list[Fault]:
    """Those of the version's own family; a child that is drawn beside it brings others.

    Each label is checked like a question; of a family for which that takes too long, none is told.
    """
    if most_steps(record.file) > MOST_STEPS:
        return []
    own = {record.version.slug, *record.inheritance.ancestors(record.version.slug)}
    return [fault for fault in faults(record.file, record.inheritance.pedigree) if own.issuperset(fault.artefacts)]
