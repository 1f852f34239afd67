"""What each model of a catalogue would free: the same as the plain engine says, file by file."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.engine.arrays import Machine
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_budget import Budget
from lineage.engine.catalogue_columns import columns_of
from lineage.engine.catalogue_ranking import Ranking
from lineage.engine.document import LineageFile
from lineage.engine.impact import impact, most_freed_first
from tests.lineage.engine.invented_files import files
from tests.lineage.engine.larger_files import larger_file
from tests.lineage.engine.machines import MACHINES
from tests.lineage.engine.small_files import NO_HOSTING, OPEN, file_of, grant, made
from tests.lineage.engine.tainted_files import tainted_files

ON = date(2023, 1, 10)
many = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
downloads = {name: 7**place for place, name in enumerate("abcdefgh")}


def ranked(file: LineageFile, on: date, policy: str, machine: Machine) -> list[tuple[str, int, int]]:
    ids = sorted(artefact.id for artefact in file.artefacts)
    ranking = Ranking(Catalogue(columns_of(file, downloads), on, policy, machine=machine))
    return [(ids[each.model], each.versions, each.downloads) for each in ranking.best(len(ids))]


def plainly_ranked(file: LineageFile, on: date, policy: str) -> list[tuple[str, int, int]]:
    found = impact(file, on=on, policy=policy, downloads=downloads)
    return [(each.artefact, each.versions, each.downloads) for each in found]


@pytest.mark.parametrize("machine", MACHINES)
@many
@given(file=tainted_files(), policy=st.sampled_from(["strict", "lenient"]))
def test_it_is_what_the_plain_engine_says(machine: Machine, file: LineageFile, policy: str) -> None:
    assert ranked(file, ON, policy, machine) == plainly_ranked(file, ON, policy)


@pytest.mark.parametrize("machine", MACHINES)
@many
@given(file=files())
def test_it_is_so_in_files_of_every_shape(machine: Machine, file: LineageFile) -> None:
    question = file.questions[0]

    expected = plainly_ranked(file, question.on, question.policy)

    assert ranked(file, question.on, question.policy, machine) == expected


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("counts", [downloads, None])
@settings(many, max_examples=40)
@given(file=st.one_of(tainted_files(), files()), budget=st.integers(0, 7))
def test_a_budget_buys_what_the_plain_engine_would_buy(
    machine: Machine, counts: dict[str, int] | None, file: LineageFile, budget: int
) -> None:
    ids = sorted(artefact.id for artefact in file.artefacts)
    costs = {each: (place + 2) % 4 for place, each in enumerate(ids)}
    before = Catalogue(columns_of(file, downloads), ON, machine=machine)
    digest = before.digest()

    chosen = Budget(before).spend(list(costs.values()), budget, by_downloads=counts is not None)

    expected = most_freed_first(file, costs, budget, on=ON, downloads=counts)
    assert [(ids[each.model], each.versions) for each in chosen] == [(e.artefact, e.versions) for e in expected]
    assert before.digest() == digest


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("backwards", [0, 0.02, 0.3])
@settings(many, max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_it_is_so_in_larger_files(machine: Machine, backwards: float, seed: int) -> None:
    file = larger_file(seed, 60, backwards=backwards)

    assert ranked(file, ON, "strict", machine) == plainly_ranked(file, ON, "strict")


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("backwards", [0, 0.05])
@settings(many, max_examples=3)
@given(seed=st.integers(0, 10_000))
def test_so_is_a_budget(machine: Machine, backwards: float, seed: int) -> None:
    file = larger_file(seed, 40, backwards=backwards)
    costs = {artefact.id: 1 + place % 5 for place, artefact in enumerate(file.artefacts)}

    chosen = Budget(Catalogue(columns_of(file), ON, machine=machine)).spend(
        list(costs.values()), 12, by_downloads=False
    )

    expected = most_freed_first(file, costs, 12, on=ON)
    assert [(file.artefacts[each.model].id, each.versions) for each in chosen] == [
        (each.artefact, each.versions) for each in expected
    ]


@pytest.mark.parametrize("machine", MACHINES)
def test_a_chain_of_many_thousands_is_weighed_in_one_pass(machine: Machine) -> None:
    """The plain engine refuses it, since each model would be told every one above it."""
    names = [f"m{number:05}" for number in range(10_000)]
    links = [made(one, other) for one, other in pairwise(names)]
    granted = [grant(name, "open") for name in names[1:]]
    file = file_of(NO_HOSTING, OPEN, grant(names[0], NO_HOSTING.id), *granted, *links, artefacts=" ".join(names))

    versions = Ranking(Catalogue(columns_of(file), ON, machine=machine)).versions()

    assert list(versions) == [9_999, *range(9_999, 0, -1)]
