"""What the database hands to the catalogue is what the engine's own reader makes of the same lineage."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import transaction

from lineage.actions.import_lineage import import_text
from lineage.catalogue_on_record import whole_catalogue
from lineage.engine.arrays import COMPILES, Compiled, Lists, Machine
from lineage.engine.catalogue import Catalogue
from lineage.engine.inheritance import solve
from lineage.models import Figures, Version
from lineage.records import whole_lineage

pytestmark = pytest.mark.django_db

NOON = datetime(2024, 7, 1, 3, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[2] / "lineage" / "data"
MACHINES = [Lists(), pytest.param(None, marks=pytest.mark.skipif(not COMPILES, reason="needs numpy and numba"))]


def of(machine: Machine | None) -> Machine:
    return machine or Compiled()


@pytest.fixture(params=["bra.json", "pony.json", "bra-with-open-questions.json"])
def lineage_on_record(request: pytest.FixtureRequest) -> None:
    import_text((DATA / request.param).read_bytes(), by=None, at=NOON)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("day", [date(2023, 4, 1), date(2024, 6, 20), date(2026, 1, 1)])
@pytest.mark.usefixtures("lineage_on_record")
def test_the_catalogue_judges_as_the_engine_does(machine: Machine | None, day: date) -> None:
    loaded = whole_catalogue(machine=of(machine))
    inheritance = solve(whole_lineage(planned=False), day)

    catalogue = Catalogue(loaded.columns, day, machine=of(machine))

    slugs = dict(Version.objects.values_list("pk", "slug"))
    found = {slugs[key]: catalogue.state(number) for number, key in enumerate(loaded.versions)}
    assert found == {slug: inheritance.state(slug) for slug in slugs.values()}
    names = {
        slugs[key]: {(loaded.columns.licences[name.licence].id, name.certain) for name in catalogue.names(number)
                     if name.licence < len(loaded.columns.licences)}
        for number, key in enumerate(loaded.versions)
    }  # fmt: skip
    assert names == {
        slug: {
            (name.licence, any(other.certain for other in inheritance.names(slug) if other.licence == name.licence))
            for name in inheritance.names(slug)
            if name.licence != "unknown-licence"
        }
        for slug in slugs.values()
    }


@pytest.mark.usefixtures("lineage_on_record")
def test_a_planned_version_and_what_was_planned_from_it_are_left_out() -> None:
    some = Version.objects.filter(children__isnull=False, parents__isnull=False).distinct()[0]
    before = whole_catalogue(machine=Lists())

    Version.objects.filter(pk=some.pk).update(planned=True)

    after = whole_catalogue(machine=Lists())
    assert some.pk in before.versions and some.pk not in after.versions
    assert len(after.columns.parent) < len(before.columns.parent)
    assert -1 not in [*after.columns.parent, *after.columns.child, *after.columns.grant_model]


@pytest.mark.usefixtures("lineage_on_record")
def test_downloads_come_with_their_version() -> None:
    counted = Version.objects.order_by("slug")[1]
    Figures.objects.create(version=counted, downloads=5_000_000_000, counted_on=date(2024, 1, 1))

    loaded = whole_catalogue(machine=Lists())

    assert list(loaded.columns.downloads)[list(loaded.versions).index(counted.pk)] == 5_000_000_000
    assert sum(loaded.columns.downloads) == 5_000_000_000


def test_an_empty_catalogue_is_one() -> None:
    with transaction.atomic():
        loaded = whole_catalogue()

    assert len(loaded.versions) == 0 and len(Catalogue(loaded.columns, date(2024, 1, 1)).states()) == 0
