"""Where every artefact stands: what the engine says of each, its cost by the rule, and its place in the ranking."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from lineage.engine.arrays import COMPILES, Compiled, Lists, Machine
from lineage.engine.catalogue_columns import columns_of
from lineage.engine.costs import LORA, TRAINING, Rates, way_of_making
from lineage.engine.document import Derivation, LineageFile
from lineage.engine.grants import licences_taken
from lineage.engine.impact import impact
from lineage.engine.inheritance import Inheritance, solve
from lineage.engine.pedigree import way_of, ways_of, ways_of_name
from lineage.engine.standings import Standing, standings
from lineage.engine.terms import is_restriction
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, artefact, file_of, grant, made
from tests.lineage.engine.tainted_files import tainted_files

JUNE = date(2023, 6, 1)


def family(*derivations: Derivation) -> LineageFile:
    """`origin` may not be hosted; `free` may."""
    ids = dict.fromkeys(name for made in derivations for name in (made.parent, made.child))
    return file_of(
        NO_HOSTING,
        OPEN,
        *(artefact(id) for id in ids),
        *(grant(id, NO_HOSTING.id if id == "origin" else OPEN.id) for id in ids),
        *derivations,
    )


def standings_of(
    file: LineageFile,
    *,
    downloads: dict[str, int] | None = None,
    stated: dict[str, int] | None = None,
    rates: Rates | None = None,
    machine: Machine | None = None,
) -> dict[str, Standing]:
    """By id: models are numbered by their ids in order."""
    methods: dict[str, list[str]] = {each.id: [] for each in file.artefacts}
    for each in file.derivations:
        if each.share != 0:
            methods[each.child].append(each.method)
    ids = sorted(methods)
    columns = columns_of(file, downloads)
    made_so, said = [way_of_making(methods[id]) for id in ids], [(stated or {}).get(id, 0) for id in ids]
    found = standings(columns, JUNE, made=made_so, stated=said, rates=rates, machine=machine or Lists())
    return {ids[each.model]: each for each in found}


def costs(file: LineageFile, stated: dict[str, int] | None = None, rates: Rates | None = None) -> dict[str, int | None]:
    return {id: each.cost for id, each in standings_of(file, stated=stated, rates=rates).items()}


def test_a_training_costs_what_the_one_author_told_and_a_lora_less() -> None:
    file = family(made("origin", "tuned", method="finetune"), made("origin", "lora", method="lora-train"))

    found = costs(file)

    assert found == {"origin": None, "tuned": 200, "lora": 20}


def test_a_merge_is_cheap_only_if_its_parents_are_clean_or_cheap() -> None:
    file = family(
        made("free", "clean mix", method="merge"),
        made("origin", "lora", method="lora-train"),
        made("lora", "with lora", method="lora-merge"),
        made("free", "with lora", method="merge"),
        made("origin", "mix", method="merge"),
        made("with lora", "copy", method="convert"),
    )

    found = costs(file)

    assert (found["clean mix"], found["with lora"], found["copy"]) == (5, 25, 30)
    assert found["mix"] == 200


def test_what_was_stated_counts_as_it_is_and_for_what_is_put_together_from_it() -> None:
    file = family(made("origin", "tuned", method="finetune"), made("tuned", "mix", method="merge"))

    found = costs(file, {"tuned": 40})

    assert (found["tuned"], found["mix"]) == (40, 45)


def test_the_rates_are_the_askers_choice() -> None:
    file = family(made("origin", "tuned", method="finetune"), made("tuned", "mix", method="merge"))

    found = costs(file, rates=Rates(training=90, lora=9, assembly=1))

    assert (found["tuned"], found["mix"]) == (90, 90)


def test_a_circle_of_claims_and_a_long_chain_have_their_costs_too() -> None:
    circle = family(
        made("origin", "a", method="merge"),
        made("a", "b", method="merge"),
        made("b", "a", method="merge"),
    )
    chain = family(*(made(str(n) if n else "origin", str(n + 1), method="convert") for n in range(3000)))

    assert {costs(circle)[id] for id in ("a", "b")} == {200}
    assert costs(chain)["3000"] == 200


def test_two_claims_of_one_parent_ask_for_one_new_parent() -> None:
    file = family(
        made("origin", "lora", method="lora-train"),
        made("lora", "mix", method="lora-merge"),
        made("lora", "mix", method="merge"),
    )

    assert costs(file)["mix"] == 25


def naive_costs(file: LineageFile, inheritance: Inheritance, stated: dict[str, int]) -> dict[str, int | None]:
    """The rule of costs.py, model by model; parents first, as the files in which nobody comes first are left out."""
    pedigree = inheritance.pedigree
    found: dict[str, int | None] = {}

    def restricts(parent: str, child: str) -> bool:
        return any(
            is_restriction(term.id) and ways_of(term) & way_of(each.method)
            for each in pedigree.derivations[child]
            if each.parent == parent
            for taken in licences_taken(
                pedigree.timeline(parent), each, published_on=pedigree.artefacts[child].published_on, on=JUNE
            )
            for term in pedigree.licences[taken.licence].terms
        ) and not pedigree.same_licensor(parent, child)

    def added(parent: str, child: str) -> bool:
        return any(item.origin == parent and len(item.path) == 2 for item in inheritance.restrictions(child))

    def cost(id: str) -> int | None:
        if id in found:
            return found[id]
        claims = pedigree.derivations.get(id, ())
        if id in stated:
            found[id] = stated[id]
        elif not claims:
            found[id] = None
        elif any(each.method in TRAINING for each in claims):
            found[id] = 200
        elif any(each.method in LORA for each in claims):
            found[id] = 20
        else:
            asked = [
                each
                for each in {each.parent for each in claims}
                if inheritance.state(each) == "tainted" or restricts(each, id) or added(each, id)
            ]
            found[id] = min(200, 5 + sum(cost(each) or 200 for each in asked))
        return found[id]

    return {each.id: cost(each.id) for each in file.artefacts}


MACHINES = [
    Lists(),
    pytest.param(Compiled(), marks=pytest.mark.skipif(not COMPILES, reason="needs numpy and numba: the extra `scale`")),
]


@pytest.mark.parametrize("machine", MACHINES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tainted_files())
def test_of_every_artefact_it_says_what_the_engine_says(machine: Machine, file: LineageFile) -> None:
    downloads = {each.id: 7 * number for number, each in enumerate(file.artefacts)}

    found = standings_of(file, downloads=downloads, stated={"c": 33}, machine=machine)

    inheritance = solve(file, JUNE)
    freed = {each.artefact: each for each in impact(file, on=JUNE, downloads=downloads)}
    if not inheritance.pedigree.cycles:
        assert {id: each.cost for id, each in found.items()} == naive_costs(file, inheritance, {"c": 33})
    restricting = {each.id for each in file.licences if any(is_restriction(t.id) and ways_of(t) for t in each.terms)}
    for id, each in found.items():
        assert each.state == inheritance.state(id)
        assert (each.versions, each.downloads) == ((freed[id].versions, freed[id].downloads) if id in freed else (0, 0))
        assert (each.place is None) == (id not in freed)
        here = {name.licence for name in inheritance.names(id)} | taken_from(id, inheritance)
        told = tuple(number for number, licence in enumerate(file.licences) if licence.id in here & restricting)
        assert each.licences == (told if id in freed else ())
    assert sorted(each.place for each in found.values() if each.place) == list(range(1, len(freed) + 1))


def taken_from(parent: str, inheritance: Inheritance) -> set[str]:
    pedigree = inheritance.pedigree
    return {
        taken.licence
        for child, claims in pedigree.derivations.items()
        for each in claims
        if each.parent == parent
        for taken in licences_taken(
            pedigree.timeline(parent), each, published_on=pedigree.artefacts[child].published_on, on=JUNE
        )
        if ways_of_name(pedigree.licences[taken.licence]) & way_of(each.method)
    }


def test_the_place_is_by_downloads_for_the_money_then_by_versions_then_by_id() -> None:
    file = family(
        *(made("origin", id, method="finetune") for id in ("cheap", "dear", "loved", "many", "same")),
        made("many", "below"),
    )

    found = standings_of(file, downloads={"loved": 10, "dear": 40}, stated={"dear": 1000, "cheap": 100})

    ranked = sorted(found, key=lambda id: found[id].place or 0)
    # loved: 10 for 200; dear: 40 for 1000. Without downloads, cheap frees one for 100 as many frees two for 200.
    assert ranked == ["loved", "dear", "cheap", "many", "below", "same", "origin"]
    assert found["origin"].cost is None


def test_only_what_comes_by_the_artefact_is_named_of_licences() -> None:
    file = family(made("origin", "tuned", method="finetune"), made("free", "clean", method="finetune"))

    found = standings_of(file)

    told = {id: [file.licences[number].id for number in each.licences] for id, each in found.items()}
    assert told == {"origin": [NO_HOSTING.id], "tuned": [NO_HOSTING.id], "free": [], "clean": []}
