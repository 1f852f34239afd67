"""The hosted pages, as a browser without JavaScript uses them."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.stand import Reply, Stand, fetch

GOOD = {
    "email": "supporter@example.com",
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "cvc": "123",
    "name": "A",
}


class Inputs(HTMLParser):
    """The input elements of a page by name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str | None]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input" and values.get("name"):
            self.found[str(values["name"])] = values


def page(stand: Stand, path: str, language: str = "en") -> Reply:
    return fetch("GET", stand.url + path, headers={"Accept-Language": language})


def press(stand: Stand, path: str, fields: dict[str, str]) -> Reply:
    return fetch("POST", stand.url + path, fields, {"Accept-Language": "en"})


def path_of(session: Any) -> str:
    return urlsplit(str(session.url)).path


def test_the_page_asks_for_the_money_in_words_and_fields(stand: Stand) -> None:
    shown = page(stand, path_of(stand.open_session()))

    assert shown.status == 200 and "A coin" in shown.text and "¥500" in shown.text
    inputs = Inputs(shown.text).found
    assert inputs["email"]["value"] == "supporter@example.com"
    assert [inputs[name]["autocomplete"] for name in ("number", "expiry", "cvc", "name")] == [
        "cc-number",
        "cc-exp",
        "cc-csc",
        "cc-name",
    ]
    assert inputs["number"]["inputmode"] == "numeric"
    assert 'href="http://127.0.0.1:8000/campaign/"' in shown.text


def test_every_page_says_that_this_is_not_stripe(stand: Stand) -> None:
    session = stand.open_session()
    secure = stand.complete(stand.open_session().id, card="4000002760003184")
    ended = stand.client().v1.checkout.sessions.expire(stand.open_session().id)
    paths = ["/", path_of(session), f"/c/pay/{secure['id']}/authenticate", f"/c/pay/{ended.id}", "/nowhere"]

    english = [page(stand, path).text for path in paths]
    japanese = [page(stand, path, "ja,en;q=0.5").text for path in paths]

    assert all("SANDBOX: no real money, this is not Stripe" in text for text in english)
    assert all("実際の請求はありません。Stripeではありません" in text for text in japanese)
    assert not any("<script" in text or "style=" in text for text in english + japanese)


@pytest.mark.parametrize(
    ("locale", "accepted", "language"),
    [
        ("ja", "en", "ja"),
        ("en", "ja", "en"),
        ("auto", "ja", "ja"),
        ("auto", "fr, ja;q=0.8, en;q=0.9", "en"),
        (None, "ja-JP", "ja"),
    ],
)
def test_the_language_is_the_sessions_or_the_browsers(
    stand: Stand, locale: str | None, accepted: str, language: str
) -> None:
    wish: dict[str, Any] = {"locale": locale} if locale else {}
    session = stand.open_session(**wish)

    assert f'<html lang="{language}">' in page(stand, path_of(session), accepted).text


def test_paying_leads_to_the_success_page(stand: Stand) -> None:
    session = stand.open_session()

    done = press(stand, path_of(session), GOOD)

    assert done.status == 303
    assert done.headers["Location"] == f"http://127.0.0.1:8000/thanks/?session={session.id}"
    assert stand.client().v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_second_press_of_the_button_pays_nothing_more(stand: Stand) -> None:
    session = stand.open_session()
    press(stand, path_of(session), GOOD)

    again = press(stand, path_of(session), GOOD)

    assert again.status == 303 and again.headers["Location"].endswith(session.id)
    assert stand.oracle()["totals"]["jpy"]["charged"] == 500
    assert "This has been paid" in page(stand, path_of(session)).text


def test_a_decline_is_said_and_the_form_is_kept(stand: Stand) -> None:
    session = stand.open_session()

    shown = press(stand, path_of(session), GOOD | {"number": "4000 0000 0000 0002"})

    assert shown.status == 402 and "The card was declined. Nothing was charged." in shown.text
    assert Inputs(shown.text).found["number"]["value"] == "4000 0000 0000 0002"
    assert stand.client().v1.checkout.sessions.retrieve(session.id).status == "open"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "4111 1111 1111 1111", "not one of the test cards"),
        ("number", "4242", "not one of the test cards"),
        ("expiry", "13 / 34", "month and year"),
        ("expiry", "12 / 20", "in the past"),
        ("cvc", "12", "three or four digits"),
        ("email", "nobody", "e-mail address"),
    ],
)
def test_a_wrong_field_is_marked_and_nothing_is_lost(stand: Stand, field: str, value: str, words: str) -> None:
    session = stand.open_session()

    shown = press(stand, path_of(session), GOOD | {field: value})

    inputs = Inputs(shown.text).found
    assert shown.status == 400 and words in shown.text
    assert inputs[field]["aria-invalid"] == "true"
    assert {name: inputs[name]["value"] for name in GOOD} == GOOD | {field: value}
    assert stand.client().v1.checkout.sessions.retrieve(session.id).payment_intent is None


def test_three_d_secure_is_a_page_of_its_own(stand: Stand) -> None:
    session = stand.open_session()
    path = path_of(session)

    asked = press(stand, path, GOOD | {"number": "4000 0027 6000 3184"})
    shown = page(stand, asked.headers["Location"])
    failed = press(stand, path + "/authenticate", {"outcome": "fail"})
    press(stand, path, GOOD | {"number": "4000 0027 6000 3184"})
    passed = press(stand, path + "/authenticate", {"outcome": "pass"})

    assert (asked.status, asked.headers["Location"]) == (303, path + "/authenticate")
    assert "Complete authentication" in shown.text and ">Fail</button>" in shown.text
    assert failed.status == 402 and "could not be authenticated" in failed.text
    assert passed.status == 303 and passed.headers["Location"].endswith(session.id)


def test_an_expired_session_says_that_nothing_was_charged(stand: Stand) -> None:
    session = stand.open_session()
    stand.client().v1.checkout.sessions.expire(session.id)

    shown = page(stand, path_of(session))
    pressed = press(stand, path_of(session), GOOD)

    assert shown.status == pressed.status == 410
    assert "Nothing was charged" in shown.text and "Nothing was charged" in pressed.text
    assert stand.oracle()["payments"] == []


def test_what_a_maker_wrote_is_text_and_not_markup(stand: Stand) -> None:
    product = {"name": "<b>coin</b>", "description": '"><script>alert(1)</script>'}
    price = {"currency": "usd", "unit_amount": 300, "product_data": product}
    session = stand.open_session(
        line_items=[{"price_data": price, "quantity": 1}],
        cancel_url='http://127.0.0.1:8000/?q="><script>',
    )

    shown = page(stand, path_of(session)).text

    assert "<script>" not in shown and "&lt;b&gt;coin&lt;/b&gt;" in shown and "US$3.00" in shown


def test_the_policy_lets_the_form_lead_to_the_success_page_and_nothing_else_in(stand: Stand) -> None:
    shown = page(stand, path_of(stand.open_session()))

    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "form-action 'self' http://127.0.0.1:8000;" in policy
    [styles] = re.findall(r'<link rel="stylesheet" href="([^"]+)">', shown.text)
    assert page(stand, styles).headers["Content-Type"].startswith("text/css")


def test_the_icon_of_a_page_is_its_own_and_the_policy_lets_it_in(stand: Stand) -> None:
    """Where a page names none, browsers ask for /favicon.ico, and Firefox says in its log that it was forbidden."""
    shown = page(stand, path_of(stand.open_session()))

    [(icon, kind)] = re.findall(r'<link rel="icon" href="(/[^/"][^"]*)" type="([^"]+)">', shown.text)
    sent = page(stand, icon)
    assert (sent.status, sent.headers["Content-Type"]) == (200, kind)
    assert "img-src 'self'" in shown.headers["Content-Security-Policy"].split("; ")


def test_a_test_card_can_be_chosen_by_a_link(stand: Stand) -> None:
    path = path_of(stand.open_session())

    chosen = Inputs(page(stand, path + "?card=4000002760003184").text).found
    unknown = Inputs(page(stand, path + "?card=4111111111111111").text).found

    assert chosen["number"]["value"] == "4000 0027 6000 3184" and chosen["expiry"]["value"] == "12 / 34"
    assert unknown["number"]["value"] == ""


def test_the_front_page_lists_what_happened(stand: Stand) -> None:
    paid = stand.paid(metadata={"pledge": "7"}, payment_intent_data={"metadata": {"pledge": "7"}})

    shown = page(stand, "/").text

    assert paid["payment_intent"] in shown and "pledge=7" in shown and "checkout.session.completed" in shown
