"""Cards in frames of other sites, oEmbed, and the share box."""

import json
import re
from datetime import datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings as configured
from django.test import Client

from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from tests.campaigns.pages import world
from tests.campaigns.pages.test_frame import breaches


@pytest.mark.parametrize("path", ["/ja/c/clean-bra/card/", "/en/m/bra-v1/card/"])
def test_a_card_may_be_framed_and_can_do_nothing(client: Client, bra: Campaign, path: str) -> None:
    answer = client.get(path)

    assert "frame-ancestors *" in answer["Content-Security-Policy"] and "X-Frame-Options" not in answer
    assert (
        "script-src" not in answer["Content-Security-Policy"]
        and "default-src 'none'" in answer["Content-Security-Policy"]
    )
    assert not re.search(r"<(script|form|input|button|header|footer)\b", answer.text)
    links = re.findall(r"<a [^>]*>", answer.text)
    assert links and all('target="_top"' in link and 'rel="noopener"' in link for link in links)
    assert all(f'href="{configured.SITE_URL}/{path[1:3]}/' in link for link in links)
    assert breaches(answer.text) == [] and not answer.cookies


def test_nothing_else_may_be_framed(client: Client, bra: Campaign) -> None:
    for path in ("/en/", "/en/c/clean-bra/", "/en/c/clean-bra/give/", "/en/m/bra-v1/"):
        answer = client.get(path)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"] and answer["X-Frame-Options"] == "DENY"


def test_a_card_is_light_or_dark_as_asked_and_by_itself_otherwise(client: Client, bra: Campaign) -> None:
    assert 'data-theme="dark"' in client.get("/en/c/clean-bra/card/?theme=dark").text
    assert "data-theme" not in client.get("/en/c/clean-bra/card/?theme=%22onload=x").text


def oembed(client: Client, address: str, **also: str) -> tuple[int, dict[str, object]]:
    answer = client.get("/oembed", {"url": address, **also})
    return answer.status_code, json.loads(answer.content)


def test_a_page_leads_to_its_card_by_oembed(client: Client, bra: Campaign) -> None:
    for path in ("/ja/c/clean-bra/", "/en/m/bra-v1/"):
        found = re.search(r'type="application/json\+oembed" href="([^"]+)"', client.get(path).text)
        assert found is not None
        address = unescape(found[1]).removeprefix(configured.SITE_URL)
        said = json.loads(client.get(address).content)
        assert (said["version"], said["type"]) == ("1.0", "rich")
        assert isinstance(said["width"], int) and isinstance(said["height"], int)
        frame = ElementTree.fromstring(said["html"].replace('loading="lazy"', ""))
        assert frame.tag == "iframe" and frame.get("src") == f"{configured.SITE_URL}{path}card/"
        assert client.get(str(frame.get("src")).removeprefix(configured.SITE_URL)).status_code == 200


def test_oembed_keeps_to_the_room_that_there_is(client: Client, bra: Campaign) -> None:
    address = f"{configured.SITE_URL}/en/c/clean-bra/"

    _, wide = oembed(client, address, maxwidth="2000", maxheight="2000")
    _, small = oembed(client, address, maxwidth="300", maxheight="150")
    _, odd = oembed(client, address, maxwidth="-1", maxheight="many")

    assert wide["thumbnail_width"] == 1200 and wide["width"] == odd["width"]
    assert (small["width"], small["height"]) == (300, 150) and "thumbnail_url" not in small
    assert 'width="300" height="150"' in str(small["html"])


def test_oembed_knows_our_pages_and_no_others(client: Client, bra: Campaign) -> None:
    ours = configured.SITE_URL
    known = [
        f"{ours}/c/clean-bra/",
        f"{ours}/ja/c/clean-bra/?x=1#updates",
        f"{ours}/en/m/bra-v1",
        f"{ours}/en/m/bra-v1/card/",
    ]
    unknown = [
        f"{ours}/en/",
        f"{ours}/en/c/nobody/",
        f"{ours}/en/c/clean-bra/give/",
        "https://elsewhere.example/en/c/clean-bra/",
        f"{ours}.elsewhere.example/en/c/clean-bra/",
        "javascript:alert(1)",
        "http://[",
        f"{ours}/en/c/%00/",
        "\x00",
    ]

    assert [oembed(client, address)[0] for address in known] == [200] * len(known)
    assert [oembed(client, address)[0] for address in unknown] == [404] * len(unknown)
    assert client.get("/oembed").status_code == 400
    assert oembed(client, known[0], format="xml")[0] == 501
    assert client.get("/oembed", {"url": known[0]})["Access-Control-Allow-Origin"] == "*"


def test_share_links_are_plain_links_in_the_readers_language(client: Client, bra: Campaign) -> None:
    english, japanese = (client.get(f"/{language}/c/clean-bra/").text for language in ("en", "ja"))

    for html, address in ((english, "/en/c/clean-bra/"), (japanese, "/ja/c/clean-bra/")):
        links = [
            unescape(link)
            for link in re.findall(r'href="((?:https|mailto:)[^"]+)" rel="noopener"|"(mailto:[^"]+)"', html)[0]
        ]
        assert links
        hosts = {urlsplit(unescape(link)).hostname for link in re.findall(r'href="(https://[^"]+)"', html)}
        assert {"x.com", "bsky.app", "misskey-hub.net", "social-plugins.line.me"} <= hosts
        assert address in html
    x = re.search(r'href="(https://x.com[^"]+)"', english)
    assert x is not None
    said = parse_qs(urlsplit(unescape(x[1])).query)
    assert said["text"] == ["Retrain BRA on a clean base – one coin (¥500\xa0JPY) helps to make a clean version."]
    assert said["url"] == [f"{configured.SITE_URL}/en/c/clean-bra/"]
    assert breaches(english) == [] and breaches(japanese) == []


def test_what_is_shared_of_a_strange_title_is_one_harmless_line(client: Client, bra: Campaign) -> None:
    strange = 'x](javascript:alert(1)) "><script>\r\nBcc: a@b.example\u202e'
    Campaign.objects.update(title=strange, title_other=strange)

    html = client.get("/en/c/clean-bra/").text
    markdown = re.search(r'<textarea id="share-badge"[^>]*>([^<]*)</textarea>', html)
    frame = re.search(r'<textarea id="share-frame"[^>]*>([^<]*)</textarea>', html)
    mail = re.search(r'href="(mailto:[^"]+)"', html)

    assert markdown is not None and frame is not None and mail is not None
    assert "\\](javascript" in unescape(markdown[1]) and "\n" not in markdown[1]
    assert "<script>" not in unescape(frame[1])
    assert "%0D" not in mail[1] and "%0A" not in mail[1]


def test_the_qr_code_is_an_svg_that_needs_no_style(client: Client, bra: Campaign) -> None:
    code = re.search(r'<div class="share-code">(<svg.*?</svg>)', client.get("/ja/c/clean-bra/").text, re.DOTALL)
    file = client.get("/ja/c/clean-bra/qr.svg")

    assert code is not None and "style" not in code[1]
    assert ElementTree.fromstring(file.content).tag == "{http://www.w3.org/2000/svg}svg"
    assert "このプロジェクトのQRコード" in file.text


def test_the_share_text_fits_where_a_japanese_character_counts_twice(client: Client, bra: Campaign) -> None:
    Campaign.objects.update(title="字" * 120)

    x = re.search(r'href="(https://x.com[^"]+)"', client.get("/ja/c/clean-bra/").text)

    assert x is not None
    text = parse_qs(urlsplit(unescape(x[1])).query)["text"][0]
    assert 2 * len(text) + 1 + 23 <= 280


def test_a_campaign_that_is_over_is_not_praised_as_one_that_takes_coins(
    client: Client, bra: Campaign, now: datetime
) -> None:
    Campaign.objects.update(stage=Stage.FUNDED, closed_at=now)
    world.coin(bra, now, amount=20_000)

    assert "one coin (" not in unescape(client.get("/en/c/clean-bra/").text.partition("share-links")[2][:900])
    assert "target" in client.get("/en/c/clean-bra/card/").text
