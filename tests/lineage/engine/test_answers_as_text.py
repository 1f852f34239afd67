"""Answers as they are written: the bytes of `judge`, and the table for people."""

from dataclasses import replace

import pytest

from lineage.engine import judging
from lineage.engine.document import LineageFile, LineageFileError, Question, Term
from lineage.engine.judging import dumps, judge
from lineage.engine.table import table
from tests.lineage.engine.small_files import artefact, day, file_of, grant, licence, made

QUOTED = licence("見本", Term("no-hosting", clause="4.a", quote="You may not host “it”."), "use-list")


def asking(name: str, artefact: str, action: str) -> Question:
    return Question(name, artefact, action, day("2024-01-01"))


FAMILY = file_of(
    QUOTED,
    licence("open"),
    grant("親", QUOTED.id),
    grant("child", "open"),
    artefact("child", published_on=day("2021-01-01"), claimed_label="open"),
    artefact("親", published_on=day("2021-01-02")),
    made("親", "child"),
    asking("Q1", "child", "host"),
    asking("Q2", "child", "run"),
    asking("問三", "x", "run"),
    artefacts="x",
)

TOLD = """{"answers": [
  {"id": "Q1", "verdict": "blocked", "lineage": "tainted", "risks": [], "reasons": [
    {"verdict": "blocked", "code": "no-hosting", "origin": "親", "licence": "見本", "path": ["child", "親"], \
"clause": "4.a", "quote": "You may not host “it”.", "cure": {"do": "replace", "artefact": "親", "licence": "見本"}},
    {"verdict": "conditional", "code": "use-list", "origin": "親", "licence": "見本", "path": ["child", "親"], \
"cure": {"do": "keep-duty", "artefact": "親", "licence": "見本"}}
]},
  {"id": "Q2", "verdict": "conditional", "lineage": "tainted", "risks": [], "reasons": [
    {"verdict": "conditional", "code": "use-list", "origin": "親", "licence": "見本", "path": ["child", "親"], \
"cure": {"do": "keep-duty", "artefact": "親", "licence": "見本"}}
]},
  {"id": "問三", "verdict": "allowed", "lineage": "clean", "risks": [], "reasons": []}
],
"faults": [
  {"code": "child-older-than-parent", "artefacts": ["親", "child"], \
"says": "child was published on 2021-01-01, before its parent 親."},
  {"code": "ineffective-label", "artefacts": ["child"], \
"says": "The label open of child does not remove what it inherits: no-hosting."}
]}
"""

TABLE = """question  artefact  action  on          verdict      lineage  because
Q1        child     host    2024-01-01  blocked      tainted  no-hosting
Q2        child     run     2024-01-01  conditional  tainted  use-list
問三      x         run     2024-01-01  allowed      clean    -
child-older-than-parent: child was published on 2021-01-01, before its parent 親.
ineffective-label: The label open of child does not remove what it inherits: no-hosting.

A verdict is a reading of licence texts, not legal advice.
"""


def test_one_reason_is_one_line_and_nothing_is_escaped() -> None:
    assert dumps(judge(FAMILY)) == TOLD


def test_an_empty_file_has_an_empty_answer() -> None:
    assert dumps(judge(LineageFile())) == '{"answers": [],\n"faults": []}\n'


def test_the_columns_of_a_table_are_as_wide_as_what_stands_in_them_looks() -> None:
    assert table(FAMILY, judge(FAMILY)) == TABLE


def test_a_table_names_each_deciding_code_once() -> None:
    two = licence("two", "no-hosting", "use-list", "no-commercial-model")
    file = file_of(two, grant("a", "two"), grant("b", "two"), made("a", "b"), asking("Q", "b", "host"), artefacts="a b")
    sold = replace(
        file, questions=(replace(file.questions[0], facts=replace(file.questions[0].facts, monetised=True)),)
    )

    assert table(sold, judge(sold)).splitlines()[1].endswith("tainted  no-commercial-model, no-hosting")


def test_answers_that_are_too_long_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # Q1 has two reasons with paths of two, Q2 one: 3 + 3 + 3.
    monkeypatch.setattr(judging, "LONGEST_ANSWER", 9)
    assert judge(FAMILY)["answers"]

    monkeypatch.setattr(judging, "LONGEST_ANSWER", 8)
    with pytest.raises(LineageFileError) as error:
        judge(FAMILY)

    assert str(error.value) == "questions: their answers together are too long; ask fewer in one file"


def test_each_question_is_answered_as_of_its_own_day_and_policy() -> None:
    old, new = licence("old", control=("may-change",)), licence("new", "no-hosting")
    file = file_of(
        old,
        new,
        grant("a", "old"),
        grant("a", "new", "2023-01-01"),
        grant("b", "old"),
        made("a", "b", "2022-01-01"),
        Question("before", "b", "host", day("2022-06-01")),
        Question("after", "b", "host", day("2023-06-01")),
        Question("after, leniently", "b", "host", day("2023-06-01"), policy="lenient"),
        Question("after, again", "b", "host", day("2023-06-01")),
        artefacts="a b",
    )

    assert [answer["verdict"] for answer in judge(file)["answers"]] == ["allowed", "blocked", "unclear", "blocked"]
