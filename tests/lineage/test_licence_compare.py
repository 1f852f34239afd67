"""The page that shows licence texts side by side, what leads there, and the page of one licence."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lineage.actions.import_lineage import ImportRefused
from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Term
from lineage.engine.reading import read
from lineage.verdicts.offered_under import strips_under
from lineage.views import licence_page
from tests.lineage.documents import DATA, a_line_of, put_on_record, the_bra_family

pytestmark = pytest.mark.django_db

DREAMLIKE = "/l/compare/?a=dreamlike-1.0-2022-12-11&b=dreamlike-1.0-2022-12-25"
SD3 = "/en/l/compare/?a=stabilityai-nc-research&b=stabilityai-creator&c=stabilityai-community-2024-07-05"


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def section(said: str, name: str) -> str:
    start = said.index(f'aria-labelledby="{name}"')
    return said[start : said.index("</section>", start)]


def the_pony_family() -> LineageFile:
    return read((DATA / "pony.json").read_bytes())


def test_the_two_dreamlike_texts_of_december_differ_in_who_may_change_them(client: Client) -> None:
    put_on_record(the_bra_family())

    said = page(client, f"/en{DREAMLIKE}")

    differences = section(said, "differences")
    assert "The licensor may change the terms for everybody" in differences
    assert "The licensor may forbid uses" in differences
    assert 'Only in <span class="letter">B</span>' in differences and differences.count("Only in") == 1
    assert "9 things are the same in all." in differences


def test_the_three_texts_of_sd3_stand_beside_each_other_with_their_numbers(client: Client) -> None:
    put_on_record(the_pony_family())

    said = page(client, SD3)

    terms = section(said, "terms")
    assert (
        '<strong class="number">up to 6,000</strong>' in terms
        and '<strong class="number">up to US$1,000,000</strong>' in terms
    )
    assert "does not include any production use" in terms and "clause 1(b)" in terms
    assert "Register with the licensor" in terms and "What is made from it stays under this agreement" in terms


def test_the_uses_are_answered_for_a_model_of_which_only_the_licence_is_known(client: Client) -> None:
    put_on_record(the_pony_family())

    said = section(page(client, SD3 + "&who=team-of-11"), "uses")

    sells = said[said.index("Sell images") : said.index("Run a paid service")]
    assert sells.index("Not allowed") < sells.index("Conditional") and "differs" in sells
    assert 'value="team-of-11" aria-pressed="true"' in said


def test_a_number_that_changed_is_told_with_both_values(client: Client) -> None:
    texts = tuple(Licence(f"teams-{n}", f"Teams {n}", terms=(Term("team-size-max", n),)) for n in (10, 3))
    put_on_record(LineageFile(licences=texts))

    assert "changed: 10 → 3" in page(client, "/en/l/compare/?a=teams-10&b=teams-3")


def test_a_text_of_which_nothing_is_on_file_allows_nothing_that_is_not_known() -> None:
    unread, free = strips_under([Licence("unread"), Licence("free", control=("irrevocable",))])

    but_own = {item.key: item.verdict for item in unread if item.key != "personal"}
    assert set(but_own.values()) == {"unclear"} and len(but_own) == 7
    assert {item.verdict for item in free} == {"allowed"}


def test_without_texts_the_page_suggests_those_that_followed_each_other(client: Client) -> None:
    put_on_record(the_bra_family())
    put_on_record(the_pony_family())

    said = page(client, "/en/l/compare/")

    assert "How the terms of Dreamlike Diffusion 1.0 changed" in said
    assert "?a=dreamlike-1.0-2022-11-27&amp;b=dreamlike-1.0-2022-12-11&amp;c=dreamlike-1.0-2022-12-25" in said
    assert "SD3" in said or "Stable Diffusion 3" in said


def test_texts_of_one_family_are_suggested_and_none_twice(client: Client) -> None:
    texts = tuple(Licence(f"z-{number}", f"Zebra {number}", family="zebra") for number in range(6))
    put_on_record(LineageFile(licences=texts))

    said = page(client, "/en/l/compare/")

    assert "?a=z-0&amp;b=z-1&amp;c=z-2&amp;d=z-3" in said and said.count("Family “zebra”") == 1


@pytest.mark.parametrize("query", ["", "?a=nobody&b=%00", "?a=free", "?a=free&b=free", "?a=<script>&who=<script>"])
def test_what_is_not_on_file_is_named_and_the_page_still_lets_choose(client: Client, query: str) -> None:
    put_on_record(a_line_of(2))

    said = page(client, f"/en/l/compare/{query}")

    assert 'id="pick-a"' in said and 'id="differences"' not in said and "<script>" not in said
    assert ("No licence on file has this id: nobody" in said) == ("nobody" in query)


def test_what_was_chosen_stays_chosen(client: Client) -> None:
    put_on_record(a_line_of(2))

    said = page(client, "/en/l/compare/?a=free&b=strict")

    assert said.count('<option value="free" selected>') == said.count('<option value="strict" selected>') == 1


def test_on_japanese_pages_a_quote_says_that_it_is_the_english_original(client: Client) -> None:
    put_on_record(the_bra_family())

    for address in (DREAMLIKE, "/l/dreamlike-1.0-2022-12-25/"):
        english, japanese = page(client, f"/en{address}"), page(client, f"/ja{address}")
        assert "条文は原文(英語)のまま引用しています" in japanese and 'lang="en"' in japanese
        assert "Clauses are quoted in the original" not in english


def test_a_licence_page_leads_to_the_texts_before_and_after_it(client: Client) -> None:
    put_on_record(the_bra_family())

    said = page(client, "/en/l/dreamlike-1.0-2022-12-11/")

    assert "Earlier and later texts" in said and "Dreamlike Diffusion 1.0: 3 texts" in said
    assert "a=dreamlike-1.0-2022-11-27&amp;b=dreamlike-1.0-2022-12-11&amp;c=dreamlike-1.0-2022-12-25" in said
    assert 'href="/en/l/compatibility/?in=dreamlike-1.0-2022-12-11"' in said


def test_a_licence_of_which_nothing_is_on_file_is_not_called_free_of_restrictions(client: Client) -> None:
    put_on_record(LineageFile(licences=(Licence("unread", "Unread"), Licence("free", control=("irrevocable",)))))

    unread, free, both = (page(client, address) for address in ("/en/l/unread/", "/en/l/free/", "/en/l/"))

    assert "Nothing of this text is on file yet" in unread and "no restriction" not in unread
    assert "as far as we have read it" in free and "no restriction" in free
    assert both.count("not read yet") == 1 and both.count("no restriction") == 1


def test_who_carries_a_licence_is_counted_and_told_for_how_many_it_is_certain(client: Client) -> None:
    line = a_line_of(4)
    doubtful = replace(line.derivations[-1], certain=False)
    put_on_record(replace(line, derivations=(*line.derivations[:-1], doubtful)))

    said = page(client, "/en/l/strict/")

    assert "3 versions inherit it (2 for certain)." in said and "were looked at" not in said


def test_where_not_all_versions_were_asked_the_page_says_how_many_were(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(licence_page, "DESCENDANTS_ASKED", 3)
    put_on_record(a_line_of(6))

    said = page(client, "/en/l/strict/")

    assert "Only 3 of 6 versions" in said and "2 versions inherit it" in said


def test_a_long_list_of_carriers_is_cut_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licence_page, "CARRIERS_LISTED", 2)
    put_on_record(a_line_of(6))

    assert "5 versions inherit it (5 for certain). The first 2 are listed." in page(client, "/en/l/strict/")


def test_the_pages_of_licences_cost_the_same_however_much_is_on_file(client: Client) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, address)
        return len(queries)

    addresses = ["strict/", "compare/", "compare/?a=strict&b=free", "matrix/", "compatibility/?in=strict&out=free"]
    put_on_record(a_line_of(3))
    few = [cost(f"/en/l/{address}") for address in addresses]
    put_on_record(the_bra_family())
    put_on_record(the_pony_family())

    many = [cost(f"/en/l/{address}") for address in addresses]

    # Only what suggests texts to compare finds something to suggest, and asks for it.
    assert [a - b for a, b in zip(many, few, strict=True)] == [0, 2, 0, 0, 0]
    assert max(many) <= 17


@pytest.mark.parametrize("id", ["compare", "matrix", "compatibility"])
def test_a_licence_cannot_take_the_address_of_a_page(id: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        put_on_record(LineageFile(licences=(Licence(id),)))

    assert refused.value.place == "licences[0].id" and id in refused.value.says


def test_a_version_may_have_such_an_id(client: Client) -> None:
    put_on_record(LineageFile(artefacts=(Artefact("matrix", "Matrix"),)))

    assert "<h1>Matrix</h1>" in page(client, "/en/m/matrix/")


def test_words_of_others_cannot_bring_in_code(client: Client) -> None:
    evil = '"><script>alert(1)</script>'
    texts = (
        Licence("x", evil, terms=(Term("no-hosting", clause=evil, quote=evil),)),
        Licence("y", evil, terms=(Term("attribution", quote=evil),)),
    )
    offer = (Grant("m", "x", date(2022, 1, 1)), Grant("m", "y", date(2023, 1, 1)))
    made = (Derivation("m", "n", "merge", date(2022, 2, 1)),)
    models = (Artefact("m", evil), Artefact("n", evil))
    addresses = ("compare/", "compare/?a=x&b=y", "matrix/", "compatibility/?in=x&out=y", "x/")
    put_on_record(LineageFile(licences=texts, artefacts=models, grants=offer, derivations=made))

    for address in addresses:
        assert "<script>alert" not in page(client, f"/en/l/{address}")


def test_of_five_texts_four_are_shown_and_one_is_told_that_more_do_not_fit(client: Client) -> None:
    put_on_record(LineageFile(licences=tuple(Licence(id, terms=(Term("attribution"),)) for id in "vwxyz")))

    said = page(client, "/en/l/compare/?a=v&b=w&c=x&d=y&e=z")

    assert "At most 4 texts fit beside each other." in said and said.count('class="card card-link compared-text"') == 4


def test_one_text_alone_and_one_text_twice_ask_for_another_and_offer_those_that_stood_beside_it(client: Client) -> None:
    put_on_record(the_bra_family())

    alone = page(client, "/en/l/compare/?a=dreamlike-1.0-2022-12-11")
    twice = page(client, "/en/l/compare/?a=dreamlike-1.0-2022-12-11&b=dreamlike-1.0-2022-12-11")
    again = page(client, f"/en{DREAMLIKE}&c=dreamlike-1.0-2022-12-11")

    assert "Choose one more text to hold against it." in alone and "was chosen twice" in twice
    assert "stands here once" in again and 'id="differences"' in again
    for said in (alone, twice):
        assert "How the terms of Dreamlike Diffusion 1.0 changed" in said and "How the terms of BRA" not in said


def test_two_texts_are_told_to_go_together_or_not_each_way_round_and_more_lead_to_the_table(client: Client) -> None:
    put_on_record(the_pony_family())

    two = section(page(client, "/en/l/compare/?a=faipl-1.0-sd&b=pony-v6"), "together")
    three = section(page(client, SD3), "together")

    assert two.count("chip-bad") == 2 and 'href="/en/l/compatibility/?in=pony-v6&amp;out=faipl-1.0-sd"' in two
    assert "/en/l/matrix/?l=stabilityai-nc-research&amp;l=stabilityai-creator&amp;l=" in three and "chip" not in three


def test_what_restricts_comes_before_what_is_only_asked_for(client: Client) -> None:
    texts = (Licence("mild", terms=(Term("attribution"),)), Licence("hard", terms=(Term("no-hosting"),)))
    put_on_record(LineageFile(licences=texts))

    said = section(page(client, "/en/l/compare/?a=mild&b=hard"), "differences")

    assert said.index('<span class="letter">B</span>') < said.index('<span class="letter">A</span>')
