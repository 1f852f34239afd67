"""Words that want to be code, stored in every field that keeps words: in no output do they become anything but words.

The browser's own parser reads every output, and the pages are opened in it, too: nothing runs, and the policy that
forbids it has nothing to report.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.actions.add_picture import PictureLine, add_picture, describe_pictures
from campaigns.actions.post_update import WrittenUpdate, post_update
from campaigns.demo_pictures import cut_stone, rough_stone
from campaigns.ledger_files import FILES
from campaigns.letters import as_html, as_text
from campaigns.letters.samples import Sample, sample_letter, samples
from campaigns.models import Campaign, Pledge
from lineage.models import Derivation, Evidence, Grant, Licence, LogEntry, Term, Version
from tests.browser.conftest import Arrive, Site
from tests.browser.tame import what_could_run
from tests.browser.visitor import Visitor
from tests.campaigns.pages import world
from tests.faults.hostile_words import ALL, RUNNING
from tests.world import a_person, an_open_campaign, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISTEN = "window.ran = []; window.xss = (which) => window.ran.push(which); window.alert = window.xss;"
TEXTS = ("title", "title_other", "summary", "summary_other", "plan", "plan_other", "if_it_fails", "if_it_fails_other")
LICENCE = "under-strange-words"
LINE = re.compile(
    "(BEGIN|END|VERSION|PRODID|CALSCALE|METHOD|NAME|UID|DTSTAMP|DTSTART|DTEND|SUMMARY|DESCRIPTION|URL|LAST-MODIFIED|"
    "SEQUENCE|STATUS|TRANSP|CREATED|REFRESH-INTERVAL|SOURCE|X-[A-Z-]+)[;:]"
)
# What XML 1.0 has no place for.
NOT_OF_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@pytest.fixture
def strange(site: Site) -> Campaign:
    """One campaign on whose record and pages every one of the words stands; more campaigns have them as titles."""
    tainted, clean = a_family_of_words()
    organiser = a_person("Alice")
    for person, said in zip((organiser, a_person("Bob")), RUNNING, strict=False):
        person.first_name = said[:60]
        person.save(update_fields=["first_name"])
    models = {"tainted_version": tainted, "clean_version": clean}
    for number, said in enumerate(ALL):
        texts = {name: said[:120] for name in TEXTS}
        an_open_campaign(f"strange-{number}", **models, **texts, language="ja" if number % 2 else "en")
    campaign = Campaign.objects.get(slug="strange-0")
    everything = "\n\n".join(ALL)
    Campaign.objects.filter(pk=campaign.pk).update(plan=everything, plan_other=everything)
    campaign.costs.create(position=0, item=RUNNING[0], item_other=RUNNING[4], amount=20_000)
    for number, said in enumerate(ALL):
        world.coin(campaign, now() - timedelta(minutes=number), amount=100, name=said[:60], message=said[:200])
    news_of_words(campaign, everything)
    return campaign


def a_family_of_words() -> tuple[Version, Version]:
    """A tainted model and a clean one; of each word there is a parent, with a licence of its own."""
    models = []
    for number, said in enumerate(ALL):
        licence = Licence.objects.create(slug=f"words-{number}", name=said, family=said)
        quote = "\n".join(ALL) if number == 0 else said
        Term.objects.create(licence=licence, position=0, kind="no-monetised-hosting", clause=said, quote=quote)
        model = Version.objects.create(
            slug=f"model-{number}", name=said, licensor=said, claimed_label=said, added_at=now()
        )
        Grant.objects.create(version=model, licence=licence, starts_on=date(2022, 1, 1))
        models.append(model)
    free = Licence.objects.create(slug=LICENCE, name=RUNNING[2])
    tainted, clean = (
        Version.objects.create(slug=slug, name=RUNNING[2], planned=slug == "clean-plan", added_at=now())
        for slug in ("tainted", "clean-plan")
    )
    for version in (tainted, clean):
        Grant.objects.create(version=version, licence=free, starts_on=date(2022, 1, 1))
    for parent in models:
        Derivation.objects.create(parent=parent, child=tainted, method="merge", obtained_on=date(2023, 1, 1))
    LogEntry.objects.create(kind="grant-recorded", version=tainted, at=now(), by="user 1", data={"licence": LICENCE})
    Evidence.objects.create(
        sha256="ab" * 32, format="model-card", name=RUNNING[2], url="https://example.org/", content=RUNNING[0].encode(),
        remarks=[], brought_at=now(),
    )  # fmt: skip
    return tainted, clean


def news_of_words(campaign: Campaign, everything: str) -> None:
    for said in ALL:
        world.tell(campaign, "progress", now(), title=said[:120], body=said, language="en", author=campaign.organiser)
    sides = {
        add_picture(campaign, draw(), at=now(), by=campaign.organiser).pk: PictureLine(RUNNING[2], side)
        for draw, side in ((rough_stone, "before"), (cut_stone, "after"))
    }
    describe_pictures(campaign, sides, by=campaign.organiser)
    told = WrittenUpdate(RUNNING[1], everything, "en", list(sides))
    post_update(campaign, told, at=now(), by=campaign.organiser)


def pages(campaign: Campaign) -> list[str]:
    paid = Pledge.objects.filter(campaign=campaign, state="paid").latest("pk")
    last = campaign.updates.count()
    of_campaign = ("campaign", "supporters", "ledger", "give", "match", "follow", "campaign_card", "campaign_live")
    of_version = (
        "version",
        "version_verdicts",
        "version_texts",
        "version_made",
        "version_history",
        "what_if",
        "repair",
    )
    return [
        *(reverse(name) for name in ("home", "campaigns", "versions", "licences", "licence_matrix", "forecast")),
        *(reverse(name) for name in ("where_a_coin_frees", "transparency")),
        reverse("licence_compare") + "?a=words-0&b=words-5",
        *(reverse("licence", args=[slug]) for slug in ("words-0", "words-9", LICENCE)),
        *(reverse(name, args=[campaign.slug]) for name in of_campaign),
        *(reverse("update", args=[campaign.slug, number]) for number in (1, last - 1, last)),
        *(reverse(name, args=["tainted"]) for name in of_version),
        reverse("version", args=["model-0"]),
        reverse("what_if", args=["tainted"]) + "?by=clean-plan",
        *(reverse(name, args=[paid.token]) for name in ("thanks", "take_back", "receipt", "how_shown")),
        reverse("receipt", args=[paid.token]) + "?" + urlencode({"to": RUNNING[2]}),
        reverse("evidence", args=["ab" * 32]),
    ]


def drawings_and_feeds(campaign: Campaign) -> list[str]:
    of_version = ("version_svg", "version_graphml", "version_feed", "version_badge")
    of_campaign = ("campaign_feed", "campaign_badge", "campaign_qr")
    return [
        reverse("site_feed"),
        *(reverse(name, args=[campaign.slug]) for name in of_campaign),
        *(reverse(name, args=["tainted"]) for name in of_version),
        *(reverse("campaign_badge", args=[f"strange-{n}"]) + f"?label={RUNNING[0]}" for n in range(0, len(ALL), 7)),
    ]


@dataclass(frozen=True, slots=True)
class Answer:
    kind: str
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


def fetched(path: str) -> Answer:
    answer = Client().get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    assert answer["X-Content-Type-Options"] == "nosniff", path
    return Answer(answer["Content-Type"].partition(";")[0], answer.getvalue())


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_page_holds_anything_that_could_run(arrive: Arrive, site: Site, strange: Campaign, language: str) -> None:
    visitor = arrive(language)

    documents = {}
    for path in pages(strange):
        there = path.replace("/en/", f"/{language}/", 1)
        documents[there, "text/html"] = fetched(there).text

    seen = " ".join(documents.values())
    assert all(f"xss({number})" in seen for number in range(1, 24)), "the words are on the pages, as words"
    assert what_could_run(visitor.page, documents, site.url) == []


def test_no_picture_feed_or_file_holds_anything_that_could_run(arrive: Arrive, site: Site, strange: Campaign) -> None:
    documents: dict[tuple[str, str], str] = {}
    for path in drawings_and_feeds(strange):
        answer = fetched(path)
        text = answer.text
        kind = "image/svg+xml" if answer.kind == "image/svg+xml" else "application/xml"
        documents[path, kind] = text
        assert not NOT_OF_XML.search(text) and "<!" not in text.replace("<![CDATA[", ""), path
        for number, inner in enumerate(html_inside(text)):
            documents[f"{path} {number}", "text/html"] = inner
    for name in ("site_feed_json", "campaign_feed_json"):
        told = json.loads(fetched(reverse(name, args=[] if name.startswith("site") else [strange.slug])).text)
        assert told["items"]
        for item in told["items"]:
            documents[f"{name} {item['id']}", "text/html"] = item.get("content_html", "")

    assert len(documents) > 2 * len(ALL)
    assert what_could_run(arrive().page, documents, site.url) == []


def html_inside(feed: str) -> Iterator[str]:
    for one in ElementTree.fromstring(feed).iter():
        if one.get("type") == "html":
            yield one.text or ""


def test_what_programs_read_is_never_taken_for_a_page_and_keeps_its_form(site: Site, strange: Campaign) -> None:
    of_version = ("version_file", "version_dot", "version_cyclonedx", "version_spdx", "version_card_block")
    paths = [reverse(name, args=["tainted"]) for name in (*of_version, "version_card_markdown", "version_csv")]
    paths += [reverse(name, args=["tainted"]) for name in ("version_badge_json", "what_if_answer")]
    paths += [reverse("campaign_badge_json", args=["strange-0"]), "/api/v1/campaigns", "/api/v1/campaigns/strange-0"]
    paths += ["/api/v1/licences/matrix.json", f"/oembed?url={site.url}/en/c/strange-0/", "/api/v1/impact"]
    paths += [f"/c/strange-0/ledger.{ending}" for ending in FILES]

    for path in paths:
        answer = fetched(path)
        kind, text = answer.kind, answer.text
        assert kind not in ("text/html", "application/xhtml+xml", "image/svg+xml"), (path, kind)
        if kind == "application/jsonl":
            assert all(json.loads(line) for line in text.splitlines())
        elif "json" in kind:
            told = json.loads(text)
            if "html" in told:
                assert set(re.findall(r"<(\w+)", told["html"])) == {"iframe"}, path
        if kind == "text/csv":
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            assert [cell for cell in cells if re.match(r"[=@\t\r]|[+-](?![\d.]+$)", cell)] == [], path


def test_a_calendar_has_only_lines_of_its_own(strange: Campaign) -> None:
    paths = [reverse("site_calendar")]
    paths += [reverse("campaign_calendar", args=[f"strange-{number}"]) for number in range(len(ALL))]

    for path in paths:
        raw = fetched(path).text
        lines = raw.replace("\r\n ", "").split("\r\n")
        assert [line for line in lines if line and not LINE.match(line)] == [], path
        assert "\n" not in raw.replace("\r\n", "") and "\r" not in raw.replace("\r\n", ""), path
        assert not {"BEGIN:VALARM", "ACTION:PROCEDURE"} & set(lines)


def test_pictures_for_links_are_drawn_of_any_words(strange: Campaign) -> None:
    paths = [reverse("campaign_picture", args=[f"strange-{number}"]) for number in range(0, len(ALL), 4)]

    for path in [*paths, reverse("version_picture", args=["tainted"]), reverse("site_picture")]:
        answer = fetched(path)
        assert answer.kind == "image/png" and answer.content[:8] == b"\x89PNG\r\n\x1a\n", path


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_mail_holds_anything_that_could_run_or_a_second_header(arrive: Arrive, site: Site, language: str) -> None:
    words = cycle(ALL)
    documents: dict[tuple[str, str], str] = {}

    for sample in [sample for _ in range(3) for sample in samples(language)]:
        letter = sample_letter(spoilt(sample, words), language)
        documents[f"{sample.name} {len(documents)}", "mail"] = as_html(letter)
        assert len(letter.subject.splitlines()) == 1 and letter.subject.isprintable(), letter.subject
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", as_text(letter)), sample.name

    assert what_could_run(arrive().page, documents, "http://127.0.0.1") == []


def spoilt(sample: Sample, words: Iterator[str]) -> Sample:
    """With strange words wherever somebody's words stand."""

    def spoil(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoil(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [spoil(one) for one in value]
        if key in ("campaign", "version", "organiser", "reason", "title", "consent", "user_agent", "memo"):
            return next(words)
        return "\n\n".join(ALL) if key == "body" and value else value

    context = {name: spoil(value, name) for name, value in sample.context.items()}
    if sample.template in ("refund_made", "update", "alarm"):
        # There a reason is a code of ours.
        context |= {"reason": sample.context.get("reason", "")}
    return Sample(sample.name, sample.template, context, sample.listed)


def test_nothing_runs_in_the_browser_and_the_policy_has_nothing_to_forbid(arrive: Arrive, strange: Campaign) -> None:
    visitor: Visitor = arrive(wide=True)
    visitor.context.add_init_script(LISTEN)
    ran: list[Any] = []

    for path in pages(strange):
        visitor.page.goto(visitor.home + path)
        visitor.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        ran += visitor.page.evaluate("window.ran")

    assert ran == []
    assert visitor.troubles() == []


def test_the_reading_of_documents_sees_what_could_run(arrive: Arrive) -> None:
    page = arrive().page
    documents = {(said, "text/html"): f"<p>{said}</p>" for said in RUNNING[:23]}

    found = what_could_run(page, documents, "http://localhost")

    seen = {said for said in RUNNING[:23] if any(one.startswith(said + ": ") for one in found)}
    assert set(RUNNING[:23]) - seen == {RUNNING[3]}
    assert what_could_run(page, {("plain", "text/html"): "<p><a href='/en/'>x</a></p>"}, "http://localhost") == []
