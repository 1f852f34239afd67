"""Pages and files of a version whose family is very large: what anybody may ask for takes no worker for minutes."""

import pytest
from django.test import Client

from lineage.engine import verdicts
from lineage.ids import FILES_OF_A_VERSION, PAGES_OF_A_VERSION, refusal_of
from lineage.models import Version
from lineage.picture import Wish
from lineage.urls import urlpatterns
from lineage.verdicts import Asked, family, family_of, family_view, record_on, strip_of
from lineage.views import version_page
from tests.lineage.documents import MAY_DAY, a_line_of, put_on_record


def the_last_of(length: int) -> Version:
    file = a_line_of(length)
    put_on_record(file)
    return Version.objects.get(slug=file.artefacts[-1].id)


@pytest.mark.django_db
def test_of_a_family_of_tens_of_thousands_only_what_is_near_is_judged_and_the_rest_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = record_on(the_last_of(40), MAY_DAY)
    monkeypatch.setattr(family, "MOST_JUDGED", 20)

    near = family_of(record)

    assert len(near.whole.nodes) == 2 and near.left_out == 38 and near.reduced == "few"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["", "verdicts/", "licence-texts/", "made-from-it/", "history/", "repair/", "what-if/"]
)
def test_what_is_too_large_to_be_judged_is_unclear_and_says_so_on_every_page(
    client: Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    last = the_last_of(6)
    monkeypatch.setattr(verdicts, "LONGEST_ANSWER", 3)

    answer = client.get(f"/en/m/{last.slug}/{path}")

    assert answer.status_code == 200
    if path in ("", "verdicts/"):
        assert "he family is too large to be judged here" in answer.content.decode()


@pytest.mark.django_db
def test_no_answer_to_a_question_that_is_too_large_is_a_good_one(monkeypatch: pytest.MonkeyPatch) -> None:
    record = record_on(the_last_of(6), MAY_DAY)
    monkeypatch.setattr(verdicts, "LONGEST_ANSWER", 3)

    strip = strip_of(record)
    told = [item for item in strip if item.decides and item.decides.code == "too-large"]

    assert len(told) >= 6 and {(item.verdict, item.lenient, item.shown) for item in told} == {("unclear",) * 3}
    assert record.state == "tainted"


@pytest.mark.django_db
def test_a_use_on_which_nobody_can_say_what_bears_marks_every_way(monkeypatch: pytest.MonkeyPatch) -> None:
    record = record_on(the_last_of(6), MAY_DAY)
    monkeypatch.setattr(verdicts, "LONGEST_ANSWER", 3)

    view = family_view(record, asked=Asked(Wish(use="sell-outputs")))

    assert not view.nothing_bears and any(edge.tainting for edge in view.family.whole.edges)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["bom.cdx.json", "lineage.spdx.json", "card.md", "card.yaml", "tree.graphml"])
def test_files_of_a_family_that_is_too_large_are_not_written_while_somebody_waits(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    last = the_last_of(6)
    monkeypatch.setattr("lineage.views.version_exports.LARGEST_FAMILY", 5)

    answer = client.get(f"/en/m/{last.slug}/{name}")

    assert answer.status_code == 404
    assert client.get(f"/en/m/{last.slug}/lineage.json").status_code == 200


@pytest.mark.django_db
def test_of_a_very_long_way_both_ends_are_told_and_how_many_are_left_out(client: Client) -> None:
    last = the_last_of(60)

    for tab in ("", "verdicts/"):
        said = client.get(f"/en/m/{last.slug}/{tab}").content.decode()
        ways = [way.partition("</ol>")[0] for way in said.split('<ol class="path"')[1:]]
        assert ways and all(way.count("/en/m/v") == 24 and "36 more in between" in way for way in ways)
        assert all("/en/m/v0/" in way and "/en/m/v59/" in way for way in ways)
        assert "Version v1 → Version v2" in said and "Version v29 → Version v30" not in said


@pytest.mark.django_db
def test_faults_are_not_looked_for_where_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    last = the_last_of(4)
    Version.objects.filter(slug=last.slug).update(claimed_label="free")
    found = version_page.version_page(last, MAY_DAY).faults
    monkeypatch.setattr(version_page, "MOST_STEPS", 0)

    assert [fault.code for fault in found] == ["ineffective-label"]
    assert version_page.version_page(last, MAY_DAY).faults == []


def test_no_version_is_called_like_the_page_of_another() -> None:
    begins = "m/<lineage_id:slug>/"
    patterns = [str(pattern.pattern) for pattern in urlpatterns]
    beside = {path.removeprefix(begins).strip("/") for path in patterns if path.startswith(begins)} - {""}

    assert beside == PAGES_OF_A_VERSION | FILES_OF_A_VERSION
    assert all(refusal_of(f"someone/{name}") and not refusal_of(name) for name in beside)
    assert not refusal_of("someone/what-if-v2")
