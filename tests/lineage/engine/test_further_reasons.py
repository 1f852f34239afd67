"""Undisclosed parents, prohibitions, risks, cures and the shape of an answer."""

import json

import pytest

from lineage.engine.document import Facts, Prohibition, Question, Term
from lineage.engine.judging import dumps, judge
from lineage.engine.verdicts import answer
from tests.lineage.engine.small_files import (
    NO_HOSTING,
    OPEN,
    artefact,
    asked,
    codes,
    day,
    file_of,
    grant,
    inheritance_of,
    licence,
    made,
)

HIDING = artefact("a", undisclosed_parents=True)


def test_undisclosed_parents_leave_a_use_unclear_and_running_a_condition() -> None:
    file = file_of(OPEN, HIDING, grant("a", "open"), grant("b", "open"), made("a", "b"), artefacts="b")

    given = asked(file, "b", "host")

    assert [(reason.verdict, reason.code, reason.path) for reason in given.reasons] == [
        ("unclear", "undisclosed-parents", ("b", "a"))
    ]
    assert asked(file, "b", "run").verdict == "conditional"
    assert asked(file, "a", "host", actor="somebody").reasons[0].path == ("a",)


def test_undisclosed_parents_of_one_from_whom_no_licence_comes_give_no_reason() -> None:
    file = file_of(
        OPEN, HIDING, grant("a", "open"), grant("b", "open"), made("a", "b", method="train-on-outputs"), artefacts="b"
    )

    assert asked(file, "b", "host").verdict == "allowed"
    assert asked(file, "b", "host").lineage == "suspect"


def test_two_licences_from_one_hiding_origin_are_one_reason() -> None:
    other = licence("other")
    file = file_of(
        OPEN,
        other,
        HIDING,
        grant("a", "open", "2022-01-01"),
        grant("a", "other", "2022-02-01"),
        grant("b", "open"),
        made("a", "b", ("2022-01-15", "2022-02-15")),
        artefacts="b",
    )

    assert codes(asked(file, "b", "host")) == ["undisclosed-parents"]


MAY_PROHIBIT = licence("may", control=("may-prohibit",))


@pytest.mark.parametrize(
    ("on", "policy", "certain", "verdict"),
    [
        ("2023-01-01", "strict", True, "blocked"),
        ("2022-12-31", "strict", True, "allowed"),
        ("2023-01-01", "lenient", True, "unclear"),
        ("2023-01-01", "strict", False, "unclear"),
    ],
)
def test_a_licensor_who_may_prohibit_and_does(on: str, policy: str, certain: bool, verdict: str) -> None:
    file = file_of(
        MAY_PROHIBIT,
        OPEN,
        grant("a", "may"),
        grant("b", "open"),
        made("a", "b", certain=certain),
        Prohibition("a", day("2023-01-01")),
        artefacts="a b",
    )

    given = asked(file, "b", "run", on=on, policy=policy)

    assert given.verdict == verdict
    assert codes(given) == ([] if verdict == "allowed" else ["prohibited"])


def test_a_prohibition_under_a_licence_that_does_not_let_one_prohibit_is_nothing() -> None:
    file = file_of(
        OPEN,
        grant("a", "open"),
        grant("b", "open"),
        made("a", "b"),
        Prohibition("a", day("2020-01-01")),
        artefacts="a b",
    )

    assert asked(file, "b", "run").verdict == "allowed"


def test_a_prohibition_reaches_the_artefact_itself_but_not_its_licensor() -> None:
    file = file_of(MAY_PROHIBIT, artefact("a", licensor="mika"), grant("a", "may"), Prohibition("a", day("2020-01-01")))

    assert asked(file, "a", "run").verdict == "blocked"
    assert asked(file, "a", "run", actor="mika").verdict == "allowed"


def test_every_answer_carries_its_risks_sorted_and_once() -> None:
    one = licence("one", control=("revocable", "may-change", "direct"))
    other = licence("other", control=("revocable", "may-prohibit", "irrevocable"))
    file = file_of(one, other, grant("a", "one"), grant("b", "other"), made("a", "b"), artefacts="a b")

    assert asked(file, "b", "run").risks == ("may-change", "may-prohibit", "revocable")


@pytest.mark.parametrize(
    ("term", "where", "action", "do"),
    [
        ("no-hosting", "inherited", "host", "replace"),
        ("no-hosting", "own", "host", "ask-licensor"),
        ("selling-unstated", "inherited", "sell-weights", "ask-licensor"),
        ("use-list", "inherited", "run", "keep-duty"),
        ("team-size-max 10", "inherited", "sell-outputs", "keep-duty"),
    ],
)
def test_a_reason_says_what_would_remove_it(term: str, where: str, action: str, do: str) -> None:
    its = licence("its", term)
    file = file_of(its, OPEN, grant("a", "its"), grant("b", "open"), made("a", "b"), artefacts="a b")

    (reason,) = asked(file, "a" if where == "own" else "b", action, facts=Facts(team_size=3)).reasons

    assert reason.cure is not None
    assert (reason.cure.do, reason.cure.artefact, reason.cure.licence) == (do, "a", "its")


def test_reasons_come_worst_first_then_by_code_origin_licence_limit_and_path() -> None:
    limits = licence("limits", "team-size-max 20", "team-size-max 9", "use-list", "team-size-max 3")
    file = file_of(
        limits,
        grant("b", "limits"),
        grant("a", "limits"),
        made("a", "c"),
        made("b", "c"),
        grant("c", "limits"),
        artefacts="c b a",
    )

    given = asked(file, "c", "sell-outputs", facts=Facts(team_size=5))

    assert [(reason.verdict, reason.code, reason.origin, reason.limit) for reason in given.reasons] == [
        *(("blocked", "team-size-max", origin, 3) for origin in "abc"),
        *(("conditional", "team-size-max", origin, limit) for origin in "abc" for limit in (9, 20)),
        *(("conditional", "use-list", origin, None) for origin in "abc"),
    ]


def test_reasons_that_differ_in_little_come_by_path_then_by_clause_quote_and_question() -> None:
    def term(**said: str) -> Term:
        return Term("use-list", **said)  # type: ignore[arg-type]

    # What reaches outputs came by b; the rest came by z.
    two_ways = licence(
        "l",
        term(clause="2"),
        term(clause="1", quote="b"),
        term(clause="1", quote="a"),
        term(),
        Term("use-list", clause="3", carries="none", reaches_outputs=True),
    )
    file = file_of(
        two_ways,
        OPEN,
        *(grant(name, "open") for name in ("b", "z")),
        grant("a", "l"),
        made("a", "z"),
        made("z", "c"),
        made("a", "b", method="train-on-outputs"),
        made("b", "c", method="train-on-outputs"),
        grant("c", "open"),
        artefacts="a b c z",
    )

    assert [(reason.path, reason.clause, reason.quote) for reason in asked(file, "c", "run").reasons] == [
        (("c", "b", "a"), "3", None),
        (("c", "z", "a"), None, None),
        (("c", "z", "a"), "1", "a"),
        (("c", "z", "a"), "1", "b"),
        (("c", "z", "a"), "2", None),
    ]


def test_conflicts_with_several_come_by_the_other_licence() -> None:
    free = licence("free", outbound=("superset",))
    file = file_of(
        free,
        licence("y", "no-hosting"),
        licence("x", "no-hosting"),
        grant("a", "free"),
        grant("b", "y"),
        grant("c", "x"),
        artefact("mix", licensor="mika"),
        *(made(name, "mix") for name in "abc"),
        artefacts="a b c",
    )

    given = asked(file, "mix", "publish", actor="mika")

    assert [(reason.code, reason.cure and reason.cure.licence) for reason in given.reasons] == [
        ("conflict-superset", "x"),
        ("conflict-superset", "y"),
    ]


def test_an_answer_is_json_without_what_is_absent() -> None:
    file = file_of(NO_HOSTING, OPEN, grant("a", NO_HOSTING.id), grant("b", "open"), made("a", "b"), artefacts="a b")
    question = Question("Q1", "b", "host", day("2024-01-01"))

    result = judge(type(file)(**{name: getattr(file, name) for name in file.__slots__} | {"questions": (question,)}))

    assert result == {
        "answers": [
            {
                "id": "Q1",
                "verdict": "blocked",
                "lineage": "tainted",
                "risks": [],
                "reasons": [
                    {
                        "verdict": "blocked",
                        "code": "no-hosting",
                        "origin": "a",
                        "licence": "no-hosting-licence",
                        "path": ["b", "a"],
                        "cure": {"do": "replace", "artefact": "a", "licence": "no-hosting-licence"},
                    }
                ],
            }
        ],
        "faults": [],
    }
    assert json.loads(dumps(result)) == result


def test_clause_and_quote_come_with_the_reason() -> None:
    term = type(NO_HOSTING.terms[0])("no-hosting", clause="4.a", quote="You may not host.")
    file = file_of(licence("its", term), grant("a", "its"), artefacts="a")

    (reason,) = asked(file, "a", "host").reasons

    assert (reason.clause, reason.quote) == ("4.a", "You may not host.")


def test_an_inheritance_of_another_day_is_not_believed() -> None:
    file = file_of(
        OPEN,
        NO_HOSTING,
        grant("a", "open", "2022-01-01"),
        grant("a", NO_HOSTING.id, "2023-01-01"),
        grant("b", "open"),
        made("a", "b", None),
        artefacts="a b",
    )
    question = Question("Q", "b", "host", day("2024-01-01"))

    given = answer(file, question, inheritance_of(file, on="2022-06-01"))

    assert given == answer(file, question)
    assert given.verdict == "unclear"
