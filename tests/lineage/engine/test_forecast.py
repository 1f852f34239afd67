"""What a model would be allowed to do, before it is made: the question that Pony's makers had."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from lineage.engine.document import Facts, LineageFile, LineageFileError
from lineage.engine.forecast import Outlook, Plan, forecast, side_by_side
from lineage.engine.reading import read
from lineage.engine.terms import severity
from lineage.engine.use_strip import Use
from tests.lineage.engine.invented_files import files
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, TODAY, artefact, day, file_of, grant, licence

PONY = read((Path(__file__).parents[3] / "lineage" / "data" / "pony.json").read_bytes())
BASES = {
    "SDXL": Plan(("sdxl-1.0",)),
    "SD3": Plan(("sd3-medium",)),
    "AuraFlow": Plan(("auraflow",)),
    "Pony V6": Plan(("pony-v6-xl",)),
}
AT_400_000 = Facts(annual_revenue_usd=400_000, monetised=True)
AT_2_000_000 = replace(AT_400_000, annual_revenue_usd=2_000_000)
CREATOR = (("sd3-medium", "stabilityai-creator"),)


def creator_facts(images: int) -> Facts:
    return Facts(annual_revenue_usd=400_000, monthly_active_users=10_000, images_per_month=images, monetised=True)


USES = {
    "hobby": Use("run"),
    "paid site, 0.4M": Use("host", AT_400_000),
    "paid site, 2M": Use("host", AT_2_000_000),
    "creator, 6,000 images": Use("host", creator_facts(6_000), holds=CREATOR),
    "creator, 6,001 images": Use("host", creator_facts(6_001), holds=CREATOR),
}


def pony(on: str, **options: str) -> dict[str, dict[str, str]]:
    return side_by_side(forecast(PONY, BASES, on=day(on), uses=USES, **options))


def one(outlooks: list[Outlook], key: str) -> Outlook:
    return next(each for each in outlooks if each.key == key)


def test_pony_in_june_2024_sd3_waits_and_sdxl_does_not() -> None:
    table = pony("2024-06-20")

    assert table["paid site, 0.4M"] == {
        "SDXL": "conditional",
        "SD3": "blocked",
        "AuraFlow": "unclear",
        "Pony V6": "blocked",
    }
    assert table["hobby"]["SD3"] == "conditional"
    assert table["creator, 6,000 images"]["SD3"] == "conditional"
    assert table["creator, 6,001 images"]["SD3"] == "blocked"


def test_pony_in_august_2024_the_community_licence_draws_a_line_at_a_million() -> None:
    table = pony("2024-08-01")

    assert table["paid site, 0.4M"]["SD3"] == "conditional"
    assert table["paid site, 2M"]["SD3"] == "blocked"
    assert table["paid site, 2M"]["SDXL"] == "conditional"
    assert table["paid site, 2M"]["AuraFlow"] == "conditional"


def test_the_makers_of_pony_are_not_bound_by_their_own_licence() -> None:
    assert pony("2024-08-01", maker="purplesmart")["paid site, 0.4M"]["Pony V6"] == "conditional"
    assert pony("2024-08-01", maker="civitai")["paid site, 0.4M"]["Pony V6"] == "conditional"


def test_the_numbers_on_which_the_answers_hang() -> None:
    outlooks = forecast(PONY, BASES, on=day("2024-08-01"), uses=USES)

    sd3 = one(outlooks, "SD3")
    assert [(each.term, each.limit, each.origin) for each in sd3.thresholds] == [
        ("revenue-max", 1_000_000, "sd3-medium")
    ]
    assert (sd3.lineage, one(outlooks, "SDXL").lineage) == ("tainted", "clean")
    assert one(outlooks, "SDXL").thresholds == ()
    assert {each.code for each in sd3.obstacles} == {"no-competing-training", "revenue-max"}


def test_what_was_taken_earlier_stands_under_the_earlier_licence() -> None:
    early = {"SD3": Plan(("sd3-medium",), taken_on=day("2024-06-20"))}

    outlook = forecast(PONY, early, on=day("2024-08-01"), uses=USES)[0]

    assert outlook.answers["paid site, 0.4M"].verdict == "blocked"


def test_a_licence_that_the_maker_could_offer_is_judged_for_everybody_else() -> None:
    plans = {"SDXL": Plan(("sdxl-1.0",)), "SD3": Plan(("sd3-medium",))}

    outlooks = forecast(PONY, plans, on=day("2024-06-20"), uses={"publish": Use("publish")}, offered="pony-v6")

    sd3 = one(outlooks, "SD3").answers["publish"]
    assert one(outlooks, "SDXL").answers["publish"].verdict == "conditional"
    assert sd3.verdict == "blocked"
    assert {reason.code for reason in sd3.reasons if reason.verdict == "blocked"} == {
        "conflict-copyleft",
        "conflict-superset",
    }


def test_what_the_maker_forbids_everybody_else_does_not_bind_the_maker() -> None:
    file = file_of(NO_HOSTING, OPEN, grant("a", "open"), artefacts="a")
    plans = {"a": Plan(("a",))}

    everybody = side_by_side(forecast(file, plans, on=day(TODAY), offered=NO_HOSTING.id))
    maker = side_by_side(forecast(file, plans, on=day(TODAY)))

    assert (everybody["paid-service"]["a"], maker["paid-service"]["a"]) == ("blocked", "allowed")


def test_a_makers_own_limits_are_no_threshold_for_them() -> None:
    file = file_of(licence("small", "team-size-max 10"), artefact("a", licensor="mika"), grant("a", "small"))
    plans = {"a": Plan(("a",))}

    limits = [each.limit for each in forecast(file, plans, on=day(TODAY), maker="jo")[0].thresholds]

    assert limits == [10]
    assert forecast(file, plans, on=day(TODAY), maker="mika")[0].thresholds == ()


def test_two_bases_together_demand_what_each_demands() -> None:
    file = file_of(NO_HOSTING, OPEN, grant("a", NO_HOSTING.id), grant("b", "open"), artefacts="a b")
    plans = {"a": Plan(("a",)), "b": Plan(("b",)), "both": Plan(("a", "b"), method="merge")}

    table = side_by_side(forecast(file, plans, on=day(TODAY)))

    assert table["paid-service"] == {"a": "blocked", "b": "allowed", "both": "blocked"}
    assert table["personal"] == {"a": "allowed", "b": "allowed", "both": "allowed"}


def test_what_the_file_does_not_have_is_a_sentence() -> None:
    with pytest.raises(LineageFileError, match="X: there is no artefact 'nowhere'"):
        forecast(PONY, {"X": Plan(("nowhere",))}, on=day(TODAY))
    with pytest.raises(LineageFileError, match="X: 'baking' is no way"):
        forecast(PONY, {"X": Plan(("auraflow",), method="baking")}, on=day(TODAY))
    with pytest.raises(LineageFileError, match="no licence 'mine'"):
        forecast(PONY, BASES, on=day(TODAY), offered="mine")


def test_no_plans_make_an_empty_table() -> None:
    assert side_by_side(forecast(PONY, {}, on=day(TODAY))) == {}


@settings(max_examples=40, deadline=None)
@given(files())
def test_one_more_base_never_makes_an_answer_freer(file: LineageFile) -> None:
    first, second = file.artefacts[0].id, file.artefacts[1].id
    plans = {"one": Plan((first,), method="merge"), "two": Plan((first, second), method="merge")}

    table = side_by_side(forecast(file, plans, on=file.questions[0].on))

    assert all(severity(row["one"]) <= severity(row["two"]) for row in table.values())
