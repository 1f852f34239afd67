"""A what-if request to the letter: who asks and when, the work it makes, and the words of its refusals."""

from typing import Any

import pytest

from lineage.engine.document import Facts, LineageFileError
from lineage.engine.use_strip import uses_by
from lineage.engine.whatif import what_if
from lineage.engine.whatif_request import read_request
from lineage.engine.writing import to_json
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, TODAY, day, file_of, grant, licence, made

LIMITED = licence("limited", "team-size-max 10")
CHANGING = licence("changing", control=("may-change",))
BASE = file_of(LIMITED, grant("base", "limited"), made("base", "end"), artefacts="base end")
ADDED = file_of(
    CHANGING,
    NO_HOSTING,
    grant("new", "changing", "2023-01-01"),
    grant("new", NO_HOSTING.id, "2023-06-01"),
    artefacts="new",
)
ASKED: dict[str, Any] = {"file": to_json(BASE), "replace": "base", "with": to_json(ADDED), "on": TODAY}


@pytest.mark.parametrize("policy", ["strict", "lenient"])
@pytest.mark.parametrize("team", [5, 50])
def test_it_is_answered_under_its_policy_and_for_who_asks(policy: str, team: int) -> None:
    request = read_request({**ASKED, "policy": policy, "taken_on": "2023-03-01", "facts": {"team_size": team}})

    assert request.answer() == what_if(
        request.file,
        "base",
        "new",
        on=day(TODAY),
        policy=policy,
        taken_on=day("2023-03-01"),
        uses=uses_by(Facts(team_size=team)),
    )
    assert request.answer().changes[1].after == ("tainted" if policy == "strict" else "suspect")
    assert request.answer().changes[0].strip["sell-outputs"][0] == ("conditional" if team == 5 else "blocked")


def test_the_work_is_that_of_before_and_of_after() -> None:
    heavy = licence("heavy", *(f"revenue-max {number}" for number in range(1, 101)))
    new = file_of(
        heavy, OPEN, grant("new", "heavy"), grant("further", "open"), made("further", "new"), artefacts="new further"
    )
    light = file_of(OPEN, grant("new", "open"), artefacts="new")

    steps = read_request({**ASKED, "with": to_json(light)}).steps(10**9)
    more = read_request({**ASKED, "with": to_json(new)}).steps(10**9)

    # Eight uses of two models, each with a hundred more terms: only after the replacement, and with longer paths.
    assert more - steps > 8 * 2 * 100 * 20
    assert more - steps < 8 * 2 * 120 * 25


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"file": []}, "file: this must be an object, not a list"),
        ({"replace": "bas"}, "replace: no artefact 'bas'; did you mean 'base'?"),
        ({"as": "newer"}, "as: no artefact 'newer'; did you mean 'new'?"),
        ({"as": "base"}, "as: the replacement of 'base' needs an id of its own"),
        ({"replace": "new"}, "with: the replacement of 'new' needs an id of its own"),
        ({"policy": "strikt"}, "policy: no policy 'strikt'; did you mean 'strict'?"),
        ({"with": to_json(BASE)}, "as.artefacts: which one is the replacement? Candidates: none. Name it with --as ID"),
        ({"wiht": 1}, "wiht: there is no such field here; did you mean 'with'?"),
    ],
)
def test_refusals_say_where_and_why(change: dict[str, Any], words: str) -> None:
    with pytest.raises(LineageFileError) as error:
        read_request({**ASKED, **change})

    assert str(error.value) == words


def test_what_is_no_object_is_refused_without_a_place() -> None:
    with pytest.raises(LineageFileError) as error:
        read_request([])

    assert (error.value.place, error.value.says) == ("", "this must be an object, not a list")
