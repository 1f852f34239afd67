"""A file with a repair plan carried out: what the plan promises can be judged like anything else."""

from dataclasses import replace
from datetime import date

from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile
from lineage.engine.new_ids import free_id
from lineage.engine.repair import Handling, RepairPlan


def carried_out(file: LineageFile, plan: RepairPlan, *, on: date) -> tuple[LineageFile, str]:
    """The file with the new models beside the old ones, and the id of the repaired target.

    What is replaced gets a clean stand-in; what is redone is a new artefact, granted without terms if its maker is the
    target's, and as before if not.
    """
    names = _names(file, plan)
    text = free_id("no-terms", {each.id for each in file.licences})
    by_id = {each.id: each for each in file.artefacts}
    licensor = by_id[plan.target].licensor
    own = {plan.target} | {each.id for each in file.artefacts if licensor is not None and each.licensor == licensor}
    artefacts = [Artefact(names[each], names[each]) for each in plan.replace]
    artefacts += [replace(by_id[each.artefact], id=names[each.artefact], sha256=None) for each in plan.redo]
    free = {*plan.replace} | {each.artefact for each in plan.redo if each.artefact in own}
    grants = [Grant(names[each], text, date.min) for each in sorted(free)]
    grants += [replace(each, artefact=names[each.artefact]) for each in file.grants if each.artefact in {*names} - free]
    made = [_again(each, names, step.artefact, how, on) for step in plan.redo for each, how in step.inputs]
    repaired = replace(
        file,
        licences=(*file.licences, Licence(text)),
        artefacts=(*file.artefacts, *artefacts),
        grants=(*file.grants, *grants),
        derivations=(*file.derivations, *made),
    )
    return repaired, names.get(plan.target, plan.target)


def _again(made: Derivation, names: dict[str, str], child: str, how: Handling, on: date) -> Derivation:
    if how == "kept":
        return replace(made, child=names[child])
    if how == "redone":
        return replace(made, parent=names[made.parent], child=names[child])
    return replace(made, parent=names[made.parent], child=names[child], obtained_on=on, reaccepted_on=None)


def _names(file: LineageFile, plan: RepairPlan) -> dict[str, str]:
    """The id of what comes in the place of each artefact that the plan deals with."""
    taken = {each.id for each in file.artefacts}
    names: dict[str, str] = {}
    for old, ending in (
        *((each, "stand-in") for each in plan.replace),
        *((each.artefact, "again") for each in plan.redo),
    ):
        names[old] = free_id(f"{old}-{ending}", taken)
        taken.add(names[old])
    return names
