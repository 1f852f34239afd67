"""Which licence stood on which day, and which licences a maker took with a parent.

Only standing grants count here: an optional grant binds who holds it, and `binding.py` sees to that. Days are turned
into ordinals inside, so that "the day after" exists for the last day of the calendar too.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lineage.engine.document import Derivation, Grant, Interval, Licence, Term
from lineage.engine.terms import UNKNOWN_LICENCE

UNKNOWN = Licence(id=UNKNOWN_LICENCE, terms=(Term(UNKNOWN_LICENCE, reaches_outputs=True),))
"""The licence that stands where nobody knows what was offered: its one term carries and reaches outputs."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One licence that came with a parent: for certain, or as one of several possibilities."""

    licence: str
    certain: bool


class Timeline:
    """The standing grants of one artefact, oldest first. A newer grant ends an older one, for good."""

    __slots__ = ("_begins", "_ends", "_standing")

    def __init__(self, grants: Iterable[Grant]) -> None:
        self._standing = sorted((grant for grant in grants if not grant.optional), key=lambda grant: grant.starts)
        self._begins = [grant.starts.toordinal() for grant in self._standing]
        following = [*self._begins[1:], date.max.toordinal() + 2] if self._begins else []
        self._ends = [
            min(end, grant.until.toordinal()) if grant.until else end
            for grant, end in zip(self._standing, following, strict=True)
        ]

    def on(self, day: date) -> Grant | None:
        """The grant in force on a day; None before the first, in a gap, and after the last has ended."""
        newest = bisect_right(self._begins, day.toordinal()) - 1
        if newest < 0 or day.toordinal() >= self._ends[newest]:
            return None
        return self._standing[newest]

    def newest_begun(self, day: date) -> Grant | None:
        """The newest grant that has begun by a day, ended or not."""
        newest = bisect_right(self._begins, day.toordinal()) - 1
        return self._standing[newest] if newest >= 0 else None

    def taken_on(self, day: date) -> tuple[Taken, ...]:
        grant = self.on(day)
        return _possibilities([grant] if grant else [], gap=False)

    def taken_within(self, first: int, end: int) -> tuple[Taken, ...]:
        """What one may have taken on some day of the ordinals `first <= day < end`.

        Days before the parent's first grant do not count, as nobody takes what is not yet offered. Every later day
        of the span without a grant is a gap, also one behind the last grant: a maker who took a withdrawn model on
        that day alone would have taken `unknown-licence` too.
        """
        reached = max(first, self._begins[0]) if self._begins else end
        if reached >= end:
            return _possibilities([], gap=False)
        grants, gap = [], False
        for place in range(bisect_right(self._begins, reached) - 1, bisect_left(self._begins, end)):
            if self._ends[place] <= reached or self._begins[place] >= self._ends[place]:
                continue
            gap = gap or self._begins[place] > reached
            reached = self._ends[place]
            grants.append(self._standing[place])
        return _possibilities(grants, gap=gap or reached < end)


def _possibilities(grants: list[Grant], *, gap: bool) -> tuple[Taken, ...]:
    """One licence is certain if some grant of it is; of several each is only possible; none is unknown for certain."""
    sure: dict[str, bool] = {}
    for grant in grants:
        sure[grant.licence] = sure.get(grant.licence, False) or grant.certain
    if not sure:
        return (Taken(UNKNOWN_LICENCE, certain=True),)
    if gap:
        sure[UNKNOWN_LICENCE] = False
    alone = len(sure) == 1
    return tuple(Taken(licence, certain=alone and sure[licence]) for licence in sorted(sure))


def licences_taken(
    timeline: Timeline, derivation: Derivation, *, published_on: date | None, on: date
) -> tuple[Taken, ...]:
    """The licences of the parent in force when the maker took it, seen on the question's day `on`.

    `published_on` is the child's. It bounds a derivation whose day nobody knows, also where it lies after `on`: the
    text lets the question's day stand in only if it is unknown.
    """
    when = derivation.obtained_on
    if derivation.reaccepted_on is not None and derivation.reaccepted_on <= on:
        when = derivation.reaccepted_on
    if isinstance(when, Interval):
        return timeline.taken_within(when.starts.toordinal(), when.until.toordinal())
    if when is not None:
        return timeline.taken_on(when)
    end = published_on.toordinal() if published_on else on.toordinal() + 1
    return timeline.taken_within(0, end)
