"""What a site shows beside a link: Open Graph's tags, and a picture drawn in the language of its address."""

import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from django.conf import settings as configured
from django.core.cache import caches
from django.test import Client
from PIL import Image

from campaigns.models import Campaign
from campaigns.sharing.campaign_picture import CampaignFace, draw_campaign
from campaigns.sharing.fonts import drawable
from campaigns.sharing.qr_code import qr_svg
from campaigns.sharing.title_lines import clipped, fitted
from campaigns.views import pictures
from tests.campaigns.pages import world

DRAWN = ("/picture.png", "/c/clean-bra/picture.png", "/m/bra-v1/picture.png", "/c/clean-bra/qr.svg")
SEEN = ("/", "/c/clean-bra/", "/c/clean-bra/updates/1/", "/m/bra-v1/", "/m/bra-v1-clean/", "/l/dreamlike-1.0/")


def tags(html: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', html)
    return dict(found)


def picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_that_is_shared_says_what_it_is(client: Client, bra: Campaign, now: datetime, language: str) -> None:
    world.tell(bra, "opened", now, data={"goal": 20_000})

    for path in SEEN:
        html = client.get(f"/{language}{path}").text
        told = tags(html)
        assert told["og:title"] and told["og:description"] and told["og:image:alt"], path
        assert told["og:locale"] == {"en": "en_US", "ja": "ja_JP"}[language]
        assert told["og:locale:alternate"] == {"en": "ja_JP", "ja": "en_US"}[language]
        assert told["twitter:card"] == "summary_large_image" and told["twitter:image"] == told["og:image"]
        assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
        assert told["og:url"] == f"{configured.SITE_URL}/{language}{path}" and html.count('rel="canonical"') == 1
        assert told["og:image"].startswith(f"{configured.SITE_URL}/{language}/") and "?v=" in told["og:image"]


def test_the_picture_of_a_page_is_the_one_that_its_address_names(client: Client, bra: Campaign) -> None:
    for path in ("/ja/c/clean-bra/", "/en/m/bra-v1/", "/ja/"):
        address = tags(client.get(path).text)["og:image"].removeprefix(configured.SITE_URL)
        answer = client.get(address)
        assert answer["Cache-Control"] == "public, max-age=604800", path
        assert answer["ETag"] == f'"{address.rpartition("=")[2]}"'
        assert picture(answer.content).size == (1200, 630)
        assert len(answer.content) < 120_000


def test_a_coin_makes_another_picture_and_the_same_words_the_same(client: Client, bra: Campaign, now: datetime) -> None:
    empty = client.get("/en/c/clean-bra/picture.png")
    same = client.get("/en/c/clean-bra/picture.png")
    world.coin(bra, now, amount=10_000)
    half = client.get("/en/c/clean-bra/picture.png")

    assert empty.content == same.content != half.content
    bar = 504
    assert picture(empty.content).getpixel((400, bar)) != picture(half.content).getpixel((400, bar))
    assert picture(empty.content).getpixel((1000, bar)) == picture(half.content).getpixel((1000, bar))


def test_a_picture_is_drawn_once(client: Client, bra: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    caches["pictures"].clear()
    drawn: list[object] = []

    def draw(face: CampaignFace) -> bytes:
        drawn.append(face)
        return draw_campaign(face)

    monkeypatch.setattr(pictures, "draw_campaign", draw)

    first, second = (client.get(f"/ja/c/clean-bra/picture.png{query}").content for query in ("", "?v=anything"))

    assert len(drawn) == 1 and first == second


def test_whatever_a_stranger_writes_behind_an_address_nothing_more_is_drawn_or_kept(
    client: Client, bra: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches["pictures"].clear()
    drawn: list[str] = []

    def counted(name: str, real: Callable[[object], bytes]) -> Callable[[object], bytes]:
        def draw(face: object) -> bytes:
            drawn.append(name)
            return real(face)

        return draw

    for name in ("draw_campaign", "draw_version", "draw_site"):
        monkeypatch.setattr(pictures, name, counted(name, getattr(pictures, name)))
    paths = [f"/{language}{path}" for language in ("en", "ja") for path in DRAWN]
    first = {path: client.get(path).content for path in paths}
    codes, kept = qr_svg.cache_info().misses, len(drawn)

    for number in range(5):
        query = f"?v={number}&size={number}&width={9 + number}&text=x{number}&lang=x{number}&t={number}&use=u{number}"
        assert {path: client.get(path + query).content for path in paths} == first

    assert len(drawn) == kept == 6, drawn
    assert qr_svg.cache_info().misses == codes


def test_one_network_has_only_so_many_new_pictures_drawn_and_all_that_are_kept(
    client: Client, bra: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches["pictures"].clear()
    monkeypatch.setattr(pictures, "DRAWINGS", 2)
    theirs = ["/en/picture.png", "/ja/picture.png", "/en/c/clean-bra/picture.png"]

    asked = [client.get(path) for path in theirs]
    again = client.get(theirs[0])
    neighbour = client.get(theirs[2], REMOTE_ADDR="203.0.113.9")

    assert [answer["Cache-Control"] for answer in asked] == ["public, max-age=300"] * 2 + ["public, max-age=60"]
    assert asked[2].status_code == 200 and picture(asked[2].content).size == (1200, 630)
    assert again.content == asked[0].content
    assert neighbour["Cache-Control"] == "public, max-age=300"


def test_when_drawing_fails_there_is_still_a_picture(
    client: Client, bra: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches["pictures"].clear()
    monkeypatch.setattr(pictures, "draw_campaign", lambda face: 1 / 0)

    answer = client.get("/en/c/clean-bra/picture.png")

    assert answer.status_code == 200 and answer["Cache-Control"] == "public, max-age=60"
    assert picture(answer.content).size == (1200, 630) and "ETag" not in answer


def test_while_others_draw_nobody_waits_for_long(
    client: Client, bra: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches["pictures"].clear()
    monkeypatch.setattr(pictures, "PATIENCE", 0.01)

    with pictures._pencil:
        answer = client.get("/en/c/clean-bra/picture.png")

    assert answer["Cache-Control"] == "public, max-age=60"


def test_a_picture_that_cannot_be_kept_is_shown_all_the_same(
    client: Client, bra: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(caches["pictures"], "set", full)

    assert client.get("/en/c/clean-bra/picture.png?v=x").status_code == 200


@pytest.mark.parametrize(
    "title",
    [
        "🎉🎉🎉",
        "العربية فقط",
        "\u202egnp.exe",
        "a\x00b\r\nc",
        "<script>alert(1)</script>",
        "x" * 120,
        "字" * 120,
        "é" + "\u0301" * 100,
        "",
    ],
)
def test_any_title_can_be_drawn(client: Client, bra: Campaign, title: str) -> None:
    Campaign.objects.update(title=title.replace("\0", "")[:120], title_other="")

    answer = client.get("/en/c/clean-bra/picture.png")

    assert answer["Cache-Control"] == "public, max-age=300", "it was drawn, and not the one for emergencies"


def test_what_the_font_has_no_glyph_for_is_left_out_and_never_drawn_as_boxes() -> None:
    assert drawable("BRA 🎉 再学習", "bra") == "BRA 再学習"
    assert drawable("العربية", "arabic-model") == "arabic-model"


def test_a_title_breaks_between_phrases_and_ends_in_dots() -> None:
    short = fitted("ライセンスを受け継いだモデルを学習し直す", 500, (48,), 3)
    long = fitted("ことば" * 60, 500, (48, 40), 3)
    endless = fitted("x" * 500, 300, (40,), 2)

    assert short.lines == ("ライセンスを", "受け継いだモデルを", "学習し直す") or len(short.lines) <= 3
    assert all(not line.startswith(("を", "、", "だ")) for line in short.lines)
    assert len(long.lines) == 3 and long.size == 40 and long.lines[-1].endswith("…")
    assert len(endless.lines) == 2 and endless.lines[-1].endswith("…")
    assert clipped("short", 500, 40) == "short"
