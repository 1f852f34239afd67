"""For every model, what lies on every path by which something comes that keeps it from being clean.

One pass, parents before children, gives for each class the nearest such thing above each model: what the paths over
its parents have in common (a dominator, found as Cooper, Harvey and Kennedy do). A *step* of such a chain is
2 * model + 1 for a model that hands on what it has inherited, and 2 * model for one that is itself an origin; above all
origins is TOP. A model may be both, and then its replacement removes both: where the two meet, the origin is what is
left.
"""

from typing import Final

from lineage.engine.arrays import Ints, inner
from lineage.engine.catalogue_graph import Models, Rows
from lineage.engine.catalogue_offers import OfferColumns

TOP: Final = -1
UNREACHED: Final = -2
DIFFERENT: Final = -3
BY_CHAINS: Final = 1
COUNTED: Final = 6
"""How a model is counted: by its chains, and that it has been counted so (the rest in `catalogue_excused.py`)."""
EVERYBODY: Final = -2
"""No licensor: excuses nobody."""


@inner
def step_above(step: int, number: int, count: int, above: Ints) -> int:
    if not step & 1:
        return TOP
    above_it: int = above[(step >> 1) * count + number]
    return above_it


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
    begun: int = offers.unexcused[offer]
    if models.undisclosed[parent]:
        begun |= every_way
    if models.licensor[parent] != licensor:
        begun |= offers.classes[offer]
    begun &= offers.passing_classes[rows.kind[each] >> 1]
    return begun


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
