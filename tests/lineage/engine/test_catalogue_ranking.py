"""What each model of a catalogue would free: the same as the plain engine says, file by file."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.engine.arrays import Machine
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_columns import columns_of
from lineage.engine.catalogue_ranking import Ranking
from lineage.engine.document import LineageFile
from lineage.engine.impact import impact
from tests.lineage.engine.invented_files import files
from tests.lineage.engine.machines import MACHINES
from tests.lineage.engine.tainted_files import tainted_files

ON = date(2023, 1, 10)
many = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
