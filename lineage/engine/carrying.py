"""Everything that is handed down in a family, seen at once: each state, and where a restriction came along.

The same answers as `Inheritance` gives for one artefact. What each source (`descent.py`) reaches is kept as the bits of
one whole number for each artefact, so that a family of thousands takes one pass, and where claims form a cycle, a few.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lineage.engine.descent import Descent, Source
from lineage.engine.inheritance import State
from lineage.engine.pedigree import Pedigree, is_sure, way_of

type Pair = tuple[str, str]
"""A parent and a child."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """All derivations of one kind between one pair. `starting` and `passing` are the sources that may come over it."""

    parent: str
    child: str
    starting: int
    passing: int


class Carrying:
    """Built once for a day and a policy."""

    def __init__(self, pedigree: Pedigree, on: date, policy: str = "strict") -> None:
        self.pedigree = pedigree
        self._descent = Descent(pedigree, on, policy)
        self.sources = tuple(self._descent.sources())
        self.restricting = self._bits(lambda source: source.excusable)
        self._own: dict[str | None, int] = defaultdict(int)
        self._from: dict[str, int] = defaultdict(int)
        for bit, source in enumerate(self.sources):
            self._from[source.origin] |= 1 << bit
            if source.excusable:
                self._own[pedigree.licensor(source.origin)] |= 1 << bit
        self._claims = self._claims_of(sure=False)
        self._reached = self._flow(self._claims)
        certain = self._claims_of(sure=True)
        self._reached_for_sure = self._flow(certain)

    def state(self, artefact: str) -> State:
        """KeyError for an artefact that the file does not have."""
        counting = self._counting(artefact)
        if self._reached_for_sure.get(artefact, 0) & counting & self.restricting:
            return "tainted"
        unknown = self.pedigree.artefacts[artefact].undisclosed_parents
        return "suspect" if unknown or self._reached.get(artefact, 0) & counting else "clean"

    def over(self, *, of: Callable[[Source], bool] | None = None) -> dict[Pair, int]:
        """By parent and child: the restrictions that came over this pair, as bits of `sources`.

        They count for the child, or for somebody further down: to a maker's own next version they may be nothing, and
        to who took that one very well. `of` chooses among the sources; pairs over which nothing came are left out.
        """
        wanted = self.restricting & (self._bits(of) if of else -1)
        came: dict[Pair, int] = defaultdict(int)
        for claim in self._claims:
            handed = claim.starting | (self._reached.get(claim.parent, 0) & claim.passing)
            came[claim.parent, claim.child] |= handed & wanted & self._reached.get(claim.child, 0)
        bearing = self._bearing(came)
        return {pair: bits & bearing[pair[1]] for pair, bits in came.items() if bits & bearing[pair[1]]}

    def _bearing(self, came: Mapping[Pair, int]) -> dict[str, int]:
        """The sources at each artefact that count for it, or for somebody to whom they were handed on."""
        above: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for (parent, child), bits in came.items():
            above[child].append((parent, bits))
        bearing = {one: bits & self._counting(one) for one, bits in self._reached.items()}
        waiting = dict.fromkeys(bearing)
        while waiting:
            child, _ = waiting.popitem()
            for parent, bits in above[child]:
                more = bearing.get(parent, 0) | (bits & bearing[child])
                if more != bearing.get(parent, 0):
                    bearing[parent] = more
                    waiting[parent] = None
        return bearing

    def ways_to(self, artefact: str, over: Mapping[Pair, int]) -> set[str]:
        """Every artefact on some way by which a restriction came to this one, itself and the origins included."""
        above: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for (parent, child), came in over.items():
            above[child].append((parent, came))
        needed = {artefact: self._reached.get(artefact, 0) & self._counting(artefact)}
        waiting = [artefact]
        while waiting:
            child = waiting.pop()
            for parent, came in above[child]:
                more = needed.get(parent, 0) | (came & needed[child])
                if more != needed.get(parent, 0):
                    needed[parent] = more
                    waiting.append(parent)
        return set(needed)

    def _counting(self, artefact: str) -> int:
        """The sources that count for an artefact: what a maker carries on from their own versions is choice."""
        licensor = self.pedigree.licensor(artefact)
        return ~self._own[licensor] if licensor is not None else -1

    def _bits(self, chosen: Callable[[Source], bool]) -> int:
        return sum(1 << bit for bit, source in enumerate(self.sources) if chosen(source))

    def _claims_of(self, *, sure: bool) -> list[_Claim]:
        by_way: dict[int, int] = {}
        entering: dict[Pair, int] = defaultdict(int)
        for bit, source in enumerate(self.sources):
            for child in self._descent.entries(source, sure=sure):
                entering[source.origin, child] |= 1 << bit
        kinds: dict[Pair, int] = defaultdict(int)
        for child, derivations in self.pedigree.derivations.items():
            for made in derivations:
                if is_sure(made) or not sure:
                    kinds[made.parent, child] |= way_of(made.method)
        for ways in set(kinds.values()):
            by_way[ways] = self._bits(lambda source, ways=ways: bool(source.ways & ways))  # type: ignore[misc]
        return [
            _Claim(*pair, entering[pair], by_way[ways] & ~self._from[pair[0]]) for pair, ways in sorted(kinds.items())
        ]

    def _flow(self, claims: Iterable[_Claim]) -> dict[str, int]:
        """The sources that reach each artefact. None comes back to its own origin."""
        below: dict[str, list[_Claim]] = defaultdict(list)
        for claim in claims:
            below[claim.parent].append(claim)
        reached: dict[str, int] = defaultdict(int)
        waiting = dict.fromkeys(self._downwards(below))
        while waiting:
            parent = next(iter(waiting))
            del waiting[parent]
            for claim in below[parent]:
                child = claim.child
                came = claim.starting | (reached[parent] & claim.passing)
                more = reached[child] | (came & ~self._from[child])
                if more != reached[child]:
                    reached[child] = more
                    waiting[child] = None
        return dict(reached)

    def _downwards(self, below: Mapping[str, list[_Claim]]) -> list[str]:
        """Parents before children where no cycle forbids it, so that one pass is enough there."""
        left = {artefact: 0 for artefact in self.pedigree.artefacts}
        for claims in below.values():
            for claim in claims:
                left[claim.child] += 1
        order = [artefact for artefact, count in left.items() if not count]
        for artefact in order:
            for claim in below.get(artefact, ()):
                left[claim.child] -= 1
                if not left[claim.child]:
                    order.append(claim.child)
        return [*order, *(artefact for artefact, count in left.items() if count > 0)]
