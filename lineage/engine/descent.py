"""The derivations of a file seen from the parent, and what keeps models below from being clean.

A *source* is one thing that travels down from one origin: the licences of one origin that bring a restriction (or
nothing known) over one set of ways, or the origin's undisclosed parents. A model is clean exactly if no source that
counts for it reaches it: the same as `Inheritance.state`, asked downward for every model at once.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lineage.engine.grants import Taken, licences_taken
from lineage.engine.inheritance import Inheritance
from lineage.engine.pedigree import BY_COPY, BY_DERIVING, BY_OUTPUTS, Pedigree, is_sure, way_of, ways_of, ways_of_name
from lineage.engine.terms import UNKNOWN_LICENCE, is_restriction

ALL_WAYS = BY_OUTPUTS | BY_COPY | BY_DERIVING


@dataclass(frozen=True, slots=True)
class Source:
    """`licences` are those whose taking starts it; None is whatever was taken, as for undisclosed parents.

    Those in `sure` taint if they, and all derivations that they come over, are certain. An `excusable` source does not
    count for models of the origin's licensor.
    """

    origin: str
    ways: int
    licences: frozenset[str] | None
    sure: frozenset[str]
    excusable: bool


@dataclass(frozen=True, slots=True)
class _Step:
    child: str
    way: int
    sure: bool
    taken: tuple[Taken, ...]


class Descent:
    """Built once for a day and a policy."""

    def __init__(self, pedigree: Pedigree, on: date, policy: str = "strict") -> None:
        self.pedigree = pedigree
        self.on = on
        self._inheritance = Inheritance(pedigree, on, policy)

    @cached_property
    def steps(self) -> dict[str, list[_Step]]:
        """The derivations of each parent, each kind once, by child."""
        found: dict[str, set[_Step]] = defaultdict(set)
        for child, claims in self.pedigree.derivations.items():
            published_on = self.pedigree.artefacts[child].published_on
            for made in claims:
                timeline = self.pedigree.timeline(made.parent)
                taken = licences_taken(timeline, made, published_on=published_on, on=self.on)
                found[made.parent].add(_Step(child, way_of(made.method), is_sure(made), taken))
        return {parent: sorted(steps, key=lambda step: step.child) for parent, steps in found.items()}

    def entries(self, source: Source, *, sure: bool = False) -> list[str]:
        """The children that the source starts at, each once; `sure` leaves out what is only possible."""
        return list(
            dict.fromkeys(
                step.child
                for step in self.steps.get(source.origin, ())
                if step.way & source.ways and (step.sure or not sure) and _starts(source, step.taken, sure)
            )
        )

    def below(self, source: Source, node: str, *, sure: bool = False) -> list[str]:
        """Where the source goes on to from a model that it has reached. It never comes back to its origin."""
        return list(
            dict.fromkeys(
                step.child
                for step in self.steps.get(node, ())
                if step.way & source.ways and step.child != source.origin and (step.sure or not sure)
            )
        )

    def counts_for(self, source: Source, artefact: str) -> bool:
        return not (source.excusable and self.pedigree.same_licensor(source.origin, artefact))

    def sources(self) -> Iterable[Source]:
        """Every source of the file, by origin."""
        for origin in sorted(self.steps):
            yield from self._of_licences(origin)
            if self.pedigree.artefacts[origin].undisclosed_parents:
                yield Source(origin, ALL_WAYS, None, frozenset(), excusable=False)

    def _of_licences(self, origin: str) -> Iterable[Source]:
        found: dict[tuple[int, bool], set[tuple[str, bool]]] = defaultdict(set)
        for licence in {taken.licence for step in self.steps[origin] for taken in step.taken}:
            for ways, excusable, sure in self._carried(origin, licence):
                found[ways, excusable].add((licence, sure))
        for (ways, excusable), licences in sorted(found.items()):
            every = frozenset(licence for licence, _ in licences)
            yield Source(origin, ways, every, frozenset(licence for licence, sure in licences if sure), excusable)

    def _carried(self, origin: str, licence: str) -> Iterable[tuple[int, bool, bool]]:
        """The ways that something of a licence goes, whether that is excusable, and whether it can taint."""
        terms = self.pedigree.licences[licence].terms
        for term in terms:
            if ways_of(term) and (is_restriction(term.id) or term.id == UNKNOWN_LICENCE):
                yield ways_of(term), is_restriction(term.id), is_restriction(term.id)
        change = self._inheritance.added_by(licence, origin, ("may-change", "direct"))
        if change and any(term.carries == "derivatives" and is_restriction(term.id) for term in change[0].terms):
            yield ways_of_name(self.pedigree.licences[licence]), True, change[1]


def _starts(source: Source, taken: tuple[Taken, ...], sure: bool) -> bool:
    if source.licences is None:
        return not sure
    return any(
        each.licence in source.sure and each.certain if sure else each.licence in source.licences for each in taken
    )
