"""Who asks: chosen on a page, remembered for all others, with figures of one's own if one likes."""

import pytest
from django.test import Client

from lineage.views.who_asks import COOKIE
from tests.lineage.documents import a_line_of, put_on_record, the_bra_family

OWN = "who=own&team_size=3&annual_revenue_usd=50,000&images_per_month=1000&monetised=no&commercial=yes"


@pytest.fixture
def bra(db: None) -> None:
    put_on_record(the_bra_family())


def ask(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode().replace("<wbr>", "")


def answer_on(said: str, use: str) -> str:
    """What the strip says of one use."""
    strip = said[said.index(f"#use-{use}") :]
    return strip[: strip.index("</a>")]


@pytest.mark.usefixtures("bra")
def test_who_was_chosen_on_one_page_asks_on_all_others(client: Client) -> None:
    ask(client, "/en/m/bra-v4/?who=team-of-11")

    pages = ("m/bra-v4/verdicts/", "m/bra-v4/repair/", "m/bra-v4/what-if/", "l/dreamlike-1.0-2022-12-25/")
    for address in (*pages, "l/compare/?a=dreamlike-1.0-2022-12-25&b=dreamlike-1.0-2022-12-11"):
        said = ask(client, f"/en/{address}")
        assert 'value="team-of-11" aria-pressed="true"' in said, address
        assert "Eleven people, US$500,000 of revenue a year" in said, address


@pytest.mark.usefixtures("bra")
def test_the_cookie_is_for_this_site_alone_and_caches_know_of_it(client: Client) -> None:
    chosen, plain = client.get("/en/m/bra-v4/?who=hobbyist"), Client().get("/en/m/bra-v4/")

    kept = chosen.cookies[COOKIE]
    assert (kept.value, kept["httponly"], kept["samesite"]) == ("hobbyist", True, "Lax")
    assert COOKIE not in plain.cookies
    assert "Cookie" in chosen["Vary"] and "Cookie" in plain["Vary"]


@pytest.mark.usefixtures("bra")
def test_own_figures_are_judged_told_and_remembered_with_commas_and_in_full_width_digits(client: Client) -> None:
    first = ask(client, f"/en/m/bra-v4/?{OWN}")
    later = ask(client, "/en/m/bra-v4/verdicts/")
    wide = ask(Client(), "/en/m/bra-v4/?who=own&team_size=１２&commercial=yes")

    told = "Your own figures: 3 people, US$50,000 of revenue a year, 1,000 images a month, the site earns nothing"
    assert told in first and told in later and "What is left out is not known." in first
    assert "3 people: within the limit" in answer_on(later, "sell-outputs")
    assert "12 people: above the limit" in answer_on(wide, "sell-outputs")
    assert "Not allowed" in answer_on(wide, "sell-outputs")


@pytest.mark.usefixtures("bra")
def test_a_figure_that_was_not_told_makes_the_answer_unclear_and_names_the_question(client: Client) -> None:
    ask(client, "/en/m/bra-v4/?who=own&commercial=yes")

    said = ask(client, "/en/m/bra-v4/verdicts/")

    assert "Unclear" in answer_on(said, "sell-outputs") and "Your figure is not stated." in said
    assert "How many people are in the team?" in said


@pytest.mark.usefixtures("bra")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("team_size=many", "Write a whole number, such as 20000, or leave it empty."),
        ("team_size=-1", "Write a whole number from 0 to 1,000,000,000,000, or leave it empty."),
        ("annual_revenue_usd=9999999999999999", "Write a whole number from 0 to 1,000,000,000,000, or leave it empty."),
        ("annual_revenue_usd=20.000", "Write a whole number, such as 20000, or leave it empty."),
        ("monetised=perhaps", "Select a valid choice."),
    ],
)
def test_figures_that_are_none_are_refused_and_nothing_typed_is_lost(client: Client, typed: str, says: str) -> None:
    address = f"/en/m/bra-v4/?who=own&{typed}&images_per_month=77&on=2023-05-01"
    said = ask(client, address, 422)

    assert says in said and "One thing needs your attention" in said and "<title>Error: " in said
    assert 'value="77"' in said and '<input type="hidden" name="on" value="2023-05-01">' in said
    assert COOKIE not in client.cookies and "Conditional" in answer_on(said, "sell-outputs")


@pytest.mark.usefixtures("bra")
@pytest.mark.parametrize(
    "cookie", ["", "nobody", "own", "own.3", "own.x.....", "own.3.50000...no.yes.9", "hobbyist.1", "own" + ".9" * 500]
)
def test_a_cookie_that_this_site_did_not_write_is_nobody_in_particular(client: Client, cookie: str) -> None:
    client.cookies[COOKIE] = cookie

    assert 'value="one-person" aria-pressed="true"' in ask(client, "/en/m/bra-v4/")


@pytest.mark.usefixtures("bra")
def test_an_address_that_names_who_asks_counts_for_more_than_the_cookie_and_its_links_say_so(client: Client) -> None:
    ask(client, "/en/m/bra-v4/?who=hobbyist")

    said = ask(client, "/en/m/bra-v4/?who=team-of-11&on=2023-05-01")

    assert 'value="team-of-11" aria-pressed="true"' in said
    assert 'href="/en/m/bra-v4/verdicts/?who=team-of-11&amp;on=2023-05-01#use-sell-outputs"' in said
    assert 'href="/en/m/bra-v4/history/?who=team-of-11&amp;on=2023-05-01#tabs"' in said


def test_a_choice_keeps_what_else_the_address_asks_but_for_the_page_of_a_list(client: Client, db: None) -> None:
    put_on_record(a_line_of(2))

    said = ask(client, "/en/l/compare/?a=strict&b=strict&c=%22%3E%3Cscript%3E&page=3")

    assert '"><script>' not in said
    assert said.count('name="page"') == 0
