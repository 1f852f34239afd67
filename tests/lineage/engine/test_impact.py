"""What a clean replacement would free, for all at once: what really replacing each of them says."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.engine.descent import Descent
from lineage.engine.document import LineageFile, LineageFileError, Term
from lineage.engine.impact import impact, most_freed_first
from lineage.engine.inheritance import solve
from lineage.engine.pedigree import Pedigree
from lineage.engine.reading import read
from lineage.engine.whatif import what_if, with_clean_stand_in
from tests.lineage.engine.crowded_files import crowded_file
from tests.lineage.engine.invented_files import files
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, TODAY, artefact, day, file_of, grant, licence, made
from tests.lineage.engine.tainted_files import tainted_files

BRA = Path(__file__).parents[3] / "lineage" / "data" / "bra.json"
ON = date(2023, 1, 10)


def by_hand(file: LineageFile, on: date, policy: str = "strict") -> dict[str, tuple[str, ...]]:
    """Replace every artefact in turn and judge everything again."""
    found = {}
    for each in file.artefacts:
        both, new = with_clean_stand_in(file, each.id)
        freed = what_if(both, each.id, new, on=on, policy=policy, uses={}).freed
        if freed:
            found[each.id] = tuple(sorted(freed))
    return found


def at_once(file: LineageFile, on: date, policy: str = "strict") -> dict[str, tuple[str, ...]]:
    return {each.artefact: each.freed for each in impact(file, on=on, policy=policy)}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tainted_files(), st.sampled_from(["strict", "lenient"]))
def test_it_is_what_really_replacing_each_of_them_says(file: LineageFile, policy: str) -> None:
    assert at_once(file, ON, policy) == by_hand(file, ON, policy)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files())
def test_it_is_so_in_files_of_every_shape(file: LineageFile) -> None:
    question = file.questions[0]

    assert at_once(file, question.on, question.policy) == by_hand(file, question.on, question.policy)


@pytest.mark.parametrize("number", range(0, 100, 10))
def test_it_is_so_where_much_happens_at_once(number: int) -> None:
    for file in map(crowded_file, range(number, number + 10)):
        question = file.questions[0]

        assert at_once(file, question.on, question.policy) == by_hand(file, question.on, question.policy)


@pytest.mark.parametrize("number", range(0, 100, 10))
def test_it_is_so_where_claims_go_in_circles(number: int) -> None:
    for lots in map(Random, range(number, number + 10)):
        names = "abcdefgh"
        pairs = [lots.sample(names, 2) for _ in range(lots.randint(8, 14))]
        file = file_of(
            NO_HOSTING,
            OPEN,
            grant("base", NO_HOSTING.id),
            *(grant(name, "open") for name in names),
            made("base", lots.choice(names)),
            *(made(one, other) for one, other in pairs),
            artefacts=" ".join(["base", *names]),
        )

        assert at_once(file, day(TODAY)) == by_hand(file, day(TODAY))


def test_a_merge_of_two_tainted_parents_is_freed_by_neither_alone() -> None:
    file = file_of(
        NO_HOSTING,
        grant("one", NO_HOSTING.id),
        grant("two", NO_HOSTING.id),
        made("one", "merge"),
        made("two", "merge"),
        artefacts="one two merge",
    )

    assert at_once(file, day(TODAY)) == {"merge": ("merge",)}


def test_each_term_has_its_own_tree() -> None:
    """One tree for all terms would see a path by `side` that neither term can take from end to end."""
    both = licence("both", Term("no-competing-training", carries="none", reaches_outputs=True), "no-hosting")
    file = file_of(
        both,
        OPEN,
        *(grant(name, "open") for name in ("mid", "side")),
        grant("top", both.id),
        made("top", "mid"),
        made("mid", "end"),
        made("top", "side", method="train-on-outputs"),
        made("side", "end"),
        artefacts="top mid side end",
    )

    assert at_once(file, day(TODAY)) == {
        "top": ("end", "mid", "side"),
        "mid": ("end", "mid"),
        "side": ("side",),
        "end": ("end",),
    }


def test_what_a_maker_carries_on_keeps_nobody_of_theirs_from_being_freed() -> None:
    file = file_of(
        NO_HOSTING,
        OPEN,
        grant("base", NO_HOSTING.id),
        grant("v1", NO_HOSTING.id),
        artefact("v1", licensor="mika"),
        artefact("v2", licensor="mika"),
        made("base", "v1"),
        made("v1", "v2"),
        artefacts="base",
    )

    assert at_once(file, day(TODAY)) == {"base": ("v1", "v2"), "v1": ("v1", "v2"), "v2": ("v2",)}


def test_an_unknown_licence_of_ones_own_is_not_excused() -> None:
    file = file_of(
        NO_HOSTING,
        grant("base", NO_HOSTING.id),
        artefact("v1", licensor="mika"),
        artefact("v2", licensor="mika"),
        made("base", "v2"),
        made("v1", "v2"),
        artefacts="base",
    )

    assert at_once(file, day(TODAY)) == {"v2": ("v2",)}


def test_what_a_licensor_has_added_taints_only_those_who_read_strictly() -> None:
    file = file_of(
        NO_HOSTING,
        licence("changing", control=("may-change",)),
        grant("base", "changing"),
        grant("base", NO_HOSTING.id, "2023-01-01"),
        made("base", "child"),
        artefacts="base child",
    )

    assert at_once(file, day(TODAY)) == {"base": ("child",), "child": ("child",)}
    assert at_once(file, day(TODAY), "lenient") == {}


def test_downloads_come_before_versions() -> None:
    file = file_of(
        NO_HOSTING,
        OPEN,
        grant("base", NO_HOSTING.id),
        grant("a", "open"),
        *(made("base", child) for child in ("a", "b")),
        *(made("a", child) for child in ("c", "d")),
        artefacts="base a b c d",
    )

    ranked = impact(file, on=day(TODAY), downloads={"b": 100, "c": 1})

    assert [(each.artefact, each.downloads, each.versions) for each in ranked] == [
        ("base", 101, 4),
        ("b", 100, 1),
        ("a", 1, 3),
        ("c", 1, 1),
        ("d", 0, 1),
    ]


def test_a_budget_is_spent_with_a_fresh_look_after_each_choice() -> None:
    """`up` frees all that `mid` does, so once `mid` is chosen only `up` itself is left to be freed by it."""
    file = file_of(
        NO_HOSTING,
        OPEN,
        grant("base", NO_HOSTING.id),
        *(grant(name, "open") for name in ("up", "mid", "else")),
        made("base", "up"),
        made("up", "mid"),
        *(made("mid", child) for child in ("c", "d", "e")),
        made("base", "else"),
        made("else", "f"),
        artefacts="base up mid else c d e f",
    )

    chosen = most_freed_first(file, {"up": 20, "mid": 10, "else": 10}, 25, on=day(TODAY))

    assert [(each.artefact, each.freed) for each in chosen] == [
        ("mid", ("c", "d", "e", "mid")),
        ("else", ("else", "f")),
    ]


BRANCHES = file_of(
    NO_HOSTING,
    OPEN,
    grant("base", NO_HOSTING.id),
    *(grant(name, "open") for name in ("one", "two")),
    *(made("base", name) for name in ("one", "two")),
    *(made("one", name) for name in ("c", "d", "e")),
    *(made("two", name) for name in ("f", "g")),
    artefacts="base one two c d e f g",
)


def spent(costs: dict[str, int], budget: int, downloads: dict[str, int] | None = None) -> list[str]:
    """What is chosen of the two branches."""
    return [each.artefact for each in most_freed_first(BRANCHES, costs, budget, on=day(TODAY), downloads=downloads)]


def test_the_most_freed_for_its_cost_comes_first() -> None:
    assert spent({"one": 4, "two": 2}, 6) == ["two", "one"]
    assert spent({"one": 4, "two": 4}, 8) == ["one", "two"]


def test_a_budget_is_spent_to_the_last_coin_and_no_further() -> None:
    assert spent({"one": 4, "two": 4}, 8) == ["one", "two"]
    assert spent({"one": 4, "two": 4}, 7) == ["one"]
    assert spent({"one": 1, "two": 1}, 1) == ["one"]
    assert spent({"one": 2, "two": 5}, 4) == ["one"]


def test_with_downloads_it_is_they_that_are_freed() -> None:
    costs = {"one": 1, "two": 1}

    assert spent(costs, 1, downloads={"f": 5, "c": 4}) == ["two"]
    assert spent(costs, 2, downloads={"f": 5}) == ["two"]
    assert spent(costs, 2, downloads={}) == []


def test_what_costs_nothing_known_is_not_considered() -> None:
    assert spent({"one": 0, "d": 3}, 10) == ["d"]


def test_a_budget_is_spent_on_what_taints_those_who_read_as_asked() -> None:
    changing = licence("changing", control=("may-change",))
    file = file_of(
        NO_HOSTING,
        changing,
        grant("base", "changing"),
        grant("base", NO_HOSTING.id, "2023-01-01"),
        made("base", "child"),
        artefacts="base child",
    )

    assert [each.artefact for each in most_freed_first(file, {"base": 1}, 1, on=day(TODAY))] == ["base"]
    assert most_freed_first(file, {"base": 1}, 1, on=day(TODAY), policy="lenient") == []


@settings(max_examples=60, deadline=None)
@given(tainted_files(), st.integers(0, 6))
def test_what_the_choices_free_may_be_added_up(file: LineageFile, budget: int) -> None:
    costs = {each.id: 1 + place % 3 for place, each in enumerate(file.artefacts)}

    chosen = most_freed_first(file, costs, budget, on=ON)

    freed = [model for each in chosen for model in each.freed]
    assert sum(costs[each.artefact] for each in chosen) <= budget
    assert len(freed) == len(set(freed))
    assert all(solve(file, ON).state(model) == "tainted" for model in freed)


def test_a_chain_that_is_too_long_to_weigh_is_a_sentence() -> None:
    names = [f"m{number}" for number in range(4_700)]
    links = [made(one, other) for one, other in pairwise(names)]
    file = file_of(NO_HOSTING, OPEN, grant("m0", NO_HOSTING.id), *links, artefacts=" ".join(names))
    granted = tuple(grant(name, "open") for name in names[1:])

    with pytest.raises(LineageFileError) as error:
        impact(replace(file, grants=(*file.grants, *granted)), on=day(TODAY))

    assert str(error.value) == "derivations: they are too deep to weigh every artefact; use a smaller file"


def test_bra_v4_is_freed_by_chilloutmix_and_by_every_step_below_it() -> None:
    file = read(BRA.read_bytes())

    freed = at_once(file, day("2023-05-01"))

    line = ("dreamlike-diffusion-1.0", "chilloutmix", "bra-v1-chilloutmix-half", "bra-v1", "bra-v4")
    assert all("bra-v4" in freed[name] for name in line)
    assert freed["chilloutmix"] == ("bra-v1", "bra-v1-chilloutmix-half", "bra-v4", "chilloutmix")
    assert "bra-v3" not in freed


@settings(max_examples=60, deadline=None)
@given(tainted_files())
def test_a_source_reaches_exactly_those_that_are_not_clean(file: LineageFile) -> None:
    descent, inheritance = Descent(Pedigree(file), ON), solve(file, ON)
    not_clean = {each.id for each in file.artefacts if each.undisclosed_parents}

    for source in descent.sources():
        reached = descent.entries(source)
        for node in reached:
            reached += [child for child in descent.below(source, node) if child not in reached]
        not_clean |= {node for node in reached if descent.counts_for(source, node)}

    assert not_clean == {each.id for each in file.artefacts if inheritance.state(each.id) != "clean"}
