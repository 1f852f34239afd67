"""Which models of a large family are drawn: by its size, and by what a reader asks for."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.picture.choice import (
    DRAWN_AT_ALL,
    DRAWN_WHOLE,
    IN_A_CONE,
    PATHS_IN_A_CONE,
    Relatives,
    Wish,
    choose,
)


def line(length: int, bad: int, *, beside: int = 0) -> Relatives:
    """A line of models down to `m0`, of which those up to `bad` are on the way of a restriction; and clean parents."""
    names = [f"m{number}" for number in range(length)]
    parents: dict[str, list[str]] = {child: [parent] for child, parent in pairwise(names)} | {names[-1]: []}
    clean = [f"clean{number}" for number in range(beside)]
    parents |= {name: [] for name in clean}
    parents["m0"] = [*parents["m0"], *clean[:1]]
    parents |= {child: [parent] for child, parent in pairwise(clean)}
    way = tuple(names[: bad + 1])
    seen = frozenset(way)
    return Relatives(frozenset({"m0"}), frozenset(parents), parents, seen, seen, (way,) if bad else ())


def test_a_family_of_a_usual_size_is_drawn_whole() -> None:
    family = line(DRAWN_WHOLE, 5)

    assert choose(family, Wish()).shown == family.everyone


def test_of_a_larger_one_clean_ancestors_stand_behind_stubs_and_the_ways_of_restrictions_are_all_there() -> None:
    family = line(120, 80, beside=150)

    choice = choose(family, Wish())

    assert choice.reduced == "clean" and family.must_see <= choice.shown
    assert {stub.id: len(stub.hidden) for stub in choice.stubs} == {"m0": 150, "m80": 39}


def test_a_stub_that_was_opened_shows_the_next_forty() -> None:
    choice = choose(line(120, 80, beside=150), Wish(opened=("m0",)))

    assert {f"clean{number}" for number in range(40)} <= choice.shown
    assert {stub.id: len(stub.hidden) for stub in choice.stubs} == {"clean39": 110, "m80": 39}


def test_of_a_family_that_is_too_large_to_draw_the_shortest_ways_are_shown() -> None:
    choice = choose(line(DRAWN_AT_ALL + 1, 30), Wish())

    assert choice.reduced == "cone" and choice.shown == {f"m{number}" for number in range(31)}


def test_a_cone_has_room_for_so_many_models_and_counts_the_ways_that_it_has_none_for() -> None:
    family = line(DRAWN_AT_ALL + 200, 10)
    ways = [("m0", f"far{number}") for number in range(PATHS_IN_A_CONE + 9)]
    parents = dict(family.parents) | {"m0": ["m1", *(name for _, name in ways)]} | {name: [] for _, name in ways}
    many = Relatives(family.near, frozenset(parents), parents, family.must_see, family.on_the_way, tuple(ways))
    too_long = Relatives(
        family.near, family.everyone, family.parents, paths=(tuple(f"m{number}" for number in range(IN_A_CONE + 1)),)
    )

    assert choose(many, Wish()).paths_left_out == 9 and len(choose(many, Wish()).shown) == PATHS_IN_A_CONE + 1
    assert choose(too_long, Wish()).paths_left_out == 1 and choose(too_long, Wish()).shown == {"m0"}


def test_a_reader_may_ask_for_three_generations_for_the_ways_alone_or_for_all() -> None:
    family = line(120, 80, beside=150)

    near, path, every = (choose(family, Wish(show)) for show in ("near", "path", "all"))

    assert "m3" in near.shown and "m4" not in near.shown
    assert path.shown == family.on_the_way and path.reduced == "path"
    assert every.shown == family.everyone and not every.stubs


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 60), st.integers(0, 40), st.sampled_from(["", "all", "path", "near"]),
    st.lists(st.sampled_from(["m0", "m3", "clean0", "nobody", "\\x"]), max_size=9),
)  # fmt: skip
def test_nobody_is_lost_whatever_is_asked_for(length: int, beside: int, show: str, opened: list[str]) -> None:
    family = line(length, min(5, length - 1), beside=beside)

    choice = choose(family, Wish(show, tuple(opened)))  # type: ignore[arg-type]

    hidden = frozenset().union(*(stub.hidden for stub in choice.stubs))
    assert choice.shown | hidden == family.everyone and not choice.shown & hidden
    assert family.near <= choice.shown
