"""The laws of the calculus, on invented files."""

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
from tests.lineage.engine.invented_files import derivations, files
from tests.lineage.engine.naive import Naive
from tests.lineage.engine.small_files import shuffled

STATES = ("clean", "suspect", "tainted")
law = settings(max_examples=60, deadline=None)


def asked(file: LineageFile) -> Answer:
    return answer(file, file.questions[0])


def solved(file: LineageFile) -> Inheritance:
    return solve(file, file.questions[0].on, file.questions[0].policy)


@law
@given(files())
def test_the_solver_is_the_naive_fixpoint(file: LineageFile) -> None:
    inheritance = solved(file)

    naive = Naive(file, inheritance.on, inheritance.policy)

    for artefact in naive.items:
        items = {(item.origin, item.licence, item.term): item.certain for item in inheritance.items(artefact)}
        names = {(name.origin, name.licence): name.certain for name in inheritance.names(artefact)}
        assert items == naive.items[artefact]
        assert names == naive.names[artefact]


@law
@given(files())
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
@given(st.data(), files())
def test_adding_a_derivation_never_makes_a_verdict_freer(data: st.DataObject, file: LineageFile) -> None:
    added: Derivation = data.draw(derivations([artefact.id for artefact in file.artefacts]))

    before, after = asked(file), asked(replace(file, derivations=(*file.derivations, added)))

    assert severity(after.verdict) >= severity(before.verdict)
    assert STATES.index(after.lineage) >= STATES.index(before.lineage)
    assert set(after.risks) >= set(before.risks)


@law
@given(files(), st.lists(st.integers(), min_size=10, max_size=10))
def test_the_order_of_lists_never_matters(file: LineageFile, order: list[int]) -> None:
    turned = LineageFile(
        licences=tuple(
            replace(
                licence,
                terms=shuffled(licence.terms, order),
                outbound=shuffled(licence.outbound, order),
                control=shuffled(licence.control, order),
            )
            for licence in shuffled(file.licences, order)
        ),
        artefacts=shuffled(file.artefacts, order),
        grants=shuffled(file.grants, order),
        derivations=shuffled(file.derivations, order),
        exemptions=shuffled(file.exemptions, order),
        prohibitions=shuffled(file.prohibitions, order),
        questions=file.questions,
    )

    assert dumps(judge(turned)) == dumps(judge(file))


def renamed(file: LineageFile, name: dict[str, str]) -> LineageFile:
    """The file with its artefacts and licences called something else."""
    question = file.questions[0]
    holds = tuple((name[artefact], name[licence]) for artefact, licence in question.holds)
    return LineageFile(
        licences=tuple(replace(licence, id=name[licence.id]) for licence in file.licences),
        artefacts=tuple(replace(artefact, id=name[artefact.id]) for artefact in file.artefacts),
        grants=tuple(replace(each, artefact=name[each.artefact], licence=name[each.licence]) for each in file.grants),
        derivations=tuple(replace(each, parent=name[each.parent], child=name[each.child]) for each in file.derivations),
        exemptions=tuple(replace(each, artefact=name[each.artefact]) for each in file.exemptions),
        prohibitions=tuple(replace(each, artefact=name[each.artefact]) for each in file.prohibitions),
        questions=(replace(question, artefact=name[question.artefact], holds=holds),),
    )


def essence(given_answer: Answer, name: dict[str, str]) -> list[tuple[object, ...]]:
    """The reasons without their order and without which of several equally short paths was told."""
    return sorted(
        (
            reason.verdict,
            reason.code,
            name.get(reason.origin or "", ""),
            name.get(reason.licence or "", reason.licence or ""),
            len(reason.path or ()),
            reason.ask or "",
            str(reason.limit),
            (reason.cure.do, name.get(reason.cure.artefact or "", ""), name.get(reason.cure.licence or "", ""))
            if reason.cure
            else (),
        )
        for reason in given_answer.reasons
    )


@law
@given(st.data(), files())
def test_renaming_ids_never_matters(data: st.DataObject, file: LineageFile) -> None:
    ids = [*(licence.id for licence in file.licences), *(artefact.id for artefact in file.artefacts)]
    name = dict(zip(ids, data.draw(st.permutations([f"n{number}" for number in range(len(ids))])), strict=True))

    before, after = asked(file), asked(renamed(file, name))

    assert (after.verdict, after.lineage, after.risks) == (before.verdict, before.lineage, before.risks)
    assert essence(after, {new: new for new in name.values()}) == essence(before, name)


@law
@given(files(), files(prefix="other-"))
def test_adding_unrelated_artefacts_never_matters(file: LineageFile, other: LineageFile) -> None:
    together = LineageFile(
        licences=(*other.licences, *file.licences),
        artefacts=(*file.artefacts, *other.artefacts),
        grants=(*other.grants, *file.grants),
        derivations=(*file.derivations, *other.derivations),
        exemptions=(*file.exemptions, *other.exemptions),
        prohibitions=(*other.prohibitions, *file.prohibitions),
        questions=file.questions,
    )

    assert asked(together) == asked(file)


@law
@given(st.data(), files())
def test_replacing_an_artefact_by_an_identical_one_never_matters(data: st.DataObject, file: LineageFile) -> None:
    asked_about = file.questions[0].artefact
    old = data.draw(st.sampled_from([each for each in file.artefacts if each.id != asked_about]))
    new = replace(old, id="new")

    def from_new(made: Derivation) -> Derivation:
        return replace(made, parent="new") if made.parent == old.id else made

    children = [from_new(made) for made in file.derivations]
    parents = [replace(made, child="new") for made in children if made.child == old.id]
    question = file.questions[0]
    holds = tuple(("new" if artefact == old.id else artefact, licence) for artefact, licence in question.holds)
    after = replace(
        file,
        artefacts=(*file.artefacts, new),
        grants=(*file.grants, *(replace(each, artefact="new") for each in file.grants if each.artefact == old.id)),
        derivations=(*children, *parents),
        exemptions=(
            *file.exemptions,
            *(replace(each, artefact="new") for each in file.exemptions if each.artefact == old.id),
        ),
        prohibitions=(
            *file.prohibitions,
            *(replace(each, artefact="new") for each in file.prohibitions if each.artefact == old.id),
        ),
        questions=(replace(question, holds=holds),),
    )

    one, other = asked(file), asked(after)

    ids = [*(each.id for each in file.artefacts), *(each.id for each in file.licences)]
    name = {each: each for each in ids}
    assert (other.verdict, other.lineage, other.risks) == (one.verdict, one.lineage, one.risks)
    assert essence(other, name | {"new": old.id}) == essence(one, name)


@law
@given(files())
def test_export_then_import_then_export_gives_the_same_file(file: LineageFile) -> None:
    text = write(file)

    assert read(text) == file
    assert read(text.encode()) == file
    assert write(read(text)) == text


@law
@given(files())
def test_a_file_is_always_judged_to_the_same_bytes(file: LineageFile) -> None:
    assert dumps(judge(file)) == dumps(judge(read(write(file))))
