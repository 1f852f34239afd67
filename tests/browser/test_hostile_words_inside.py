"""Words that want to be code, where people work: desks, the staff's rooms, Django's admin, mails, tables, programs.

As on the open pages, the browser's own parser reads every output, and some are opened in it: nothing runs.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaigns.follow_links import CONFIRM, sign
from campaigns.letters import as_html, as_text
from campaigns.letters.samples import sample_letter, samples
from campaigns.models import Campaign, Follower, Pledge, Update
from campaigns.views.demo_mail import read_mails
from lineage.models import Derivation, Dispute, Proposal, Version
from tests.browser.conftest import Arrive, Site
from tests.browser.strange_rows import say_strange_words, strange_rows
from tests.browser.tame import what_could_run
from tests.browser.test_hostile_words import LISTEN, spoilt
from tests.campaigns.creator.desk import at_the_desk, proven
from tests.campaigns.pages import world
from tests.faults.hostile_words import ALL, RUNNING
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1")
STRANGE = re.compile(r"xss\(|evil\.example|7\*7")
Documents = dict[tuple[str, str], str]


def desks() -> dict[str, Client]:
    people = {name: proven(at_the_desk(a_person(name))) for name in ("Alice", "Bob", "Carol")}
    return {"": Client(), "Sora": proven(at_the_desk(a_person("Sora", is_staff=True))), **people}


def rooms() -> dict[str, list[str]]:
    token = Campaign.objects.get(slug="review").trainer_token
    asked, listens = Follower.objects.get(email="dora@example.com"), Follower.objects.get(email="carol@example.com")
    refused = Proposal.objects.get(state="declined")
    edits = ("campaign_edit", "campaign_tainted_version", "campaign_clean_version", "campaign_preview")
    return {
        "Alice": [
            *(reverse(name, args=["draft"]) for name in edits), reverse("campaign_preview", args=["review"]),
            reverse("words_to_makers", args=["open"]), reverse("my_campaigns"), reverse("refunds", args=["open"]),
        ],
        "Bob": [
            reverse("trainer_accept", args=["review", token]), reverse("my_campaigns"), reverse("payee"),
            *(reverse(name, args=["funded"]) for name in ("update_new", "release", "training_begin", "give_up")),
        ],
        "Carol": [reverse("me"), reverse("campaign", args=["open"])],
        "Sora": [
            reverse("review_queue"), reverse("review_decide", args=["review"]), reverse("alarms"), reverse("pauses"),
            reverse("payout_queue"), reverse("payout_doubt", args=["funded"]),
            reverse("settle_dispute", args=[Dispute.objects.get().pk]), reverse("proposals"),
            reverse("dispute", args=["derivation", Derivation.objects.get(child__slug="bra-v4").pk]),
        ],
        "": [
            reverse("follow_confirm", args=[sign(CONFIRM, asked, now())]),
            *(reverse("unsubscribe", args=[one.token]) for one in (asked, listens)),
            reverse("licence_pair") + "?in=free-licence&out=bound-licence",
            reverse("proposal", args=[refused.pk]), reverse("evidence", args=[refused.evidence.sha256]),
        ],
    }  # fmt: skip


def test_no_room_of_those_who_work_here_holds_anything_that_could_run(
    arrive: Arrive, site: Site, stripe: Sandbox
) -> None:
    strange_rows(stripe)
    people, documents = desks(), Documents()

    for name, address in [(name, address) for name, addresses in rooms().items() for address in addresses]:
        for there in (address, address.replace("/en/", "/ja/", 1)):
            answer = people[name].get(there)
            assert answer.status_code == 200, (name, there, answer.status_code)
            documents[f"{name} {there}", "text/html"] = answer.text

    assert [name for (name, _), text in documents.items() if not STRANGE.search(text)] == []
    assert what_could_run(arrive().page, documents, site.url) == []


def test_nothing_runs_in_the_admin_whatever_the_rows_hold(arrive: Arrive, site: Site, stripe: Sandbox) -> None:
    strange_rows(stripe)
    desk = proven(at_the_desk(a_person("Root", is_staff=True, is_superuser=True)))
    assert say_strange_words() > 250
    visitor, documents = arrive(wide=True), Documents()
    visitor.context.add_init_script(LISTEN)
    visitor.context.add_cookies([{"name": "session", "value": desk.cookies["session"].value, "url": site.url}])
    ran: list[Any] = []

    for addresses in of_the_admin():
        for address in addresses:
            answer = desk.get(address)
            assert answer.status_code in (200, 403), (address, answer.status_code)
            # The admin's own words for its scripts come from an address of its own.
            documents[address, "text/html"] = re.sub(r'<script src="/\w\w/admin/jsi18n/" ?></script>', "", answer.text)
    for model in (Campaign, Update, Version, Proposal):
        row = model._default_manager.order_by("pk").first()
        assert row is not None
        visitor.page.goto(site.url + reverse(f"{name_in_admin(model)}_change", args=[row.pk]))
        ran += visitor.page.evaluate("window.ran")

    assert sum(bool(STRANGE.search(text)) for text in documents.values()) > 50
    assert what_could_run(visitor.page, documents, site.url) == []
    assert (ran, visitor.troubles()) == ([], [])


def name_in_admin(model: type[Model]) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"


def of_the_admin() -> Iterator[list[str]]:
    """For each kind of row: a search among them, all of them, what became of one, and the one itself."""
    for model in admin.site._registry:
        at = name_in_admin(model)
        listed, row = reverse(f"{at}_changelist"), model._default_manager.first()
        addresses = [f"{listed}?{urlencode({'q': RUNNING[2]})}", listed]
        if row is not None:
            addresses += [reverse(f"{at}_{what}", args=[row.pk]) for what in ("history", "change")]
        yield addresses


def test_no_table_program_takes_words_for_something_to_compute() -> None:
    campaign, carol = an_open_campaign(), a_person("Carol")
    world.coin(campaign, now(), amount=100, supporter=carol, name="x")
    of_carol, found = at_the_desk(carol), dict[str, str]()
    tables = (
        reverse("receipts_of_year", args=[timezone.localdate().year]),
        "/c/bra/ledger.csv",
        reverse("version_csv", args=["tainted"]),
    )

    for formula in FORMULAS:
        Campaign.objects.update(title=formula)
        Pledge.objects.update(name=formula, message=formula, payment_intent_id=formula)
        Derivation.objects.update(evidence=formula)
        Version.objects.update(name=formula)
        for table in tables:
            answer = of_carol.get(table)
            assert answer["Content-Type"].startswith("text/csv"), table
            found[f"{table} {formula}"] = answer.getvalue().decode("utf-8-sig")

    cells = [cell for table in found.values() for row in csv.reader(io.StringIO(table)) for cell in row]
    assert sum("1+1" in cell or "SUM(1)" in cell for cell in cells) >= 2 * len(FORMULAS)
    assert [cell for cell in cells if re.match(r"[=@\t\r\n]|[+-](?![\d.]+$)", cell)] == []


def test_programs_get_words_and_never_a_page(stripe: Sandbox) -> None:
    strange_rows(stripe)
    paths = ["/api/v1/campaigns/open/updates", "/api/v1/versions/clean-plan/updates", "/api/v1/campaigns"]

    for path in [*paths, "/api/v1/versions/bra-v4", "/api/v1/campaigns/open"]:
        answer = Client().get(path)
        assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff"), path
        assert answer["Content-Type"].startswith("application/json") and json.loads(answer.text), path
        assert STRANGE.search(answer.text), path


def test_a_demo_shows_its_mails_as_words(arrive: Arrive, site: Site, settings: Settings, tmp_path: Path) -> None:
    settings.DEMO, settings.MAIL_FOLDER = True, tmp_path / "mails"
    words, documents = cycle(ALL), Documents()
    for sample in list(samples("en"))[::6]:
        letter = sample_letter(spoilt(sample, words), "en")
        message = EmailMultiAlternatives(letter.subject, as_text(letter), "genseki@example.org", ["carol@example.org"])
        message.attach_alternative(as_html(letter), "text/html")
        EmailBackend(file_path=str(settings.MAIL_FOLDER)).send_messages([message])

    for mail in read_mails(settings.MAIL_FOLDER):
        for name, kind in (("demo_mail", "text/html"), ("demo_mail_html", "mail")):
            answer = Client().get(reverse(name), {"mail": mail.name})
            assert answer.status_code == 200
            documents[f"{name} {mail.name}", kind] = re.sub("<base target=._top.>", "", answer.text, count=1)

    assert sum(bool(STRANGE.search(text)) for text in documents.values()) > 10
    assert what_could_run(arrive().page, documents, site.url) == []
