"""Every way in which a file is refused, with its place and a sentence."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from lineage.engine.document import LineageFileError
from lineage.engine.reading import from_json
from tests.lineage.engine.test_writing import FULL

Change = Callable[[dict[str, Any]], Any]


def refusal(change: Change) -> LineageFileError:
    value = copy.deepcopy(FULL)
    change(value)
    with pytest.raises(LineageFileError) as refused:
        from_json(value)
    return refused.value


def setting(*way: Any) -> Change:
    """Put the last of the arguments at the place that the others lead to."""

    def change(value: Any) -> None:
        for step in way[:-2]:
            value = value[step]
        value[way[-2]] = way[-1]

    return change


def leaving_out(*way: Any) -> Change:
    def change(value: Any) -> None:
        for step in way[:-1]:
            value = value[step]
        del value[way[-1]]

    return change


def adding(key: str, **fields: Any) -> Change:
    """Give the first entry of a list once more, with other fields."""
    return lambda value: value[key].append(copy.deepcopy(value[key][0]) | fields)


@pytest.mark.parametrize("key", ["licences", "artefacts", "grants", "derivations"])
def test_a_list_that_is_missing(key: str) -> None:
    error = refusal(leaving_out(key))

    assert (error.place, error.says) == (key, "this field is missing")


@pytest.mark.parametrize(
    "way",
    [
        ("format",),
        ("licences", 0, "id"),
        ("licences", 0, "terms"),
        ("licences", 0, "outbound"),
        ("licences", 0, "control"),
        ("licences", 0, "terms", 0, "id"),
        ("artefacts", 1, "id"),
        ("artefacts", 1, "name"),
        ("grants", 0, "artefact"),
        ("grants", 0, "licence"),
        ("grants", 0, "from"),
        ("derivations", 0, "parent"),
        ("derivations", 0, "child"),
        ("derivations", 0, "method"),
        ("derivations", 0, "obtained_on"),
        ("derivations", 0, "obtained_on", "from"),
        ("derivations", 0, "obtained_on", "until"),
        ("exemptions", 0, "artefact"),
        ("exemptions", 0, "term"),
        ("exemptions", 0, "actors"),
        ("prohibitions", 0, "artefact"),
        ("prohibitions", 0, "on"),
        ("questions", 0, "id"),
        ("questions", 0, "artefact"),
        ("questions", 0, "action"),
        ("questions", 0, "on"),
    ],
)
def test_a_field_that_is_missing(way: tuple[Any, ...]) -> None:
    error = refusal(leaving_out(*way))

    assert error.place == "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way).lstrip(".")
    assert error.says == "this field is missing"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (setting("licences", {}), "licences"),
        (setting("licences", 0, []), "licences[0]"),
        (setting("licences", 0, "id", 3), "licences[0].id"),
        (setting("licences", 0, "or_later", 1), "licences[0].or_later"),
        (setting("licences", 0, "terms", {}), "licences[0].terms"),
        (setting("licences", 0, "terms", 0, "use-list"), "licences[0].terms[0]"),
        (setting("licences", 0, "terms", 0, "limit", "10"), "licences[0].terms[0].limit"),
        (setting("licences", 0, "terms", 0, "limit", True), "licences[0].terms[0].limit"),
        (setting("licences", 0, "terms", 0, "limit", float("nan")), "licences[0].terms[0].limit"),
        (setting("licences", 0, "terms", 0, "limit", 10**5000), "licences[0].terms[0].limit"),
        (setting("licences", 0, "outbound", "superset"), "licences[0].outbound"),
        (setting("licences", 0, "control", [1]), "licences[0].control[0]"),
        (setting("licences", 0, "control", None), "licences[0].control"),
        (setting("artefacts", 0, "sha256", 0), "artefacts[0].sha256"),
        (setting("artefacts", 0, "undisclosed_parents", "yes"), "artefacts[0].undisclosed_parents"),
        (setting("grants", 0, "certain", 0), "grants[0].certain"),
        (setting("grants", 0, "evidence", 3), "grants[0].evidence"),
        (setting("grants", 0, "evidence", ["x", None]), "grants[0].evidence[1]"),
        (setting("derivations", 0, "share", True), "derivations[0].share"),
        (setting("derivations", 0, "obtained_on", 20230101), "derivations[0].obtained_on"),
        (setting("derivations", 0, "obtained_on", []), "derivations[0].obtained_on"),
        (setting("exemptions", "none"), "exemptions"),
        (setting("exemptions", 0, "actors", "bigsite"), "exemptions[0].actors"),
        (setting("exemptions", 0, "actors", [0]), "exemptions[0].actors[0]"),
        (setting("questions", 0, "facts", []), "questions[0].facts"),
        (setting("questions", 0, "facts", "team_size", False), "questions[0].facts.team_size"),
        (setting("questions", 0, "facts", "monetised", 1), "questions[0].facts.monetised"),
        (setting("questions", 0, "facts", "commercial", "no"), "questions[0].facts.commercial"),
        (setting("questions", 0, "holds", [["a", "l"]]), "questions[0].holds"),
        (setting("questions", 0, "holds", "a", None), "questions[0].holds.a"),
        (setting("questions", 0, "note", 3), "questions[0].note"),
        (setting("questions", 0, "expect", "allowed"), "questions[0].expect"),
        (setting("artefacts", 0, "name", "half \ud800"), "artefacts[0].name"),
        (setting("artefacts", 0, "name", "nul \0"), "artefacts[0].name"),
    ],
)
def test_a_field_of_the_wrong_kind(change: Change, place: str) -> None:
    assert refusal(change).place == place


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        (setting("grants", 0, "licence", "ll"), "grants[0].licence", "no licence 'll'; did you mean 'l'?"),
        (setting("grants", 0, "artefact", "zzz"), "grants[0].artefact", "no artefact 'zzz'"),
        (setting("derivations", 0, "parent", "aa"), "derivations[0].parent", "no artefact 'aa'; did you mean 'a'?"),
        (setting("derivations", 0, "child", "zzz"), "derivations[0].child", "no artefact 'zzz'"),
        (
            setting("derivations", 0, "method", "merged"),
            "derivations[0].method",
            "no method 'merged'; did you mean 'merge'?",
        ),
        (
            setting("licences", 0, "terms", 0, "id", "team-size"),
            "licences[0].terms[0].id",
            "no term 'team-size'; did you mean 'team-size-max'?",
        ),
        (setting("licences", 0, "terms", 0, "carries", "all"), "licences[0].terms[0].carries", "no way to carry 'all'"),
        (setting("licences", 0, "outbound", ["same"]), "licences[0].outbound[0]", "no outbound 'same'"),
        (setting("licences", 0, "control", ["x"]), "licences[0].control[0]", "no control 'x'"),
        (setting("exemptions", 0, "artefact", "zzz"), "exemptions[0].artefact", "no artefact 'zzz'"),
        (setting("exemptions", 0, "term", "zzz"), "exemptions[0].term", "no term 'zzz'"),
        (setting("prohibitions", 0, "artefact", "zzz"), "prohibitions[0].artefact", "no artefact 'zzz'"),
        (setting("questions", 0, "artefact", "zzz"), "questions[0].artefact", "no artefact 'zzz'"),
        (setting("questions", 0, "action", "runs"), "questions[0].action", "no action 'runs'; did you mean 'run'?"),
        (
            setting("questions", 0, "policy", "strickt"),
            "questions[0].policy",
            "no policy 'strickt'; did you mean 'strict'?",
        ),
        (setting("questions", 0, "holds", {"zzz": "l"}), "questions[0].holds.zzz", "no artefact 'zzz'"),
        (setting("questions", 0, "holds", {"a": "zzz"}), "questions[0].holds.a", "no licence 'zzz'"),
    ],
)
def test_something_named_that_is_not_known(change: Change, place: str, says: str) -> None:
    error = refusal(change)

    assert (error.place, error.says) == (place, says)


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        (adding("licences"), "licences[1].id", "the licence 'l' is given twice"),
        (adding("artefacts"), "artefacts[2].id", "the artefact 'a' is given twice"),
        (adding("questions"), "questions[1].id", "the question 'Q' is given twice"),
    ],
)
def test_an_id_given_twice(change: Change, place: str, says: str) -> None:
    error = refusal(change)

    assert (error.place, error.says) == (place, says)


@pytest.mark.parametrize(
    "way", [("licences", 0, "id"), ("artefacts", 1, "id"), ("questions", 0, "id"), ("licences", 0, "terms", 0, "id")]
)
def test_what_nobody_knows_cannot_be_taken_as_an_id(way: tuple[Any, ...]) -> None:
    error = refusal(setting(*way, "unknown-licence"))

    assert error.place.endswith(".id")
    assert "unknown-licence" in error.says


def test_an_empty_id() -> None:
    assert refusal(setting("artefacts", 1, "id", "")).place == "artefacts[1].id"


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-30",
        "2023-2-3",
        "20230203",
        "2023-W01-1",
        "0000-01-01",
        "2023-13-01",
        "",
        " 2023-01-01",
        "2023-01-01T00:00",
    ],
)
def test_a_day_that_is_no_real_iso_day(text: str) -> None:
    error = refusal(setting("grants", 0, "from", text))

    assert error.place == "grants[0].from"
    assert "is not a day" in error.says


@pytest.mark.parametrize(
    "way",
    [
        ("artefacts", 0, "published_on"),
        ("grants", 0, "until"),
        ("derivations", 0, "obtained_on"),
        ("derivations", 0, "obtained_on", "from"),
        ("derivations", 0, "obtained_on", "until"),
        ("derivations", 0, "reaccepted_on"),
        ("prohibitions", 0, "on"),
        ("questions", 0, "on"),
        ("questions", 0, "acquired_on"),
    ],
)
def test_every_day_is_looked_at(way: tuple[Any, ...]) -> None:
    assert "is not a day" in refusal(setting(*way, "2023-02-30")).says


def test_an_interval_that_ends_before_it_begins() -> None:
    error = refusal(setting("derivations", 0, "obtained_on", {"from": "2023-01-02", "until": "2023-01-01"}))

    assert error.place == "derivations[0].obtained_on.until"
    assert error.says == "the interval ends on 2023-01-01, before it begins on 2023-01-02"


def test_a_grant_that_ends_before_it_begins() -> None:
    error = refusal(setting("grants", 0, "until", "2022-12-31"))

    assert error.place == "grants[0].until"
    assert error.says == "the grant ends on 2022-12-31, before it begins on 2023-01-01"


def test_two_standing_grants_on_one_day() -> None:
    def change(value: dict[str, Any]) -> None:
        value["grants"] = [{"artefact": "a", "licence": "l", "from": "2023-01-01"}] * 2

    error = refusal(change)

    assert error.place == "grants[1].from"
    assert error.says == "two standing grants of 'a' begin on 2023-01-01; only one can be in force"


def test_an_optional_grant_before_them_hides_no_two_standing_ones() -> None:
    standing = {"artefact": "a", "licence": "l", "from": "2023-01-01"}

    def change(value: dict[str, Any]) -> None:
        value["grants"] = [{**standing, "optional": True}, standing, standing]

    assert refusal(change).place == "grants[2].from"


def test_optional_grants_may_begin_together() -> None:
    value = copy.deepcopy(FULL)
    adding("grants")(value)

    assert len(from_json(value).grants) == 2


def test_a_limit_where_it_is_needed_and_nowhere_else() -> None:
    without = refusal(leaving_out("licences", 0, "terms", 0, "limit"))
    unwanted = refusal(setting("licences", 0, "terms", 0, "id", "use-list"))

    assert (without.place, without.says) == ("licences[0].terms[0].limit", "the term 'team-size-max' needs a limit")
    assert (unwanted.place, unwanted.says) == ("licences[0].terms[0].limit", "the term 'use-list' takes no limit")


@pytest.mark.parametrize("share", [-0.1, 1.0001, 10**30])
def test_a_share_outside_nought_to_one(share: float) -> None:
    error = refusal(setting("derivations", 0, "share", share))

    assert (error.place, error.says) == ("derivations[0].share", "a share is a number from 0 to 1")


@pytest.mark.parametrize("share", [0, 1, 0.0, 1.0])
def test_nought_and_one_are_shares(share: float) -> None:
    value = copy.deepcopy(FULL)
    setting("derivations", 0, "share", share)(value)

    assert from_json(value).derivations[0].share == share


def test_a_derivation_from_an_artefact_to_itself() -> None:
    error = refusal(setting("derivations", 0, "child", "a"))

    assert (error.place, error.says) == ("derivations[0].child", "'a' cannot be made from itself")


def test_acquired_after_the_questions_day() -> None:
    error = refusal(setting("questions", 0, "acquired_on", "2023-05-02"))

    assert error.place == "questions[0].acquired_on"


def test_another_format() -> None:
    error = refusal(setting("format", "genseki-lineage/2"))

    assert (error.place, error.says) == ("format", 'this must be "genseki-lineage/1", not "genseki-lineage/2"')


@pytest.mark.parametrize(
    ("way", "place", "says"),
    [
        (("licenses", []), "licenses", "there is no such field here; did you mean 'licences'?"),
        (("grants", 0, "untill", None), "grants[0].untill", "there is no such field here; did you mean 'until'?"),
        (("derivations", 0, "x", 1), "derivations[0].x", "there is no such field here"),
        (
            ("questions", 0, "facts", "teamsize", 1),
            "questions[0].facts.teamsize",
            "there is no such field here; did you mean 'team_size'?",
        ),
    ],
)
def test_a_field_that_the_format_does_not_have(way: tuple[Any, ...], place: str, says: str) -> None:
    error = refusal(setting(*way))

    assert (error.place, error.says) == (place, says)


@pytest.mark.parametrize("value", [None, [], "text", 3, True])
def test_a_file_that_is_no_object(value: object) -> None:
    with pytest.raises(LineageFileError) as refused:
        from_json(value)

    assert refused.value.place == ""
    assert refused.value.says.startswith("this must be an object")


def test_an_error_reads_as_place_and_sentence() -> None:
    assert str(LineageFileError("grants[0].from", "no day")) == "grants[0].from: no day"
    assert str(LineageFileError("", "no file")) == "no file"
