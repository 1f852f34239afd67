"""The family of a version as the picture wants it: models with their states, and by which way a restriction comes."""

from collections.abc import Collection, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from lineage.engine.carrying import Carrying
from lineage.engine.inheritance import Item
from lineage.engine.terms import is_restriction
from lineage.models import Version
from lineage.picture import DRAWN_AT_ALL, Choice, Reduced, Relatives, Tree, Wish, Words, choose
from lineage.verdicts.asker import ONE_PERSON, Asker
from lineage.verdicts.family_drawing import Drawing
from lineage.verdicts.record import Record, record_on
from lineage.verdicts.strip import TOO_LARGE, answer_of, eight_uses
from lineage.words import state_word

MOST_JUDGED = 20_000
"""Members of a family who are all judged: two seconds. Of a larger one, only what it was made from is shown."""
FEW = 12


@dataclass(frozen=True, slots=True)
class Family:
    """`tree` is what a picture shows and `whole` what a list does; they are one where nothing had to be left out.

    `left_out` counts the models of `whole` that `tree` lacks, `paths_left_out` the ways of restrictions that a picture
    of that size has no room for. `reduced` says how `tree` was made smaller. `too_large`: not even so can it be drawn.
    """

    tree: Tree
    whole: Tree
    left_out: int
    reduced: Reduced = ""
    paths_left_out: int = 0
    too_large: bool = False


_NO_WISH: Final = Wish()


@dataclass(frozen=True, slots=True)
class Asked:
    """How a family is to be shown: what the reader wishes, what else the page's address says, and for which site.

    `page` is one of the list's. `asker` is who asks for the use, if one was chosen.
    """

    wish: Wish = _NO_WISH
    kept: tuple[tuple[str, str], ...] = ()
    site: str = ""
    page: int = 1
    asker: Asker = ONE_PERSON


PLAIN: Final = Asked()


def family_tree(version: Version, on: date, planned: Version | None = None, language: str = "") -> Tree:
    """The version with its ancestors; with `planned`, the version that is to take its place stands beside it."""
    record = record_on(version, on, beside=[planned.slug] if planned else [])
    with translation.override(language) if language else nullcontext():
        return family_of(record, planned=planned).tree


def family_of(
    record: Record, *, planned: Version | None = None, children: Collection[Version] = (), asked: Asked = PLAIN
) -> Family:
    """The family of a record that is there already, in the reader's language.

    `children` and `planned` are in the record's file (`record_on(..., beside=...)`). The list leaves children out,
    unless claims form a circle and they are ancestors as well.
    """
    slug, below = record.version.slug, {child.slug for child in children}
    everyone, near = _members(record, planned.slug if planned else "", below)
    left = 0
    if len(everyone) > MOST_JUDGED:
        few = near | set(record.inheritance.pedigree.parents(slug)[:FEW])
        left, everyone = len(everyone - few), few
    drawing, relatives = _judged(record, near, everyone, planned.slug if planned else "", asked, whole=not left)
    choice = choose(relatives, asked.wish)
    too_large = len(choice.shown) > DRAWN_AT_ALL
    whole = drawing.tree(everyone - (below - record.inheritance.ancestors(slug)))
    tree = drawing.tree(choice.shown, choice.stubs) if not too_large else whole
    return Family(
        tree,
        whole,
        left_out=left + len(everyone - choice.shown),
        reduced="few" if left else choice.reduced,
        paths_left_out=_not_drawn(relatives, choice),
        too_large=too_large,
    )


def picture_words(note: str = "") -> Words:
    """The picture's own words in the reader's language."""
    return Words(
        title=_("Family tree"),
        description=_("Models with the models that they were made from. The same is written as a list below."),
        tainted=state_word("tainted"),
        suspect=state_word("suspect"),
        clean=state_word("clean"),
        restricting_path=_("restricting path"),
        planned=_("planned"),
        uncertain=_("not certain"),
        circular=_("the claims form a circle"),
        instead=_("is to take its place"),
        hidden=_("models that are not drawn"),
        note=note,
    )


def _members(record: Record, planned: str, children: Collection[str]) -> tuple[set[str], set[str]]:
    """Everybody, and those who are shown whatever happens."""
    slug, pedigree = record.version.slug, record.inheritance.pedigree
    near, ancestors = {slug, *children}, set(record.inheritance.ancestors(slug))
    if planned:
        near |= {planned, *pedigree.parents(planned)}
        ancestors |= record.inheritance.ancestors(planned)
    return near | ancestors, near


def _judged(
    record: Record, near: set[str], everyone: set[str], planned: str, asked: Asked, *, whole: bool
) -> tuple[Drawing, Relatives]:
    """The states of all and the ways of restrictions; not `whole`: of a few, each asked for alone."""
    slug, inheritance = record.version.slug, record.inheritance
    bearing = _bearing(record, asked)
    items = [item for item in record.restrictions if bearing is None or item.origin in bearing]
    paths = _shortest_paths(items) if whole else ()
    pedigree = inheritance.pedigree
    if whole:
        carrying = Carrying(pedigree, record.on, inheritance.policy)
        over = carrying.over(of=None if bearing is None else lambda source: source.origin in bearing)
        state, on_the_way = carrying.state, carrying.ways_to(slug, over) & everyone
        must_see = {id for pair in over for id in pair} | {id for id in everyone if state(id) != "clean"}
    else:
        over = {(upper, lower): 1 for item in items[:FEW] for lower, upper in pairwise(item.path)}
        state, on_the_way, must_see = inheritance.state, set(near), set(everyone)
    nobody_made = Version.objects.filter(planned=True, slug__in=everyone).values_list("slug", flat=True)
    drawing = Drawing(
        record, state, over, frozenset(item.origin for item in items), frozenset(nobody_made),
        own=inheritance.ancestors(slug) | {slug}, beside=planned, site=asked.site, wish=asked.wish, kept=asked.kept,
    )  # fmt: skip
    parents = {id: pedigree.parents(id) for id in sorted(everyone)}
    relatives = Relatives(
        frozenset(near), frozenset(everyone), parents, frozenset(must_see & everyone), frozenset(on_the_way), paths
    )
    return drawing, relatives


def _bearing(record: Record, asked: Asked) -> frozenset[str] | None:
    """Whose restrictions speak to the use that was chosen; None if none was, or if nobody can tell."""
    if not asked.wish.use:
        return None
    answer = answer_of(record, dict(eight_uses(asked.asker))[asked.wish.use])
    if any(reason.code == TOO_LARGE for reason in answer.reasons):
        return None
    return frozenset(reason.origin for reason in answer.reasons if reason.origin and is_restriction(reason.code))


def _shortest_paths(items: Iterable[Item]) -> tuple[tuple[str, ...], ...]:
    """One for each origin, the sure ones first, then the short ones."""
    nearest: dict[str, tuple[bool, int, tuple[str, ...]]] = {}
    for item in items:
        path = item.path
        found = (not item.certain, len(path), path)
        nearest[item.origin] = min(nearest.get(item.origin, found), found)
    return tuple(path for _, _, path in sorted(nearest.values()))


def _not_drawn(relatives: Relatives, choice: Choice) -> int:
    return choice.paths_left_out if len(relatives.everyone) > len(choice.shown) else 0
