"""How each tainted model is counted, and those for whom not everything counts that reaches them.

A maker's own restrictions do not count for their own models. So such a model has chains of its own, which are found by
climbing from it anew, but only where something of its licensor may have come.
"""

from typing import Final, NamedTuple

from lineage.engine.arrays import Ints, inner
from lineage.engine.catalogue_freed import BY_CHAINS, EVERYBODY, climb, walk
from lineage.engine.catalogue_graph import Models, Rows
from lineage.engine.catalogue_kernels import SEVERAL, TAINTED
from lineage.engine.catalogue_offers import OfferColumns

NOT_COUNTED: Final = 0
BY_ITSELF: Final = 2
EXCUSED: Final = 3
BY_SETS: Final = 4
BY_SETS_EXCUSED: Final = 5
"""How a model is counted among what others free; BY_CHAINS and COUNTED stand in `catalogue_freed.py`."""


NEW: Final = 0
FREE: Final = 1
OWN: Final = 2
"""While one licensor is looked at: not visited, or whether something of that licensor's own has come to a model."""


class Scratch(NamedTuple):
    """Columns of the number of models, to climb for one licensor at a time.

    `marks` are those of `mark_licensors`, and `excused` is 1 until a model turns out to have no chains of its own.
    `visited` is NEW at first and at last; `after` is each model's next derivation, `way` the way up, and `seen` who was
    visited, parents first.
    """

    marks: Ints
    excused: Ints
    visited: Ints
    after: Ints
    way: Ints
    seen: Ints


@inner
def follow_up(child: int, licensor: int, rows: Rows, models: Models, offers: OfferColumns, scratch: Scratch) -> int:
    """The next parent not visited that something of a licensor may have come to, or -1; and note what has come."""
    mark = mark_of(licensor)
    if scratch.visited[child] == NEW:
        scratch.visited[child] = FREE
        scratch.after[child] = rows.first[child]
    while scratch.after[child] < rows.last[child]:
        each = scratch.after[child]
        parent: int = rows.parent[each]
        if scratch.visited[parent] == NEW and scratch.marks[parent] & mark:
            return parent
        if scratch.visited[parent] == OWN or (models.licensor[parent] == licensor and offers.classes[rows.offer[each]]):
            scratch.visited[child] = OWN
        scratch.after[child] += 1
    return -1


@inner
def climb_from(
    child: int, seen: int, every_way: int, graph: tuple[Rows, Models, OfferColumns], above: Ints, scratch: Scratch
) -> int:
    """Find the chains of a model without what its own licensor is excused; says how many have been visited by then."""
    rows, models, offers = graph
    licensor = models.licensor[child]
    scratch.way[0] = child
    depth = 0 if scratch.visited[child] == NEW else -1
    while depth >= 0:
        node = scratch.way[depth]
        parent = follow_up(node, licensor, rows, models, offers, scratch)
        if parent >= 0:
            depth += 1
            scratch.way[depth] = parent
        else:
            if scratch.visited[node] == OWN:
                climb(node, licensor, every_way, rows, models, offers, above)
            scratch.seen[seen] = node
            seen += 1
            depth -= 1
    return seen


@inner
def put_back(
    seen: int, every_way: int, graph: tuple[Rows, Models, OfferColumns], above: Ints, scratch: Scratch
) -> None:
    """Chains are again what they are for everybody, parents first, and nobody is visited."""
    rows, models, offers = graph
    for place in range(seen):
        node = scratch.seen[place]
        if scratch.visited[node] == OWN:
            climb(node, EVERYBODY, every_way, rows, models, offers, above)
        scratch.visited[node] = NEW


def walk_excused(
    children: Ints,
    amount: int,
    every_way: int,
    graph: tuple[Rows, Models, OfferColumns],
    above: Ints,
    at: Ints,
    freed: tuple[Ints, Ints],
    scratch: Scratch,
) -> None:
    """Add some models outside cycles, for which not all counts that reaches them. Those of one licensor come together.

    For each licensor the chains that what is theirs has come to are found anew, and put back afterwards.
    """
    models, classes = graph[1], graph[2].shape[1]
    seen = 0
    for place in range(len(children)):
        child = children[place]
        seen = climb_from(child, seen, every_way, graph, above, scratch)
        scratch.excused[child] = scratch.visited[child] == OWN
        walk(child, amount, classes, above, at, freed[0], freed[1], models.downloads[child])
        if place + 1 == len(children) or models.licensor[children[place + 1]] != models.licensor[child]:
            put_back(seen, every_way, graph, above, scratch)
            seen = 0


@inner
def mark_of(licensor: int) -> int:
    """One of 62 flags, which many licensors share."""
    return 1 << (licensor * 40503 >> 4) % 62


def mark_licensors(first_cycle: int, rows: Rows, models: Models, offers: OfferColumns, marks: Ints) -> None:
    """For each model outside cycles, the flags of all whose restrictions may have come to it, and of some others."""
    for child in range(first_cycle):
        found = 0
        for each in range(rows.first[child], rows.last[child]):
            parent = rows.parent[each]
            found |= marks[parent]
            if offers.classes[rows.offer[each]] and models.licensor[parent] >= 0:
                found |= mark_of(models.licensor[parent])
        marks[child] = found


@inner
def may_be_excused(child: int, models: Models, origins: Ints, count: int) -> bool:
    """Whether a restriction may have come from the model's own licensor."""
    licensor = models.licensor[child]
    found = False
    for place in range(child * count, (child + 1) * count):
        found = found or origins[place] == SEVERAL or origins[place] == licensor
    return found and licensor >= 0


def sort_out(
    children: Ints, first_cycle: int, states: Ints, models: Models, origins: Ints, scratch: Scratch, how: Ints
) -> None:
    """How each of some models is counted. `origins` are those of Inherited, `first_cycle` where cycles begin."""
    count = len(origins) // max(1, len(how))
    for child in children:
        how[child] = NOT_COUNTED
        if states[child] == TAINTED:
            if models.undisclosed[child]:
                how[child] = BY_ITSELF
            elif child < first_cycle:
                own = scratch.excused[child] and scratch.marks[child] & mark_of(max(0, models.licensor[child]))
                excused = own and may_be_excused(child, models, origins, count)
                how[child] = EXCUSED if excused else BY_CHAINS
            else:
                how[child] = BY_SETS_EXCUSED if may_be_excused(child, models, origins, count) else BY_SETS


def pick(children: Ints, kind: int, how: Ints, found: Ints) -> int:
    """The models of one kind, into `found`; says how many."""
    count = 0
    for child in children:
        if how[child] == kind:
            found[count] = child
            count += 1
    return count
