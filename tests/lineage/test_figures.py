"""Downloads and costs come in by a table, whole or not at all, and nothing that nobody counted looks counted."""

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from lineage.actions.record_figures import FiguresRefused, record_figures_text
from lineage.formats.figures_table import FiguresUnreadable, read_figures
from lineage.formats.proposals import FormatError
from lineage.models import Figures, LogEntry
from lineage.models.figures import ILLUSTRATION
from tests.lineage.documents import DATA, MAY_DAY, NOON, a_line_of, put_on_record, the_bra_family

HEADER = "artefact,downloads,counted_on,downloads_source,cost_usd,cost_stated,cost_source\n"
COUNTED = "v1,1234,2023-05-01,the site's own page,,,\n"


@pytest.mark.django_db
def test_a_table_is_taken_in_once_and_the_log_tells_it_once() -> None:
    put_on_record(a_line_of(3))
    table = HEADER + COUNTED + 'v2,,,,200,yes,"150-250 USD, its author"\n'

    first = record_figures_text(table, by=None, at=NOON)
    again = record_figures_text(table, by=None, at=NOON)

    one, two = Figures.objects.order_by("version__slug")
    assert (one.downloads, one.counted_on, one.downloads_source) == (1234, MAY_DAY, "the site's own page")
    assert (one.cost_usd, two.cost_usd, two.cost_stated, two.downloads) == (None, 200, True, None)
    assert (first.changed, first.unchanged, again.changed, again.unchanged) == (2, 0, 0, 2)
    entry = LogEntry.objects.get(kind=LogEntry.Kind.FIGURES_RECORDED)
    assert entry.data == {"versions": ["v1", "v2"], "number": 2}


@pytest.mark.django_db
def test_a_column_that_is_left_out_stays_and_an_empty_cell_says_that_it_is_not_known() -> None:
    put_on_record(a_line_of(2))
    record_figures_text(HEADER + "v1,5,2023-05-01,a page,200,yes,its author\n", by=None, at=NOON)

    record_figures_text("artefact,downloads\nv1,9\n", by=None, at=NOON)
    record_figures_text("artefact,cost_usd,cost_stated\nv1,,no\n", by=None, at=NOON)

    row = Figures.objects.get()
    assert (row.downloads, row.downloads_source, row.cost_usd, row.cost_stated) == (9, "a page", None, False)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("", "its first line names the columns artefact, downloads"),
        ("artefact,downlods\n", "line 1: there is no column 'downlods'; did you mean 'downloads'?"),
        ("artefact,zzz\n", "line 1: there is no column 'zzz'; the columns are artefact,"),
        ("downloads\n", "line 1: every column stands once, and artefact must be there"),
        ("artefact,artefact\n", "line 1: every column stands once"),
        ("artefact,downloads\nv1\n", "line 2: this line has 1 cells, and the first line 2"),
        ("artefact,downloads\n,3\n", "line 2, artefact: name the version by its id"),
        ("artefact,downloads\n\nv1,-3\n", "line 3, downloads: '-3' is not a whole number from 0"),
        ("artefact,downloads\nv1,1e9\n", "line 2, downloads: '1e9' is not a whole number"),
        ("artefact,downloads\nv1,NaN\n", "line 2, downloads: 'NaN' is not a whole number"),
        ("artefact,downloads\nv1,१२\n", "is not a whole number"),
        ("artefact,downloads\nv1," + "9" * 4000 + "\n", "is not a whole number"),
        ("artefact,cost_usd\nv1,0\n", "line 2, cost_usd: '0' is not a whole number from 1"),
        ("artefact,counted_on\nv1,2023-02-30\n", "line 2, counted_on: '2023-02-30' is not a day"),
        ("artefact,cost_stated\nv1,perhaps\n", "line 2, cost_stated: 'perhaps' is neither yes nor no"),
        ("artefact,cost_source\nv1," + "x" * 201 + "\n", "line 2, cost_source: a source has at most 200"),
        ('artefact,downloads\nv1,"3\n', "this is not CSV"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_line_and_column(table: str, says: str) -> None:
    with pytest.raises(FiguresUnreadable) as refused:
        read_figures(table)

    assert says in str(refused.value)


def test_what_is_no_text_is_refused_like_other_files() -> None:
    with pytest.raises(FormatError, match="UTF-16"):
        read_figures("artefact\nv1\n".encode("utf-16"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("v9,1,2023-05-01,a page,,,", "line 3, artefact: there is no version 'v9' on record"),
        ("v1,1,2023-05-01,a page,,,", "line 3, artefact: 'v1' stands in line 2 too"),
        ("v0,1,,a page,,,", "line 3, counted_on: say on which day"),
        ("v0,1,2023-05-01,,,,", "line 3, downloads_source: say who counted"),
        ("v0,,,,200,yes,", "line 3, cost_source: say who stated the cost"),
        ("v0,,,,,yes,its author", "line 3, cost_usd: a cost that was stated is a number"),
    ],
)
def test_one_line_that_makes_no_sense_keeps_the_whole_table_out(line: str, says: str) -> None:
    put_on_record(a_line_of(2))

    with pytest.raises(FiguresRefused) as refused:
        record_figures_text(f"{HEADER}{COUNTED}{line}\n", by=None, at=NOON)

    assert says in str(refused.value)
    assert not Figures.objects.exists()


@pytest.mark.django_db
def test_the_command_says_what_it_did_and_names_the_file_where_it_did_nothing(tmp_path: Path) -> None:
    put_on_record(a_line_of(2))
    table, out, err = tmp_path / "figures.csv", StringIO(), StringIO()
    table.write_text(HEADER + COUNTED, encoding="utf-8")

    call_command("import_figures", str(table), stdout=out)
    table.write_text(HEADER + "v7,,,,,,\n", encoding="utf-8")
    for name in (str(table), str(tmp_path / "none.csv")):
        with pytest.raises(SystemExit):
            call_command("import_figures", name, stderr=err)

    assert out.getvalue() == "figures: 1 added or changed, 0 unchanged\n"
    assert "figures.csv: line 2, artefact: there is no version 'v7'" in err.getvalue()
    assert "none.csv: cannot be read" in err.getvalue()


@pytest.mark.django_db
def test_the_demos_table_says_that_nobody_counted_and_states_one_cost() -> None:
    put_on_record(the_bra_family())

    record_figures_text((DATA / "figures.csv").read_bytes(), by=None, at=NOON)

    counted = Figures.objects.exclude(downloads=None)
    assert counted.count() > 3 and all(row.illustration for row in counted)
    assert {row.downloads_source for row in counted} == {ILLUSTRATION}
    (told,) = Figures.objects.filter(cost_stated=True)
    assert (told.version.slug, told.cost_usd) == ("bra-v4", 200) and "150-250 USD" in told.cost_source
    assert not Figures.objects.exclude(cost_usd=None).filter(cost_stated=False).exists()


@pytest.mark.django_db
def test_a_correction_by_the_staff_is_told_to_the_log(client: Client) -> None:
    put_on_record(a_line_of(2))
    record_figures_text(HEADER + COUNTED, by=None, at=NOON)
    row = Figures.objects.get()
    client.force_login(User.objects.create_superuser("staff"))

    form = {"version": row.version_id, "downloads": 7, "counted_on": "2023-05-02", "downloads_source": "a page"}
    answer = client.post(reverse("admin:lineage_figures_change", args=[row.pk]), form)

    assert answer.status_code == 302
    assert Figures.objects.get().downloads == 7
    assert LogEntry.objects.filter(kind=LogEntry.Kind.FIGURES_RECORDED).count() == 2
