"""Licences that cannot be kept at once when a model is handed on.

A reason is given for each origin of the demanding licence and each licence that stands against it, so that each reason
can name both: `licence` is the one with the `outbound`, and the cure is to drop the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lineage.engine.binding import Binding
from lineage.engine.document import Licence
from lineage.engine.inheritance import InheritedName
from lineage.engine.terms import HANDING_ON, is_restriction

_SAME = frozenset({"same-licence", "remains-subject"})
_DEMANDING = _SAME | {"superset"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """`name` demands something of the whole model that `other`, a licence, does not allow.

    `other_origins` are the artefacts that bring the other licence into it.
    """

    code: str
    name: InheritedName
    other: str
    other_origins: tuple[str, ...]
    certain: bool


@dataclass(slots=True)
class _Side:
    """One licence as the other side of a conflict."""

    certain: bool
    origins: set[str]

    def add(self, origin: str, certain: bool) -> None:
        self.origins.add(origin)
        self.certain = self.certain or certain


def conflicts(binding: Binding, licences: Mapping[str, Licence], action: str) -> Iterable[Conflict]:
    """Every conflict among the licences that take part, in no particular order; none unless something is handed on."""
    if action not in HANDING_ON:
        return
    brought = _restrictions_brought(binding)
    copyleft = _copyleft_names(binding, licences)
    sides: dict[tuple[str, str], dict[str, _Side]] = {}
    for name in binding.in_conflict_names:
        demanding = licences[name.licence]
        for code in sorted({_code_of(outbound) for outbound in demanding.outbound}):
            if (code, name.licence) not in sides:
                sides[code, name.licence] = (
                    _against_copyleft(demanding, copyleft, licences)
                    if code == "conflict-copyleft"
                    else _against_restrictions(demanding, brought, by_limit=code == "conflict-same-permissions")
                )
            for other, side in sides[code, name.licence].items():
                yield Conflict(code, name, other, tuple(sorted(side.origins)), name.certain and side.certain)


def _code_of(outbound: str) -> str:
    return "conflict-copyleft" if outbound in _SAME else f"conflict-{outbound}"


def _restrictions_brought(binding: Binding) -> dict[str, dict[tuple[str, float | None], _Side]]:
    """Licence to restriction to who brings it: a restriction is brought by a term that arrived."""
    brought: dict[str, dict[tuple[str, float | None], _Side]] = defaultdict(dict)
    for item in binding.in_conflict_items:
        if is_restriction(item.term.id):
            key = (item.term.id, item.term.limit)
            brought[item.licence].setdefault(key, _Side(False, set())).add(item.origin, item.certain)
    return brought


def _copyleft_names(binding: Binding, licences: Mapping[str, Licence]) -> dict[str, _Side]:
    names: dict[str, _Side] = {}
    for name in binding.in_conflict_names:
        if _DEMANDING & set(licences[name.licence].outbound):
            names.setdefault(name.licence, _Side(False, set())).add(name.origin, name.certain)
    return names


def _against_restrictions(
    demanding: Licence, brought: Mapping[str, dict[tuple[str, float | None], _Side]], *, by_limit: bool
) -> dict[str, _Side]:
    """The other licences that bring a restriction which the demanding one lacks, by id or by id and limit."""
    its_own = {(term.id, term.limit if by_limit else None) for term in demanding.terms}
    against: dict[str, _Side] = {}
    for other, restrictions in brought.items():
        if other == demanding.id:
            continue
        for (term, limit), side in restrictions.items():
            if (term, limit if by_limit else None) not in its_own:
                found = against.setdefault(other, _Side(False, set()))
                found.origins |= side.origins
                found.certain = found.certain or side.certain
    return against


def _against_copyleft(
    demanding: Licence, copyleft: Mapping[str, _Side], licences: Mapping[str, Licence]
) -> dict[str, _Side]:
    """The other copyleft licences, but for those of one family where one of the two lets later versions stand in."""
    return {
        other: side
        for other, side in copyleft.items()
        if other != demanding.id and not stand_in_for_each_other(demanding, licences[other])
    }


def stand_in_for_each_other(one: Licence, other: Licence) -> bool:
    """Whether one of two texts of a family lets the other take its place."""
    return one.family is not None and one.family == other.family and (one.or_later or other.or_later)
