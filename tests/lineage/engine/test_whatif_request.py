"""A what-if question as one JSON value, and how much work its answer can make."""

from itertools import pairwise
from typing import Any

import pytest

from lineage.engine.document import Facts, LineageFileError
from lineage.engine.effort import as_far_as, most_steps, most_steps_of_strips
from lineage.engine.repair import NoRepair, repair_plan
from lineage.engine.whatif import joined, obstacles, what_if
from lineage.engine.whatif_request import read_request
from lineage.engine.writing import to_json
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, TODAY, artefact, day, file_of, grant, licence, made

BASE = file_of(NO_HOSTING, grant("base", NO_HOSTING.id), made("base", "end"), artefacts="base end")
CLEAN = file_of(OPEN, grant("clean", "open", "2023-06-01"), artefacts="clean")
ASKED: dict[str, Any] = {"file": to_json(BASE), "replace": "base", "with": to_json(CLEAN), "on": TODAY}


def a_chain(length: int, at: str = "v") -> tuple[Any, list[str]]:
    names = [f"{at}{number}" for number in range(length)]
    grants = [grant(name, NO_HOSTING.id) for name in names]
    made_of = [made(one, other) for one, other in pairwise(names)]
    return file_of(NO_HOSTING, *grants, *made_of, artefacts=" ".join(names)), names


def test_a_request_is_answered_as_the_engine_does() -> None:
    asked = read_request(ASKED)

    assert (asked.new, asked.policy, asked.taken_on, asked.facts) == ("clean", "strict", None, Facts())
    assert asked.answer() == what_if(asked.file, "base", "clean", on=day(TODAY))
    assert asked.answer().freed == ("end",)


def test_everything_that_is_said_of_who_asks_and_when_counts() -> None:
    facts = {"team_size": 3, "monetised": True}

    asked = read_request({**ASKED, "policy": "lenient", "taken_on": "2023-05-31", "facts": facts, "as": "clean"})

    assert (asked.policy, asked.taken_on) == ("lenient", day("2023-05-31"))
    assert asked.facts == Facts(team_size=3, monetised=True)
    assert [obstacle.code for obstacle in asked.answer().changes[1].obstacles] == ["unknown-licence"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"file": None}, "file"),
        ({"with": {"format": "x"}}, "with.format"),
        ({"with": to_json(BASE)}, "as.artefacts"),
        ({"replace": "nowhere"}, "replace"),
        ({"replace": "clean"}, "with"),
        ({"as": "base"}, "as"),
        ({"on": "soon"}, "on"),
        ({"facts": {"height": 3}}, "facts.height"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(LineageFileError) as refused:
        read_request({**ASKED, **change})

    assert refused.value.place == place


def test_two_tellings_of_one_licence_are_refused_where_the_second_is() -> None:
    other = file_of(licence(NO_HOSTING.id, "no-selling-weights"), grant("clean", NO_HOSTING.id), artefacts="clean")

    with pytest.raises(LineageFileError) as refused:
        read_request({**ASKED, "with": to_json(other)})

    assert refused.value.place == "with.licences"


def test_only_the_ancestors_of_what_is_asked_make_work() -> None:
    long, names = a_chain(40)
    short, _ = a_chain(5)

    assert most_steps_of_strips(long, names[:5], 8, 10**9) == most_steps_of_strips(short, names[:5], 8, 10**9)
    assert most_steps_of_strips(long, names, 8, 10**9) > 40 * most_steps_of_strips(short, names[:1], 8, 10**9)


def test_one_artefact_asked_once_is_one_question_of_its_family() -> None:
    chain, names = a_chain(6)
    asked = file_of(*chain.licences, *chain.grants, *chain.derivations, artefacts=" ".join(names))

    once, eight = (most_steps_of_strips(asked, [names[-1]], uses, 10**9) for uses in (1, 8))

    assert eight == 8 * once > most_steps(asked)


def test_counting_stops_where_it_is_too_much_already() -> None:
    chain, names = a_chain(200)

    few = most_steps_of_strips(chain, names, 8, 1_000)

    assert 1_000 < few < most_steps_of_strips(chain, names, 8, 10**9)


def test_the_work_of_both_sides_is_counted_and_a_larger_replacement_makes_more() -> None:
    large, names = a_chain(30, "w")
    by_large = read_request({**ASKED, "with": to_json(large), "as": names[-1]})
    by_small = read_request({**ASKED, "with": to_json(large), "as": names[0]})

    assert by_large.steps(10**9) > by_small.steps(10**9) > by_small.steps(0) > 0


def test_an_obstacle_tells_its_limit() -> None:
    file = file_of(
        licence("small", "team-size-max 10"), grant("base", "small"), made("base", "end"), artefacts="base end"
    )
    found = what_if(
        file_of(*file.licences, *file.grants, *file.derivations, artefacts="base end other"),
        "other",
        "base",
        on=day(TODAY),
    )

    assert [(each.code, each.limit) for each in obstacles(found.before, "end")] == [("team-size-max", 10)]


@pytest.mark.parametrize(
    ("file", "target", "why"),
    [
        (
            file_of(NO_HOSTING, grant("a", NO_HOSTING.id), made("a", "b"), made("b", "a"), artefacts="a b"),
            "b",
            "circle",
        ),
        (file_of(OPEN, artefact("b", undisclosed_parents=True)), "b", "undisclosed"),
        (
            file_of(
                OPEN,
                artefact("a", licensor="mika", undisclosed_parents=True),
                artefact("b", licensor="mika"),
                made("a", "b"),
            ),
            "b",
            "stuck",
        ),
    ],
)
def test_why_there_is_no_plan_has_a_name(file: Any, target: str, why: str) -> None:
    with pytest.raises(NoRepair) as refused:
        repair_plan(file, target, on=day(TODAY))

    assert refused.value.why == why


def test_the_first_are_taken_as_far_as_the_steps_reach() -> None:
    chain, names = a_chain(30)
    ten = most_steps_of_strips(chain, names[:10], 1, 10**9)

    assert as_far_as(chain, names, 1, ten) == names[:10]
    assert as_far_as(chain, names, 1, ten - 1) == names[:9]
    assert as_far_as(chain, names, 1, 10**9) == names


def test_only_the_descendants_that_are_asked_for_are_judged() -> None:
    chain, names = a_chain(5)
    both = joined(chain, CLEAN)

    found = what_if(both, names[0], "clean", on=day(TODAY), below=names[1:3])

    assert [change.artefact for change in found.changes] == names[:3]
