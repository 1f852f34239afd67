"""The engine against the text: random files are judged a second time, naively, and the whole answers are compared.

Where the text is open, the naive evaluator follows the engine, and says so where it does: which of the five cures a
reason gets, of which origins a conflict is told, that a held licence comes by the way of what it stands in for, when a
taking is too early, and under which policy a label is weighed.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.engine.document import LineageFile, Question
from lineage.engine.judging import judge
from lineage.engine.terms import (
    ACTIONS,
    CARRIES,
    CONTROLS,
    LIMIT_FACTS,
    METHODS,
    OUTBOUND,
    RISKS,
    TERMS,
    UNKNOWN_LICENCE,
)
from tests.lineage.engine.crowded_files import crowded_file, least
from tests.lineage.engine.invented_files import files
from tests.lineage.engine.naive_faults import naive_faults
from tests.lineage.engine.naive_verdicts import Found, NaiveVerdict
from tests.lineage.engine.test_cases import READ

by_text = settings(max_examples=150, deadline=None)
crowds = st.integers(0, 2**62).map(crowded_file)


def in_blocks(naive: Sequence[Found], engine: Sequence[dict[str, Any]]) -> tuple[list[list[str]], list[list[str]]]:
    """Both lists of reasons, cut where the order of the text says that one comes before another."""
    mine, theirs, start = [], [], 0
    for _, block in groupby(naive, key=Found.place):
        told = [json.dumps(reason.told, sort_keys=True) for reason in block]
        mine.append(sorted(told))
        theirs.append(sorted(json.dumps(each, sort_keys=True) for each in engine[start : start + len(told)]))
        start += len(told)
    return mine, [*theirs, *([json.dumps(each)] for each in engine[start:])]


def without_reasons(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in answer if name != "reasons"}


def differences(file: LineageFile) -> Iterator[tuple[object, object]]:
    """What the text says and what the engine says, wherever they differ: reasons, verdicts, then faults."""
    result = judge(file)
    for question, engine in zip(file.questions, result["answers"], strict=True):
        naive = NaiveVerdict(file, question)
        mine, theirs = in_blocks(naive.reasons(), engine["reasons"])
        told, found = without_reasons(naive.answer()), without_reasons(engine)
        yield from ((one, other) for one, other in ((mine, theirs), (told, found)) if one != other)
    said = sorted((fault["code"], tuple(fault["artefacts"])) for fault in result["faults"])
    if said != sorted(naive_faults(file)):
        yield sorted(naive_faults(file)), said


def the_same_by_text(file: LineageFile) -> None:
    if any(differences(file)):
        file = least(file, lambda smaller: any(differences(smaller)))
        text, engine = next(differences(file))
        pytest.fail(f"the text says {text}\nthe engine says {engine}\nof {file}")


@by_text
@given(files())
def test_the_engine_answers_as_the_text_does(file: LineageFile) -> None:
    the_same_by_text(file)


@settings(by_text, max_examples=2_000)
@given(crowds)
def test_the_engine_answers_as_the_text_does_where_much_happens_at_once(file: LineageFile) -> None:
    the_same_by_text(file)


@pytest.mark.parametrize("file", READ, ids=lambda file: file.questions[0].id)
def test_the_naive_evaluator_answers_the_worked_cases(file: LineageFile) -> None:
    assert [naive_essence(file, question) for question in file.questions] == [
        (question.expect["verdict"], question.expect["lineage"]) for question in file.questions if question.expect
    ]


def naive_essence(file: LineageFile, question: Question) -> tuple[object, object]:
    answer = NaiveVerdict(file, question).answer()
    return answer["verdict"], answer["lineage"]


def words_of(files: Sequence[LineageFile]) -> Counter[tuple[str, str]]:
    """How often each word of an answer comes up: (what kind of word, word)."""
    said: Counter[tuple[str, str]] = Counter()
    for file in files:
        result = judge(file)
        said.update(("fault", fault["code"]) for fault in result["faults"])
        said.update(("policy", question.policy) for question in file.questions)
        for answer in result["answers"]:
            said.update([("verdict", answer["verdict"]), ("lineage", answer["lineage"])])
            said.update(("risk", risk) for risk in answer["risks"])
            for reason in answer["reasons"]:
                said.update([(reason["code"], reason["verdict"]), ("cure", reason["cure"]["do"])])
                said.update(("ask", reason["ask"]) for _ in [0] if "ask" in reason)
                said.update((name, "given") for name in ("clause", "quote") if name in reason)
                said.update([("steps", str(len(reason["path"])))])
    return said


def test_every_word_of_a_file_comes_up_among_the_crowded_files() -> None:
    crowd = [crowded_file(number) for number in range(200)]

    licences = [licence for file in crowd for licence in file.licences]
    derivations = [made for file in crowd for made in file.derivations]
    questions = [question for file in crowd for question in file.questions]
    terms = [term for licence in licences for term in licence.terms]
    assert {word for licence in licences for word in licence.control} == CONTROLS
    assert {word for licence in licences for word in licence.outbound} == OUTBOUND
    assert {made.method for made in derivations} == METHODS
    assert {question.action for question in questions} == ACTIONS
    assert {term.carries for term in terms} == set(CARRIES)
    assert {term.id for term in terms} == TERMS - {UNKNOWN_LICENCE}
    assert {type(made.obtained_on).__name__ for made in derivations} == {"date", "Interval", "NoneType"}
    assert {bool(made.reaccepted_on) for made in derivations} == {made.certain for made in derivations} == {True, False}
    assert {made.share for made in derivations} == {None, 0, 0.001, 1}
    assert {question.actor for question in questions} == {None, "mika", "jo"}
    assert (
        {bool(question.holds) for question in questions} == {bool(file.exemptions) for file in crowd} == {True, False}
    )
    assert {bool(question.acquired_on) for question in questions} == {True, False}
    assert {bool(grant.until) for file in crowd for grant in file.grants} == {True, False}
    assert {grant.optional for file in crowd for grant in file.grants} == {True, False}
    assert {grant.certain for file in crowd for grant in file.grants} == {True, False}


BLOCKING = {term for term in TERMS if term.startswith("no-")} - {"no-nft-outputs"}
CONFLICTS = {"conflict-superset", "conflict-same-permissions", "conflict-copyleft"}
DUTIES = TERMS - BLOCKING - set(LIMIT_FACTS) - {"unknown-licence", "selling-unstated"}
WORDS = {
    *(("verdict", word) for word in ("allowed", "conditional", "unclear", "blocked")),
    *(("lineage", word) for word in ("clean", "suspect", "tainted")),
    *(("policy", word) for word in ("strict", "lenient")),
    *(("risk", word) for word in RISKS),
    *(("fault", word) for word in ("cycle", "taken-before-offered", "child-older-than-parent", "ineffective-label")),
    *(("cure", word) for word in ("replace", "ask-licensor", "state-fact", "keep-duty", "drop-licence")),
    *(("ask", word) for word in (*LIMIT_FACTS.values(), "monetised")),
    *((word, "given") for word in ("clause", "quote")),
    *(("steps", str(number)) for number in range(1, 6)),
    *((word, verdict) for word in BLOCKING | CONFLICTS | {"prohibited"} for verdict in ("blocked", "unclear")),
    *((word, verdict) for word in LIMIT_FACTS for verdict in ("blocked", "unclear", "conditional")),
    *((word, "conditional") for word in DUTIES),
    *(("undisclosed-parents", verdict) for verdict in ("unclear", "conditional")),
    *((word, "unclear") for word in ("unknown-licence", "selling-unstated")),
}


def test_every_word_of_an_answer_comes_up_among_the_crowded_files() -> None:
    said = words_of([crowded_file(number) for number in range(2_000)])

    assert {word for word in WORDS if said[word] < 5} == set()
    longer = {(kind, word) for kind, word in said if kind == "steps" and int(word) > 5}
    assert set(said) - longer == WORDS
