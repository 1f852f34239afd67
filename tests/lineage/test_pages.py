"""The pages of versions and licences: what people read, what they cannot break, and what a page costs."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Term
from lineage.engine.reading import read
from lineage.models import Version
from lineage.records import lineage_of
from lineage.verdicts import eight_uses
from tests.lineage.documents import a_file_with_everything, a_line_of, put_on_record, the_bra_family

pytestmark = pytest.mark.django_db

AtMost = Callable[[int], AbstractContextManager[object]]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_page_of_bra_v4_says_what_it_inherits_from_where_and_by_which_words(client: Client) -> None:
    put_on_record(the_bra_family())

    said = page(client, "/en/m/bra-v4/?on=2023-05-01")

    assert "<h1>BRA V4</h1>" in said and "inherits restrictions" in said and "as of May 1, 2023" in said
    assert "Not to be offered on a website or in an app that earns money" in said
    assert 'href="/en/m/dreamlike-diffusion-1.0/"' in said and 'href="/en/l/dreamlike-1.0-2022-12-25/"' in said
    assert "in teams of 10 or less" in said
    assert "Not legal advice" in said and "<svg" in said and 'id="family-list"' in said


def test_each_of_the_eight_uses_links_to_its_proof(client: Client) -> None:
    put_on_record(the_bra_family())

    first, proofs = page(client, "/en/m/bra-v4/"), page(client, "/en/m/bra-v4/verdicts/")

    for key, _use in eight_uses():
        assert f'href="/en/m/bra-v4/verdicts/#use-{key}"' in first
        assert f'href="#use-{key}"' in proofs and f'id="use-{key}"' in proofs


def test_who_asks_decides_and_a_stranger_to_us_is_one_person() -> None:
    put_on_record(the_bra_family())

    one, team, odd = (page(Client(), f"/en/m/bra-v4/?who={who}") for who in ("one-person", "team-of-11", "<script>"))

    def verdict_on_selling(said: str) -> str:
        strip = said[said.index('#use-sell-outputs"') :]
        return strip[: strip.index("</a>")]

    assert "Conditional" in verdict_on_selling(one) and "Not allowed" in verdict_on_selling(team)
    assert "Conditional" in verdict_on_selling(odd) and "<script>" not in odd


def restrictions(said: str) -> str:
    """The part of a version's page on what it inherits, without hints for breaking lines."""
    return said[said.index('id="inherited"') : said.index('id="family"')].replace("<wbr>", "")


def test_a_stranger_learns_why_a_team_of_five_may_sell_and_nobody_host_since_when_and_what_would_cure_it(
    client: Client,
) -> None:
    put_on_record(the_bra_family())

    told = restrictions(page(client, "/en/m/bra-v4/?who=team-of-5"))

    assert told.count('#use-sell-outputs"') == told.count('#use-paid-service"') == 1
    assert "5 people: within the limit" in told and "in teams of 10 or less" in told
    for words in ("Dreamlike Diffusion 1.0 was first offered under this text", "BRA V4 came out, and has had it since"):
        assert words in told
    assert 'datetime="2022-12-25"' in told and 'datetime="2023-04-21"' in told
    assert "Make it again without Dreamlike Diffusion 1.0" in told and 'href="/en/m/bra-v4/repair/"' in told


def test_the_same_is_told_in_japanese(client: Client) -> None:
    put_on_record(the_bra_family())

    told = restrictions(page(client, "/ja/m/bra-v4/?who=team-of-5"))

    for words in (
        "いつから",
        "2022年12月25日",
        "2023年4月21日",
        "どの経路で",
        "解消するには",
        "5人:上限の範囲内",
    ):
        assert words in told


def test_the_rooms_of_lineage_are_a_row_of_their_own_and_say_where_one_is(client: Client) -> None:
    put_on_record(a_line_of(1))

    listed, one = page(client, "/en/m/"), page(client, "/en/m/v0/")

    rooms = listed[listed.index('class="rooms"') : listed.index("<main")]
    assert [rooms.count(f'href="/en/{room}/"') for room in ("m", "where", "forecast", "import")] == [1, 1, 1, 1]
    assert '<a href="/en/m/" aria-current="page">Models</a>' in listed
    assert '<a href="/en/m/" aria-current="true">Models</a>' in one
    assert 'class="rooms"' not in page(client, "/en/l/")


@pytest.mark.parametrize("day", ["", "soon", "2023-02-30", "2023-13-01", "9999999"])
def test_what_is_no_day_asks_for_today(client: Client, day: str) -> None:
    put_on_record(a_line_of(2))

    assert page(client, f"/en/m/v1/?on={day}").count("as of ") == page(client, "/en/m/v1/").count("as of ") == 1


def test_the_state_can_be_asked_for_another_day(client: Client) -> None:
    line = a_line_of(2)
    later = Derivation("v0", "v1", "finetune", None)
    put_on_record(replace(line, grants=(Grant("v0", "strict", date(2023, 1, 1)), line.grants[1]), derivations=(later,)))

    before, after = page(client, "/en/m/v1/?on=2022-06-01"), page(client, "/en/m/v1/?on=2023-06-01")

    assert "has open questions" in before and "inherits restrictions" in after


def test_the_page_is_in_japanese_under_ja(client: Client) -> None:
    put_on_record(the_bra_family())

    said = page(client, "/ja/m/bra-v4/").replace("<wbr>", "")

    for words in (
        "制限を受け継いでいます",
        "個人で使う",
        "11人のチームで商用利用",
        "制限の出どころ",
        "法的助言ではありません",
    ):
        assert words in said


def test_a_planned_version_says_that_nobody_has_made_it_and_an_illustration_that_it_is_one(client: Client) -> None:
    put_on_record(a_line_of(2))
    Version.objects.filter(slug="v1").update(planned=True, illustration=True)

    said = page(client, "/en/m/v1/")

    assert "Planned: nobody has made it yet." in said and "An illustration." in said
    assert "none yet: it is only planned" in said


def test_a_version_without_parents_or_licence_says_what_is_not_known(client: Client) -> None:
    put_on_record(
        LineageFile(artefacts=(Artefact("lonely", "Lonely"), Artefact("silent", "Silent", undisclosed_parents=True)))
    )

    lonely, silent = page(client, "/en/m/lonely/"), page(client, "/en/m/silent/")

    assert "No parent is on record" in lonely
    assert "has not been made public" in silent and "has open questions" in silent
    assert "<svg" not in lonely.split('id="family"')[1]


def test_claims_that_do_not_fit_together_are_shown_and_the_page_still_answers(client: Client) -> None:
    put_on_record(a_file_with_everything())

    said = page(client, "/en/m/a/")

    assert "What does not fit together in these records" in said and 'href="/en/m/b/model-2/"' in said
    assert page(client, "/en/m/b/model-2/").count("<h1>B, second</h1>") == 1


def test_the_own_licence_is_told_apart_from_what_is_inherited(client: Client) -> None:
    put_on_record(a_line_of(1))

    said = page(client, "/en/m/v0/")

    assert "inherits no restriction" in said and "Its own licence sets terms too" in said
    assert "no commercial use of the model" in said


def test_names_and_evidence_cannot_bring_in_code(client: Client) -> None:
    evil = '"><script>alert(1)</script>'
    put_on_record(
        LineageFile(
            licences=(Licence("evil", evil, terms=(Term("attribution", clause=evil, quote=evil),)),),
            artefacts=(Artefact("base", evil, licensor=evil), Artefact("mix", evil)),
            grants=(
                Grant("base", "evil", date(2022, 1, 1), evidence=("javascript:alert(1)", f"https://x.example/{evil}")),
            ),
            derivations=(Derivation("base", "mix", "merge", date(2022, 2, 1), evidence=evil),),
        )
    )

    for address in ("/en/m/mix/", "/en/m/base/", "/en/m/", "/en/l/evil/", "/en/l/", f"/en/m/?q={evil}"):
        said = page(client, address)
        assert "<script>alert" not in said and 'href="javascript' not in said
    picture = client.get("/en/m/mix/tree.svg").content.decode()
    assert "<script" not in picture and "not legal advice." in picture


@pytest.mark.parametrize(
    "address",
    [
        "/en/m/nobody/",
        "/en/l/nobody/",
        "/en/m/%00/",
        "/en/l/a%00b/",
        "/en/m/nobody/tree.svg",
        "/en/m/v0%5C/",
        "/en/m/v0//",
    ],
)
def test_what_nobody_registered_is_not_found(client: Client, address: str) -> None:
    put_on_record(a_line_of(1))

    assert client.get(address).status_code == 404


def test_an_id_with_dots_slashes_and_spaces_has_a_page(client: Client) -> None:
    odd = "someone/some model-1.5+é"
    put_on_record(LineageFile(artefacts=(Artefact(odd, "Odd"),)))
    address = Version.objects.get().slug

    listed = page(client, "/en/m/")

    assert 'href="/en/m/someone/some%20model-1.5+%C3%A9/"' in listed
    assert "<h1>Odd</h1>" in page(client, f"/en/m/{address}/")
    assert client.get(f"/en/m/{address}/lineage.json").status_code == 200


def test_the_lineage_can_be_taken_away_as_file_picture_and_graph(client: Client) -> None:
    put_on_record(a_line_of(3))

    file, picture, graph = (client.get(f"/en/m/v2/{name}") for name in ("lineage.json", "tree.svg", "tree.dot"))

    assert read(file.content) == lineage_of(["v2"]) and json.loads(file.content)["format"] == "genseki-lineage/1"
    assert picture["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert graph.content.startswith(b"digraph")
    for answer, name in ((file, "v2.lineage.json"), (picture, "v2.svg"), (graph, "v2.dot")):
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_pages_are_only_read(client: Client) -> None:
    put_on_record(a_line_of(1))

    for address in ("/en/m/", "/en/m/v0/", "/en/m/v0/tree.svg", "/en/l/", "/en/l/strict/"):
        assert client.post(address).status_code in (403, 405), address


def test_the_list_finds_by_name_maker_and_hash_and_says_when_it_finds_nothing(client: Client) -> None:
    put_on_record(
        LineageFile(artefacts=(Artefact("one", "First", "alice", sha256="ab" * 32), Artefact("two", "Second", "bob")))
    )

    for asked, found in (("irs", "First"), ("BOB", "Second"), ("abab", "First"), ("two", "Second")):
        said = page(client, f"/en/m/?q={asked}")
        assert found in said and ("Second" if found == "First" else "First") not in said
    assert "Nothing on record matches “zebra”" in page(client, "/en/m/?q=zebra")
    assert page(client, "/en/m/?q=%00") and page(client, "/en/l/?q=%00") and page(client, "/en/m/?q=" + "x" * 5000)


def test_the_list_has_pages_and_a_page_that_is_none_is_the_nearest(client: Client) -> None:
    put_on_record(LineageFile(artefacts=tuple(Artefact(f"m{n:03}", f"Model {n:03}") for n in range(30))))

    first, last, odd = (page(client, f"/en/m/?page={number}") for number in ("1", "99", "x"))

    assert "Model 000" in first and "Model 029" not in first and "page=2" in first
    assert "Model 029" in last and "Model 000" in odd


def test_empty_lists_say_so(client: Client) -> None:
    assert "No model is on record yet." in page(client, "/en/m/")
    assert "No licence is on record yet." in page(client, "/en/l/")


def test_the_page_of_a_licence_sorts_its_terms_and_tells_who_carries_it(client: Client) -> None:
    put_on_record(the_bra_family())

    said = page(client, "/en/l/dreamlike-1.0-2022-12-25/")

    forbids, asks, leaves_open = (said.index(f'id="{part}"') for part in ("restrictions", "duties", "gaps"))
    assert forbids < said.index("No NFTs from its images") < asks < said.index("Name the model and link to it")
    assert leaves_open < said.index("The text does not say whether the model may be sold")
    assert "The licensor may change the terms for everybody" in said
    offered, inherited = said.index("Offered under it"), said.index("Inherited by")
    assert (
        offered < said.index('href="/en/m/dreamlike-diffusion-1.0/"') < inherited < said.index('href="/en/m/bra-v4/"')
    )


def test_other_texts_of_a_family_stand_beside_a_licence(client: Client) -> None:
    texts = tuple(Licence(f"z-{number}", f"Zebra {number}", family="zebra") for number in (1, 2))
    put_on_record(LineageFile(licences=(*texts, Licence("loner", "Loner"))))

    said = page(client, "/en/l/z-1/")

    assert "Other texts of the same family" in said and "Zebra 2" in said and "Loner" not in said
    assert "Other texts of the same family" not in page(client, "/en/l/loner/")


def cost_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page(client, address)
    return len(queries)


def test_a_page_costs_the_same_however_large_the_family_is(
    client: Client, django_assert_max_num_queries: AtMost
) -> None:
    put_on_record(a_line_of(60))

    assert cost_of(client, "/en/m/v3/") == cost_of(client, "/en/m/v58/")
    for address, most in (("/en/m/v30/", 22), ("/en/m/", 12), ("/en/l/", 5), ("/en/l/strict/", 17)):
        with django_assert_max_num_queries(most):
            page(client, address)


def test_a_plan_is_not_listed_among_what_was_made(client: Client) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    Version.objects.create(slug="made", name="A model that was made", added_at=day)
    Version.objects.create(slug="plan", name="A model in a draft", planned=True, added_at=day)

    for address in ("/en/m/", "/en/m/?q=model"):
        page = client.get(address).content.decode()
        assert "A model that was made" in page and "A model in a draft" not in page
