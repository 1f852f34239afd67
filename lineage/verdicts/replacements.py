"""What would change if everything that was made from a version had been made from something else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lineage.engine.document import LineageFileError
from lineage.engine.effort import as_far_as
from lineage.engine.inheritance import State
from lineage.engine.pedigree import Pedigree
from lineage.engine.use_strip import EIGHT_USES, Use
from lineage.engine.whatif import Change, WhatIf, descendants, what_if, with_clean_stand_in
from lineage.models import Version
from lineage.records import FamilyTooLarge, lineage_below
from lineage.verdicts.asker import ONE_PERSON, Asker
from lineage.verdicts.in_the_way import Ways, in_the_way
from lineage.verdicts.record import record_in
from lineage.verdicts.strip import StripItem, strip_of
from lineage.words import told

MOST_BELOW = 500
LARGEST_FAMILY = 5_000
# In the steps of `lineage.engine.effort`. Most of them are never taken, fewest of all where no use is asked for.
MOST_STEPS = 5_000_000
MOST_STEPS_WITH_USES = 1_000_000


@dataclass(frozen=True, slots=True)
class Affected:
    """A version that was made from the replaced one, before and after."""

    slug: str
    name: str
    before: State
    after: State
    in_the_way: Ways


@dataclass(frozen=True, slots=True)
class ComparedUse:
    """One of the eight uses of the version itself, before and after."""

    before: StripItem
    after: StripItem

    @property
    def changes(self) -> bool:
        """Whether people see another verdict."""
        return self.before.shown != self.after.shown


@dataclass(frozen=True, slots=True)
class Replacement:
    """`by` None is a clean stand-in: nothing inherited, no terms. `cut`: more was made from it than was looked at."""

    version: Version
    by: Version | None
    on: date
    before: State
    after: State
    uses: tuple[ComparedUse, ...]
    in_the_way: Ways
    freed: tuple[Affected, ...]
    stays: tuple[Affected, ...]
    looked_at: int
    cut: bool


def replacement(version: Version, by: Version | None, on: date, asker: Asker = ONE_PERSON) -> Replacement:
    """Raises FamilyTooLarge."""
    found, cut = found_in_family(version, by, on, {})
    own, below = found.changes[0], found.changes[1:]
    old = record_in(found.before.pedigree.file, version, found.before)
    new = record_in(found.after.pedigree.file, by or Version(slug=found.new, name=found.new), found.after)
    both = zip(strip_of(old, asker), strip_of(new, asker), strict=True)
    return Replacement(
        version=version,
        by=by,
        on=on,
        before=own.before,
        after=own.after,
        uses=tuple(ComparedUse(one, other) for one, other in both),
        in_the_way=in_the_way(found.after, own.obstacles),
        freed=tuple(_affected(found, change) for change in below if change.freed),
        stays=tuple(_affected(found, change) for change in below if change.stays),
        looked_at=len(below),
        cut=cut,
    )


def found_in_family(
    version: Version, by: Version | None, on: date, uses: Mapping[str, Use] = EIGHT_USES
) -> tuple[WhatIf, bool]:
    """What the engine finds, and whether more was made from the version than it looked at. Raises FamilyTooLarge."""
    beside = [by.slug] if by else []
    fetched = lineage_below(version.slug, most=MOST_BELOW, largest=LARGEST_FAMILY, beside=beside)
    file, new = (fetched.file, by.slug) if by else with_clean_stand_in(fetched.file, version.slug)
    made = [slug for slug in descendants(Pedigree(file), version.slug) if slug != new]
    near = as_far_as(file, made, 2 * len(uses) or 1, MOST_STEPS_WITH_USES if uses else MOST_STEPS)
    try:
        found = what_if(file, version.slug, new, on=on, uses=uses, below=near)
    except LineageFileError as error:
        raise FamilyTooLarge from error
    return found, fetched.cut or len(near) < len(made)


def _affected(found: WhatIf, change: Change) -> Affected:
    name = told(found.before.pedigree.artefacts[change.artefact].name)
    return Affected(change.artefact, name, change.before, change.after, in_the_way(found.after, change.obstacles))
