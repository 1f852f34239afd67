"""The laws of the calculus, on invented files: thinly and thickly peopled ones."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.engine.document import Derivation, LineageFile
from lineage.engine.inheritance import Inheritance, solve
from lineage.engine.judging import dumps, judge
from lineage.engine.reading import read
from lineage.engine.terms import severity
from lineage.engine.verdicts import Answer, answer
from lineage.engine.writing import write
from tests.lineage.engine.crowded_files import crowded_file
from tests.lineage.engine.invented_files import derivations, files
from tests.lineage.engine.lawful_changes import beside, essence, ids_of, renamed, turned, with_twin
from tests.lineage.engine.naive import Naive

STATES = ("clean", "suspect", "tainted")
law = settings(max_examples=60, deadline=None)
worlds = files() | st.integers(0, 2**62).map(crowded_file)


def asked(file: LineageFile) -> Answer:
    return answer(file, file.questions[0])


def solved(file: LineageFile) -> Inheritance:
    return solve(file, file.questions[0].on, file.questions[0].policy)


@law
@given(worlds)
def test_the_solver_is_the_naive_fixpoint(file: LineageFile) -> None:
    inheritance = solved(file)

    naive = Naive(file, inheritance.on, inheritance.policy)

    for artefact in naive.items:
        items = {(item.origin, item.licence, item.term): item.certain for item in inheritance.items(artefact)}
        names = {(name.origin, name.licence): name.certain for name in inheritance.names(artefact)}
        assert items == naive.items[artefact]
        assert names == naive.names[artefact]


@law
@given(worlds)
def test_every_path_is_a_shortest_one_that_the_item_can_have_come(file: LineageFile) -> None:
    inheritance = solved(file)
    naive = Naive(file, inheritance.on, inheritance.policy)

    for artefact in naive.items:
        for item in inheritance.items(artefact):
            key = (item.origin, item.licence, item.term)
            assert (item.path[0], item.path[-1]) == (artefact, item.origin)
            if key not in naive.added[artefact]:
                lengths = range(1, len(file.artefacts) + 1)
                assert len(item.path) - 1 == next(n for n in lengths if naive.has_path(artefact, key, n))


@law
@given(st.data(), worlds)
def test_adding_a_derivation_never_makes_a_verdict_freer(data: st.DataObject, file: LineageFile) -> None:
    added: Derivation = data.draw(derivations([artefact.id for artefact in file.artefacts]))

    before, after = asked(file), asked(replace(file, derivations=(*file.derivations, added)))

    assert severity(after.verdict) >= severity(before.verdict)
    assert STATES.index(after.lineage) >= STATES.index(before.lineage)
    assert set(after.risks) >= set(before.risks)


@law
@given(worlds, st.lists(st.integers(), min_size=10, max_size=10))
def test_the_order_of_lists_never_matters(file: LineageFile, order: list[int]) -> None:
    assert dumps(judge(turned(file, order))) == dumps(judge(file))


@law
@given(st.data(), worlds)
def test_renaming_ids_never_matters(data: st.DataObject, file: LineageFile) -> None:
    ids = ids_of(file)
    name = dict(zip(ids, data.draw(st.permutations([f"n{number}" for number in range(len(ids))])), strict=True))

    before, after = asked(file), asked(renamed(file, name))

    assert (after.verdict, after.lineage, after.risks) == (before.verdict, before.lineage, before.risks)
    assert essence(after, {new: new for new in name.values()}) == essence(before, name)


@law
@given(worlds, files(prefix="other-"))
def test_adding_unrelated_artefacts_never_matters(file: LineageFile, other: LineageFile) -> None:
    assert asked(beside(file, other)) == asked(file)


@law
@given(st.data(), worlds)
def test_replacing_an_artefact_by_an_identical_one_never_matters(data: st.DataObject, file: LineageFile) -> None:
    asked_about = file.questions[0].artefact
    old = data.draw(st.sampled_from([each.id for each in file.artefacts if each.id != asked_about]))

    one, other = asked(file), asked(with_twin(file, old))

    name = {each: each for each in ids_of(file)}
    assert (other.verdict, other.lineage, other.risks) == (one.verdict, one.lineage, one.risks)
    assert essence(other, name | {"new": old}) == essence(one, name)


@law
@given(worlds)
def test_export_then_import_then_export_gives_the_same_file(file: LineageFile) -> None:
    text = write(file)

    assert read(text) == file
    assert read(text.encode()) == file
    assert write(read(text)) == text


@law
@given(worlds)
def test_a_file_is_always_judged_to_the_same_bytes(file: LineageFile) -> None:
    assert dumps(judge(file)) == dumps(judge(read(write(file))))
