"""Licence texts beside each other: what each says, and where they differ."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from lineage.engine.document import Licence, Term
from lineage.engine.terms import is_gap, is_obligation, is_restriction

Difference = Literal["same", "limit", "reach", "only-here", "not-everywhere"]

GROUPS: Final = ("restrictions", "duties", "gaps", "outbound", "control", "or-later")

_OF_TERMS: Final[dict[str, Callable[[str], bool]]] = {
    "restrictions": is_restriction,
    # One kind is a restriction and a duty at once; it stands once, as what it takes away.
    "duties": lambda kind: is_obligation(kind) and not is_restriction(kind),
    "gaps": is_gap,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one text says of one thing. `terms` are empty where it is silent, and where the thing is no term."""

    says: bool
    terms: tuple[Term, ...] = ()

    @property
    def limits(self) -> tuple[float, ...]:
        return tuple(sorted({term.limit for term in self.terms if term.limit is not None}))


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that some text says: a kind of term, a demand on what is made, a control, or that later texts do.

    `difference`: a `limit` is another one; `reach` is what a term carries over to; `only-here` is said by one text,
    `not-everywhere` by several and not by all.
    """

    group: str
    code: str
    cells: tuple[Cell, ...]
    difference: Difference


def side_by_side(licences: Sequence[Licence]) -> list[Row]:
    """The rows by group, in each the differences first. Wording, clauses and quotes make no difference."""
    rows = [row for group in GROUPS for row in _rows(group, licences)]
    return sorted(rows, key=lambda row: (GROUPS.index(row.group), row.difference == "same"))


def _rows(group: str, licences: Sequence[Licence]) -> Iterable[Row]:
    for code in dict.fromkeys(code for licence in licences for code in _codes(group, licence)):
        cells = tuple(_cell(group, code, licence) for licence in licences)
        yield Row(group, code, cells, _difference(cells))


def _codes(group: str, licence: Licence) -> Iterable[str]:
    if group in _OF_TERMS:
        return [term.id for term in licence.terms if _OF_TERMS[group](term.id)]
    if group == "or-later":
        return ["or-later"] if licence.or_later else []
    return licence.outbound if group == "outbound" else licence.control


def _cell(group: str, code: str, licence: Licence) -> Cell:
    terms = tuple(term for term in licence.terms if term.id == code) if group in _OF_TERMS else ()
    return Cell(code in _codes(group, licence), terms)


def _difference(cells: Sequence[Cell]) -> Difference:
    saying = [cell for cell in cells if cell.says]
    if len(saying) < len(cells):
        return "only-here" if len(saying) == 1 else "not-everywhere"
    if len({cell.limits for cell in cells}) > 1:
        return "limit"
    return "reach" if len({_reach(cell) for cell in cells}) > 1 else "same"


def _reach(cell: Cell) -> frozenset[tuple[float | None, str, bool]]:
    return frozenset((term.limit, term.carries, term.reaches_outputs) for term in cell.terms)
