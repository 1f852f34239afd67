"""The worked cases: each question says which verdict, lineage and deciding code it expects."""

from pathlib import Path

import pytest

from lineage.engine.document import LineageFile, Question
from lineage.engine.reading import read
from lineage.engine.verdicts import answer

CASES = Path(__file__).parent.parent / "cases"
READ = [read(path.read_bytes()) for path in sorted(CASES.glob("*.json"))]
QUESTIONS = [pytest.param(file, question, id=question.id) for file in READ for question in file.questions]


def test_there_are_cases() -> None:
    assert len(QUESTIONS) == 43


@pytest.mark.parametrize(("file", "question"), QUESTIONS)
def test_a_case_is_answered_as_it_expects(file: LineageFile, question: Question) -> None:
    assert question.expect is not None

    given = answer(file, question)

    deciding: set[object] = {reason.code for reason in given.reasons if reason.verdict == given.verdict} or {None}
    assert given.verdict == question.expect["verdict"]
    assert given.lineage == question.expect["lineage"]
    assert question.expect["because"] in deciding
