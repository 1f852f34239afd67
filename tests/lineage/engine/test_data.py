"""The files that come with the product read, are canonical, and tell the stories."""

from itertools import pairwise
from pathlib import Path

import pytest

from lineage.engine.document import LineageFile
from lineage.engine.judging import judge
from lineage.engine.reading import read
from lineage.engine.verdicts import Answer, answer
from lineage.engine.writing import write
from tests.lineage.engine.small_files import inheritance_of

DATA = Path(__file__).parents[3] / "lineage" / "data"
NAMES = ["bra", "bra-clean-plan", "bra-with-open-questions", "pony"]


def data(name: str) -> LineageFile:
    return read((DATA / f"{name}.json").read_bytes())


def answers(name: str) -> dict[str, Answer]:
    file = data(name)
    return {question.id: answer(file, question) for question in file.questions}


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_every_file_is_written_as_the_product_writes_it_and_has_no_fault(path: Path) -> None:
    file = read(path.read_bytes())

    assert path.read_text(encoding="utf-8") == write(file)
    assert judge(file)["faults"] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_file_answers_as_it_expects(name: str) -> None:
    file = data(name)

    result = judge(file)

    assert file.questions
    for question, given in zip(file.questions, result["answers"], strict=True):
        assert question.expect is not None
        deciding = {reason["code"] for reason in given["reasons"] if reason["verdict"] == given["verdict"]}
        assert (question.id, given["verdict"], given["lineage"]) == (
            question.id,
            question.expect["verdict"],
            question.expect["lineage"],
        )
        assert question.expect["because"] in deciding


def test_bra_v4_may_be_sold_from_by_a_team_of_five_but_not_of_twenty_five() -> None:
    given = answers("bra")

    assert given["bra-v4-small-team"].verdict == "conditional"
    assert given["bra-v4-large-team"].verdict == "blocked"
    assert given["bra-v4-paid-site"].verdict == "blocked"
    assert given["bra-v4-sell-weights"].verdict == "unclear"
    assert {each.lineage for name, each in given.items() if name.startswith("bra-v4")} == {"tainted"}


def test_what_bra_v4_carries_came_from_dreamlike_through_chilloutmix() -> None:
    items = inheritance_of(data("bra"), on="2023-05-01").restrictions("bra-v4")

    certain = [item for item in items if item.certain]

    assert {item.origin for item in certain} == {"dreamlike-diffusion-1.0"}
    assert {item.licence for item in certain} == {"dreamlike-1.0-2022-12-11", "dreamlike-1.0-2022-12-25"}
    assert all("chilloutmix" in item.path for item in items)


def test_the_later_terms_of_basil_mix_and_chilloutmix_do_not_reach_back() -> None:
    licences = {item.licence for item in inheritance_of(data("bra"), on="2023-05-01").items("bra-v4")}

    assert not licences & {"basil-mix-2023-04-17", "chilloutmix-2023-02-22", "bra-v3-permissions-off-2023-04-10"}


@pytest.mark.parametrize(
    ("artefact", "state"),
    [
        ("bra-v1", "tainted"),
        ("bra-v1-sd15-half", "clean"),
        ("bra-v1-chilloutmix-half", "tainted"),
        ("bra-v3", "suspect"),
        ("bra-v5", "clean"),
        ("chilled-remixr", "suspect"),
    ],
)
def test_the_family_of_bra(artefact: str, state: str) -> None:
    assert inheritance_of(data("bra"), on="2023-07-05").state(artefact) == state


def test_the_clean_plan_frees_what_the_large_team_and_the_paid_site_may_not_do() -> None:
    before, planned = answers("bra"), answers("bra-clean-plan")

    for use in ("large-team", "paid-site"):
        assert before[f"bra-v4-{use}"].verdict == "blocked"
        assert (planned[f"plan-{use}"].verdict, planned[f"plan-{use}"].lineage) == ("conditional", "clean")


def test_open_questions_free_nothing_and_leave_what_is_blocked_blocked() -> None:
    known, doubted = answers("bra"), answers("bra-with-open-questions")
    order = ["allowed", "conditional", "unclear", "blocked"]

    assert known.keys() == doubted.keys()
    for name, given in known.items():
        assert order.index(doubted[name].verdict) >= order.index(given.verdict)
        assert given.verdict != "blocked" or doubted[name].verdict == "blocked"
    assert doubted["bra-v4-small-team"].verdict == "unclear"


def test_files_that_are_imported_together_say_the_same_of_what_they_share() -> None:
    files = [data(name) for name in ("bra", "bra-clean-plan", "pony")]

    for one, other in [*pairwise(files), (files[0], files[2])]:
        for kind in ("licences", "artefacts"):
            ours = {each.id: each for each in getattr(one, kind)}
            theirs = {each.id: each for each in getattr(other, kind)}
            shared = ours.keys() & theirs.keys()
            assert {name: ours[name] for name in shared} == {name: theirs[name] for name in shared}
            assert shared
        for artefact in {each.id for each in one.artefacts} & {each.id for each in other.artefacts}:
            assert [each for each in one.grants if each.artefact == artefact] == [
                each for each in other.grants if each.artefact == artefact
            ]


def test_pony_v7_could_not_be_offered_on_sd3_in_june_but_below_a_million_in_august() -> None:
    given = answers("pony")

    assert given["v7-on-sd3-in-june"].verdict == "blocked"
    assert given["v7-on-sd3-in-august"].verdict == "conditional"
    assert given["v7-on-sd3-in-august-large"].verdict == "blocked"
    assert given["v69-on-sdxl"].verdict == "conditional"
