"""Those who watch are told at the door what is in memory; whoever else comes is let in to Django."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from campaigns.views import live_door, live_sharing
from campaigns.views.live_door import at_the_door
from config.wsgi import application
from tests.campaigns.pages import world

INSIDE = "299 Inside"


@pytest.fixture(autouse=True)
def nobody_has_come_yet(settings: Settings) -> Iterator[None]:
    settings.LIVE_SHARED_MS = 60_000
    live_sharing.forget()
    live_door._let_in.clear()
    yield
    live_sharing.forget()
    live_door._let_in.clear()


def ask(path: str, method: str = "GET", **fields: Any) -> tuple[str, dict[str, str], bytes]:
    """The status line, the headers and the body, as a web server sees them; INSIDE for whoever is let in."""
    said: list[Any] = []

    def inside(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(INSIDE, [])
        return [b""]

    environ = RequestFactory().generic(method, path, **fields).environ
    body = b"".join(at_the_door(inside)(environ, lambda *told: said.extend(told)))  # type: ignore[arg-type]
    return said[0], dict(said[1]), body


def address(campaign: Campaign, language: str = "en") -> str:
    return reverse("campaign_live", args=[campaign.slug]).replace("/en/", f"/{language}/")


def test_what_is_told_at_the_door_is_what_django_tells(client: Client, bra: Campaign) -> None:
    known = client.get(address(bra))

    status, headers, body = ask(address(bra))
    again, headers_again, nothing = ask(address(bra), headers={"If-None-Match": known["ETag"]})

    assert status == "200 OK" and body == known.content
    assert headers == {name: known[name] for name in known.headers}
    unchanged = client.get(address(bra), headers={"If-None-Match": known["ETag"]})
    assert again == "304 Not Modified" and nothing == unchanged.content == b""
    assert headers_again == {name: unchanged[name] for name in unchanged.headers}


def test_the_first_who_asks_and_a_language_that_nobody_asked_for_are_let_in(client: Client, bra: Campaign) -> None:
    first = ask(address(bra))[0]
    client.get(address(bra))

    then, other_language = ask(address(bra))[0], ask(address(bra, "ja"))[0]

    assert (first, then, other_language) == (INSIDE, "200 OK", INSIDE)


def test_numbers_that_may_be_old_are_not_told_at_the_door(
    client: Client, bra: Campaign, now: datetime, settings: Settings
) -> None:
    settings.LIVE_SHARED_MS = 1
    client.get(address(bra))
    world.coin(bra, now)
    place = live_sharing._places[bra.slug]
    place.until = 0.0

    alone = ask(address(bra))[0]
    with place.making:
        while_another_makes_them = ask(address(bra))[0]
        place.right_at -= live_sharing.STALE
        for_too_long = ask(address(bra))[0]

    assert (alone, while_another_makes_them, for_too_long) == (INSIDE, "200 OK", INSIDE)


def test_who_comes_by_another_name_or_without_tls_is_django_s_to_refuse(
    client: Client, bra: Campaign, settings: Settings
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    secure = {"X-Forwarded-Proto": "https"}
    refused = client.get(address(bra), headers={"Host": "evil.example", **secure})
    redirected = client.get(address(bra))
    client.get(address(bra), headers=secure)

    by_our_name = ask(address(bra), headers=secure)[0]
    by_another = ask(address(bra), headers={"Host": "evil.example", **secure})[0]
    without_tls = ask(address(bra))[0]

    assert (refused.status_code, redirected.status_code) == (400, 301)
    assert (by_our_name, by_another, without_tls) == ("200 OK", INSIDE, INSIDE)


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_whoever_does_not_just_read_is_let_in(client: Client, bra: Campaign, method: str) -> None:
    client.get(address(bra))

    assert ask(address(bra), method)[0] == INSIDE
    assert ask(address(bra) + "../", "GET")[0] == ask("/en/", "GET")[0] == INSIDE


@pytest.mark.django_db(transaction=True)
def test_what_is_not_public_any_more_is_not_told(client: Client, bra: Campaign) -> None:
    client.get(address(bra))
    Campaign.objects.filter(pk=bra.pk).update(stage=Stage.DRAFT)
    live_sharing._places[bra.slug].until = 0.0

    inside = ask(address(bra))[0]
    left = client.get(address(bra)).status_code

    assert (inside, left) == (INSIDE, 404)
    assert ask(address(bra))[0] == INSIDE


def test_the_web_server_s_application_has_the_door(client: Client, bra: Campaign) -> None:
    known = client.get(address(bra))
    said: list[Any] = []
    environ = RequestFactory().get(address(bra), headers={"If-None-Match": known["ETag"]}).environ
    live_sharing._places[bra.slug].until += 60

    body = b"".join(application(environ, lambda *told: said.extend(told)))  # type: ignore[arg-type]

    assert said[0] == "304 Not Modified" and body == b""
    assert dict(said[1])["Vary"] == "Accept"


def test_a_stranger_with_many_names_of_ours_leaves_the_door_open_for_others(client: Client, bra: Campaign) -> None:
    for port in range(live_door.MOST_NAMES + 1):
        client.get(address(bra), headers={"Host": f"localhost:{port + 1}"})

    before = ask(address(bra))[0]
    client.get(address(bra))
    afterwards = ask(address(bra))[0]

    assert (before, afterwards) == (INSIDE, "200 OK")
    assert len(live_door._let_in) <= live_door.MOST_NAMES
