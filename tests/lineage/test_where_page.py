"""The ranking: what stands on it, what it says of what is not known, what it costs, and its JSON."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from django.test import Client

from lineage.actions.record_figures import record_figures_text
from lineage.actions.weigh_catalogue import weigh_catalogue
from lineage.engine.document import Artefact, Derivation, Grant, LineageFile
from lineage.models import Standing, Version, Weighing
from lineage.views import where_plan
from tests.lineage.documents import DATA, MAY_DAY, NOON, a_line_of, put_on_record, the_bra_family
from tests.world import an_open_campaign

pytestmark = pytest.mark.django_db

AtMost = Callable[[int], AbstractContextManager[object]]
HEADER = "artefact,downloads,counted_on,downloads_source,cost_usd,cost_stated,cost_source\n"


def page(client: Client, address: str = "/en/where/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode()).replace("<wbr>", "")


def line(said: str, name: str) -> str:
    """What stands in the ranking's line about one version."""
    table = said[said.index('class="table ranking"') :]
    start = table.index(f">{name}</a>")
    return " ".join(table[start : table.index("</tr>", start)].split())


def weighed(file: LineageFile, figures: str = "") -> Weighing:
    put_on_record(file)
    if figures:
        record_figures_text(HEADER + figures, by=None, at=NOON)
    return weigh_catalogue(at=NOON, on=MAY_DAY)


def a_fan_of(children: int) -> LineageFile:
    """v0, which may not be used commercially, and many models that were trained on it directly."""
    ids = [f"child-{number:03}" for number in range(children)]
    line = a_line_of(1)
    return replace(
        line,
        artefacts=(*line.artefacts, *(Artefact(id, id.capitalize()) for id in ids)),
        grants=(*line.grants, *(Grant(id, "free", date(2022, 1, 1)) for id in ids)),
        derivations=tuple(Derivation("v0", id, "finetune", date(2022, 2, 1)) for id in ids),
    )


def test_the_page_ranks_what_would_free_the_most_for_its_cost(client: Client) -> None:
    weighed(a_line_of(4))

    said = page(client)

    assert "<h1>Where would a coin free the most?</h1>" in said and "Not legal advice" in said
    places = [said.index(f">Version {id}</a>") for id in ("v1", "v2", "v3", "v0")]
    assert places == sorted(places)
    first = line(said, "Version v1")
    assert "3 versions" in first and "US$200" in first and "estimated" in first and "inherits restrictions" in first
    assert "no commercial use of the model" in first and 'href="/en/l/strict/"' in first
    assert "1.5 versions for US$100" in first
    assert "not known: how it was made is not on record" in line(said, "Version v0")
    assert "Would no longer be passed on:" in line(said, "Version v0")


def test_it_says_as_of_when_and_what_the_numbers_do_not_say(client: Client) -> None:
    weighed(a_line_of(4))

    said = page(client)

    assert "As of May 1, 2023" in said and "4 versions on record, of which 3 inherit restrictions" in said
    assert "do not add up" in said and "freed by neither replacement alone" in said
    assert "One coin alone frees nothing" in said


def test_without_downloads_it_says_so_and_counts_versions(client: Client) -> None:
    weighed(a_line_of(3))

    said = page(client)

    assert "How often versions are downloaded is not known for any of them" in said
    assert "downloads not known" in line(said, "Version v1") and "one coin stands for" not in said


def test_downloads_that_nobody_counted_are_called_an_illustration(client: Client) -> None:
    weighed(a_line_of(3), 'v2,12000,2023-05-01,"illustration, not counted",,,\n')

    said = page(client)

    assert "All download numbers here are an illustration: nobody has counted them." in said
    assert "Versions without a number count as none." in said
    assert "12,000 downloads · illustration" in line(said, "Version v2")
    assert "60 downloads for US$1" in line(said, "Version v2")
    assert "one coin stands for 180" in line(said, "Version v2")


def test_downloads_that_were_counted_are_not_called_an_illustration(client: Client) -> None:
    weighed(a_line_of(3), "v2,12000,2023-05-01,the site,,,\n")

    said = page(client)

    assert "illustration" not in said and "12,000 downloads" in line(said, "Version v2")
    assert "Downloads are known of 1 version. Versions without a number count as none." in said


def test_of_counted_and_uncounted_downloads_together_it_says_how_many_of_each(client: Client) -> None:
    weighed(a_line_of(4), 'v2,12,2023-05-01,the site,,,\nv3,8,2023-05-01,"illustration, not counted",,,\n')

    said = page(client)

    assert "Downloads are known of 1 version." in said and "1 more number is an illustration" in said


def test_a_stated_cost_says_by_whom(client: Client) -> None:
    weighed(a_line_of(3), 'v1,,,,150,yes,"as its author said"\n')

    stated = line(page(client), "Version v1")

    assert "US$150" in stated and "stated" in stated and "as its author said" in stated and "estimated" not in stated


def test_before_the_first_weighing_it_says_that_there_was_none(client: Client) -> None:
    put_on_record(a_line_of(3))

    said = page(client)

    assert "has not been weighed yet" in said and "<table" not in said


def test_where_nothing_is_tainted_it_says_that_there_is_nothing_to_free(client: Client) -> None:
    weighed(replace(a_line_of(3), derivations=()))

    assert "There is nothing to free" in page(client)


def test_the_list_narrows_to_one_licence_and_what_is_no_licence_shows_all(client: Client) -> None:
    weighed(the_bra_family())

    one = page(client, "/en/where/?licence=dreamlike-1.0-2022-12-25")
    every, odd = page(client), page(client, "/en/where/?licence=<script>")

    assert ">Elldreth's Lucid Mix</a>" in every or "lucid-mix" in every
    assert 'href="/en/m/lucid-mix/"' not in one and 'href="/en/m/chilloutmix/"' in one
    assert 'href="/en/m/lucid-mix/"' in odd and "<script>" not in odd


def test_a_version_with_a_running_campaign_leads_to_it_and_any_other_to_a_new_one(client: Client) -> None:
    weighed(a_line_of(3))
    campaign = an_open_campaign(tainted_version=Version.objects.get(slug="v1"))

    said = page(client)

    assert f'href="/en/c/{campaign.slug}/"' in line(said, "Version v1")
    assert "campaigns/new" not in line(said, "Version v1") and "Open for coins" in line(said, "Version v1")
    assert '?model=v2"' in line(said, "Version v2") and "Open a campaign" in line(said, "Version v2")


def test_a_page_holds_twenty_and_asks_the_database_no_more_for_many_than_for_few(
    client: Client, django_assert_max_num_queries: AtMost
) -> None:
    weighed(a_fan_of(45))

    with django_assert_max_num_queries(12):
        first = page(client)
    second = page(client, "/en/where/?page=3&licence=strict")

    assert first.count('scope="row"') == 20 and second.count('scope="row"') == 6
    assert "Page 1 of 3" in first and "page=2" in first
    assert "licence=strict" in second[second.index("Page 3 of 3") - 400 :]


def test_for_a_sum_it_chooses_what_may_be_added_up(client: Client) -> None:
    weighed(a_fan_of(5))

    said = page(client, "/en/where/?budget=450")

    assert "Together: 2 versions for US$400." in said and 'value="450"' in said


def test_the_choice_counts_downloads_where_some_are_known(client: Client) -> None:
    weighed(a_fan_of(5), "child-003,700,2023-05-01,the site,,,\n")

    said = page(client, "/en/where/?budget=1000")

    assert "Together: 1 version for US$200." in said and "700 downloads" in said[said.index("where-picks") :]


@pytest.mark.parametrize("typed", ["0", "2001", "-5", "1e3", "ten", "１０", "9" * 30, "1.5"])
def test_what_is_no_sum_is_answered_with_what_to_write(client: Client, typed: str) -> None:
    weighed(a_fan_of(2))

    said = page(client, f"/en/where/?budget={typed}")

    assert "Write a whole sum from 1 to 2,000, in digits alone." in said and 'aria-invalid="true"' in said


def test_a_sum_too_small_for_anything_says_so(client: Client) -> None:
    weighed(a_fan_of(2))

    assert "For this sum there is no replacement" in page(client, "/en/where/?budget=4")


def test_too_much_to_choose_from_says_so_and_works_nothing_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    weighed(a_fan_of(2))
    monkeypatch.setattr(where_plan, "MOST_VERSIONS", 2)

    assert "There is too much on record to weigh it anew" in page(client, "/en/where/?budget=500")


def test_the_same_sum_is_worked_out_once_between_two_weighings(
    client: Client, django_assert_max_num_queries: AtMost
) -> None:
    weighed(a_fan_of(5))
    once = page(client, "/en/where/?budget=450")

    with django_assert_max_num_queries(14):
        again = page(client, "/en/where/?budget=450")

    assert again == once


def test_the_page_is_in_japanese_under_ja(client: Client) -> None:
    put_on_record(the_bra_family())
    record_figures_text((DATA / "figures.csv").read_bytes(), by=None, at=NOON)
    weigh_catalogue(at=NOON, on=MAY_DAY)

    said = page(client, "/ja/where/?budget=500")

    for words in (
        "ワンコインがいちばん効くのはどのモデル?",
        "例示",
        "推定",
        "提示あり",
        "100米ドル",
        "法的助言ではありません",
    ):
        assert words in said or words == "100米ドル"
    assert "Where a coin" not in said and "Would free" not in said


def test_the_rooms_of_lineage_lead_to_it_and_the_home_page_does(client: Client) -> None:
    home, models, here = (page(client, address) for address in ("/en/", "/en/m/", "/en/where/"))

    assert 'href="/en/where/"' in home and '<a href="/en/where/">' in models
    assert '<a href="/en/where/" aria-current="page">' in here


def test_the_page_of_a_version_says_what_its_replacement_would_free_and_as_of_when(client: Client) -> None:
    weighed(a_line_of(4))

    middle, last = page(client, "/en/m/v1/"), page(client, "/en/m/v3/")

    assert "A clean replacement of this version would free 3 versions." in middle and "as of May 1, 2023" in middle
    assert "would free 1 version." in last


def test_the_page_of_a_version_that_would_free_nothing_is_silent(client: Client) -> None:
    put_on_record(replace(a_line_of(2), derivations=()))
    before = page(client, "/en/m/v1/")
    weigh_catalogue(at=NOON, on=MAY_DAY)

    said = "A clean replacement of this version would free"
    assert said not in before and said not in page(client, "/en/m/v1/")


def test_the_list_of_versions_narrows_to_a_state_and_puts_first_what_frees_the_most(client: Client) -> None:
    weighed(a_line_of(3))

    tainted = page(client, "/en/m/?state=tainted")
    sorted_ = page(client, "/en/m/?sort=freed")
    odd = page(client, "/en/m/?state=broken&sort=price")

    assert 'href="/en/m/v0/"' not in tainted and 'href="/en/m/v1/"' in tainted
    places = [sorted_.index(f'href="/en/m/{slug}/"') for slug in ("v0", "v1", "v2")]
    assert places == sorted(places) and 'aria-current="true"' in sorted_
    assert 'href="/en/m/v0/"' in odd


def test_a_state_in_which_nothing_is_says_so(client: Client) -> None:
    weighed(a_line_of(3))

    assert "Nothing on record is in this state" in page(client, "/en/m/?state=suspect")


def test_the_ranking_as_json_has_the_facts_of_the_weighing(client: Client) -> None:
    weighed(a_line_of(3), 'v1,,,,150,yes,"as its author said"\nv2,8,2023-05-01,"illustration, not counted",,,\n')

    answer = client.get("/api/v1/impact")

    told = json.loads(answer.content)
    assert answer["Access-Control-Allow-Origin"] == "*" and "Set-Cookie" not in answer
    assert told["weighed"]["on"] == "2023-05-01" and told["weighed"]["versions"] == 3
    assert (told["weighed"]["downloads_known"], told["weighed"]["downloads_illustrated"]) == (1, 1)
    first = told["models"][0]
    assert (first["place"], first["artefact"], first["frees"]) == (1, "v1", {"versions": 2, "downloads": 8})
    assert first["cost"] == {"usd": 150, "stated": True, "source": "as its author said"}
    assert first["licences"] == ["strict"] and first["page"].endswith("/m/v1/")
    assert "do not add up" in told["note"]


def test_the_json_holds_a_hundred_and_asks_the_database_little(
    client: Client, django_assert_max_num_queries: AtMost
) -> None:
    weighed(a_fan_of(120))

    with django_assert_max_num_queries(5):
        told = client.get("/api/v1/impact").json()

    assert len(told["models"]) == 100


def test_the_json_before_the_first_weighing_is_empty(client: Client) -> None:
    assert client.get("/api/v1/impact").json() | {"note": ""} == {"note": "", "weighed": None, "models": []}


def test_a_version_that_has_become_a_plan_since_is_not_ranked(client: Client) -> None:
    weighed(a_line_of(3))
    Version.objects.filter(slug="v2").update(planned=True)

    assert 'href="/en/m/v2/"' not in page(client) and Standing.objects.count() == 3
