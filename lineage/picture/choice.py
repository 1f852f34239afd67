"""Which models of a family a picture shows: all, or what matters of a family that is too large to draw."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from .stubs import Stub, collapsible, nearest_hidden, stubs, within, without_lonely

type Show = Literal["all", "path", "near"]
type Reduced = Literal["", "clean", "cone", "path", "near", "few"]

SHOWS: Final[tuple[Show, ...]] = get_args(Show.__value__)
DRAWN_WHOLE: Final = 200
DRAWN_AT_ALL: Final = 500
IN_A_CONE, PATHS_IN_A_CONE = 75, 50
"""Models, to which a stub each may come: 150 boxes at most."""
GENERATIONS: Final = 3
OPENED_AT_ONCE: Final = 40
MOST_OPENED: Final = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader wants to see. Without `show` the size decides; `opened` are stubs, `use` one of the eight uses."""

    show: Show | Literal[""] = ""
    opened: tuple[str, ...] = ()
    use: str = ""

    def opening(self, stub: str) -> "Wish":
        """The same with one stub more opened."""
        return Wish(self.show, (*self.opened, stub)[-MOST_OPENED:], self.use)


@dataclass(frozen=True, slots=True)
class Relatives:
    """The ids of a family; `near` is always shown.

    `must_see` may not be hidden behind a stub of clean models, `on_the_way` is every model by which a restriction came,
    `paths` are the shortest ways, one for each source, each from the focus up.
    """

    near: frozenset[str]
    everyone: frozenset[str]
    parents: Mapping[str, Collection[str]]
    must_see: frozenset[str] = frozenset()
    on_the_way: frozenset[str] = frozenset()
    paths: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """`reduced` says how the picture was made smaller, empty if it holds everybody. `paths_left_out` are whole ways."""

    shown: frozenset[str]
    stubs: tuple[Stub, ...] = ()
    reduced: Reduced = ""
    paths_left_out: int = 0


def choose(family: Relatives, wish: Wish) -> Choice:
    """The models to draw and the stubs for the rest. The order of anything given never matters."""
    shown, reduced, left = _begin(family, wish)
    for name in wish.opened[:MOST_OPENED]:
        if name in shown:
            shown.update(nearest_hidden(family.parents, shown, [name], OPENED_AT_ONCE))
    if reduced != "cone":
        more = without_lonely(family.parents, shown)
        shown = more if len(more) <= DRAWN_AT_ALL else shown
    found = stubs(family.parents, shown) if len(shown) < len(family.everyone) else []
    return Choice(frozenset(shown), tuple(found), reduced if found else "", left)


def _begin(family: Relatives, wish: Wish) -> tuple[set[str], Reduced, int]:
    size = len(family.everyone)
    if wish.show == "near":
        return within(family.parents, family.near, GENERATIONS) & family.everyone, "near", 0
    if wish.show == "path" and len(family.near | family.on_the_way) <= DRAWN_AT_ALL:
        return set(family.near | family.on_the_way), "path", 0
    if wish.show == "all" or (not wish.show and size <= DRAWN_WHOLE):
        return set(family.everyone), "", 0
    if not wish.show and size <= DRAWN_AT_ALL:
        may_hide = collapsible(family.parents, family.everyone - family.must_see - family.near)
        return set(family.everyone) - may_hide, "clean", 0
    shown, left = _cone(family.near, family.paths)
    closest = within(family.parents, family.near, GENERATIONS) if not family.paths else shown
    return closest if len(closest) <= IN_A_CONE else shown, "cone", left


def _cone(near: Iterable[str], paths: Iterable[tuple[str, ...]]) -> tuple[set[str], int]:
    """The shortest way from each source, as many as fit; and how many do not."""
    shown, drawn, left = set(near), 0, 0
    for path in paths:
        if drawn < PATHS_IN_A_CONE and len(shown.union(path)) <= IN_A_CONE:
            shown.update(path)
            drawn += 1
        else:
            left += 1
    return shown, left
