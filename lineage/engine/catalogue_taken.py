"""Which licences came with each derivation: the rules of `grants.py`, for all at once and seen on one day.

Nearly always that is one licence. What the loop cannot say by one number, several possibilities or a licensor who has
changed the terms since, it leaves to the plain `Timeline`, once for each parent and span of days.

What was taken is an *offer*, a number: many derivations share one. Offers 2 * licence and 2 * licence + 1 are that
licence alone, possible and for certain; the licence behind the last is `unknown-licence`.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from lineage.engine.arrays import Ints, inner
from lineage.engine.catalogue_graph import Days, Grants, Graph, Models, Rows
from lineage.engine.document import Grant
from lineage.engine.grants import Taken, Timeline

LEFT_OPEN: Final = -1


@inner
def span_of(child: int, each: int, on: int, models: Models, days: Days) -> tuple[int, int]:
    """The days on one of which the parent was taken, half-open."""
    if 0 < days.reaccepted[each] <= on:
        return days.reaccepted[each], days.reaccepted[each] + 1
    if days.obtained_until[each] > 0:
        return days.obtained_from[each], days.obtained_until[each]
    if models.published[child] > 0:
        return 0, models.published[child]
    return 0, on + 1


@inner
def begun_by(model: int, day: int, grants: Grants) -> int:
    """The place of the newest grant that has begun by a day; the one before the first if there is none."""
    low: int = grants.first[model]
    high: int = grants.last[model]
    while low < high:
        middle = (low + high) // 2
        if grants.starts[middle] <= day:
            low = middle + 1
        else:
            high = middle
    return low - 1


@inner
def alone(model: int, start: int, end: int, grants: Grants, unknown: int) -> int:
    """The offer if one licence alone can have been taken, else LEFT_OPEN."""
    first, last = grants.first[model], grants.last[model]
    nothing = 2 * unknown + 1
    if first == last or max(start, grants.starts[first]) >= end:
        return nothing
    reached = max(start, grants.starts[first])
    found, sure, gap = -1, 0, False
    for place in range(begun_by(model, reached, grants), last):
        begins = grants.starts[place]
        if begins >= end:
            break
        ends = grants.starts[place + 1] if place + 1 < last else end
        if 0 < grants.until[place] < ends:
            ends = grants.until[place]
        if ends <= reached or begins >= ends:
            continue
        if found >= 0 and found != grants.licence[place]:
            return LEFT_OPEN
        gap = gap or begins > reached
        found, sure, reached = grants.licence[place], max(sure, grants.certain[place]), ends
    if found == -1:
        return nothing
    return LEFT_OPEN if gap or reached < end else 2 * found + sure


def take(children: Ints, on: int, rows: Rows, days: Days, models: Models, grants: Grants, changeable: Ints) -> int:
    """Fill in the offers of some children; says how many are left open.

    `changeable` has one flag for each licence, and for `unknown-licence`, that its licensor may change the terms.
    """
    unknown = len(changeable) - 1
    left = 0
    for child in children:
        for each in range(rows.first[child], rows.last[child]):
            parent = rows.parent[each]
            start, stop = span_of(child, each, on, models, days)
            offer = alone(parent, start, stop, grants, unknown)
            if offer >= 0 and changeable[offer // 2]:
                newest = begun_by(parent, on, grants)
                if newest >= grants.first[parent] and grants.licence[newest] != offer // 2:
                    offer = LEFT_OPEN
            rows.offer[each] = offer
            left += offer == LEFT_OPEN
    return left


def find_open(children: Ints, rows: Rows, found_children: Ints, places: Ints) -> None:
    """The children and places of the derivations whose offers are left open."""
    found = 0
    for child in children:
        for each in range(rows.first[child], rows.last[child]):
            if rows.offer[each] == LEFT_OPEN:
                found_children[found] = child
                places[found] = each
                found += 1


type Said = tuple[tuple[tuple[int, bool], ...], tuple[int, bool] | None]
"""The licences taken, with whether for certain, and the newest grant of a parent whose licensor may have changed it."""


class Takings:
    """The offers of a graph on one day. `number_of` gives what was taken its number."""

    def __init__(self, graph: Graph, changeable: Ints, on: date, number_of: Callable[[Said], int]) -> None:
        self._graph = graph
        self._changeable = changeable
        self._on = on
        self._number_of = number_of
        self._unknown = len(changeable) - 1
        self._known: dict[int, dict[tuple[int, int], int]] = {}
        self._timelines: dict[int, Timeline] = {}

    def fill_in(self, children: Ints) -> None:
        """Fill in the offers of some children."""
        graph, machine, on = self._graph, self._graph.machine, self._on.toordinal()
        wanted = (graph.rows, graph.days, graph.models, graph.grants, self._changeable)
        left = int(machine.run(take)(children, on, *wanted))
        if not left:
            return
        found, places = machine.filled(left, 0, "int32"), machine.filled(left, 0, "int32")
        machine.run(find_open)(children, graph.rows, found, places)
        for child, each in zip(machine.plain(found), machine.plain(places), strict=True):
            graph.rows.offer[each] = self._left_open(child, each)

    def forget(self, parent: int) -> None:
        """The grants of a parent have changed."""
        self._timelines.pop(parent, None)
        self._known.pop(parent, None)

    def _left_open(self, child: int, each: int) -> int:
        graph = self._graph
        start, end = span_of(child, each, self._on.toordinal(), graph.models, graph.days)
        parent, span = int(graph.rows.parent[each]), (int(start), int(end))
        known = self._known.setdefault(parent, {})
        if span not in known:
            known[span] = self._number_of(self._said(parent, *span))
        return known[span]

    def _said(self, parent: int, start: int, end: int) -> Said:
        timeline = self._timelines.get(parent)
        if timeline is None:
            timeline = self._timelines[parent] = self._timeline(parent)
        taken = tuple((self._licence(each), each.certain) for each in timeline.taken_within(start, end))
        newest = timeline.newest_begun(self._on)
        if newest is None or not any(self._changeable[licence] for licence, _ in taken):
            return taken, None
        return taken, (int(newest.licence), newest.certain)

    def _licence(self, taken: Taken) -> int:
        return int(taken.licence) if taken.licence.isdecimal() else self._unknown

    def _timeline(self, model: int) -> Timeline:
        grants = self._graph.grants
        return Timeline(
            Grant(
                "",
                str(grants.licence[place]),
                date.fromordinal(grants.starts[place]),
                date.fromordinal(grants.until[place]) if grants.until[place] else None,
                certain=bool(grants.certain[place]),
            )
            for place in range(grants.first[model], grants.last[model])
        )
