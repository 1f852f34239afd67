"""Where every artefact stands: what the engine says of each, its cost by the rule, and its place in the ranking."""

from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, given, settings

from lineage.engine.costs import Rates, estimated_costs
from lineage.engine.document import Derivation, LineageFile
from lineage.engine.impact import impact
from lineage.engine.inheritance import solve
from lineage.engine.pedigree import Pedigree
from lineage.engine.standings import costs_of, standings
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


def costs(file: LineageFile, stated: dict[str, int] | None = None, rates: Rates | None = None) -> dict[str, int | None]:
    found = standings(file, JUNE, stated=stated, rates=rates)
    return {each.artefact: each.cost for each in found}


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
    chain = family(*(made(str(n) if n else "origin", str(n + 1), method="merge") for n in range(3000)))

    assert {costs(circle)[id] for id in ("a", "b")} == {200}
    assert estimated_costs(Pedigree(chain), Pedigree(chain).parents)["3000"] == 200


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tainted_files())
def test_of_every_artefact_it_says_what_the_engine_says(file: LineageFile) -> None:
    downloads = {each.id: 7 * number for number, each in enumerate(file.artefacts)}

    found = {each.artefact: each for each in standings(file, JUNE, downloads=downloads)}

    inheritance = solve(file, JUNE)
    freed = {each.artefact: each for each in impact(file, on=JUNE, downloads=downloads)}
    assert list(found) == [each.id for each in file.artefacts]
    for id, each in found.items():
        assert each.state == inheritance.state(id)
        assert (each.versions, each.downloads) == ((freed[id].versions, freed[id].downloads) if id in freed else (0, 0))
        assert (each.place is None) == (id not in freed)
        own = {item.licence for model in found for item in inheritance.restrictions(model) if item.origin == id}
        here = own | {item.licence for item in inheritance.restrictions(id)}
        assert each.licences == (tuple(sorted(here)) if id in freed else ())
    assert sorted(each.place for each in found.values() if each.place) == list(range(1, len(freed) + 1))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tainted_files())
def test_the_order_of_the_file_does_not_matter(file: LineageFile) -> None:
    turned = replace(file, artefacts=file.artefacts[::-1], derivations=file.derivations[::-1], grants=file.grants[::-1])

    assert sorted(standings(file, JUNE), key=repr) == sorted(standings(turned, JUNE), key=repr)


def test_the_place_is_by_downloads_for_the_money_then_by_versions_then_by_id() -> None:
    file = family(
        *(made("origin", id, method="finetune") for id in ("cheap", "dear", "loved", "many", "same")),
        made("many", "below"),
    )

    found = standings(file, JUNE, downloads={"loved": 10, "dear": 40}, stated={"dear": 1000, "cheap": 100})

    ranked = sorted(found, key=lambda each: each.place or 0)
    # loved: 10 for 200; dear: 40 for 1000. Without downloads, cheap frees one for 100 as many frees two for 200.
    assert [each.artefact for each in ranked] == ["loved", "dear", "cheap", "many", "below", "same", "origin"]
    assert {each.place: each.cost for each in ranked}[7] is None


def test_only_what_comes_by_the_artefact_is_named_of_licences() -> None:
    file = family(made("origin", "tuned", method="finetune"), made("free", "clean", method="finetune"))

    found = {each.artefact: each.licences for each in standings(file, JUNE)}

    assert found == {"origin": (NO_HOSTING.id,), "tuned": (NO_HOSTING.id,), "free": (), "clean": ()}


def test_the_costs_alone_are_those_of_the_standings() -> None:
    file = family(made("origin", "tuned", method="finetune"), made("tuned", "mix"))

    assert costs_of(file, JUNE, stated={"tuned": 40}) == {"tuned": 40, "mix": 45}
