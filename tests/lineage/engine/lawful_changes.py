"""What the laws of the calculus do to a file: turn it, rename it, put another beside it, give one in it a twin."""

from dataclasses import replace

from lineage.engine.document import Derivation, LineageFile
from lineage.engine.verdicts import Answer
from tests.lineage.engine.small_files import shuffled


def ids_of(file: LineageFile) -> list[str]:
    return [*(licence.id for licence in file.licences), *(artefact.id for artefact in file.artefacts)]


def turned(file: LineageFile, order: list[int]) -> LineageFile:
    """The file with every list but the questions in another order."""
    return LineageFile(
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


def renamed(file: LineageFile, name: dict[str, str]) -> LineageFile:
    """The file with its artefacts and licences called something else."""
    question = file.questions[0]
    holds = tuple((name[artefact], name[licence]) for artefact, licence in question.holds)
    return LineageFile(
        licences=tuple(replace(licence, id=name[licence.id]) for licence in file.licences),
        artefacts=tuple(
            replace(each, id=name[each.id], claimed_label=name.get(each.claimed_label or "", each.claimed_label))
            for each in file.artefacts
        ),
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


def beside(file: LineageFile, other: LineageFile) -> LineageFile:
    """The file with everything of another in it, of which nothing is related to it. Its questions are the first's."""
    return LineageFile(
        licences=(*other.licences, *file.licences),
        artefacts=(*file.artefacts, *other.artefacts),
        grants=(*other.grants, *file.grants),
        derivations=(*file.derivations, *other.derivations),
        exemptions=(*file.exemptions, *other.exemptions),
        prohibitions=(*other.prohibitions, *file.prohibitions),
        questions=file.questions,
    )


def with_twin(file: LineageFile, old: str) -> LineageFile:
    """The file in which an artefact has an identical one, called `new`, from which everything is made in its stead."""

    def from_new(made: Derivation) -> Derivation:
        return replace(made, parent="new") if made.parent == old else made

    children = [from_new(made) for made in file.derivations]
    parents = [replace(made, child="new") for made in children if made.child == old]
    question = file.questions[0]
    holds = tuple(("new" if artefact == old else artefact, licence) for artefact, licence in question.holds)
    return replace(
        file,
        artefacts=(*file.artefacts, *(replace(each, id="new") for each in file.artefacts if each.id == old)),
        grants=(*file.grants, *(replace(each, artefact="new") for each in file.grants if each.artefact == old)),
        derivations=(*children, *parents),
        exemptions=(
            *file.exemptions,
            *(replace(each, artefact="new") for each in file.exemptions if each.artefact == old),
        ),
        prohibitions=(
            *file.prohibitions,
            *(replace(each, artefact="new") for each in file.prohibitions if each.artefact == old),
        ),
        questions=(replace(question, holds=holds),),
    )
