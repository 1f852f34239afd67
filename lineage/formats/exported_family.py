"""One version with its ancestors, in a fixed order: what every export is written from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from lineage.engine.document import Artefact, Derivation, Grant, Interval, Licence
from lineage.engine.inheritance import Inheritance, Item, State
from lineage.engine.pedigree import Pedigree

MOST_JUDGED: Final = 300
"""To judge every model of a long chain costs the square of its length, and more."""

MOST_STEPS: Final = 200_000
"""Models that the paths of one export may name together: a chain of n models has n paths of up to n steps."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `starts` on, and until `until` if it is known to end: what stood. `grant` is None where nobody knows."""

    starts: date
    until: date | None
    grant: Grant | None


@dataclass(frozen=True)
class ExportedFamily:
    """`subject` is the id of the version that an export is about. `link` gives the address of the page of an id, and
    `planned` names those that nobody has made yet. What is inherited is that of the day of `inheritance`.

    Raises KeyError where the file has no such artefact.
    """

    subject: str
    inheritance: Inheritance
    link: Callable[[str], str]
    planned: frozenset[str] = frozenset()

    @property
    def pedigree(self) -> Pedigree:
        return self.inheritance.pedigree

    @property
    def on(self) -> date:
        return self.inheritance.on

    @property
    def head(self) -> Artefact:
        return self.pedigree.artefacts[self.subject]

    @cached_property
    def ancestors(self) -> tuple[Artefact, ...]:
        """In order of id, the subject left out."""
        ids = self.inheritance.ancestors(self.subject) - {self.subject}
        return tuple(self.pedigree.artefacts[id] for id in sorted(ids))

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """The subject first."""
        return self.head, *self.ancestors

    def derivations_of(self, child: str) -> tuple[Derivation, ...]:
        """How it was made, each claim once, in a fixed order. A share of 0 is none."""
        return ordered(self.pedigree.derivations.get(child, ()))

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        return tuple(made for artefact in self.artefacts for made in self.derivations_of(artefact.id))

    def state(self, artefact: str) -> State | None:
        """The lineage state on the day; in a family of more than `MOST_JUDGED` that of the subject alone."""
        if artefact != self.subject and len(self.ancestors) >= MOST_JUDGED:
            return None
        return self.inheritance.state(artefact)

    def licence(self, id: str) -> Licence:
        return self.pedigree.licences[id]

    def own_grant(self) -> Grant | None:
        """What stands for the subject itself on the day."""
        return self.pedigree.timeline(self.subject).on(self.on)

    def standing(self, artefact: str) -> tuple[Span, ...]:
        """What stood when, gaps included, oldest first. What was never offered has no spans at all."""
        return spans([grant for grant in self.pedigree.grants_of(artefact) if not grant.optional])

    def offers(self, artefact: str) -> tuple[Grant, ...]:
        """Optional grants, which bind only who accepts one."""
        offered = {grant for grant in self.pedigree.grants_of(artefact) if grant.optional}
        return tuple(sorted(offered, key=lambda grant: (grant.starts, grant.licence, str(grant.until), repr(grant))))


def ordered(derivations: Iterable[Derivation]) -> tuple[Derivation, ...]:
    return tuple(sorted(dict.fromkeys(derivations), key=_order))


def spans(standing: Iterable[Grant]) -> tuple[Span, ...]:
    """Standing grants as spans: a newer one ends an older one for good; days without any are a span of their own."""
    grants = sorted(standing, key=lambda grant: grant.starts)
    nexts: list[date | None] = [later.starts for _, later in pairwise(grants)]
    found: list[Span] = []
    for grant, following in zip(grants, [*nexts, None], strict=False):
        end = min((day for day in (grant.until, following) if day), default=None)
        if end is None or end > grant.starts:
            found.append(Span(grant.starts, end, grant))
        if grant.until and (following is None or grant.until < following):
            found.append(Span(grant.until, following, None))
    return tuple(found)


def bounds(when: date | Interval | None) -> tuple[date | None, date | None]:
    """The first day on which a parent may have been taken, and the first on which it was not any more."""
    if isinstance(when, Interval):
        return when.starts, when.until
    return when, None


def inherited_terms(family: ExportedFamily) -> list[dict[str, Any]]:
    """Every term that the subject inherits, as plain JSON values. Paths end where they would make the file too long."""
    told, steps = [], 0
    for item in family.inheritance.items(family.subject):
        path = list(item.path) if steps < MOST_STEPS else None
        steps += len(path or ())
        told.append(_inherited(item, path))
    return told


def _inherited(item: Item, path: list[str] | None) -> dict[str, Any]:
    values = {
        "term": item.term.id,
        "limit": item.term.limit,
        "licence": item.licence,
        "origin": item.origin,
        "certain": item.certain,
        "path": path,
        "clause": item.term.clause,
        "quote": item.term.quote,
    }
    return {key: value for key, value in values.items() if value is not None}


def _order(made: Derivation) -> tuple[object, ...]:
    return made.parent, made.child, made.method, *map(str, bounds(made.obtained_on)), repr(made)
