"""The lines with which the release form begins: what was planned, as far as something can be made from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.forms.parents import PARENT_LINES, typed_parents
from lineage.models import Derivation, Version


@dataclass(frozen=True, slots=True)
class Begun:
    """`lines` for the form, and the planned models in whose place the models stand that they were to be made from."""

    lines: list[dict[str, object]]
    replaced: tuple[Version, ...]


def lines_to_begin_with(version: Version) -> Begun:
    """Most trainers did what was planned; but nothing is made from a model that is itself only planned.

    Where that gives more lines than the form has, the plan stands as it is.
    """
    made: dict[tuple[str, str], Derivation] = {}
    replaced: dict[str, Version] = {}
    _unfold(_parents(version), made, replaced)
    if len(made) > PARENT_LINES:
        return Begun(typed_parents(_parents(version)), ())
    return Begun(typed_parents(made.values()), tuple(replaced.values()))


def _unfold(
    rows: Iterable[Derivation],
    made: dict[tuple[str, str], Derivation],
    replaced: dict[str, Version],
    within: Derivation | None = None,
) -> None:
    for row in rows:
        if within is not None:
            row.share = within.share * row.share if within.share and row.share else None
            row.certain = row.certain and within.certain
        if row.parent.planned:
            replaced[row.parent.slug] = row.parent
            _unfold(_parents(row.parent), made, replaced, row)
            continue
        key = row.parent.slug, row.method
        if key in made:
            row.share, row.certain = None, row.certain and made[key].certain
        made[key] = row


def _parents(version: Version) -> list[Derivation]:
    return list(version.parents.select_related("parent").order_by("pk"))
