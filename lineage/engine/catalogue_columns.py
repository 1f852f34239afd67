"""A whole catalogue as columns: what a database hands over, and what a lineage file is turned into."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from lineage.engine.arrays import Ints
from lineage.engine.document import Derivation, Grant, Interval, Licence, LineageFile
from lineage.engine.pedigree import is_sure, way_of

NOBODY: Final = -1
KINDS: Final = range(6)


@dataclass(slots=True)
class CatalogueColumns:
    """`n` models, `g` standing grants and `e` derivations, each in any order. Lists, or numpy arrays of these types.

    Models are numbers below `n`; of two that rank alike the smaller number comes first, so number them by their ids.
    Days are proleptic ordinals (`date.toordinal()`), and 0 where there is no day. Left out: optional grants (they bind
    who holds them, and decide nothing here), and derivations with a share of 0 (they are none).

    | column | length | type | |
    |---|---|---|---|
    | `licensor` | n | int32 | number of the licensor, from 0 on, -1 for nobody |
    | `undisclosed` | n | uint8 | 1 if the parents are not disclosed |
    | `published` | n | int32 | day |
    | `downloads` | n | int64 | |
    | `grant_model` | g | int32 | |
    | `grant_licence` | g | int32 | place in `licences` |
    | `grant_from`, `grant_until` | g | int32 | days; until is excluded, 0 if open |
    | `grant_certain` | g | uint8 | 0 or 1 |
    | `parent`, `child` | e | int32 | |
    | `kind` | e | uint8 | `kind_of(method, certain)` |
    | `obtained_from`, `obtained_until` | e | int32 | days, half-open; one day is d and d + 1; both 0 if nobody knows |
    | `reaccepted` | e | int32 | day |
    """

    licences: Sequence[Licence]
    licensor: Ints
    undisclosed: Ints
    published: Ints
    downloads: Ints
    grant_model: Ints = field(default_factory=list)
    grant_licence: Ints = field(default_factory=list)
    grant_from: Ints = field(default_factory=list)
    grant_until: Ints = field(default_factory=list)
    grant_certain: Ints = field(default_factory=list)
    parent: Ints = field(default_factory=list)
    child: Ints = field(default_factory=list)
    kind: Ints = field(default_factory=list)
    obtained_from: Ints = field(default_factory=list)
    obtained_until: Ints = field(default_factory=list)
    reaccepted: Ints = field(default_factory=list)


def kind_of(method: str, certain: bool) -> int:
    """A derivation's way (0 outputs, 1 copy, 2 deriving) and whether what passes may be certain, as one number.

    That is twice the way, plus 1 if it is certain and nothing was subtracted.
    """
    return 2 * (way_of(method).bit_length() - 1) + (certain and method != "subtract")


def days_of(made: Derivation) -> tuple[int, int, int]:
    """The columns `obtained_from`, `obtained_until` and `reaccepted` of one derivation."""
    when, again = made.obtained_on, made.reaccepted_on.toordinal() if made.reaccepted_on else 0
    if isinstance(when, Interval):
        return when.starts.toordinal(), when.until.toordinal(), again
    return (when.toordinal(), when.toordinal() + 1, again) if when else (0, 0, again)


def columns_of(file: LineageFile, downloads: dict[str, int] | None = None) -> CatalogueColumns:
    """A lineage file as columns. Model i is the i-th artefact in order of id, licence i the i-th of the file."""
    artefacts = sorted(file.artefacts, key=lambda artefact: artefact.id)
    numbers = {artefact.id: number for number, artefact in enumerate(artefacts)}
    licensors: dict[str | None, int] = {None: NOBODY}
    columns = CatalogueColumns(
        file.licences,
        [licensors.setdefault(each.licensor, len(licensors) - 1) for each in artefacts],
        [int(each.undisclosed_parents) for each in artefacts],
        [_ordinal(each.published_on) for each in artefacts],
        [(downloads or {}).get(each.id, 0) for each in artefacts],
    )
    _add_grants(columns, [grant for grant in file.grants if not grant.optional], numbers)
    _add_derivations(columns, [made for made in file.derivations if made.share != 0], numbers)
    return columns


def _add_grants(columns: CatalogueColumns, grants: list[Grant], numbers: dict[str, int]) -> None:
    places = {licence.id: place for place, licence in enumerate(columns.licences)}
    columns.grant_model = [numbers[grant.artefact] for grant in grants]
    columns.grant_licence = [places[grant.licence] for grant in grants]
    columns.grant_from = [grant.starts.toordinal() for grant in grants]
    columns.grant_until = [_ordinal(grant.until) for grant in grants]
    columns.grant_certain = [int(grant.certain) for grant in grants]


def _add_derivations(columns: CatalogueColumns, derivations: list[Derivation], numbers: dict[str, int]) -> None:
    days = [days_of(made) for made in derivations]
    columns.parent = [numbers[made.parent] for made in derivations]
    columns.child = [numbers[made.child] for made in derivations]
    columns.kind = [kind_of(made.method, is_sure(made)) for made in derivations]
    columns.obtained_from = [each[0] for each in days]
    columns.obtained_until = [each[1] for each in days]
    columns.reaccepted = [each[2] for each in days]


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0
