"""A change of one grant or derivation: the same answers as a fresh start, and nothing touched that does not descend."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.engine.arrays import Machine
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_change import ChangingCatalogue, Claim, StandingGrant
from lineage.engine.catalogue_columns import columns_of, days_of, kind_of
from lineage.engine.document import Derivation, Grant, LineageFile
from lineage.engine.pedigree import Pedigree
from lineage.engine.whatif import descendants
from tests.lineage.engine.invented_files import derivations, files, grants
from tests.lineage.engine.machines import MACHINES

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def ids_of(file: LineageFile) -> list[str]:
    return sorted(artefact.id for artefact in file.artefacts)


def claim_of(made: Derivation, ids: list[str]) -> Claim:
    return Claim(ids.index(made.parent), ids.index(made.child), kind_of(made.method, made.certain), *days_of(made))


def standing(given: list[Grant], file: LineageFile) -> list[StandingGrant]:
    licences = [licence.id for licence in file.licences]
    return [
        StandingGrant(
            licences.index(each.licence),
            each.starts.toordinal(),
            each.until.toordinal() if each.until else 0,
            each.certain,
        )
        for each in given
        if not each.optional
    ]


def fresh(file: LineageFile, on: date, policy: str, machine: Machine) -> str:
    return Catalogue(columns_of(file), on, policy, machine=machine).digest()


@pytest.mark.parametrize("machine", MACHINES)
@many
@given(file=files(), data=st.data())
def test_changed_grants_are_as_if_they_had_always_been_so(
    machine: Machine, file: LineageFile, data: st.DataObject
) -> None:
    question = file.questions[0]
    catalogue = ChangingCatalogue(columns_of(file), question.on, question.policy, machine=machine)
    name = data.draw(st.sampled_from(ids_of(file)))
    others = data.draw(grants(name, [licence.id for licence in file.licences]))

    touched = catalogue.change_grants(ids_of(file).index(name), standing(others, file))

    after = replace(file, grants=(*(each for each in file.grants if each.artefact != name), *others))
    assert catalogue.digest() == fresh(after, question.on, question.policy, machine)
    below = descendants(Pedigree(file), name)
    cycles = Pedigree(file).cycles
    assert {ids_of(file)[model] for model in touched} <= {name for name in below}.union(
        *(set(cycle) for cycle in cycles if name in cycle)
    )


@pytest.mark.parametrize("machine", MACHINES)
@many
@given(file=files(), data=st.data())
def test_derivations_come_and_go_as_if_they_had_always_been_so(
    machine: Machine, file: LineageFile, data: st.DataObject
) -> None:
    question, ids = file.questions[0], ids_of(file)
    catalogue = ChangingCatalogue(columns_of(file), question.on, question.policy, machine=machine)
    made = [each for each in file.derivations if each.share != 0]

    for _ in range(4):
        place = data.draw(st.integers(-len(made) - 1, len(made) - 1))
        if place >= 0:
            catalogue.remove_derivation(claim_of(made.pop(place), ids))
        else:
            new = replace(data.draw(derivations(ids)), share=None)
            made.append(new)
            catalogue.add_derivation(claim_of(new, ids))
        after = replace(file, derivations=tuple(made))
        assert catalogue.digest() == fresh(after, question.on, question.policy, machine)
