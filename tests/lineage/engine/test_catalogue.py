"""Every model of a catalogue at once: the same answers as one at a time."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.engine.arrays import Machine
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_columns import columns_of
from lineage.engine.document import LineageFile
from lineage.engine.inheritance import solve
from tests.lineage.engine.invented_files import files
from tests.lineage.engine.machines import MACHINES
from tests.lineage.engine.tainted_files import tainted_files

many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def one_at_a_time(file: LineageFile, on: date, policy: str) -> dict[str, object]:
    inheritance = solve(file, on, policy)
    found: dict[str, object] = {}
    for artefact in file.artefacts:
        names: dict[str, bool] = {}
        for name in inheritance.names(artefact.id):
            names[name.licence] = names.get(name.licence, False) or name.certain
        found[artefact.id] = inheritance.state(artefact.id), names
    return found


def at_once(catalogue: Catalogue, file: LineageFile) -> dict[str, object]:
    ids = sorted(artefact.id for artefact in file.artefacts)
    licences = [licence.id for licence in catalogue.offers.licences]
    return {
        name: (catalogue.state(model), {licences[each.licence]: each.certain for each in catalogue.names(model)})
        for model, name in enumerate(ids)
    }


@pytest.mark.parametrize("machine", MACHINES)
@many
@given(file=files())
def test_files_of_every_shape_are_judged_as_one_model_at_a_time_is(machine: Machine, file: LineageFile) -> None:
    question = file.questions[0]

    catalogue = Catalogue(columns_of(file), question.on, question.policy, machine=machine)

    assert at_once(catalogue, file) == one_at_a_time(file, question.on, question.policy)


@pytest.mark.parametrize("machine", MACHINES)
@many
@given(file=tainted_files(), policy=st.sampled_from(["strict", "lenient"]))
def test_so_are_files_in_which_much_is_tainted(machine: Machine, file: LineageFile, policy: str) -> None:
    on = date(2023, 1, 10)

    catalogue = Catalogue(columns_of(file), on, policy, machine=machine)

    assert at_once(catalogue, file) == one_at_a_time(file, on, policy)
