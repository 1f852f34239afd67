"""What keeps a model from being clean, for people: each thing once, with the way by which it comes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from lineage.engine.inheritance import Inheritance
from lineage.engine.terms import UNKNOWN_LICENCE
from lineage.engine.whatif import Obstacle
from lineage.verdicts.explanations import Chips, Named, named
from lineage.words import reason_word, told

MOST_WAYS = 12


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What comes from one place under one licence. `path` starts there; what has no page of its own is left out."""

    codes: tuple[tuple[str, float | None], ...]
    certain: bool
    path: Chips
    licence: Named | None
    clauses: tuple[str, ...]

    @property
    def says(self) -> tuple[str, ...]:
        """In the reader's words."""
        return tuple(reason_word(code, limit) for code, limit in self.codes)


@dataclass(frozen=True, slots=True)
class Ways:
    """The certain and near ones first, as many as a page can hold; `more` are left."""

    shown: tuple[InTheWay, ...]
    more: int


def in_the_way(inheritance: Inheritance, obstacles: Iterable[Obstacle], *, without: Collection[str] = ()) -> Ways:
    """Obstacles that came by the same way together. `without`: ids of what has no page."""
    grouped: dict[tuple[object, ...], list[Obstacle]] = {}
    for each in sorted(obstacles, key=lambda each: (not each.certain, len(each.path))):
        grouped.setdefault((each.path, each.licence, each.certain), []).append(each)
    shown = tuple(_told(inheritance, group, without) for group in islice(grouped.values(), MOST_WAYS))
    return Ways(shown, len(grouped) - len(shown))


def _told(inheritance: Inheritance, group: list[Obstacle], without: Collection[str]) -> InTheWay:
    first, pedigree = group[0], inheritance.pedigree
    known = first.licence is not None and first.licence != UNKNOWN_LICENCE
    return InTheWay(
        codes=tuple(dict.fromkeys((each.code, each.limit) for each in group)),
        certain=first.certain,
        path=tuple((id, told(pedigree.artefacts[id].name)) for id in reversed(first.path) if id not in without),
        licence=named(pedigree.licences[first.licence]) if known and first.licence else None,
        clauses=tuple(dict.fromkeys(each.clause for each in group if each.clause)),
    )
