"""For every model, what lies on every path by which something comes that keeps it from being clean.

One pass, parents before children, gives for each class the nearest such thing above each model: what the paths over
its parents have in common (a dominator, found as Cooper, Harvey and Kennedy do). A *step* of such a chain is
2 * model + 1 for a model that hands on what it has inherited, and 2 * model for one that is itself an origin; above all
origins is TOP. A model may be both, and then its replacement removes both: where the two meet, the origin is what is
left.
"""

from typing import Final, NamedTuple

from lineage.engine.arrays import Ints, inner
from lineage.engine.catalogue_graph import Models, Rows
from lineage.engine.catalogue_kernels import SEVERAL, TAINTED
from lineage.engine.catalogue_offers import OfferColumns

TOP: Final = -1
UNREACHED: Final = -2
DIFFERENT: Final = -3
NOT_COUNTED: Final = 0
BY_CHAINS: Final = 1
BY_ITSELF: Final = 2
EXCUSED: Final = 3
BY_SETS: Final = 4
BY_SETS_EXCUSED: Final = 5
COUNTED: Final = 6
"""How a model is counted among what others free. COUNTED is one of BY_CHAINS that has been counted already."""

EVERYBODY: Final = -2
"""No licensor: excuses nobody."""


@inner
def step_above(step: int, number: int, count: int, above: Ints) -> int:
    return above[(step >> 1) * count + number] if step & 1 else TOP


@inner
def common(one: int, other: int, number: int, count: int, above: Ints) -> int:
    """The nearest step that two chains of one class have in common."""
    if one == UNREACHED:
        return other
    while one != other:
        if one == TOP or other == TOP:
            return TOP
        if one ^ other == 1:
            return min(one, other)
        if one > other:
            one = step_above(one, number, count, above)
        else:
            other = step_above(other, number, count, above)
    return one


@inner
def begun_at(each: int, licensor: int, every_way: int, rows: Rows, models: Models, offers: OfferColumns) -> int:
    """The classes of what begins at a derivation, without the restrictions that a licensor's own models are excused."""
    parent, offer = rows.parent[each], rows.offer[each]
    begun = offers.unexcused[offer]
    if models.undisclosed[parent]:
        begun |= every_way
    if models.licensor[parent] != licensor:
        begun |= offers.classes[offer]
    return begun & offers.passing_classes[rows.kind[each] >> 1]


@inner
def climb(
    child: int, licensor: int, every_way: int, rows: Rows, models: Models, offers: OfferColumns, above: Ints
) -> None:
    """Find what is next above a child in each class, from the rows of its parents."""
    count = offers.shape[1]
    for number in range(count):
        above[child * count + number] = UNREACHED
    for each in range(rows.first[child], rows.last[child]):
        parent = rows.parent[each]
        begun = begun_at(each, licensor, every_way, rows, models, offers)
        passing = offers.passing_classes[rows.kind[each] >> 1]
        for number in range(count):
            if passing >> number & 1:
                here = child * count + number
                if above[parent * count + number] != UNREACHED:
                    above[here] = common(above[here], 2 * parent + 1, number, count, above)
                if begun >> number & 1:
                    above[here] = common(above[here], 2 * parent, number, count, above)


def climb_all(
    span: tuple[int, int], every_way: int, rows: Rows, models: Models, offers: OfferColumns, above: Ints
) -> None:
    """The same for a range of models outside cycles."""
    for child in range(span[0], span[1]):
        climb(child, EVERYBODY, every_way, rows, models, offers, above)


def climb_some(children: Ints, every_way: int, rows: Rows, models: Models, offers: OfferColumns, above: Ints) -> None:
    """The same for some models outside cycles, in rising order."""
    for child in children:
        climb(child, EVERYBODY, every_way, rows, models, offers, above)


def merge_chains(span: tuple[int, int], count: int, above: Ints, merged: Ints) -> None:
    """The chain of all classes together where they agree, and DIFFERENT where they do not."""
    for child in range(span[0], span[1]):
        found = UNREACHED
        for number in range(count):
            step = above[child * count + number]
            if step != UNREACHED:
                if found == UNREACHED:
                    found = step
                elif found != step:
                    found = DIFFERENT
        if found >= 0 and found & 1 and merged[found >> 1] == DIFFERENT:
            found = DIFFERENT
        merged[child] = found


@inner
def walk(
    child: int, amount: int, count: int, above: Ints, at: Ints, versions: Ints, downloads: Ints, weight: int
) -> int:
    """Add a model to all that lies on its chains of every class; says in how many steps.

    `amount` is 1, or -1 to take it away again. The chains are climbed side by side, the furthest behind first.
    """
    versions[child] += amount
    downloads[child] += amount * weight
    first = -1
    for number in range(count):
        at[number] = above[child * count + number]
        if at[number] != UNREACHED and first < 0:
            first = number
    steps = 1
    while first >= 0 and at[first] >= 0:
        wanted = at[first] >> 1
        shared = True
        for number in range(first + 1, count):
            while at[number] >= 0 and at[number] >> 1 > wanted:
                at[number] = step_above(at[number], number, count, above)
                steps += 1
            if at[number] != UNREACHED and at[number] >> 1 != wanted:
                shared = False
        if shared:
            versions[wanted] += amount
            downloads[wanted] += amount * weight
        at[first] = step_above(at[first], first, count, above)
        steps += 1
    return steps


def walk_all(
    children: Ints, amount: int, most: int, count: int, above: Ints, at: Ints, freed: tuple[Ints, Ints], models: Models
) -> bool:
    """Add some models, each to all that frees it; False if that took more than `most` steps."""
    for child in children:
        if most < 0:
            return False
        most -= walk(child, amount, count, above, at, freed[0], freed[1], models.downloads[child])
    return True


def add_up(how: Ints, merged: Ints, sums: tuple[Ints, Ints], freed: tuple[Ints, Ints], models: Models) -> None:
    """Add all models that are counted by chains which agree, from the last to the first, and mark them as COUNTED.

    `sums` are two columns of 0, for each model the versions and downloads of those below it.
    """
    for place in range(len(how)):
        child = len(how) - 1 - place
        if how[child] == BY_CHAINS and merged[child] != DIFFERENT:
            how[child] = COUNTED
            sums[0][child] += 1
            sums[1][child] += models.downloads[child]
        if sums[0][child]:
            freed[0][child] += sums[0][child]
            freed[1][child] += sums[1][child]
            step = merged[child]
            if step >= 0:
                into = sums if step & 1 else freed
                into[0][step >> 1] += sums[0][child]
                into[1][step >> 1] += sums[1][child]


def add_alone(children: Ints, amount: int, freed: tuple[Ints, Ints], models: Models) -> None:
    """Add some models to what frees them, which is nothing but themselves."""
    for child in children:
        freed[0][child] += amount
        freed[1][child] += amount * models.downloads[child]


class Scratch(NamedTuple):
    """Columns of the number of models, to climb for one licensor at a time.

    `marks` are those of `mark_licensors`. `visited` is 0 at first and at last; `after` is each model's next parent,
    `way` the way up, and `touched` who was climbed from, parents first.
    """

    marks: Ints
    visited: Ints
    after: Ints
    way: Ints
    touched: Ints


@inner
def follow_up(child: int, mark: int, rows: Rows, scratch: Scratch) -> int:
    """The next parent that has not been visited, and that something marked may have come to; -1 if there is none."""
    if not scratch.visited[child]:
        scratch.visited[child] = 1
        scratch.after[child] = rows.first[child]
    while scratch.after[child] < rows.last[child]:
        parent: int = rows.parent[scratch.after[child]]
        scratch.after[child] += 1
        if not scratch.visited[parent] and scratch.marks[parent] & mark:
            return parent
    return -1


@inner
def climb_from(
    child: int, touched: int, every_way: int, graph: tuple[Rows, Models, OfferColumns], above: Ints, scratch: Scratch
) -> int:
    """Find the chains of a model without what its own licensor is excused; says how many are touched by then."""
    rows, models, offers = graph
    licensor = models.licensor[child]
    mark = mark_of(licensor)
    scratch.way[0] = child
    depth = -1 if scratch.visited[child] else 0
    while depth >= 0:
        parent = follow_up(scratch.way[depth], mark, rows, scratch)
        if parent >= 0:
            depth += 1
            scratch.way[depth] = parent
        else:
            climb(scratch.way[depth], licensor, every_way, rows, models, offers, above)
            scratch.touched[touched] = scratch.way[depth]
            touched += 1
            depth -= 1
    return touched


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

    For each licensor the chains that what is theirs may have come to are found anew, and put back afterwards.
    """
    rows, models, offers = graph
    touched = 0
    for place in range(len(children)):
        child = children[place]
        touched = climb_from(child, touched, every_way, graph, above, scratch)
        walk(child, amount, offers.shape[1], above, at, freed[0], freed[1], models.downloads[child])
        if place + 1 == len(children) or models.licensor[children[place + 1]] != models.licensor[child]:
            for each in range(touched):
                climb(scratch.touched[each], EVERYBODY, every_way, rows, models, offers, above)
                scratch.visited[scratch.touched[each]] = 0
            touched = 0


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
    children: Ints, first_cycle: int, states: Ints, models: Models, origins: Ints, marks: Ints, how: Ints
) -> None:
    """How each of some models is counted. `origins` are those of Inherited, `first_cycle` where cycles begin."""
    count = len(origins) // max(1, len(how))
    for child in children:
        how[child] = NOT_COUNTED
        if states[child] == TAINTED:
            if models.undisclosed[child]:
                how[child] = BY_ITSELF
            elif child < first_cycle:
                own = marks[child] & mark_of(max(0, models.licensor[child]))
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
