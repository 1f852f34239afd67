"""What was made of the database's answers is given again only while the database would answer the same."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lineage import kept as places
from lineage.actions.import_lineage import import_lineage
from lineage.actions.record_grant import record_grant
from lineage.engine.document import Artefact
from lineage.engine.document import Derivation as FiledDerivation
from lineage.engine.document import Exemption as FiledExemption
from lineage.engine.document import Prohibition as FiledProhibition
from lineage.kept import kept
from lineage.models import Derivation, Grant, Licence, Term, Version
from lineage.records import lineage_of
from lineage.verdicts import record_on
from tests.at_once import at_once, elsewhere
from tests.world import a_family, a_licence

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nothing_is_kept")]

DAY, NOW = date(2026, 5, 1), datetime(2026, 5, 1, tzinfo=UTC)
MANY = 600.0


@pytest.fixture
def tainted() -> Version:
    version, _plan = a_family()
    return version


def somebody_asked_for(key: object) -> None:
    kept(key, lambda: None, seconds=MANY)


class Reader:
    """Reads the state of a version, and its family, and counts how often it had to. Somebody asked before."""

    def __init__(self, slug: str) -> None:
        self.slug, self.times = slug, 0
        somebody_asked_for(slug)

    def read(self) -> tuple[str, object]:
        self.times += 1
        record = record_on(Version.objects.get(slug=self.slug), DAY)
        return record.state, record.file

    def ask(self) -> tuple[str, object]:
        return kept(self.slug, self.read, seconds=MANY)


def test_what_is_on_record_still_is_given_again_for_one_question(
    tainted: Version, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader = Reader("tainted")
    first = reader.ask()

    with django_assert_num_queries(1):
        second = reader.ask()

    assert second is first and reader.times == 1


def by_an_action() -> None:
    at = {"starts_on": date(2024, 1, 1), "by": None, "at": NOW}
    record_grant(version=Version.objects.get(slug="bound-base"), licence=a_licence("other", "no-hosting"), **at)  # type: ignore[arg-type]


def by_an_import() -> None:
    known, made = lineage_of(["tainted"]), FiledDerivation("newcomer", "tainted", "merge", date(2023, 1, 1))
    artefacts = (*known.artefacts, Artefact("newcomer", "Newcomer"))
    import_lineage(replace(known, artefacts=artefacts, derivations=(*known.derivations, made)), by=None, at=NOW)


def by_an_import_of_an_exemption() -> None:
    exempt = FiledExemption("bound-base", "team-size-max", ("somebody",))
    import_lineage(replace(lineage_of(["tainted"]), exemptions=(exempt,)), by=None, at=NOW)


def by_an_import_of_a_prohibition() -> None:
    file = replace(lineage_of(["tainted"]), prohibitions=(FiledProhibition("bound-base", DAY),))
    import_lineage(file, by=None, at=NOW)


def by_the_staff() -> None:
    desk, base = Client(), Version.objects.get(slug="free-base")
    desk.force_login(User.objects.create_superuser("staff", "staff@example.com"))
    forms = {f"{name}-{key}": 0 for name in ("grants", "parents", "exemptions", "prohibitions") for key in FORMS}
    said = {"name": "Free base", "undisclosed_parents": "on", **forms}
    answer = desk.post(reverse("admin:lineage_version_change", args=[base.pk]), said)
    assert answer.status_code == 302, answer.content.decode()


FORMS = ("TOTAL_FORMS", "INITIAL_FORMS")


def by_raw_sql(sql: str) -> Callable[[], None]:
    def change() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    return change


@pytest.mark.parametrize(
    "change",
    [
        by_an_action,
        by_an_import,
        by_an_import_of_an_exemption,
        by_an_import_of_a_prohibition,
        by_the_staff,
        by_raw_sql("UPDATE lineage_version SET licensor = 'one' WHERE slug = 'bound-base'"),
        by_raw_sql("UPDATE lineage_derivation SET certain = false"),
        by_raw_sql("DELETE FROM lineage_derivation"),
        by_raw_sql("UPDATE lineage_grant SET ends_on = '2025-01-01'"),
        by_raw_sql("DELETE FROM lineage_term"),
        by_raw_sql("UPDATE lineage_term SET \"limit\" = 5 WHERE kind = 'team-size-max'"),
        by_raw_sql("UPDATE lineage_licence SET control = '{direct}' WHERE slug = 'bound-licence'"),
    ],
)
def test_whatever_changes_elsewhere_and_however_is_seen_at_once(tainted: Version, change: Callable[[], None]) -> None:
    reader = Reader("tainted")
    before = reader.ask()

    elsewhere(change)

    after = reader.ask()
    assert after != before and after == reader.read()


def test_what_comes_on_record_for_others_alone_changes_nothing(tainted: Version) -> None:
    reader = Reader("tainted")
    reader.ask()

    elsewhere(lambda: Version.objects.create(slug="stranger", name="Stranger", added_at=NOW))

    reader.ask()
    assert reader.times == 1


def test_what_is_taken_back_has_never_been(tainted: Version) -> None:
    reader = Reader("tainted")
    before = reader.ask()

    with transaction.atomic():
        Derivation.objects.all().delete()
        inside = reader.ask()
        transaction.set_rollback(True)

    assert inside[0] == "clean" and before[0] == "tainted"
    assert reader.ask() == before


def test_a_fact_that_comes_and_goes_while_somebody_reads_is_not_kept(tainted: Version) -> None:
    def come() -> None:
        Grant.objects.create(version=tainted, licence=Licence.objects.get(slug="free-licence"), starts_on=DAY)

    def read() -> int:
        first = Term.objects.count()
        elsewhere(come)
        return first + Grant.objects.count()

    somebody_asked_for("race")
    seen = kept("race", read, seconds=MANY)
    elsewhere(lambda: Grant.objects.filter(starts_on=DAY).delete())

    assert seen == Term.objects.count() + Grant.objects.count()
    assert kept("race", lambda: -1, seconds=MANY) == seen


def test_what_changes_while_it_is_made_is_made_anew(tainted: Version) -> None:
    def read() -> str:
        name = Version.objects.get(slug="tainted").name
        elsewhere(lambda: Version.objects.filter(slug="tainted").update(name=f"{name}!"))
        return name

    somebody_asked_for("race")
    names = [kept("race", read, seconds=MANY) for _ in range(3)]

    assert names == ["tainted", "tainted!", "tainted!!"]


def test_what_is_read_among_the_commits_of_others_is_not_kept(tainted: Version) -> None:
    reader = Reader("tainted")

    with transaction.atomic():
        reader.ask()
        reader.ask()

    assert reader.times == 2


def test_who_writes_is_never_answered_from_memory(tainted: Version) -> None:
    def write() -> int:
        return Version.objects.filter(slug="tainted").update(name="Written")

    somebody_asked_for("writing")
    assert [kept("writing", write, seconds=MANY) for _ in range(2)] == [1, 1]
    Version.objects.filter(slug="tainted").delete()
    assert kept("writing", write, seconds=MANY) == 0


def test_nothing_is_kept_longer_than_was_said(tainted: Version) -> None:
    reader = Reader("tainted")

    for _ in range(3):
        kept("tainted", reader.read, seconds=0)

    assert reader.times == 3


def test_what_is_seldom_asked_for_costs_no_more_than_making_it(
    tainted: Version, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        counts = [kept("seldom", Version.objects.count, seconds=MANY)]
    for _ in range(2):
        counts.append(kept("seldom", Version.objects.count, seconds=0))

    assert counts == [4, 4, 4]


def test_two_who_ask_at_once_wait_for_one_making(tainted: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader("tainted")
    monkeypatch.setattr("lineage.kept.PATIENCE", 60.0)

    def slowly() -> tuple[str, object]:
        time.sleep(0.3)
        return reader.read()

    first, second = at_once(*[lambda: kept("tainted", slowly, seconds=MANY)] * 2)

    assert first is second and reader.times == 1


def test_what_was_asked_for_longest_ago_makes_room(tainted: Version) -> None:
    makings: list[int] = []

    def make(number: int) -> int:
        makings.append(number)
        return number

    for number in (*range(places.MOST), *range(places.MOST), 0, places.MOST, 0, 1):
        assert kept(number, lambda number=number: make(number), seconds=MANY) == number  # type: ignore[misc]

    assert makings == [*range(places.MOST), *range(places.MOST), places.MOST, 1]


def test_a_text_with_signs_of_sql_and_an_odd_name_of_a_column_is_read_as_it_is(tainted: Version) -> None:
    def read() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT '100%' AS answer, slug AS answer FROM lineage_version WHERE name LIKE 't%'")
            rows = cursor.fetchall()
        return rows, Version.objects.filter(name='it\'s 100% "odd" {x} $1').exists()

    somebody_asked_for("odd")
    before = [kept("odd", read, seconds=MANY) for _ in range(2)]
    Version.objects.filter(slug="free-base").update(name='it\'s 100% "odd" {x} $1')

    assert before[0] is before[1]
    assert kept("odd", read, seconds=MANY) == ([("100%", "tainted")], True)
