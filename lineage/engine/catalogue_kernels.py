"""What every model inherits: one pass over the derivations, parents before children.

Each model has a row of *flags* (names of licences, undisclosed parents) and one *origin* for each class of
restrictions, all of it twice: possible, and certain. Restrictions whose origin has the model's own licensor do not
count for it, and to say so no origins need be kept: it is enough to know that nothing arrived (NONE), that all that
arrived has one licensor (its number), or that two licensors differ or one is nobody (SEVERAL), of which one is
certainly another's.
"""

from typing import Final, NamedTuple

from lineage.engine.arrays import Ints, inner
from lineage.engine.catalogue_graph import Models, Rows
from lineage.engine.catalogue_offers import OfferColumns

NONE: Final = -1
SEVERAL: Final = -2
CLEAN: Final = 0
SUSPECT: Final = 1
TAINTED: Final = 2


class Inherited(NamedTuple):
    """`words` flags and `classes` origins for each model, one row after the other; see OfferColumns.shape."""

    flags: Ints
    sure_flags: Ints
    origins: Ints
    sure_origins: Ints


@inner
def both(one: int, other: int) -> int:
    """The licensors of two origins together."""
    if one == NONE:
        return other
    return one if other == NONE or one == other else SEVERAL


@inner
def start_over(model: int, models: Models, inherited: Inherited, offers: OfferColumns) -> None:
    """The row of a model that has no parents."""
    words, classes, word, flag = offers.shape
    for place in range(model * words, (model + 1) * words):
        inherited.flags[place] = 0
        inherited.sure_flags[place] = 0
    for place in range(model * classes, (model + 1) * classes):
        inherited.origins[place] = NONE
        inherited.sure_origins[place] = NONE
    if models.undisclosed[model]:
        inherited.flags[model * words + word] = flag


@inner
def join_flags(
    child: int, parent: int, offer: int, way: int, brought: Ints, column: Ints, offers: OfferColumns
) -> bool:
    """What a parent has, and what its own offer brings, as far as it passes; either is below 0 if there is nothing."""
    words = offers.shape[0]
    news = False
    for word in range(words):
        came = column[parent * words + word] if parent >= 0 else 0
        if offer >= 0:
            came |= brought[offer * words + word]
        here = child * words + word
        joined = column[here] | (came & offers.passing_flags[way * words + word])
        if joined != column[here]:
            column[here] = joined
            news = True
    return news


@inner
def join_origins(child: int, parent: int, licensor: int, brought: int, passing: int, column: Ints, count: int) -> bool:
    """The same for the origins; `brought` and `passing` are flags of classes, `count` how many classes there are."""
    news = False
    for number in range(count):
        if passing >> number & 1:
            came = column[parent * count + number] if parent >= 0 else NONE
            if brought >> number & 1:
                came = both(came, licensor)
            here = child * count + number
            joined = both(column[here], came)
            if joined != column[here]:
                column[here] = joined
                news = True
    return news


@inner
def hand_on(
    child: int, parent: int, kind: int, offer: int, licensor: int, offers: OfferColumns, inherited: Inherited
) -> bool:
    """Join what comes over one derivation to the row of the child; says whether that was new."""
    way = kind >> 1
    brought = offers.classes[offer] if offer >= 0 else 0
    passing, count = offers.passing_classes[way], offers.shape[1]
    news = join_flags(child, parent, offer, way, offers.flags, inherited.flags, offers)
    news |= join_origins(child, parent, licensor, brought, passing, inherited.origins, count)
    if kind & 1:
        brought = offers.sure_classes[offer] if offer >= 0 else 0
        news |= join_flags(child, parent, offer, way, offers.sure_flags, inherited.sure_flags, offers)
        news |= join_origins(child, parent, licensor, brought, passing, inherited.sure_origins, count)
    return news


@inner
def origin_of(model: int, models: Models) -> int:
    """What a model is as an origin. An absent licensor is nobody, and nobody is the same as another."""
    return models.licensor[model] if models.licensor[model] >= 0 else SEVERAL


@inner
def settle(
    child: int, begin: int, end: int, rows: Rows, models: Models, offers: OfferColumns, inherited: Inherited
) -> bool:
    """Join to the row of a child what its parents hand on; says whether that was new.

    Parents from `begin` to `end`, which are in one cycle with the child, hand on what they have inherited and nothing
    of their own.
    """
    news = False
    for each in range(rows.first[child], rows.last[child]):
        parent = rows.parent[each]
        offer = -1 if begin <= parent < end else rows.offer[each]
        licensor = origin_of(parent, models) if offer >= 0 and offers.classes[offer] else SEVERAL
        # The row of a parent is far away in memory, and most parents are roots, which have nothing in theirs.
        above = parent if parent >= rows.roots or models.undisclosed[parent] else -1
        news |= hand_on(child, above, rows.kind[each], offer, licensor, offers, inherited)
    return news


@inner
def hand_round(
    origin: int, begin: int, end: int, rows: Rows, models: Models, offers: OfferColumns, scratch: Inherited
) -> None:
    """What one member of a cycle hands to the others, by ways that it is not on itself: `scratch`, from row 0 on."""
    for place in range((end - begin) * offers.shape[0]):
        scratch.flags[place] = 0
        scratch.sure_flags[place] = 0
    for place in range((end - begin) * offers.shape[1]):
        scratch.origins[place] = NONE
        scratch.sure_origins[place] = NONE
    licensor = origin_of(origin, models)
    news = True
    while news:
        news = False
        for child in range(begin, end):
            if child == origin:
                continue
            for each in range(rows.first[child], rows.last[child]):
                parent = rows.parent[each]
                if begin <= parent < end:
                    offer = rows.offer[each] if parent == origin else -1
                    news |= hand_on(child - begin, parent - begin, rows.kind[each], offer, licensor, offers, scratch)


@inner
def settle_cycle(
    begin: int, end: int, rows: Rows, models: Models, offers: OfferColumns, inherited: Inherited, scratch: Inherited
) -> None:
    """The rows of the members of one cycle: what comes from outside, and then what each hands to the others."""
    words, classes, _, _ = offers.shape
    for child in range(begin, end):
        start_over(child, models, inherited, offers)
    news = True
    while news:
        news = False
        for child in range(begin, end):
            news |= settle(child, begin, end, rows, models, offers, inherited)
    for origin in range(begin, end):
        hand_round(origin, begin, end, rows, models, offers, scratch)
        for place in range((end - begin) * words):
            inherited.flags[begin * words + place] |= scratch.flags[place]
            inherited.sure_flags[begin * words + place] |= scratch.sure_flags[place]
        for place in range((end - begin) * classes):
            here = begin * classes + place
            inherited.origins[here] = both(inherited.origins[here], scratch.origins[place])
            inherited.sure_origins[here] = both(inherited.sure_origins[here], scratch.sure_origins[place])


def propagate(
    span: tuple[int, int], ends: Ints, rows: Rows, models: Models, offers: OfferColumns, inherited: Inherited,
    scratch: Inherited,
) -> None:  # fmt: skip
    """Make the rows of a range of models anew. `ends` is 0, but where a cycle begins the model behind its last."""
    child = span[0]
    while child < span[1]:
        if ends[child]:
            settle_cycle(child, ends[child], rows, models, offers, inherited, scratch)
            child = ends[child]
        else:
            start_over(child, models, inherited, offers)
            settle(child, 0, 0, rows, models, offers, inherited)
            child += 1


@inner
def is_foreign(origin: int, licensor: int) -> bool:
    """Whether something arrived from others than a licensor, who may be nobody (-1, as NONE)."""
    return origin != NONE and origin != licensor


@inner
def state_of(model: int, unknown: tuple[int, int], models: Models, offers: OfferColumns, inherited: Inherited) -> int:
    """`unknown` is the word and flag of the unknown licence."""
    words, classes, word, flag = offers.shape
    licensor = models.licensor[model]
    for place in range(model * classes, (model + 1) * classes):
        if is_foreign(inherited.sure_origins[place], licensor):
            return TAINTED
    for place in range(model * classes, (model + 1) * classes):
        if is_foreign(inherited.origins[place], licensor):
            return SUSPECT
    if inherited.flags[model * words + word] & flag or inherited.flags[model * words + unknown[0]] & unknown[1]:
        return SUSPECT
    return CLEAN


def judge(
    span: tuple[int, int], unknown: tuple[int, int], models: Models, offers: OfferColumns, inherited: Inherited,
    states: Ints,
) -> None:  # fmt: skip
    """Fill in the lineage states of a range of models."""
    for model in range(span[0], span[1]):
        states[model] = state_of(model, unknown, models, offers, inherited)
