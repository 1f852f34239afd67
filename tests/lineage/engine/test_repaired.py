"""A repair plan carried out: what is new in the file, to the letter."""

from lineage.engine.document import Artefact, Grant, Licence, LineageFile
from lineage.engine.repair import Redo, RepairPlan, repair_plan
from lineage.engine.repaired import carried_out
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, TODAY, artefact, day, file_of, grant, made

CHILD_OF_BASE = made("base", "child", certain=False, reaccepted_on=day("2022-06-01"))
CHILD_OF_GOOD = made("good", "child", "2022-03-01", share=0.5)
LAST = made("child", "last", "2022-04-01", reaccepted_on=day("2022-07-01"))
FAMILY = file_of(
    NO_HOSTING,
    OPEN,
    grant("base", NO_HOSTING.id),
    grant("good", "open"),
    grant("child", NO_HOSTING.id),
    artefact("child", licensor="mika", sha256="1" * 64),
    artefact("last", licensor="mika", sha256="2" * 64),
    CHILD_OF_BASE,
    CHILD_OF_GOOD,
    LAST,
    artefacts="base good",
)
PLAN = RepairPlan(
    "last",
    replace=("base",),
    redo=(Redo("child", ((CHILD_OF_BASE, "replaced"), (CHILD_OF_GOOD, "kept"))), Redo("last", ((LAST, "redone"),))),
    keep=("good",),
    cost=3,
    unpriced=("base", "child", "last"),
)


def test_the_plan_of_this_family() -> None:
    assert repair_plan(FAMILY, "last", on=day(TODAY)) == PLAN


def new_in(file: LineageFile, plan: RepairPlan) -> LineageFile:
    """What carrying a plan out has put behind what was there."""
    repaired, _ = carried_out(file, plan, on=day(TODAY))
    for before, after in (
        (file.licences, repaired.licences),
        (file.artefacts, repaired.artefacts),
        (file.grants, repaired.grants),
        (file.derivations, repaired.derivations),
    ):
        assert after[: len(before)] == before
    return LineageFile(
        repaired.licences[len(file.licences) :],
        repaired.artefacts[len(file.artefacts) :],
        repaired.grants[len(file.grants) :],
        repaired.derivations[len(file.derivations) :],
    )


def test_what_is_replaced_and_what_is_redone_stand_beside_the_old() -> None:
    new = new_in(FAMILY, PLAN)

    assert new.licences == (Licence("no-terms"),)
    assert new.artefacts == (
        Artefact("base-stand-in", "base-stand-in"),
        Artefact("child-again", "child", licensor="mika"),
        Artefact("last-again", "last", licensor="mika"),
    )
    assert new.grants == tuple(
        Grant(name, "no-terms", day("0001-01-01")) for name in ("base-stand-in", "child-again", "last-again")
    )
    assert carried_out(FAMILY, PLAN, on=day(TODAY))[1] == "last-again"


def test_kept_inputs_are_taken_as_they_were_and_new_ones_on_the_day() -> None:
    new = new_in(FAMILY, PLAN)

    assert new.derivations == (
        made("base-stand-in", "child-again", TODAY, certain=False),
        made("good", "child-again", "2022-03-01", share=0.5),
        made("child-again", "last-again", "2022-04-01", reaccepted_on=day("2022-07-01")),
    )


def test_what_another_redoes_they_grant_as_before() -> None:
    link = made("theirs", "mine")
    file = file_of(
        NO_HOSTING,
        OPEN,
        grant("base", NO_HOSTING.id),
        grant("theirs", "open", "2021-01-01", "2023-01-01", certain=False),
        artefact("theirs", licensor="jo"),
        artefact("mine", licensor="mika"),
        made("base", "theirs"),
        link,
        artefacts="base",
    )
    plan = RepairPlan("mine", redo=(Redo("theirs", ()), Redo("mine", ((link, "redone"),))))

    assert new_in(file, plan).grants == (
        Grant("mine-again", "no-terms", day("0001-01-01")),
        grant("theirs-again", "open", "2021-01-01", "2023-01-01", certain=False),
    )


def test_nobody_without_a_name_redoes_what_another_without_a_name_has_made() -> None:
    link = made("theirs", "mine")
    file = file_of(OPEN, grant("theirs", "open"), link, artefacts="theirs mine")
    plan = RepairPlan("mine", redo=(Redo("theirs", ()), Redo("mine", ((link, "redone"),))))

    assert [each.licence for each in new_in(file, plan).grants if each.artefact == "theirs-again"] == ["open"]


def test_ids_that_are_taken_are_not_taken_again() -> None:
    link = made("base", "child")
    file = file_of(
        NO_HOSTING,
        Licence("no-terms"),
        grant("base", NO_HOSTING.id),
        link,
        artefacts="base child base-stand-in child-again",
    )
    plan = RepairPlan("child", replace=("base",), redo=(Redo("child", ((link, "replaced"),)),))

    new = new_in(file, plan)

    assert [each.id for each in new.licences] == ["no-terms-2"]
    assert [each.id for each in new.artefacts] == ["base-stand-in-2", "child-again-2"]


def test_an_empty_plan_leaves_the_model_what_it_is() -> None:
    repaired, target = carried_out(FAMILY, RepairPlan("good"), on=day(TODAY))

    assert target == "good"
    assert repaired.artefacts == FAMILY.artefacts
