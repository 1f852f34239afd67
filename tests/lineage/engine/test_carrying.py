"""A whole family seen at once says the same as each of its artefacts asked for alone."""

from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.engine.carrying import Carrying
from lineage.engine.document import LineageFile
from lineage.engine.inheritance import solve
from lineage.engine.pedigree import Pedigree
from lineage.engine.reading import read
from tests.lineage.engine.invented_files import days, files
from tests.lineage.engine.tainted_files import tainted_files

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BRA = Path(__file__).resolve().parents[3] / "lineage" / "data" / "bra.json"

any_file = st.one_of(files(), tainted_files())


@many
@given(file=any_file, on=days, policy=st.sampled_from(["strict", "lenient"]))
def test_every_state_is_the_one_that_the_artefact_has_when_it_is_asked_for_alone(
    file: LineageFile, on: date, policy: str
) -> None:
    carrying = Carrying(Pedigree(file), on, policy)

    inheritance = solve(file, on, policy)

    for artefact in file.artefacts:
        assert carrying.state(artefact.id) == inheritance.state(artefact.id)


@many
@given(file=any_file, on=days)
def test_a_restriction_comes_over_each_step_of_its_shortest_path(file: LineageFile, on: date) -> None:
    carrying, inheritance = Carrying(Pedigree(file), on), solve(file, on)

    over = carrying.over()

    for artefact in file.artefacts:
        ways = carrying.ways_to(artefact.id, over)
        for item in inheritance.restrictions(artefact.id):
            assert ways.issuperset(item.path)
            assert (item.path[1], item.path[0]) in over


def test_only_the_ways_of_the_chosen_sources_are_told() -> None:
    carrying = Carrying(Pedigree(read(BRA.read_bytes())), date(2023, 5, 1))

    over = carrying.over()

    assert ("dreamlike-diffusion-1.0", "lucid-mix") in over
    assert not any(parent == "stable-diffusion-1.5" for parent, _ in over)
    assert over.keys() > carrying.over(of=lambda source: source.origin == "chilloutmix").keys()
    assert carrying.over(of=lambda source: source.origin == "nobody") == {}
