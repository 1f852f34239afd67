"""The laws of the calculus, on every question of the worked cases."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.engine.document import Derivation, LineageFile, Question
from lineage.engine.inheritance import solve
from lineage.engine.judging import dumps, judge
from lineage.engine.reading import read
from lineage.engine.terms import severity
from lineage.engine.verdicts import Answer, answer
from lineage.engine.writing import write
from tests.lineage.engine.invented_files import derivations, files
from tests.lineage.engine.lawful_changes import beside, essence, ids_of, renamed, turned, with_twin
from tests.lineage.engine.naive import Naive
from tests.lineage.engine.test_cases import QUESTIONS, READ

STATES = ("clean", "suspect", "tainted")
every_case = pytest.mark.parametrize("file", READ, ids=lambda file: file.questions[0].id)
every_question = pytest.mark.parametrize(("file", "question"), QUESTIONS)
#: A derivation needs two.
of_several = pytest.mark.parametrize(
    ("file", "question"),
    [each for each in QUESTIONS if isinstance(file := each.values[0], LineageFile) and file.artefacts[1:]],
)
law = settings(max_examples=6, deadline=None)


def asked(file: LineageFile, question: Question) -> Answer:
    return answer(replace(file, questions=(question,)), question)


@every_question
def test_the_solver_is_the_naive_fixpoint(file: LineageFile, question: Question) -> None:
    inheritance = solve(file, question.on, question.policy)

    naive = Naive(file, question.on, question.policy)

    for artefact in naive.items:
        items = {(item.origin, item.licence, item.term): item.certain for item in inheritance.items(artefact)}
        assert items == naive.items[artefact]
        assert {(name.origin, name.licence): name.certain for name in inheritance.names(artefact)} == naive.names[
            artefact
        ]


@of_several
@law
@given(data=st.data())
def test_adding_a_derivation_never_makes_a_verdict_freer(
    file: LineageFile, question: Question, data: st.DataObject
) -> None:
    added: Derivation = data.draw(derivations([artefact.id for artefact in file.artefacts]))

    before, after = asked(file, question), asked(replace(file, derivations=(*file.derivations, added)), question)

    assert severity(after.verdict) >= severity(before.verdict)
    assert STATES.index(after.lineage) >= STATES.index(before.lineage)
    assert set(after.risks) >= set(before.risks)


@every_case
@pytest.mark.parametrize("order", [[0, -1, -2, -3, -4, -5, -6, -7], [3, 1, 2], [1, 0]])
def test_the_order_of_lists_never_matters(file: LineageFile, order: list[int]) -> None:
    assert dumps(judge(turned(file, order))) == dumps(judge(file))


@every_question
def test_renaming_ids_never_matters(file: LineageFile, question: Question) -> None:
    backwards = {each: f"n{999 - place}" for place, each in enumerate(sorted(ids_of(file)))}
    one_question = replace(file, questions=(question,))

    before, after = asked(file, question), answer(*asking(renamed(one_question, backwards)))

    assert (after.verdict, after.lineage, after.risks) == (before.verdict, before.lineage, before.risks)
    assert essence(after, {new: new for new in backwards.values()}) == essence(before, backwards)


def asking(file: LineageFile) -> tuple[LineageFile, Question]:
    return file, file.questions[0]


@every_case
@settings(law, max_examples=3)
@given(other=files(prefix="other-"))
def test_adding_unrelated_artefacts_never_matters(file: LineageFile, other: LineageFile) -> None:
    assert judge(beside(file, other))["answers"] == judge(file)["answers"]


@every_question
def test_replacing_an_artefact_by_an_identical_one_never_matters(file: LineageFile, question: Question) -> None:
    one_question = replace(file, questions=(question,))
    before, name = asked(file, question), {each: each for each in ids_of(file)}

    for artefact in file.artefacts:
        if artefact.id != question.artefact:
            after = answer(*asking(with_twin(one_question, artefact.id)))

            assert (after.verdict, after.lineage, after.risks) == (before.verdict, before.lineage, before.risks)
            assert essence(after, name | {"new": artefact.id}) == essence(before, name)


@every_case
def test_export_then_import_then_export_gives_the_same_file(file: LineageFile) -> None:
    assert read(write(file)) == file
    assert write(read(write(file))) == write(file)
