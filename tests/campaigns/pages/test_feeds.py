"""Feeds: what RFC 4287 and JSON Feed 1.1 ask for, in the reader's language, with nothing that could run."""

import json
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings as configured
from django.test import Client

from campaigns.models import Campaign
from lineage.models import LogEntry, Version
from tests.campaigns.pages import world

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def atom(client: Client, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(client.get(path).content)


def said(element: ElementTree.Element, name: str) -> str:
    found = element.find(ATOM + name)
    assert found is not None and found.text, name
    return found.text


@pytest.mark.parametrize(
    "path", ["/en/feed.atom", "/ja/c/clean-bra/feed.atom", "/ja/m/bra-v1-clean/feed.atom", "/en/m/bra-v1/feed.atom"]
)
def test_an_atom_feed_has_all_that_the_standard_asks_for(
    client: Client, bra: Campaign, now: datetime, path: str
) -> None:
    world.tell(bra, "opened", now - timedelta(days=2), data={"goal": 20_000})
    world.tell(bra, "progress", now, title="News", body="**Strong** [home](/en/)", language="en", author=bra.organiser)
    tainted = Version.objects.get(slug="bra-v1")
    LogEntry.objects.create(kind="grant-recorded", version=tainted, at=now, by="user 1", data={"licence": "rail"})

    feed = atom(client, path)

    assert feed.tag == f"{ATOM}feed" and feed.get(f"{XML}lang") == path[1:3]
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == configured.SITE_URL + path
    assert str(links["alternate"]).startswith(configured.SITE_URL)
    assert said(feed, "title") and said(feed, "id").startswith("tag:") and said(feed, "updated")
    entries = feed.findall(f"{ATOM}entry")
    assert entries and said(feed, "updated") == max(said(entry, "updated") for entry in entries)
    ids = [said(entry, "id") for entry in entries]
    assert len(set(ids)) == len(ids) and all(one.startswith("tag:127.0.0.1,2026:") for one in ids)
    for entry in entries:
        assert said(entry, "title") and said(entry, "published") and said(entry, "content")
        assert str(entry.find(f"{ATOM}link").get("href")).startswith(configured.SITE_URL)  # type: ignore[union-attr]
        assert f"user {1}" not in said(entry, "content")


def test_an_entry_keeps_its_id_and_says_it_in_both_languages(client: Client, bra: Campaign, now: datetime) -> None:
    world.tell(bra, "opened", now, data={"goal": 20_000})

    english, japanese = (atom(client, f"/{language}/c/clean-bra/feed.atom") for language in ("en", "ja"))
    first, second = (feed.find(f"{ATOM}entry") for feed in (english, japanese))

    assert first is not None and second is not None
    assert said(first, "id") == said(second, "id") == "tag:127.0.0.1,2026:campaign/clean-bra/update/1"
    assert said(english, "id") != said(japanese, "id")
    assert "The goal is ¥20,000" in said(first, "content") and "20,000円" in said(second, "content")


def test_links_in_an_entry_are_whole_and_words_are_those_of_the_page(
    client: Client, bra: Campaign, now: datetime
) -> None:
    world.tell(
        bra, "progress", now, title="News", body="**Strong** [rules](/en/how-it-works/) [x](javascript:alert(1))"
    )

    entry = atom(client, "/en/c/clean-bra/feed.atom").find(f"{ATOM}entry")

    assert entry is not None
    assert "<strong>Strong</strong>" in said(entry, "content")
    assert f'href="{configured.SITE_URL}/en/how-it-works/"' in said(entry, "content")
    assert 'href="javascript' not in said(entry, "content")


def test_an_author_is_named_as_on_the_page_and_never_by_an_address(
    client: Client, bra: Campaign, now: datetime
) -> None:
    world.tell(bra, "progress", now - timedelta(hours=1), title="By nobody", author=world.person("", "shy@example.org"))
    world.tell(bra, "progress", now, title="By Hanako", author=bra.organiser)

    feed = client.get("/en/feed.atom").text + client.get("/en/feed.json").text

    assert "Hanako" in feed and "Somebody" in feed
    assert "@" not in feed


def test_a_json_feed_has_all_that_version_1_1_asks_for(client: Client, bra: Campaign, now: datetime) -> None:
    world.tell(bra, "progress", now, title="News", body="**News**", author=bra.organiser)

    for path in ("/ja/feed.json", "/en/c/clean-bra/feed.json"):
        feed = json.loads(client.get(path).content)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["title"] and feed["language"] == path[1:3] and feed["feed_url"] == configured.SITE_URL + path
        (item,) = feed["items"]
        assert item["id"].startswith("tag:") and item["url"].startswith(configured.SITE_URL)
        assert item["content_html"] and datetime.fromisoformat(item["date_published"]) == now
        assert item["authors"] == [{"name": "Hanako"}]


def test_a_feed_that_has_nothing_yet_stays_the_same(client: Client, bra: Campaign) -> None:
    first, second = client.get("/en/c/clean-bra/feed.atom"), client.get("/en/c/clean-bra/feed.atom")

    assert first["ETag"] == second["ETag"]
    assert bra.opened_at is not None
    assert said(ElementTree.fromstring(first.content), "updated")[:10] == f"{bra.opened_at:%Y-%m-%d}"


def test_who_has_the_newest_already_gets_304_by_either_way(client: Client, bra: Campaign, now: datetime) -> None:
    world.tell(bra, "opened", now - timedelta(days=1), data={"goal": 20_000})
    first = client.get("/en/c/clean-bra/feed.atom")
    by_time = client.get("/en/c/clean-bra/feed.atom", headers={"If-Modified-Since": first["Last-Modified"]})
    world.tell(bra, "progress", now, title="News")
    after = client.get("/en/c/clean-bra/feed.atom", headers={"If-None-Match": first["ETag"]})

    assert by_time.status_code == 304
    assert after.status_code == 200 and after["ETag"] != first["ETag"]


def test_a_feed_ends_somewhere(client: Client, bra: Campaign, now: datetime) -> None:
    for number in range(40):
        world.tell(bra, "progress", now - timedelta(hours=number), title=f"News {number}")

    assert len(atom(client, "/en/feed.atom").findall(f"{ATOM}entry")) == 30
