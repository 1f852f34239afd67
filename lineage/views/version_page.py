"""What stands on the first tab of a version, gathered in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date

from lineage.engine.effort import most_steps
from lineage.engine.faults import Fault, faults
from lineage.models import Derivation, Version
from lineage.verdicts import Asked, FamilyView, Ground, Record, family_view, inherited_restrictions, record_on
from lineage.views.version_made import children_of

CHILDREN_DRAWN = 6
CHILDREN_LOOKED_AT = 50
MOST_STEPS = 5_000_000
"""Of a microsecond, for the faults of a family; see `engine/effort.py`."""


@dataclass(frozen=True, slots=True)
class VersionPage:
    """The first tab. `faults` are what does not fit together in the facts of the family."""

    record: Record
    restrictions: tuple[Ground, ...]
    family_view: FamilyView
    parents: list[Derivation]
    has_children: bool
    faults: list[Fault]

    @property
    def alone(self) -> bool:
        """Neither parents nor children are on record, so there is no family to draw."""
        return not self.parents and not self.has_children


def version_page(version: Version, on: date, asked: Asked | None = None) -> VersionPage:
    children = [made.child for made in children_of(version)[:CHILDREN_LOOKED_AT]]
    drawn = list({child.slug: child for child in children}.values())[:CHILDREN_DRAWN]
    record = record_on(version, on, beside=[child.slug for child in drawn])
    return VersionPage(
        record=record,
        restrictions=inherited_restrictions(record),
        family_view=family_view(record, children=drawn, asked=asked or Asked()),
        parents=list(version.parents.select_related("parent").order_by("pk")),
        has_children=bool(children),
        faults=_faults(record),
    )


def _faults(record: Record) -> list[Fault]:
    """Those of the version's own family; a child that is drawn beside it brings others.

    Each label is checked like a question; of a family for which that takes too long, none is told.
    """
    if most_steps(record.file) > MOST_STEPS:
        return []
    own = {record.version.slug, *record.inheritance.ancestors(record.version.slug)}
    return [fault for fault in faults(record.file, record.inheritance.pedigree) if own.issuperset(fault.artefacts)]
