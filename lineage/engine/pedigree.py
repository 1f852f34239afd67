"""A lineage file, indexed: what every question about it looks up. Nothing here depends on the question's day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Term
from lineage.engine.grants import UNKNOWN, Timeline
from lineage.engine.terms import UNKNOWN_LICENCE
from lineage.engine.walks import components

BY_OUTPUTS = 1
BY_COPY = 2
BY_DERIVING = 4

_WAYS = {"train-on-outputs": BY_OUTPUTS, "convert": BY_COPY, "mirror": BY_COPY}
_CARRIES = {"derivatives": BY_COPY | BY_DERIVING, "copies": BY_COPY, "none": 0}


def way_of(method: str) -> int:
    """The kind of derivation as one bit, which `ways_of` and `ways_of_name` are held against."""
    return _WAYS.get(method, BY_DERIVING)


def ways_of(term: Term) -> int:
    """The ways that a term travels, as bits. Over outputs only `reaches_outputs` decides."""
    return _CARRIES[term.carries] | (BY_OUTPUTS if term.reaches_outputs else 0)


def ways_of_name(licence: Licence) -> int:
    """A licence's name travels every way, but over outputs only where some term of it reaches them."""
    return BY_COPY | BY_DERIVING | (BY_OUTPUTS if any(term.reaches_outputs for term in licence.terms) else 0)


def is_sure(derivation: Derivation) -> bool:
    """Whether what passes here may arrive for certain; what a model had subtracted is never sure to be in it."""
    return derivation.certain and derivation.method != "subtract"


class Pedigree:
    """The file by id. Build it once and give it to every `solve` on the same file."""

    def __init__(self, file: LineageFile) -> None:
        self.file = file
        self.artefacts: Mapping[str, Artefact] = {artefact.id: artefact for artefact in file.artefacts}
        self.licences: Mapping[str, Licence] = {licence.id: licence for licence in file.licences} | {
            UNKNOWN_LICENCE: UNKNOWN
        }
        self._grants: dict[str, list[Grant]] = defaultdict(list)
        for grant in file.grants:
            self._grants[grant.artefact].append(grant)
        self._timelines: dict[str, Timeline] = {}

    def grants_of(self, artefact: str) -> list[Grant]:
        return self._grants.get(artefact, [])

    def timeline(self, artefact: str) -> Timeline:
        if artefact not in self._timelines:
            self._timelines[artefact] = Timeline(self.grants_of(artefact))
        return self._timelines[artefact]

    @cached_property
    def derivations(self) -> dict[str, list[Derivation]]:
        """The derivations of each child. One with share 0 is none, for ancestors too."""
        by_child: dict[str, list[Derivation]] = defaultdict(list)
        for derivation in self.file.derivations:
            if derivation.share != 0:
                by_child[derivation.child].append(derivation)
        return dict(by_child)

    @cached_property
    def doubtful(self) -> bool:
        """Whether some derivation is only possible: if none is, the certain walks are all the walks."""
        return any(not is_sure(derivation) for made in self.derivations.values() for derivation in made)

    @cached_property
    def terms_by_ways(self) -> dict[int, dict[str, tuple[Term, ...]]]:
        """For each set of ways that some term travels: each licence's terms that travel just those."""
        grouped: dict[int, dict[str, tuple[Term, ...]]] = defaultdict(dict)
        for licence in self.licences.values():
            for ways in {ways_of(term) for term in licence.terms} - {0}:
                grouped[ways][licence.id] = tuple(dict.fromkeys(t for t in licence.terms if ways_of(t) == ways))
        return dict(sorted(grouped.items()))

    @cached_property
    def names_by_ways(self) -> dict[int, set[str]]:
        """For each set of ways that some name travels: the licences whose name does."""
        grouped: dict[int, set[str]] = defaultdict(set)
        for licence in self.licences.values():
            grouped[ways_of_name(licence)].add(licence.id)
        return dict(sorted(grouped.items()))

    @cached_property
    def ways(self) -> int:
        """The ways that occur in this file at all: walks that differ only in others are one walk."""
        return sum({way_of(derivation.method) for made in self.derivations.values() for derivation in made})

    def parents(self, artefact: str) -> list[str]:
        """The parents by claim, each once, in order of id."""
        return sorted({derivation.parent for derivation in self.derivations.get(artefact, ())})

    @cached_property
    def cycles(self) -> list[list[str]]:
        """Groups of artefacts that descend from each other, each sorted, in order."""
        groups = components(sorted(self.derivations), self.parents)
        return sorted(sorted(group) for group in groups if len(group) > 1)

    @cached_property
    def _cycle_of(self) -> dict[str, int]:
        return {artefact: number for number, cycle in enumerate(self.cycles) for artefact in cycle}

    def in_one_cycle(self, one: str, other: str) -> bool:
        number = self._cycle_of.get(one)
        return number is not None and number == self._cycle_of.get(other)

    def same_licensor(self, one: str, other: str) -> bool:
        """Whether two artefacts have one licensor. An absent licensor is nobody."""
        licensor = self.licensor(one)
        return licensor is not None and licensor == self.licensor(other)

    def licensor(self, artefact: str) -> str | None:
        return self.artefacts[artefact].licensor

    def undisclosed(self, artefacts: Iterable[str]) -> list[str]:
        """Those of some artefacts whose parents are not disclosed, in the order given."""
        return [artefact for artefact in artefacts if self.artefacts[artefact].undisclosed_parents]
