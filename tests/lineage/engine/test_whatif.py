"""What a replacement frees, what stays in the way, and the command that says so."""

import io
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.engine.document import Facts, LineageFile, LineageFileError
from lineage.engine.inheritance import solve
from lineage.engine.reading import read
from lineage.engine.use_strip import uses_by
from lineage.engine.whatif import joined, obstacles, only_new_end, what_if, with_clean_stand_in
from lineage.engine.whatif_command import main
from lineage.engine.writing import write
from tests.lineage.engine.invented_files import files
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, TODAY, artefact, day, file_of, grant, licence, made

DATA = Path(__file__).parents[3] / "lineage" / "data"

CLEAN_BASE = file_of(OPEN, grant("clean", "open", "2023-06-01"), artefacts="clean")
LINE = file_of(
    NO_HOSTING,
    OPEN,
    grant("base", NO_HOSTING.id),
    grant("mid", "open"),
    grant("other", NO_HOSTING.id),
    made("base", "mid"),
    made("mid", "end"),
    made("mid", "mixed"),
    made("other", "mixed"),
    artefacts="base mid end mixed other",
)


def run(*argv: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(list(argv), stdout, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


def test_what_only_came_by_the_replaced_one_is_freed_and_the_rest_stays_with_its_path() -> None:
    file = joined(LINE, CLEAN_BASE)

    found = what_if(file, "mid", "clean", on=day(TODAY))

    assert found.freed == ("mid", "end")
    assert [(change.artefact, change.after) for change in found.stays] == [("mixed", "tainted")]
    assert [(each.code, each.path) for each in found.stays[0].obstacles] == [("no-hosting", ("mixed", "other"))]


def test_the_strip_tells_each_use_before_and_after() -> None:
    file = joined(LINE, CLEAN_BASE)

    strip = what_if(file, "base", "clean", on=day(TODAY)).changes[1].strip

    assert strip["paid-service"] == ("blocked", "allowed")
    assert strip["personal"] == ("allowed", "allowed")
    assert list(strip)[:3] == ["personal", "sell-outputs", "paid-service"]


def test_a_replacement_that_is_not_offered_on_the_day_frees_nothing() -> None:
    file = joined(LINE, CLEAN_BASE)

    too_early = what_if(file, "mid", "clean", on=day(TODAY), taken_on=day("2023-05-31"))

    assert too_early.freed == ("mid",)
    assert [obstacle.code for obstacle in too_early.changes[1].obstacles] == ["unknown-licence"]


def test_that_somebody_accepted_the_old_one_again_says_nothing_of_the_new_one() -> None:
    file = joined(file_of(NO_HOSTING, OPEN, grant("base", NO_HOSTING.id), artefacts="base end"), CLEAN_BASE)
    again = made("base", "end", reaccepted_on=day("2023-01-01"))

    found = what_if(replace(file, derivations=(again,)), "base", "clean", on=day(TODAY))

    assert found.freed == ("end",)


def test_a_replacement_made_from_what_it_replaces_stays_made_from_it() -> None:
    file = joined(LINE, file_of(OPEN, grant("next", "open"), artefact("next"), made("mid", "next"), artefacts="mid"))

    found = what_if(file, "mid", "next", on=day(TODAY))

    assert found.freed == ()
    assert found.changes[1].obstacles[0].path == ("end", "next", "mid", "base")


def test_a_restrictive_licence_of_the_replacement_itself_taints_what_is_made_from_it() -> None:
    strict = licence("strict", "no-selling-weights")
    file = joined(LINE, file_of(strict, grant("new", "strict"), artefacts="new"))

    found = what_if(file, "mid", "new", on=day(TODAY))

    assert found.freed == ("mid",)
    assert [(each.code, each.origin) for each in found.changes[1].obstacles] == [("no-selling-weights", "new")]


def test_undisclosed_parents_stay_in_the_way() -> None:
    hidden = file_of(OPEN, artefact("new", undisclosed_parents=True), grant("new", "open"))

    found = what_if(joined(LINE, hidden), "mid", "new", on=day(TODAY))

    assert [(each.code, each.path) for each in found.changes[1].obstacles] == [("undisclosed-parents", ("end", "new"))]


def test_an_unknown_id_is_a_sentence() -> None:
    with pytest.raises(LineageFileError, match="no artefact 'nowhere'"):
        what_if(LINE, "nowhere", "mid", on=day(TODAY))
    with pytest.raises(LineageFileError, match="id of its own"):
        what_if(LINE, "mid", "mid", on=day(TODAY))


def test_more_descendants_than_can_be_judged_is_a_sentence() -> None:
    names = [f"m{number}" for number in range(1_500)]
    file = file_of(*(made(one, other) for one, other in pairwise(names)), artefacts=" ".join([*names, "new"]))

    with pytest.raises(LineageFileError, match="too much descends"):
        what_if(file, "m0", "new", on=day(TODAY))


def test_what_two_files_tell_differently_is_refused() -> None:
    with pytest.raises(LineageFileError, match="'open' is told differently"):
        joined(LINE, file_of(licence("open", "no-hosting")))


def test_which_artefact_an_addition_is_about() -> None:
    plan = file_of(made("base", "half"), made("half", "whole"), artefacts="base half whole")

    assert only_new_end(LINE, plan) == "whole"
    with pytest.raises(LineageFileError, match="Candidates: none"):
        only_new_end(LINE, LINE)


@settings(max_examples=40, deadline=None)
@given(files(), st.integers(0, 5))
def test_nobody_is_in_a_worse_state_after_a_clean_replacement(file: LineageFile, place: int) -> None:
    old = file.artefacts[place % len(file.artefacts)].id
    both, new = with_clean_stand_in(file, old)

    found = what_if(both, old, new, on=file.questions[0].on, uses={})

    states = ("clean", "suspect", "tainted")
    assert found.changes[0].after == "clean"
    assert all(states.index(change.after) <= states.index(change.before) for change in found.changes)


@settings(max_examples=40, deadline=None)
@given(files())
def test_a_model_is_clean_exactly_if_nothing_is_in_its_way(file: LineageFile) -> None:
    inheritance = solve(file, file.questions[0].on)

    for each in file.artefacts:
        found = obstacles(inheritance, each.id)
        assert (inheritance.state(each.id) == "clean") == (not found)
        assert (inheritance.state(each.id) == "tainted") == any(
            obstacle.certain and obstacle.code != "unknown-licence" for obstacle in found
        )


def test_bra_the_clean_plan_in_the_place_of_v1_frees_v1_and_v4() -> None:
    code, stdout, stderr = run(
        str(DATA / "bra.json"),
        "--replace",
        "bra-v1",
        "--with",
        str(DATA / "bra-clean-plan.json"),
        "--on",
        "2023-07-05",
        "--fact",
        "team_size=25",
    )

    said = json.loads(stdout)
    assert (code, stderr) == (0, "")
    assert said["by"] == "bra-clean-plan"
    assert said["freed"] == ["bra-v1", "bra-v4"]
    assert said["changes"][0]["strip"]["sell-outputs"] == {"before": "blocked", "after": "conditional"}
    assert [change["artefact"] for change in said["stays"]] == ["chilled-remixr"]
    assert said["stays"][0]["because"][0]["path"] == ["chilled-remixr", "bra-v3"]


def test_the_command_says_which_file_is_wrong(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(write(LINE))
    bad.write_text("{}")

    code, stdout, stderr = run(str(good), "--replace", "mid", "--with", str(bad), "--on", TODAY)

    assert (code, stdout) == (2, "")
    assert stderr.startswith(f"{bad}: ")


@pytest.mark.parametrize("wrong", [["--on", "2023-02-30"], ["--on", TODAY, "--fact", "height=3"]])
def test_a_wrong_option_is_a_sentence(wrong: list[str]) -> None:
    code, stdout, stderr = run("a.json", "--replace", "mid", "--with", "b.json", *wrong)

    assert (code, stdout) == (2, "")
    assert "is no day" in stderr or "is no fact" in stderr


def test_who_asks_is_known_in_every_use() -> None:
    uses = uses_by(Facts(team_size=5, monetised=True))

    assert uses["sell-outputs"].facts == Facts(team_size=5, monetised=True)
    assert uses["personal"].facts == Facts(team_size=5, monetised=False, commercial=False)
    assert uses["team-of-11"].facts == Facts(team_size=11, monetised=True, commercial=True)


def test_the_files_that_come_with_genseki_can_be_joined() -> None:
    bra, plan = (read((DATA / name).read_bytes()) for name in ("bra.json", "bra-clean-plan.json"))

    assert joined(bra, plan) == joined(joined(bra, plan), plan)
