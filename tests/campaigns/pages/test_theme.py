"""Light and dark: chosen without a script, kept in a cookie, written into the page by the server."""

import pytest
from django.test import Client

from campaigns.models import Campaign

HERE = "/ja/c/bra/give/?amount=1000"


def test_without_a_choice_the_system_decides(client: Client) -> None:
    html = client.get("/en/").content.decode()

    assert "data-theme" not in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert 'dark.css" media="screen and (prefers-color-scheme: dark)"' in html


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_a_choice_is_kept_and_leads_back_to_the_same_page(client: Client, bra: Campaign, chosen: str) -> None:
    assert f'name="next" value="{HERE}"' in client.get(HERE).content.decode()

    answer = client.post("/theme/", {"theme": chosen, "next": HERE})

    assert answer.status_code == 302 and answer["Location"] == HERE
    cookie = answer.cookies["theme"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and int(cookie["max-age"]) > 30_000_000
    html = client.get(HERE).content.decode()
    assert f'data-theme="{chosen}"' in html and f'<meta name="color-scheme" content="{chosen}">' in html
    assert ('dark.css" media="screen">' in html) is (chosen == "dark")
    assert ("dark.css" in html) is (chosen == "dark")
    assert f'value="{chosen}" aria-pressed="true"' in html


def test_back_to_the_system_forgets_the_choice(client: Client) -> None:
    client.post("/theme/", {"theme": "dark", "next": "/en/"})

    answer = client.post("/theme/", {"theme": "auto", "next": "/en/"})

    assert answer.cookies["theme"]["max-age"] == 0
    assert "data-theme" not in client.get("/en/").content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "evil",
        "///evil.example",
    ],
)
def test_nobody_is_led_to_another_site(client: Client, elsewhere: str) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": elsewhere})

    assert answer["Location"] == "/en/"


@pytest.mark.parametrize("cookie", ["blue", '"><script>', "DARK", ""])
def test_a_cookie_that_we_never_gave_out_says_nothing(client: Client, cookie: str) -> None:
    client.cookies["theme"] = cookie

    html = client.get("/en/").content.decode()

    assert "data-theme" not in html and "<script>" not in html


def test_what_is_no_choice_of_a_reader_is_refused(client: Client) -> None:
    unknown = client.post("/theme/", {"theme": "blue", "next": "/en/"})
    foreign = client.post("/theme/", {"theme": "dark", "next": "/en/"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert (unknown.status_code, foreign.status_code) == (400, 403)
    assert "theme" not in client.cookies
    assert client.get("/theme/").status_code == 405
