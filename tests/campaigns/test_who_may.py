"""Every address of campaigns, with everybody who may come there: the whole table of who may see and do what."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from campaigns import urls
from campaigns.actions.post_update import WrittenUpdate, post_update
from campaigns.follow_links import CONFIRM, RESUME, sign
from campaigns.models import Alarm, Bundle, Campaign, Follower, Payout, Pledge
from tests.campaigns.creator.desk import at_the_desk
from tests.campaigns.pictures import a_picture
from tests.world import a_person, an_open_campaign, now

pytestmark = pytest.mark.django_db

# In this order: a guest, another creator, the organiser, the trainer, one of the staff, a superuser.
ROLES = ("", "Dave", "Alice", "Bob", "Sue", "Root")
ALL, LOGIN, NONE = "200 200 200 200 200 200", "302 200 200 200 200 200", "404 404 404 404 404 404"
ONLY_POST = "405 405 405 405 405 405"
ONLY_POST_AND_LOGIN = "302 405 405 405 405 405"
OF_STAFF = "302 404 404 404 200 200"
LEADS_THE_STAFF_ON = "302 404 404 404 302 302"
#: What a GET of every address of an open campaign is answered. 302 is the way to the log-in for a guest, and for
#: others the way on: what is open is no draft, what is paid is to be thanked for.
TABLE = {
    "theme": ONLY_POST,
    "stripe_webhook": ONLY_POST,
    "stripe_account_webhook": ONLY_POST,
    "ledger_file": ALL,
    "update_picture": ALL,
    "oembed": "400 400 400 400 400 400",
    "campaign_badge": ALL,
    "campaign_badge_json": ALL,
    "version_badge": ALL,
    "version_badge_json": ALL,
    "site_picture": ALL,
    "campaign_picture": ALL,
    "version_picture": ALL,
    "campaign_card": ALL,
    "version_card": ALL,
    "campaign_qr": ALL,
    "site_feed": ALL,
    "site_feed_json": ALL,
    "campaign_feed": ALL,
    "campaign_feed_json": ALL,
    "version_feed": ALL,
    "site_calendar": ALL,
    "campaign_calendar": ALL,
    "home": ALL,
    # Whoever has an account is led on.
    "account_signup": "200 302 302 302 302 302",
    "how_it_works": ALL,
    "campaigns": ALL,
    "bundle": ALL,
    "campaign": ALL,
    "campaign_live": ALL,
    "supporters": ALL,
    "ledger": ALL,
    "update": ALL,
    "transparency": ALL,
    "terms": ALL,
    "privacy": ALL,
    "refund_policy": ALL,
    "commerce": ALL,
    "contact": ALL,
    "give": ALL,
    "match": ALL,
    "close_now": ONLY_POST,
    "follow": ALL,
    # These are opened by whoever has the secret link.
    "thanks": ALL,
    "take_back": ALL,
    "receipt": ALL,
    "how_shown": ALL,
    "renew_card": ONLY_POST,
    "confirm_hold": "302 302 302 302 302 302",
    "follow_confirm": ALL,
    "unsubscribe": ALL,
    "follow_resume": ONLY_POST,
    "trainer_accept": LOGIN,
    "me": LOGIN,
    "stop_follow": ONLY_POST_AND_LOGIN,
    "receipts_of_year": LOGIN,
    "my_campaigns": LOGIN,
    "campaign_new": LOGIN,
    "campaign_edit": "302 404 302 404 302 302",
    "campaign_tainted_version": "302 404 302 404 302 302",
    "campaign_clean_version": "302 404 302 404 302 302",
    "campaign_preview": "302 404 302 302 302 302",
    "campaign_send": "302 404 302 404 404 404",
    "campaign_withdraw": ONLY_POST_AND_LOGIN,
    "campaign_pause": ONLY_POST_AND_LOGIN,
    "campaign_resume": ONLY_POST_AND_LOGIN,
    "training_begin": "302 404 200 200 200 200",
    "words_to_makers": "302 404 200 200 404 404",
    "update_new": "302 404 200 200 200 200",
    "release": "302 404 302 302 302 302",
    "refunds": "302 404 200 404 404 404",
    "give_up": "302 404 404 200 200 200",
    "more_time": "302 404 200 200 200 200",
    "payee": LOGIN,
    "payee_open": "302 302 302 302 302 302",
    "payee_back": "302 302 302 302 302 302",
    "payee_again": "302 302 302 302 302 302",
    "alarms": OF_STAFF,
    "alarm_close": ONLY_POST_AND_LOGIN,
    "pauses": OF_STAFF,
    "pause_site": ONLY_POST_AND_LOGIN,
    "pause_giving": ONLY_POST_AND_LOGIN,
    "payout_queue": OF_STAFF,
    "payout_record": LEADS_THE_STAFF_ON,
    "payout_doubt": OF_STAFF,
    "payout_shortfall": ONLY_POST_AND_LOGIN,
    "payout_left": ONLY_POST_AND_LOGIN,
    "payout_payee": LEADS_THE_STAFF_ON,
    # The staff prove once more who they are.
    "staff_refunds": "302 404 404 404 302 302",
    "review_queue": OF_STAFF,
    "review_decide": "302 404 404 404 302 302",
    "staff_mails": OF_STAFF,
    "staff_mail": OF_STAFF,
    "staff_mail_html": OF_STAFF,
    "demo_mail": NONE,
    "demo_mail_html": NONE,
}
STRANGERS = ("", "Dave")
#: What the public may send, each with its own limits; and what a secret link, or a signature, allows.
FOR_ANYBODY = {
    "account_signup",
    "bundle", "give", "match", "follow", "take_back", "renew_card", "confirm_hold", "follow_confirm", "unsubscribe",
    "follow_resume", "how_shown",
    "stripe_webhook", "stripe_account_webhook", "theme",
}  # fmt: skip
FOR_EVERY_ACCOUNT = {"campaign_new", "payee_open", "trainer_accept"}
EXEMPT_FROM_CSRF = {
    "campaigns.views.stripe_webhook.receive",
    "campaigns.views.account_webhook.receive",
    "campaigns.views.follow.stop",
    # It looks at the length first, and checks the token then.
    "campaigns.views.write_update.write_update",
    # It changes colours alone, and turns away whoever comes from another site.
    "campaigns.views.theme.choose",
}


def everybody() -> dict[str, Client]:
    a_person("Sue", is_staff=True)
    a_person("Root", is_staff=True, is_superuser=True)
    an_open_campaign("another", organiser=a_person("Dave"), trainer=a_person("Dave"))
    return {name: at_the_desk(a_person(name)) if name else Client() for name in ROLES}


def the_addresses() -> dict[str, str]:
    """Every address of campaigns by its name, filled with what belongs to an open campaign of Alice's and Bob's."""
    bra = an_open_campaign(trainer_token="the-secret-of-the-trainer")
    pledge = Pledge.objects.create(
        campaign=bra, form_nonce="n", currency="JPY", amount=500, email="carol@example.com", created_at=now(),
        state=Pledge.State.PAID, paid_at=now(),
    )  # fmt: skip
    follower = Follower.objects.create(campaign=bra, email="dora@example.com", asked_at=now())
    alarm = Alarm.objects.create(kind="event", key="event:evt_1", opened_at=now(), seen_at=now())
    payout = Payout.objects.create(
        campaign=bra, part="advance", way="by-hand", state="waiting-staff", amount=100, currency="JPY", planned_at=now()
    )
    keys = {"alarm_close": alarm.pk, "payout_record": payout.pk, "stop_follow": follower.pk}
    version = bra.clean_version
    assert version is not None
    tokens = {
        "follow_confirm": sign(CONFIRM, follower, now()), "unsubscribe": follower.token,
        "follow_resume": sign(RESUME, follower, now()), "trainer_accept": bra.trainer_token,
    }  # fmt: skip
    news = post_update(
        bra, WrittenUpdate("News", "It goes on.", "en", [a_picture(bra).pk]), at=now(), by=a_person("Bob")
    )
    shown = news.pictures.get()
    found = {}
    for pattern in (one for one in (*urls.machines, *urls.urlpatterns) if isinstance(one, URLPattern)):
        name = pattern.name or ""
        slug = version.slug if name.startswith("version_") else bra.slug
        told: dict[str, object] = {"slug": slug, "token": tokens.get(name, pledge.token), "ending": "csv"}
        told |= {"name": "receipt", "language": "ja", "year": 2026, "kind": "webp"}
        asked = {**told, "pk": keys.get(name), "number": news.number, "sha256": shown.sha256, "width": shown.width}
        found[name] = reverse(name, kwargs={key: asked[key] for key in pattern.pattern.converters})
    return found


def test_the_table_of_who_may_see_what_is_whole_and_true() -> None:
    addresses, people = the_addresses(), everybody()

    seen = {
        name: " ".join(str(client.get(address).status_code) for client in people.values())
        for name, address in addresses.items()
    }

    assert seen == TABLE


def test_whoever_has_no_part_in_a_campaign_can_send_nothing_to_it() -> None:
    addresses, people = the_addresses(), everybody()
    before = everything()

    for name in sorted(TABLE.keys() - FOR_ANYBODY - FOR_EVERY_ACCOUNT):
        for stranger in STRANGERS:
            answer = people[stranger].post(
                addresses[name], {"do": "pause", "reason": "x", "campaign": "bra", "days": "3"}
            )
            is_led_away = answer.status_code == 302 and "/accounts/" in answer["Location"]
            assert answer.status_code in (404, 405) or is_led_away, (name, stranger, answer.status_code)

    assert everything() == before


def everything() -> dict[str, str]:
    """A dump of every table but those of sessions and of counted tries."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith(("campaigns_", "lineage_", "auth_", "account_", "mfa_")):
                cursor.execute(f'SELECT md5(string_agg(row::text, chr(10) ORDER BY row::text)) FROM "{table}" row')
                found[table] = str(cursor.fetchone()[0])
    return found


def test_no_get_of_anybody_changes_anything() -> None:
    addresses, people = the_addresses(), everybody()
    before = everything()

    for client in people.values():
        for address in addresses.values():
            client.get(address)
            client.head(address)

    assert everything() == before


def test_every_form_is_refused_without_its_csrf_token_and_changes_nothing() -> None:
    addresses, people = the_addresses(), everybody()
    before = everything()

    for name, client in people.items():
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies
        for address in (address for one, address in addresses.items() if one not in ("unsubscribe",)):
            answer = strict.post(address, {"do": "pause", "email": "x@example.com", "amount": "500"})
            # Of what may be large, who has no part in it is turned away before anything is read.
            turned_away = (302, 404) if address == addresses["update_new"] else ()
            assert answer.status_code in (400, 403, *turned_away), (name, address, answer.status_code)

    assert everything() == before


def views(patterns: list[URLPattern | URLResolver]) -> Iterator[object]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        else:
            yield pattern.callback


def test_the_doors_without_a_csrf_token_are_stripes_two_the_one_click_unsubscribe_and_the_colours() -> None:
    found = [view for view in views(get_resolver().url_patterns) if getattr(view, "csrf_exempt", False)]

    named = {f"{view.__module__}.{getattr(view, '__name__', '')}" for view in found}

    ours = {name for name in named if name.startswith("campaigns.")}
    assert ours == EXEMPT_FROM_CSRF
    # What lineage answers to a file changes nothing and knows nobody; the API only tells.
    assert {name.partition(".")[0] for name in named - ours} <= {"lineage", "ninja"}, named - ours


def test_a_secret_link_opens_its_own_page_and_no_other() -> None:
    the_addresses()
    pledge, follower, campaign = Pledge.objects.get(), Follower.objects.get(), Campaign.objects.get(slug="bra")
    bundle = Bundle.objects.create(form_nonce="b", currency="JPY", email="carol@example.com", created_at=now())
    own = {
        pledge.token: {"thanks", "take_back", "renew_card", "confirm_hold"},
        bundle.token: {"thanks"},
        follower.token: {"unsubscribe"},
        campaign.trainer_token: set(),
        "a-guess": set(),
    }
    Pledge.objects.create(
        campaign=an_open_campaign("other"), bundle=bundle, form_nonce="n", currency="JPY", amount=500, created_at=now()
    )
    client = Client()

    for token, names in own.items():
        for name in ("thanks", "take_back", "renew_card", "confirm_hold", "follow_confirm", "unsubscribe"):
            address = reverse(name, args=[token])
            opens = {client.get(address).status_code, client.post(address).status_code} - {404, 405, 410}
            assert bool(opens) == (name in names), (token, name, opens)
    dave = at_the_desk(a_person("Dave"))
    for token in (pledge.token, bundle.token, follower.token, "a-guess"):
        assert dave.get(reverse("trainer_accept", args=["bra", token])).status_code == 404
    assert dave.get(reverse("trainer_accept", args=["other", campaign.trainer_token])).status_code == 404


@pytest.mark.parametrize("stage", ["draft", "review"])
def test_what_is_not_open_yet_does_not_exist_for_strangers(stage: str) -> None:
    addresses, people = the_addresses(), everybody()
    Campaign.objects.filter(slug="bra").update(stage=stage, opened_at=None)

    for name in ("campaign", "campaign_live", "supporters", "ledger", "ledger_file", "give", "match", "follow"):
        for stranger in STRANGERS:
            assert people[stranger].get(addresses[name]).status_code == 404, name
    for path in ("/api/v1/campaigns/bra", "/api/v1/campaigns/bra/updates", "/api/v1/campaigns/bra/ledger"):
        assert people[""].get(path).status_code == 404


def test_every_answer_to_a_secret_link_is_for_nobodys_cache_and_tells_no_other_site() -> None:
    addresses = the_addresses()
    tokens = [*Pledge.objects.values_list("token", flat=True), "/follow/"]
    client = Client()

    for address in (one for one in addresses.values() if any(token in one for token in tokens)):
        for answer in (client.get(address), client.post(address), client.get(address + "?back=1&part=1")):
            assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"], address
            assert answer["Referrer-Policy"] in ("same-origin", "no-referrer"), address


SWITCHES: dict[str, list[str]] = {"pause_site": [], "pause_giving": []}
ABOUT_MONEY: dict[str, list[str]] = {
    "staff_refunds": ["bra"], "payout_doubt": ["bra"], "payout_shortfall": ["bra"], "payout_left": ["bra"],
    "payout_payee": ["bra"], "give_up": ["bra"],
}  # fmt: skip


def test_whatever_the_staff_decide_about_money_and_the_switches_ask_again_who_it_is() -> None:
    addresses, people = the_addresses(), everybody()
    asking = {name: reverse(name, args=args) for name, args in {**SWITCHES, **ABOUT_MONEY, "payee_open": []}.items()}
    asking |= {name: addresses[name] for name in ("payout_record", "alarm_close")}
    Campaign.objects.filter(slug="bra").update(doubted_at=now())
    before = everything()

    for name, address in asking.items():
        sent = {"do": "pause" if "pause" in name else "pay", "campaign": "bra", "note": "x", "reason": "It is known."}
        answer = people["Sue"].post(address, sent)
        assert answer.status_code == 302 and "/accounts/reauthenticate/" in answer["Location"], name

    assert everything() == before
