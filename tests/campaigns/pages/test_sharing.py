"""What leaves the site: every address answers everybody alike, and nothing that is not public leaves it."""

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from campaigns import urls
from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from campaigns.views.faces import campaign_face, judged, version_face
from campaigns.views.share_links import share
from campaigns.views.standing import standing
from lineage.ids import SHOWN_ELSEWHERE, refusal_of
from lineage.models import LogEntry, Version
from lineage.words import told
from tests.campaigns.pages import world
from tests.campaigns.pages.test_frame import breaches

OF_A_CAMPAIGN = {
    "/en/c/{}/picture.png": "image/png",
    "/c/{}/badge.svg": "image/svg+xml; charset=utf-8",
    "/c/{}/badge.json": "application/json",
    "/en/c/{}/card/": "text/html; charset=utf-8",
    "/en/c/{}/qr.svg": "image/svg+xml; charset=utf-8",
    "/en/c/{}/feed.atom": "application/atom+xml; charset=utf-8",
    "/en/c/{}/feed.json": "application/feed+json",
    "/en/c/{}/deadline.ics": "text/calendar; charset=utf-8",
}
OF_A_VERSION = {
    "/en/m/{}/picture.png": "image/png",
    "/m/{}/badge.svg": "image/svg+xml; charset=utf-8",
    "/m/{}/badge.json": "application/json",
    "/en/m/{}/card/": "text/html; charset=utf-8",
    "/en/m/{}/feed.atom": "application/atom+xml; charset=utf-8",
}
OF_THE_SITE = {
    "/en/picture.png": "image/png",
    "/en/feed.atom": "application/atom+xml; charset=utf-8",
    "/en/feed.json": "application/feed+json",
    "/en/campaigns.ics": "text/calendar; charset=utf-8",
}
MOST_QUERIES = 14


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_address_answers_anybody_in_both_languages_and_may_be_kept(
    client: Client, bra: Campaign, now: datetime, language: str
) -> None:
    world.tell(bra, "progress", now, title="News", body="**News**")
    ours = {**{path.format("clean-bra"): kind for path, kind in OF_A_CAMPAIGN.items()}, **OF_THE_SITE}
    ours |= {path.format(slug): kind for slug in ("bra-v1", "bra-v1-clean") for path, kind in OF_A_VERSION.items()}

    for path, kind in ours.items():
        answer = client.get(path.replace("/en/", f"/{language}/"))
        assert answer.status_code == 200, path
        assert answer["Content-Type"] == kind, path
        assert "public, max-age=" in answer["Cache-Control"], path
        assert not answer.cookies and "Cookie" not in answer.get("Vary", ""), path
        if "card" not in path:
            again = client.get(path.replace("/en/", f"/{language}/"), headers={"If-None-Match": answer["ETag"]})
            assert (again.status_code, again.content) == (304, b""), path


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.REVIEW])
def test_of_a_campaign_that_has_not_opened_there_is_nothing_not_even_for_its_organiser(
    client: Client, bra: Campaign, stage: Stage
) -> None:
    Campaign.objects.update(stage=stage)
    client.force_login(bra.organiser)
    plan = [path.format("bra-v1-clean") for path in OF_A_VERSION]

    for path in [*(path.format("clean-bra") for path in OF_A_CAMPAIGN), *plan]:
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert b"BRA" not in answer.content, path
    page = client.get("/en/c/clean-bra/").text
    assert "og:" not in page and "oembed" not in page and "badge.svg" not in page
    assert "og:image" not in client.get("/en/m/bra-v1-clean/").text
    assert b"BRA" not in client.get("/en/feed.atom").content + client.get("/en/campaigns.ics").content


def test_what_is_not_known_is_not_found(client: Client, db: None) -> None:
    paths = [path.format("nobody") for path in (*OF_A_CAMPAIGN, *OF_A_VERSION)]

    assert {client.get(path).status_code for path in paths} == {404}
    assert client.get("/m/no%00body/badge.svg").status_code == 404


def test_an_answer_takes_a_fixed_number_of_queries(
    client: Client, bra: Campaign, now: datetime, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(12):
        world.coin(bra, now)
        world.tell(bra, "progress", now, title=f"News {number}", author=bra.organiser)

    for path in [path.format("clean-bra") for path in OF_A_CAMPAIGN] + [path.format("bra-v1") for path in OF_A_VERSION]:
        with django_assert_max_num_queries(MOST_QUERIES):  # type: ignore[operator]
            client.get(path)


def test_a_version_with_a_slash_in_its_id_has_them_too(client: Client, db: None, now: datetime) -> None:
    Version.objects.create(slug="someone/some-model", name="Some model", added_at=now)

    answers = [client.get(path.format("someone/some-model")) for path in OF_A_VERSION]

    assert [answer.status_code for answer in answers] == [200] * len(OF_A_VERSION)


STRANGE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[x](javascript:alert(1))",
    "]]></title></content><entry/>",
    "<svg onload=alert(1)>",
    "\x01\x1b\x7f\ufffe\u202e\r\nX-Evil: 1\r\nEND:VEVENT",
)


@pytest.mark.parametrize("words", STRANGE)
def test_words_that_want_to_be_code_are_words_everywhere(
    client: Client, bra: Campaign, now: datetime, words: str
) -> None:
    Campaign.objects.update(title=words, title_other=words, summary=words, summary_other=words)
    Version.objects.update(name=words)
    bra.organiser.first_name = words
    bra.organiser.save(update_fields=["first_name"])
    world.tell(bra, "progress", now, title=words, body=words, author=bra.organiser)

    for path in [path.format("clean-bra") for path in OF_A_CAMPAIGN] + [path.format("bra-v1") for path in OF_A_VERSION]:
        answer = client.get(path)
        assert answer.status_code == 200 and "X-Evil" not in answer, path
        kind = answer["Content-Type"]
        if "xml" in kind:
            root = ElementTree.fromstring(answer.content)
            assert not [one for one in root.iter() if str(one.tag).endswith(("}script", "}img"))], path
            texts = [one.text or "" for one in root.iter() if str(one.tag).endswith("}content")]
            assert not [
                text for text in texts if re.search(r"<(script|img|svg)\b|<[^>]*\son\w+=|href=.javascript", text)
            ], path
        elif "json" in kind:
            assert json.loads(answer.content), path
        elif "html" in kind:
            assert breaches(answer.text) == [] and "<script" not in answer.text, path
        elif "png" in kind:
            assert answer["Cache-Control"] == "public, max-age=300", "it was drawn"
        # The bytes of a picture may spell anything by chance.
        turned_round = "png" not in kind and "\u202e" in answer.content.decode(errors="ignore")
        assert not turned_round or "html" in kind or "feed" in path, path


def test_no_version_is_called_like_what_is_shown_of_another() -> None:
    begins = "m/<version_id:slug>/"
    found: list[Any] = [*urls.elsewhere, *urls.machines]
    patterns = [str(pattern.pattern) for pattern in found]
    beside = {path.removeprefix(begins).strip("/") for path in patterns if path.startswith(begins)}

    assert beside == SHOWN_ELSEWHERE
    assert all(refusal_of(f"someone/{name}") for name in beside)


def test_no_name_or_amount_that_somebody_hides_leaves_the_site(client: Client, bra: Campaign, now: datetime) -> None:
    world.coin(bra, now, amount=1_234, name="Kakure", anonymous=True, message="hidden words", message_private=True)
    world.coin(bra, now, amount=4_321, name="Misenai", hide_amount=True)
    world.tell(bra, "progress", now, title="News")

    for path in [*(path.format("clean-bra") for path in OF_A_CAMPAIGN), *OF_THE_SITE]:
        said = client.get(path).content.decode(errors="ignore")
        assert not re.search("Kakure|Misenai|hidden words|giver-|example.org|1,?234|4,?321", said), path


def test_a_model_that_we_named_ourselves_is_called_outside_pages_as_on_them(
    client: Client, bra: Campaign, now: datetime
) -> None:
    ours = "BRA clean retrain (illustration)"
    Version.objects.filter(slug="bra-v1-clean").update(name=ours)
    version = Version.objects.get(slug="bra-v1-clean")
    LogEntry.objects.create(kind="version-registered", version=version, at=now, by="user 1", data={})
    campaign = Campaign.objects.select_related("tainted_version", "clean_version").get()
    address = f"{settings.SITE_URL}/ja/m/bra-v1-clean/"

    with translation.override("ja"):
        japanese = told(ours)
        faces = [
            campaign_face(standing(campaign, at=now)).models,
            version_face(judged(version, now.date(), with_answers=False)).name,
        ]
    paths = ("c/clean-bra/card/", "m/bra-v1-clean/card/", "m/bra-v1-clean/feed.atom", "m/bra-v1-clean/")
    answers = {path: client.get(f"/ja/{path}").text for path in paths}
    answers["oembed"] = client.get(f"/oembed?url={address}").text

    assert faces == [f"BRA V1 → {japanese}", japanese] and japanese != ours
    assert [path for path, text in answers.items() if ours in text or japanese not in text] == []


def test_the_first_amount_in_yen_says_in_english_whose_yen_they_are(
    client: Client, bra: Campaign, now: datetime
) -> None:
    world.tell(bra, "opened", now, data={"goal": 20_000})

    paths = ("/{}/c/clean-bra/card/", "/{}/c/clean-bra/feed.json", "/{}/c/clean-bra/deadline.ics",
             "/c/clean-bra/badge.svg?lang={}", "/c/clean-bra/badge.json?lang={}")  # fmt: skip
    english, japanese = ({path: client.get(path.format(each)).text for path in paths} for each in ("en", "ja"))
    face = campaign_face(standing(bra, at=now))
    english |= {"picture": f"{face.raised} {face.of_goal}", "shared": unquote_plus(share(bra)["x"])}

    coded = re.compile(r"""[^¥]*¥[\d\\,]+(</strong> <span class="meta">|\s|&nbsp;)JPY\b""")
    assert [path for path, text in english.items() if not coded.match(text)] == []
    assert [path for path, text in japanese.items() if "JPY" in text] == []
