"""What a forecast says besides its verdicts: the numbers, the obstacles, the planned model, the refusals."""

import pytest

from lineage.engine.document import Exemption, LineageFileError, Term
from lineage.engine.forecast import Plan, Threshold, forecast
from lineage.engine.terms import METHODS
from lineage.engine.use_strip import Use
from lineage.engine.whatif import Obstacle
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, TODAY, artefact, day, file_of, grant, licence

HOST = {"host": Use("host")}


def test_an_outlook_tells_all_that_is_known_of_it() -> None:
    limits = licence("limits", Term("revenue-max", limit=7, clause="2"), "revenue-max 5", "team-size-max 9")
    file = file_of(
        limits, OPEN, grant("b", "limits"), grant("a", "limits", certain=False), grant("c", "open"), artefacts="a b c"
    )
    plan = Plan(("b", "a"), method="merge")

    (outlook,) = forecast(file, {"both": plan}, on=day(TODAY), uses=HOST)

    assert (outlook.key, outlook.plan, outlook.model, outlook.lineage) == ("both", plan, "planned-model", "tainted")
    assert outlook.thresholds == (
        Threshold("revenue-max", 5, "a", "limits", False),
        Threshold("revenue-max", 5, "b", "limits", True),
        Threshold("revenue-max", 7, "a", "limits", False),
        Threshold("revenue-max", 7, "b", "limits", True),
        Threshold("team-size-max", 9, "a", "limits", False),
        Threshold("team-size-max", 9, "b", "limits", True),
    )
    assert outlook.obstacles[-1] == Obstacle("team-size-max", "a", False, ("planned-model", "a"), "limits", limit=9)
    assert outlook.inheritance.state(outlook.model) == "tainted"


def test_the_planned_model_has_a_name_and_an_id_of_its_own() -> None:
    file = file_of(OPEN, grant("a", "open"), artefacts="a planned-model")

    (outlook,) = forecast(file, {"a": Plan(("a",))}, on=day(TODAY), uses=HOST)

    planned = outlook.inheritance.pedigree.artefacts[outlook.model]
    assert (planned.id, planned.name, planned.licensor) == ("planned-model-2", "planned model", "maker")


def test_its_maker_is_nobody_that_the_file_knows() -> None:
    file = file_of(
        licence("theirs", "no-hosting", "use-list"),
        artefact("a", licensor="maker"),
        artefact("b"),
        grant("a", "theirs"),
        grant("b", "theirs"),
        Exemption("b", "no-hosting", ("maker-2", "jo")),
    )

    (outlook,) = forecast(file, {"both": Plan(("a", "b"))}, on=day(TODAY), uses=HOST)

    planned = outlook.inheritance.pedigree.artefacts[outlook.model]
    assert planned.licensor == "maker-3"
    assert [reason.code for reason in outlook.answers["host"].reasons] == [
        "no-hosting",
        "no-hosting",
        "use-list",
        "use-list",
    ]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_way_of_making_it_counts(method: str) -> None:
    its = licence("its", Term("no-hosting", carries="copies"), Term("no-selling-weights", reaches_outputs=True))
    file = file_of(its, grant("a", "its"), artefacts="a")

    (outlook,) = forecast(file, {"a": Plan(("a",), method=method)}, on=day(TODAY), uses=HOST)

    codes = {each.code for each in outlook.obstacles}
    assert codes == (
        {"no-hosting", "no-selling-weights"} if method in ("convert", "mirror") else {"no-selling-weights"}
    )
    assert outlook.lineage == ("suspect" if method == "subtract" else "tainted")


def test_a_forecast_is_of_its_policy() -> None:
    file = file_of(
        licence("changing", control=("may-change",)),
        NO_HOSTING,
        grant("a", "changing"),
        grant("a", NO_HOSTING.id, "2023-01-01"),
        artefacts="a",
    )
    early = {"a": Plan(("a",), taken_on=day("2022-06-01"))}

    def verdict(**options: str) -> str:
        return forecast(file, early, on=day(TODAY), uses=HOST, **options)[0].answers["host"].verdict

    assert (verdict(), verdict(policy="strict"), verdict(policy="lenient")) == ("blocked", "blocked", "unclear")


@pytest.mark.parametrize(
    ("plan", "offered", "words"),
    [
        (Plan(("a",)), "mine", "offered: there is no licence 'mine' in the file"),
        (Plan(("b",)), None, "mix: there is no artefact 'b' to make a model from"),
        (
            Plan(("a",), method="baking"),
            None,
            "mix: 'baking' is no way to make a model; known are component, continue, convert, distill, finetune, "
            "lora-merge, lora-train, merge, mirror, subtract, train-on-outputs",
        ),
    ],
)
def test_refusals_say_where_and_why(plan: Plan, offered: str | None, words: str) -> None:
    with pytest.raises(LineageFileError) as error:
        forecast(file_of(artefacts="a"), {"mix": plan}, on=day(TODAY), offered=offered)

    assert str(error.value) == words
