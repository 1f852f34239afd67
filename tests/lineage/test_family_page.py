"""The family tree on the page of a version: what its address may ask for, and what is said when it is large."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest
from django.test import Client

from lineage.engine.document import Artefact, Derivation, Grant
from lineage.models import Version
from lineage.picture import choice
from lineage.verdicts import family_view, record_on
from tests.lineage.documents import MAY_DAY, a_line_of, put_on_record

pytestmark = pytest.mark.django_db
DAY = date(2022, 2, 1)
NASTY = '"><script>alert(1)</script>\u202e👩‍👩‍👧‍👦 ' + "漢" * 150


def a_crowd(count: int) -> None:
    """A line of four with a restriction, and clean parents of the last, each with one more above it."""
    line = a_line_of(4)
    crowd = [f"crowd-{number:03}" for number in range(count)]
    put_on_record(
        replace(
            line,
            artefacts=(*line.artefacts, *(Artefact(id, id) for id in crowd)),
            grants=(*line.grants, *(Grant(id, "free", date(2022, 1, 1)) for id in crowd)),
            derivations=(
                *line.derivations,
                *(Derivation(id, "v3", "merge", DAY) for id in crowd[::2]),
                *(Derivation(upper, lower, "merge", DAY) for lower, upper in zip(crowd[::2], crowd[1::2], strict=True)),
            ),
        )
    )


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_clean_ancestors_of_a_large_family_are_folded_and_a_link_unfolds_them(client: Client) -> None:
    a_crowd(220)

    folded = said(client, "/en/m/v3/")
    opened = said(client, "/en/m/v3/?open=v3")

    assert "220 clean ancestors are folded away." in folded and "+220 clean ancestors" in folded
    assert 'href="/en/m/v3/?open=v3#family"' in folded
    assert "Open the picture (4 models)" in folded
    assert "Open the picture (84 models)" in opened, "the nearest forty, and one more above each"


def test_a_family_too_large_to_draw_shows_its_list_in_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    a_crowd(220)
    monkeypatch.setattr("lineage.verdicts.family.DRAWN_AT_ALL", 100)

    page = said(client, "/en/m/v3/?show=all")
    later = said(client, "/en/m/v3/?show=all&list=2")

    assert "Too large to draw, so here is the list (224 models)." in page and 'class="tree ' not in page
    assert "Page 1 of 2" in page and 'href="/en/m/v3/?show=all&list=2#family-list"' in page
    assert "Page 2 of 2" in later and 'id="listed-crowd-000"' in page and 'id="listed-crowd-000"' not in later


def test_the_shortest_ways_of_a_family_of_hundreds_are_drawn_and_their_stubs_lead_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_crowd(60)
    monkeypatch.setattr(choice, "DRAWN_WHOLE", 10)
    monkeypatch.setattr(choice, "DRAWN_AT_ALL", 50)

    page = said(client, "/en/m/v3/?who=hobbyist")

    assert "This family has 64 models. The picture shows the shortest way" in page
    assert "+60 clean ancestors" in page and "/en/m/v3/?who=hobbyist&open=v3#family" in page


def test_a_stub_behind_which_a_restriction_begins_is_not_called_clean(client: Client) -> None:
    line = a_line_of(5)
    above = replace(line, artefacts=(*line.artefacts, Artefact("first", "First")))
    grant, made = Grant("first", "free", date(2022, 1, 1)), Derivation("first", "v0", "finetune", DAY)
    put_on_record(replace(above, grants=(*line.grants, grant), derivations=(*line.derivations, made)))

    page = said(client, "/en/m/v4/?show=near")

    assert "+2 more ancestors" in page and "some bring restrictions" in page and "clean ancestors" not in page


def test_a_picture_that_hangs_on_who_asks_says_so_to_caches(client: Client) -> None:
    put_on_record(a_line_of(3))

    for name in ("tree.svg", "tree.dot"):
        assert "Cookie" in client.get(f"/en/m/v2/{name}?use=personal")["Vary"]


def test_a_use_on_which_nothing_bears_marks_no_path(client: Client) -> None:
    put_on_record(a_line_of(3))

    sold, mine = said(client, "/en/m/v2/?use=sell-weights"), said(client, "/en/m/v2/?use=personal&show=near")

    assert "tree-tainting" in sold and "no path is marked" not in sold
    assert "tree-tainting" not in mine and "no path is marked" in mine
    assert '<option value="personal" selected>' in mine and '<option value="near" selected>' in mine


@pytest.mark.parametrize(
    "query", ["show=nonsense", "open=%00%0a", "open=nobody&open=v1", "use=x&list=-1", "list=999999", "show=all&list=7"]
)
def test_whatever_an_address_asks_for_there_is_a_page(client: Client, query: str) -> None:
    put_on_record(a_line_of(3))

    assert client.get(f"/en/m/v2/?{query}").status_code == 200


def test_names_of_strangers_stay_text_in_the_page_and_in_every_file(client: Client) -> None:
    line = a_line_of(2)
    put_on_record(replace(line, artefacts=(replace(line.artefacts[0], name=NASTY), *line.artefacts[1:])))

    page = client.get("/en/m/v1/").content.decode()
    picture = client.get("/en/m/v1/tree.svg")
    graph = client.get("/en/m/v1/tree.dot").content.decode()

    assert "<script>alert" not in page and "\u202e" not in re.findall(r"<svg.*?</svg>", page, re.DOTALL)[0]
    assert not [each for each in ElementTree.fromstring(picture.content).iter() if each.tag.endswith("script")]
    assert picture["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert picture["Content-Disposition"].startswith("attachment")
    assert '\\"><script>' in graph and "\u202e" not in graph


def test_a_picture_to_take_away_says_how_many_it_leaves_out_and_is_the_same_each_time(client: Client) -> None:
    a_crowd(220)

    first, second = client.get("/en/m/v3/tree.svg").content, client.get("/en/m/v3/tree.svg").content

    assert b"220 models of this family are not drawn." in first and first == second
    assert client.get("/en/m/v3/tree.dot").content.decode().count("label=") > 440


def test_each_model_stands_in_the_list_once_in_full_whatever_page_it_is_on() -> None:
    a_crowd(400)
    record = record_on(Version.objects.get(slug="v3"), MAY_DAY)
    view = family_view(record)

    assert view.pages == 3 and view.total == 404 and view.later and not view.earlier
    assert sum(not row.row.branch.again for row in view.rows) <= 150


def test_in_a_circle_of_claims_a_child_that_is_an_ancestor_too_stays_in_the_list() -> None:
    line = a_line_of(3)
    put_on_record(replace(line, derivations=(*line.derivations, Derivation("v2", "v1", "merge", DAY))))
    version = Version.objects.get(slug="v2")

    view = family_view(record_on(version, MAY_DAY), children=[Version.objects.get(slug="v1")])

    assert {row.row.branch.node.id for row in view.rows} == {"v0", "v1", "v2"}
