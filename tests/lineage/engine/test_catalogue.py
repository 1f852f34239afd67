"""Every model of a catalogue at once: the same answers as one at a time."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.engine.arrays import Lists, Machine, best_machine
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_columns import columns_of
from lineage.engine.document import LineageFile
from lineage.engine.inheritance import solve
from tests.lineage.engine.invented_files import days, files
from tests.lineage.engine.larger_files import larger_file
from tests.lineage.engine.machines import MACHINES
from tests.lineage.engine.small_files import OPEN, file_of, grant, licence, made
from tests.lineage.engine.tainted_files import tainted_files

ON = date(2023, 1, 10)
many = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
    catalogue = Catalogue(columns_of(file), ON, policy, machine=machine)

    assert at_once(catalogue, file) == one_at_a_time(file, ON, policy)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("backwards", [0, 0.02, 0.3])
@settings(many, max_examples=8)
@given(seed=st.integers(0, 10_000))
def test_so_are_larger_files(machine: Machine, backwards: float, seed: int) -> None:
    file = larger_file(seed, 50, backwards=backwards)

    catalogue = Catalogue(columns_of(file), ON, machine=machine)

    assert at_once(catalogue, file) == one_at_a_time(file, ON, "strict")


class Narrow(Lists):
    """A machine whose numbers hold two flags: more licences than fit one number, in a small file."""

    word_bits = 2


@settings(many, max_examples=40)
@given(file=files())
def test_more_licences_than_one_number_holds(file: LineageFile) -> None:
    catalogue = Catalogue(columns_of(file), ON, machine=Narrow())

    assert at_once(catalogue, file) == one_at_a_time(file, ON, "strict")


def test_a_hundred_licences_on_the_compiled_machine() -> None:
    licences = [licence(f"l{number:03}", "no-hosting") for number in range(100)]
    ids = [each.id.replace("l", "m") for each in licences]
    file = file_of(
        *licences,
        *(grant(name, each.id) for name, each in zip(ids, licences, strict=True)),
        *(made(one, other) for one, other in pairwise(ids)),
        artefacts=" ".join(ids),
    )
    machine = best_machine()

    catalogue = Catalogue(columns_of(file), ON, machine=machine)

    assert [each.licence for each in catalogue.names(99)] == list(range(99))
    assert catalogue.digest() == Catalogue(columns_of(file), ON, machine=Lists()).digest()


@many
@given(file=files())
def test_both_machines_make_the_same_digest(file: LineageFile) -> None:
    question = file.questions[0]

    digests = {
        Catalogue(columns_of(file), question.on, question.policy, machine=machine).digest()
        for machine in (Lists(), best_machine())
    }

    assert len(digests) == 1


@pytest.mark.parametrize("machine", MACHINES)
@many
@given(file=files(), on=days)
def test_another_day_is_seen_without_a_new_graph(machine: Machine, file: LineageFile, on: date) -> None:
    catalogue = Catalogue(columns_of(file), ON, machine=machine)

    catalogue.see(on)

    assert catalogue.digest() == Catalogue(columns_of(file), on, machine=machine).digest()


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"parent": [7]}, "model that is not there"),
        ({"child": [-1]}, "model that is not there"),
        ({"grant_licence": [9]}, "licence that is not there"),
        ({"kind": [6]}, "kind of derivation that is not there"),
        ({"kind": []}, "derivations are not of one length"),
    ],
)
def test_columns_that_do_not_fit_are_refused(machine: Machine, wrong: dict[str, Any], says: str) -> None:
    columns = columns_of(file_of(OPEN, grant("a", "open"), made("a", "b"), artefacts="a b"))

    with pytest.raises(ValueError, match=says):
        Catalogue(replace(columns, **wrong), ON, machine=machine)


@pytest.mark.parametrize("machine", MACHINES)
def test_nothing_at_all_is_a_catalogue(machine: Machine) -> None:
    catalogue = Catalogue(columns_of(LineageFile()), ON, machine=machine)

    assert len(catalogue.states()) == 0
