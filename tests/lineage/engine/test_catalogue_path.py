"""How something came to a model of a catalogue: a real chain, of which every hop is one that it can take."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.engine.arrays import Machine
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_columns import columns_of
from lineage.engine.catalogue_path import Paths
from lineage.engine.document import Licence, LineageFile
from lineage.engine.grants import licences_taken
from lineage.engine.inheritance import solve
from lineage.engine.pedigree import Pedigree, way_of, ways_of_name
from tests.lineage.engine.invented_files import days, files
from tests.lineage.engine.machines import MACHINES
from tests.lineage.engine.tainted_files import tainted_files

many = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def can_be_taken(path: list[str], licence: Licence, pedigree: Pedigree, on: date) -> bool:
    """Whether the name of a licence that was taken at the end of a path travels all of it."""
    over = []
    for child, parent in pairwise(path):
        made = [each for each in pedigree.derivations[child] if each.parent == parent]
        over = [each for each in made if way_of(each.method) & ways_of_name(licence)]
        if not over:
            return False
    published, timeline = pedigree.artefacts[path[-2]].published_on, pedigree.timeline(path[-1])
    taken = [each for made in over for each in licences_taken(timeline, made, published_on=published, on=on)]
    return licence.id in {each.licence for each in taken}


@pytest.mark.parametrize("machine", MACHINES)
@many
@given(file=st.one_of(files(), tainted_files()), on=days)
def test_every_hop_of_a_path_is_one_that_the_licence_takes(machine: Machine, file: LineageFile, on: date) -> None:
    catalogue, inheritance = Catalogue(columns_of(file), on, machine=machine), solve(file, on)
    ids = sorted(artefact.id for artefact in file.artefacts)
    paths = Paths(catalogue)

    for model, name in enumerate(ids):
        for licence, text in enumerate(catalogue.offers.licences):
            path = paths.to_licence(model, licence)

            origins = {each.origin for each in inheritance.names(name) if each.licence == text.id}
            assert (path is None) == (not origins)
            if path is not None:
                walked = [ids[each] for each in path]
                assert walked[0] == name
                assert walked[-1] in origins
                assert len(set(walked)) == len(walked)
                assert can_be_taken(walked, text, Pedigree(file), on)


@pytest.mark.parametrize("machine", MACHINES)
@many
@given(file=st.one_of(files(), tainted_files()), on=days)
def test_a_path_shows_where_a_restriction_came_from(machine: Machine, file: LineageFile, on: date) -> None:
    catalogue, inheritance, pedigree = Catalogue(columns_of(file), on, machine=machine), solve(file, on), Pedigree(file)
    ids = sorted(artefact.id for artefact in file.artefacts)
    paths = Paths(catalogue)

    for model, name in enumerate(ids):
        path = paths.to_restriction(model)

        found = inheritance.restrictions(name)
        assert (path is None) == (not found)
        if path is not None:
            certain = {item.origin for item in found if item.certain}
            assert ids[path[-1]] in (certain or {item.origin for item in found})
            assert all(ids[parent] in pedigree.parents(ids[child]) for child, parent in pairwise(path))
            assert len(set(path)) == len(path)
