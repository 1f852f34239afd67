"""The cheapest way to a clean model: what to keep, what to put in its place, what to redo, and in which order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lineage.engine.document import Exemption, Licence, LineageFile, Prohibition, Question, Term
from lineage.engine.flow import Network
from lineage.engine.inheritance import solve
from lineage.engine.pedigree import Pedigree
from lineage.engine.reading import read
from lineage.engine.repair import Handling, NoRepair, Price, Redo, RepairPlan, ancestry, is_own, repair_plan
from lineage.engine.repaired import carried_out
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, TODAY, artefact, day, file_of, grant, made
from tests.lineage.engine.tainted_files import tainted_files

BRA = Path(__file__).parents[3] / "lineage" / "data" / "bra.json"
ON = date(2023, 1, 10)
prices = st.dictionaries(
    st.sampled_from("abcdefgh"), st.builds(Price, st.none() | st.integers(0, 9), st.none() | st.integers(0, 9))
)


def state_after(file: LineageFile, plan: RepairPlan, on: date) -> str:
    repaired, target = carried_out(file, plan, on=on)
    return solve(repaired, on).state(target)


def every_plan(file: LineageFile, target: str, stated: dict[str, Price]) -> Iterator[RepairPlan]:
    """Every way to keep, replace or redo each ancestor that the rules allow, with what it costs."""
    pedigree = Pedigree(file)
    ancestors = sorted(solve(file, ON).ancestors(target))
    choices: tuple[Handling, ...] = ("kept", "replaced", "redone")
    for ways in product(choices, repeat=len(ancestors)):
        handled: dict[str, Handling] = {**dict(zip(ancestors, ways, strict=True)), target: "redone"}
        cost = 0
        for each, how in handled.items():
            price = stated.get(each, Price())
            own = is_own(pedigree, target, each)
            value = {"kept": 0, "redone": price.redo, "replaced": price.replace}[how]
            if value is None and own != (how == "redone"):
                break
            if how == "redone" and pedigree.artefacts[each].undisclosed_parents:
                break
            cost += 1 if value is None else value
        else:
            redo = tuple(
                Redo(each, tuple((claim, handled[claim.parent]) for claim in pedigree.derivations.get(each, ())))
                for each, how in handled.items()
                if how == "redone"
            )
            yield RepairPlan(target, tuple(each for each, how in handled.items() if how == "replaced"), redo, (), cost)


def cheapest(file: LineageFile, target: str, stated: dict[str, Price]) -> int | None:
    """The cost of the cheapest plan that really leaves the model clean, found by trying them in order of cost."""
    plans = sorted(every_plan(file, target, stated), key=lambda plan: plan.cost)
    return next((plan.cost for plan in plans if state_after(file, plan, ON) == "clean"), None)


def small(file: LineageFile) -> tuple[LineageFile, str]:
    """A file without cycles, and the model in it with the most ancestors that are still few enough to try them all."""
    file = replace(file, derivations=tuple(claim for claim in file.derivations if claim.parent < claim.child))
    inheritance = solve(file, ON)
    few = [each.id for each in file.artefacts if len(inheritance.ancestors(each.id)) <= 4]
    not_clean = [each for each in few if inheritance.state(each) != "clean"]
    assume(not_clean)
    return file, max(not_clean, key=lambda each: (len(inheritance.ancestors(each)), each))


def cost_or_none(file: LineageFile, target: str, stated: dict[str, Price]) -> int | None:
    try:
        return repair_plan(file, target, on=ON, prices=stated).cost
    except NoRepair:
        return None


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tainted_files(), prices)
def test_it_is_the_cheapest_of_all_that_can_be_tried(file: LineageFile, stated: dict[str, Price]) -> None:
    everywhere = tuple(
        Licence(each.id, terms=tuple(Term("no-hosting", reaches_outputs=True) for _ in each.terms[:1]))
        for each in file.licences
    )
    file, target = small(replace(file, licences=everywhere))

    assert cost_or_none(file, target, stated) == cheapest(file, target, stated)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tainted_files(), prices)
def test_where_terms_travel_differently_it_is_clean_though_perhaps_not_the_cheapest(
    file: LineageFile, stated: dict[str, Price]
) -> None:
    file, target = small(file)
    cost = cost_or_none(file, target, stated)
    assume(cost is not None)

    plan = repair_plan(file, target, on=ON, prices=stated)

    least = cheapest(file, target, stated)
    assert state_after(file, plan, ON) == "clean"
    assert least is not None and least <= plan.cost


def test_bra_keep_the_clean_half_replace_chilloutmix_and_redo_what_follows() -> None:
    file = read(BRA.read_bytes())
    on = day("2023-05-01")

    plan = repair_plan(file, "bra-v4", on=on)

    assert plan.replace == ("chilloutmix",)
    assert [step.artefact for step in plan.redo] == ["bra-v1-chilloutmix-half", "bra-v1", "bra-v3", "bra-v4"]
    assert plan.keep == ("bra-v1-sd15-half",)
    assert state_after(file, plan, on) == "clean"


def test_bra_v1_with_what_it_costs() -> None:
    file = read(BRA.read_bytes())
    stated = {"bra-v1-chilloutmix-half": Price(redo=200), "bra-v1": Price(redo=0), "chilloutmix": Price(replace=0)}

    plan = repair_plan(file, "bra-v1", on=day("2023-05-01"), prices=stated, unstated=0)

    assert (plan.cost, plan.unpriced) == (200, ())
    assert [(each.parent, how) for each, how in plan.redo[-1].inputs] == [
        ("bra-v1-chilloutmix-half", "redone"),
        ("bra-v1-sd15-half", "kept"),
    ]


def test_another_way_is_taken_where_its_price_is_lower() -> None:
    file = read(BRA.read_bytes())
    stated = {"bra-v1-chilloutmix-half": Price(redo=200, replace=150)}

    plan = repair_plan(file, "bra-v1", on=day("2023-05-01"), prices=stated)

    assert (plan.replace, plan.keep) == (("bra-v1-chilloutmix-half",), ("bra-v1-sd15-half",))
    assert (plan.cost, plan.unpriced) == (151, ("bra-v1",))


def test_what_is_dealt_with_once_serves_every_child() -> None:
    file = file_of(
        NO_HOSTING,
        OPEN,
        grant("base", NO_HOSTING.id),
        *(artefact(name, licensor="mika") for name in ("one", "two", "end")),
        *(grant(name, "open") for name in ("one", "two")),
        *(made("base", child) for child in ("one", "two")),
        *(made(parent, "end") for parent in ("one", "two")),
        artefacts="base",
    )

    plan = repair_plan(file, "end", on=day(TODAY), prices={"base": Price(replace=100)})

    assert (plan.replace, plan.cost) == (("base",), 103)


def test_ones_own_version_that_was_never_granted_is_made_and_granted_again() -> None:
    file = file_of(artefact("v1", licensor="mika"), artefact("v2", licensor="mika"), made("v1", "v2"))

    plan = repair_plan(file, "v2", on=day(TODAY))

    assert [step.artefact for step in plan.redo] == ["v1", "v2"]
    assert state_after(file, plan, day(TODAY)) == "clean"


def test_a_clean_model_needs_nothing() -> None:
    file = file_of(OPEN, grant("a", "open"), made("a", "b"), artefacts="a b")

    assert repair_plan(file, "b", on=day(TODAY)) == RepairPlan("b")


def no_plan(file: LineageFile, target: str) -> tuple[str, str]:
    """What stands in the way of a plan, as one word and as a sentence."""
    with pytest.raises(NoRepair) as error:
        repair_plan(file, target, on=day(TODAY))
    return error.value.why, str(error.value)


def test_what_was_never_disclosed_cannot_be_made_again() -> None:
    file = file_of(
        NO_HOSTING, grant("a", NO_HOSTING.id), made("a", "b"), artefact("b", undisclosed_parents=True), artefacts="a"
    )

    assert no_plan(file, "b") == (
        "undisclosed",
        "b: what it was made from is not disclosed, so it cannot be made again without that",
    )


def test_ones_own_earlier_version_with_hidden_parents_needs_a_price_for_another() -> None:
    file = file_of(
        OPEN,
        grant("a", "open"),
        artefact("a", licensor="mika", undisclosed_parents=True),
        artefact("b", licensor="mika"),
        made("a", "b"),
    )

    assert no_plan(file, "b") == (
        "stuck",
        "b: something that it needs can neither be made again nor be replaced; state a price for it",
    )
    assert repair_plan(file, "b", on=day(TODAY), prices={"a": Price(replace=5)}).replace == ("a",)


def test_a_circle_of_claims_has_to_be_settled_first() -> None:
    file = file_of(
        NO_HOSTING, grant("a", NO_HOSTING.id), made("a", "b"), made("b", "c"), made("c", "b"), artefacts="a b c"
    )

    assert no_plan(file, "c") == (
        "circle",
        "c: the claims that b, c descend from each other have to be settled first",
    )


def test_a_circle_among_others_is_nothing_to_a_model() -> None:
    file = file_of(
        NO_HOSTING,
        grant("a", NO_HOSTING.id),
        made("a", "b"),
        made("b", "c"),
        made("c", "d"),
        made("d", "c"),
        artefacts="a b c d",
    )

    assert repair_plan(file, "b", on=day(TODAY)).replace == ("a",)


def test_the_part_of_a_file_that_a_model_descends_from() -> None:
    file = file_of(
        NO_HOSTING,
        grant("a", NO_HOSTING.id),
        grant("x", NO_HOSTING.id),
        made("a", "b"),
        made("b", "c"),
        made("x", "c"),
        Exemption("a", "no-hosting", ("mika",)),
        Prohibition("a", day(TODAY)),
        Question("Q", "b", "host", day(TODAY)),
        artefacts="a b c x",
    )

    assert ancestry(file, "b") == file_of(NO_HOSTING, grant("a", NO_HOSTING.id), made("a", "b"), artefacts="a b")


def test_what_a_licensor_has_added_asks_for_a_repair_only_of_those_who_read_strictly() -> None:
    file = file_of(
        NO_HOSTING,
        Licence("changing", control=("may-change",)),
        grant("a", "changing"),
        grant("a", NO_HOSTING.id, "2023-01-01"),
        made("a", "b"),
        artefacts="a b",
    )

    assert repair_plan(file, "b", on=day("2022-12-31")) == RepairPlan("b")
    assert repair_plan(file, "b", on=day(TODAY)).replace == ("a",)
    assert repair_plan(file, "b", on=day(TODAY), policy="lenient").replace == ("a",)


def test_an_unknown_model_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        repair_plan(file_of(), "nowhere", on=day(TODAY))


def cost_of(side: set[int], arcs: list[tuple[int, int, int | None]]) -> float:
    cut = [capacity for one, other, capacity in arcs if one in side and other not in side]
    return sum(float("inf") if capacity is None else capacity for capacity in cut)


@pytest.mark.parametrize("number", range(0, 1_000, 100))
def test_the_cut_is_the_cheapest_of_all_cuts(number: int) -> None:
    sides = [{0, *(node for node in range(1, 6) if bits & 1 << node)} for bits in range(0, 64, 2)]
    for lots in map(Random, range(number, number + 100)):
        arcs = [
            (lots.randrange(7), lots.randrange(7), lots.choice([None, 0, 1, 1, 2, 3, 4, 5]))
            for _ in range(lots.randint(4, 24))
        ]
        network = Network[int]()
        for one, other, capacity in arcs:
            network.add(one, other, capacity)
        least = min(cost_of(side, arcs) for side in sides)

        chosen = network.chosen(0, 6)

        assert (chosen is None) == (least == float("inf"))
        assert chosen is None or cost_of(chosen, arcs) == least
        assert chosen is None or all(chosen <= side for side in sides if cost_of(side, arcs) == least)


def test_what_was_sent_one_way_can_be_sent_another() -> None:
    network = Network[str]()
    for one, other in ("sa", "ab", "bt", "ac", "cd", "dt", "se", "ef", "fb"):
        network.add(one, other, 1)

    assert network.chosen("s", "t") == {"s"}
