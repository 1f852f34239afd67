"""The engine judges exactly what the database holds."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Term
from lineage.engine.verdicts import answer
from lineage.models import Version
from lineage.records import lineage_of, whole_lineage
from lineage.verdicts import record_on
from tests.lineage.documents import MAY_DAY, a_file_with_everything, a_line_of, put_on_record, the_bra_family
from tests.lineage.engine.invented_files import files

pytestmark = pytest.mark.django_db


def ids_of(file: LineageFile) -> list[str]:
    return [artefact.id for artefact in file.artefacts]


def test_a_version_comes_with_its_ancestors_and_without_its_descendants() -> None:
    put_on_record(a_line_of(5))

    file = lineage_of(["v2"])

    assert ids_of(file) == ["v0", "v1", "v2"]
    assert [made.child for made in file.derivations] == ["v1", "v2"]
    assert [licence.id for licence in file.licences] == ["strict", "free"]


def test_two_versions_come_with_both_their_families() -> None:
    put_on_record(the_bra_family())

    file = lineage_of(["lucid-mix", "basil-mix"])

    assert {"lucid-mix", "basil-mix", "dreamlike-diffusion-1.0", "stable-diffusion-1.5"} == set(ids_of(file))


def test_a_claimed_circle_comes_to_an_end() -> None:
    put_on_record(a_file_with_everything())

    assert lineage_of(["a"]) == lineage_of(["b/model-2"]) == whole_lineage()


def test_a_slug_that_nobody_registered_adds_nothing() -> None:
    put_on_record(a_line_of(2))

    assert lineage_of(["nobody"]) == LineageFile()
    assert ids_of(lineage_of(["v0", "nobody"])) == ["v0"]


def test_a_licence_that_is_only_named_on_a_label_comes_along() -> None:
    labelled = Artefact("a", "A", claimed_label="apple")
    put_on_record(LineageFile(licences=(Licence("apple"), Licence("pear")), artefacts=(labelled,)))

    assert [licence.id for licence in lineage_of(["a"]).licences] == ["apple"]


def test_reading_a_family_costs_the_same_however_large_it_is() -> None:
    put_on_record(a_line_of(80))

    costs = []
    for slug in ("v2", "v79"):
        with CaptureQueriesContext(connection) as queries:
            assert len(ids_of(lineage_of([slug]))) == int(slug[1:]) + 1
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 8


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(file=files())
def test_the_database_gives_the_answers_that_the_file_gives(db: Any, file: LineageFile) -> None:
    question = replace(file.questions[0], holds=())

    with transaction.atomic():
        put_on_record(file)
        from_the_database = answer(lineage_of([question.artefact]), question)
        transaction.set_rollback(True)

    assert from_the_database == answer(file, question)


def test_a_gap_between_grants_is_unknown() -> None:
    free = Licence("free", terms=(Term("attribution"),))
    gap = LineageFile(
        licences=(free,),
        artefacts=(Artefact("base", "Base"), Artefact("mix", "Mix")),
        grants=(
            Grant("base", "free", date(2023, 1, 1), date(2023, 2, 1)),
            Grant("base", "free", date(2023, 3, 1)),
            Grant("mix", "free", date(2023, 1, 1)),
        ),
        derivations=(Derivation("base", "mix", "merge", date(2023, 2, 15)),),
    )
    put_on_record(gap)

    record = record_on(Version.objects.get(slug="mix"), MAY_DAY)

    assert record.state == "suspect" and record.restrictions == ()
