"""Everything judged at once: the table says what the engine says, readers never see it half full, and failures undo."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import takewhile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from campaigns import tasks as of_campaigns
from config.celery import schedule
from lineage import tasks
from lineage.actions import weigh_catalogue as weighing
from lineage.actions.record_figures import record_figures
from lineage.actions.register_version import register_version
from lineage.actions.replace_standings import Row, replace_standings
from lineage.actions.weigh_catalogue import NotWeighed, weigh_catalogue, weigh_if_changed
from lineage.clock import ticks
from lineage.engine import catalogue_ranking
from lineage.engine.document import Term
from lineage.engine.impact import impact
from lineage.engine.inheritance import solve
from lineage.formats.figures_table import Figure, FiguresLine
from lineage.models import LogEntry, Standing, Version, Weighing
from lineage.models.figures import ILLUSTRATION
from lineage.records import whole_lineage
from tests.lineage.documents import MAY_DAY, NOON, a_line_of, put_on_record, the_bra_family
from tests.lineage.engine.small_files import NO_HOSTING, artefact, file_of, grant, licence, made

PATIENCE = 120.0
pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=2)


def rows() -> dict[str, Standing]:
    return {row.version.slug: row for row in Standing.objects.select_related("version")}


def the_shape_of_the_table() -> list[tuple[object, ...]]:
    """Columns, constraints and indexes, with their names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, atttypid, attnotnull FROM pg_attribute "
            "WHERE attrelid = 'lineage_standing'::regclass AND attnum > 0 ORDER BY attnum"
        )
        shape = cursor.fetchall()
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = 'lineage_standing'::regclass ORDER BY conname"
        )
        shape += cursor.fetchall()
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'lineage_standing' ORDER BY 1")
        return [*shape, *cursor.fetchall()]


def a_row_for(version: Version, freed: int = 1) -> Row:
    return Row(version.pk, "tainted", freed, 0, 1, None, False, [])


def test_the_table_says_of_every_version_what_the_engine_says() -> None:
    put_on_record(the_bra_family())

    done = weigh_catalogue(at=NOON, on=MAY_DAY)

    file = whole_lineage()
    inheritance = solve(file, MAY_DAY)
    assert {slug: row.state for slug, row in rows().items()} == {a.id: inheritance.state(a.id) for a in file.artefacts}
    freed = {each.artefact: each.versions for each in impact(file, on=MAY_DAY)}
    assert {slug: row.freed_versions for slug, row in rows().items() if row.freed_versions} == freed
    assert (done.versions, done.tainted) == (15, sum(row.state == "tainted" for row in rows().values()))
    assert Weighing.objects.get().log_entry == LogEntry.objects.latest("pk").pk


def test_what_comes_by_way_of_a_version_are_the_licences_of_its_restrictions_and_its_own() -> None:
    put_on_record(a_line_of(3))

    weigh_catalogue(at=NOON, on=MAY_DAY)

    found = rows()
    strict = found["v0"].licences
    assert len(strict) == 1 and found["v1"].licences == found["v2"].licences == strict
    assert [found[slug].state for slug in ("v0", "v1", "v2")] == ["clean", "tainted", "tainted"]
    assert [found[slug].freed_versions for slug in ("v0", "v1", "v2")] == [2, 2, 1]


def test_a_plan_is_not_weighed_and_its_figures_do_not_count() -> None:
    put_on_record(a_line_of(3))
    Version.objects.filter(slug="v2").update(planned=True)
    record_figures([figures("v2", downloads=5)], by=None, at=NOON)

    done = weigh_catalogue(at=NOON, on=MAY_DAY)

    assert set(rows()) == {"v0", "v1"} and (done.versions, done.counted) == (2, 0)


def figures(artefact: str, *, downloads: int | None = None, cost: int | None = None) -> FiguresLine:
    given: dict[str, Figure] = {}
    if downloads is not None:
        given |= {"downloads": downloads, "counted_on": MAY_DAY, "downloads_source": ILLUSTRATION}
    if cost is not None:
        given |= {"cost_usd": cost, "cost_stated": True, "cost_source": "its author"}
    return FiguresLine("line 2", artefact, given)


def test_what_frees_the_most_downloads_for_its_cost_comes_first() -> None:
    put_on_record(a_line_of(4))
    lines = [figures("v1", cost=1000), figures("v3", downloads=9000)]
    record_figures(lines, by=None, at=NOON)

    done = weigh_catalogue(at=NOON, on=MAY_DAY)

    # v0 is on nobody's record as made from anything, so nobody can say what it would cost.
    found = rows()
    assert {slug: row.cost_usd for slug, row in found.items()} == {"v0": None, "v1": 1000, "v2": 200, "v3": 200}
    assert {slug for slug, row in found.items() if row.cost_stated} == {"v1"}
    assert sorted(found, key=lambda slug: found[slug].place or 0) == ["v2", "v3", "v1", "v0"]
    assert (done.counted, done.illustrated) == (1, 1)


def test_after_a_weighing_the_table_has_the_same_columns_constraints_and_indexes_under_the_same_names() -> None:
    before = the_shape_of_the_table()
    put_on_record(a_line_of(3))

    weigh_catalogue(at=NOON, on=MAY_DAY)
    weigh_catalogue(at=NOON, on=MAY_DAY)

    assert the_shape_of_the_table() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE '%standing%next%'")
        assert cursor.fetchall() == []


def test_a_failure_in_the_middle_leaves_everything_as_it_was() -> None:
    put_on_record(a_line_of(3))
    weigh_catalogue(at=NOON, on=MAY_DAY)
    before = sorted(Standing.objects.values_list())

    row = a_row_for(Version.objects.get(slug="v0"))

    def broken() -> Iterator[Row]:
        yield row
        raise RuntimeError("the machine is gone")

    with pytest.raises(RuntimeError):
        replace_standings(broken(), Weighing(at=LATER, on=MAY_DAY, versions=1, tainted=1))

    assert sorted(Standing.objects.values_list()) == before
    assert [each.at for each in Weighing.objects.all()] == [NOON]
    weigh_catalogue(at=LATER, on=MAY_DAY)
    assert Standing.objects.count() == 3


def test_rows_that_stand_twice_are_refused_as_a_whole() -> None:
    put_on_record(a_line_of(1))
    row = a_row_for(Version.objects.get())

    with pytest.raises(Exception, match="lineage_standing_pkey_next"), transaction.atomic():
        replace_standings([row, row], Weighing(at=NOON, on=MAY_DAY, versions=1, tainted=1))

    assert not Standing.objects.exists() and not Weighing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_reader_never_sees_a_half_table_nor_none_while_it_is_exchanged() -> None:
    put_on_record(a_line_of(30))
    versions = list(Version.objects.all())
    replace_standings([a_row_for(each, 0) for each in versions], Weighing(at=NOON, on=MAY_DAY, versions=30, tainted=30))
    seen: list[tuple[int, int]] = []
    stop = threading.Event()
    failures: list[Exception] = []

    def read() -> None:
        try:
            while not stop.is_set():
                freed = list(Standing.objects.values_list("freed_versions", flat=True))
                seen.append((len(freed), len(set(freed))))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        # The reader has to have its share of the machine, however busy that is.
        for turn in takewhile(lambda turn: turn < 25 or len(seen) <= 24, range(1, 5_000)):
            table = [a_row_for(each, turn) for each in versions]
            replace_standings(table, Weighing(at=NOON, on=MAY_DAY, versions=30, tainted=30))
    finally:
        stop.set()
        reader.join(PATIENCE)

    assert not failures and len(seen) > 24
    assert set(seen) == {(30, 1)}


@pytest.mark.django_db(transaction=True)
def test_two_weighings_at_once_wait_for_each_other_and_the_clock_does_not_wait() -> None:
    put_on_record(a_line_of(3))
    held, looked, done = threading.Event(), threading.Event(), threading.Event()
    told: list[object] = []

    def weigh() -> None:
        try:
            held.wait(PATIENCE)
            told.append(weigh_if_changed(at=NOON))
            looked.set()
            weigh_catalogue(at=LATER, on=MAY_DAY)
            told.append(done.is_set())
        finally:
            connection.close()

    other = threading.Thread(target=weigh, daemon=True)
    other.start()
    with weighing._alone(wait=True):
        held.set()
        looked.wait(PATIENCE)
        other.join(0.3)
        done.set()
    other.join(PATIENCE)

    assert told == [None, True]
    assert Weighing.objects.get().at == LATER


@pytest.mark.django_db(transaction=True)
def test_what_is_put_on_record_while_the_log_is_read_is_not_missed() -> None:
    put_on_record(a_line_of(2))
    writing, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                register_version(slug="slow", name="Slow", by=None, at=NOON)
                writing.set()
                go_on.wait(PATIENCE)
        finally:
            connection.close()

    slow = threading.Thread(target=write_slowly, daemon=True)
    slow.start()
    writing.wait(PATIENCE)
    release = threading.Timer(0.3, go_on.set)
    release.start()

    done = weigh_catalogue(at=NOON, on=MAY_DAY)

    slow.join(PATIENCE)
    assert done.log_entry == LogEntry.objects.latest("pk").pk and done.versions == 3


@pytest.mark.django_db(transaction=True)
def test_while_somebody_takes_long_to_write_the_clock_leaves_it_for_the_next_time() -> None:
    put_on_record(a_line_of(2))
    writing, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                register_version(slug="slow", name="Slow", by=None, at=NOON)
                writing.set()
                go_on.wait(PATIENCE)
        finally:
            connection.close()

    slow = threading.Thread(target=write_slowly, daemon=True)
    slow.start()
    writing.wait(PATIENCE)

    assert weigh_if_changed(at=NOON) is None

    go_on.set()
    slow.join(PATIENCE)
    assert weigh_if_changed(at=NOON) is not None


def test_the_clock_weighs_once_and_again_only_when_something_has_changed() -> None:
    put_on_record(a_line_of(3))

    first, idle = weigh_if_changed(at=NOON), weigh_if_changed(at=LATER)
    register_version(slug="new", name="New", by=None, at=LATER)
    again = weigh_if_changed(at=LATER)

    assert first and not idle and again and again.versions == 4


def test_many_changes_within_a_minute_cost_one_weighing() -> None:
    put_on_record(a_line_of(3))
    weigh_if_changed(at=NOON)
    register_version(slug="new", name="New", by=None, at=NOON)

    assert weigh_if_changed(at=NOON + timedelta(seconds=59)) is None
    assert weigh_if_changed(at=NOON + timedelta(seconds=60)) is not None


def test_a_new_day_is_weighed_at_once_for_licences_begin_on_days(settings: Settings) -> None:
    put_on_record(replace(a_line_of(2), derivations=()))
    late = datetime(2023, 5, 1, 14, 59, 59, tzinfo=UTC)
    weigh_if_changed(at=late)

    done = weigh_if_changed(at=late + timedelta(seconds=1))

    assert settings.TIME_ZONE == "Asia/Tokyo"
    assert done is not None and done.on == date(2023, 5, 2)


def test_the_figures_that_come_in_are_a_reason_to_weigh_again() -> None:
    put_on_record(a_line_of(2))
    weigh_if_changed(at=NOON)
    record_figures([figures("v1", downloads=7)], by=None, at=LATER)

    done = weigh_if_changed(at=LATER)

    assert done and rows()["v1"].freed_downloads == 7


def test_more_versions_than_can_be_weighed_are_left_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put_on_record(a_line_of(3))
    monkeypatch.setattr(weighing, "MOST_VERSIONS", 2)

    assert weigh_if_changed(at=NOON) is None

    assert "3 versions are on record, and 2 can be weighed at once" in caplog.text
    with pytest.raises(NotWeighed):
        weigh_catalogue(at=NOON, on=MAY_DAY)
    with pytest.raises(CommandError, match="2 can be weighed"):
        call_command("weigh_catalogue")


def test_what_was_too_much_is_not_tried_again_until_it_changes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put_on_record(a_line_of(3))
    monkeypatch.setattr(weighing, "MOST_VERSIONS", 2)

    for _turn in range(3):
        weigh_if_changed(at=NOON)
    monkeypatch.setattr(weighing, "MOST_VERSIONS", 20)
    register_version(slug="new", name="New", by=None, at=NOON)

    assert caplog.text.count("The catalogue was not weighed") == 1
    assert weigh_if_changed(at=NOON) is not None


def test_a_record_too_deep_to_weigh_leaves_the_standings_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    far = licence("reaches-outputs", Term("no-hosting", reaches_outputs=True))
    put_on_record(
        file_of(
            NO_HOSTING, far, artefact("one"), artefact("other"), artefact("child"), grant("one", NO_HOSTING.id),
            grant("other", far.id), made("one", "child"), made("other", "child"),
        )
    )  # fmt: skip
    weigh_catalogue(at=NOON, on=MAY_DAY)
    monkeypatch.setattr(catalogue_ranking, "MOST_STEPS", -1)

    with pytest.raises(NotWeighed, match="too deep"):
        weigh_catalogue(at=LATER, on=MAY_DAY)

    assert Standing.objects.count() == 3 and Weighing.objects.get().at == NOON


def test_of_many_weighings_the_facts_of_the_newest_hundred_are_kept() -> None:
    for _turn in range(103):
        replace_standings([], Weighing(at=NOON, on=MAY_DAY, versions=0, tainted=0))

    assert Weighing.objects.count() == 100


def test_a_version_that_is_gone_leaves_the_lists_at_once() -> None:
    put_on_record(replace(a_line_of(3), derivations=()))
    weigh_catalogue(at=NOON, on=MAY_DAY)

    Version.objects.get(slug="v2").delete()

    assert set(rows()) == {"v0", "v1"}


def test_the_command_weighs_for_the_day_that_it_is_told() -> None:
    put_on_record(a_line_of(3))
    out = StringIO()

    call_command("weigh_catalogue", "--on", "2021-06-01", stdout=out)

    assert "3 versions weighed for 2021-06-01" in out.getvalue()
    assert {row.state for row in Standing.objects.exclude(version__slug="v0")} != {"clean"}


def test_the_clock_knows_the_task_and_no_two_tasks_have_one_name() -> None:
    from_tables = schedule()

    assert {tick.task for tick in ticks()} <= set(tasks.TASKS)
    assert not set(tasks.TASKS) & set(of_campaigns.TASKS)
    assert set(from_tables) <= {*tasks.TASKS, *of_campaigns.TASKS}
    assert from_tables["weigh_catalogue"]["schedule"] == 20.0 and "close_due_campaigns" in from_tables


def test_the_task_weighs_by_the_clock_of_the_database() -> None:
    put_on_record(a_line_of(2))

    tasks.TASKS["weigh_catalogue"]()

    assert abs(Weighing.objects.get().at - datetime.now(tz=UTC)) < timedelta(minutes=5)
