"""Every address with who asks for it, in the ways that cost the most; and those without a page to measure, with why.

`{...}` in an address are parts of the world, which `parts_of` names.
"""

import json
from dataclasses import dataclass

from django.conf import settings

from campaigns.follow_links import CONFIRM, sign
from campaigns.lifecycle import Stage
from campaigns.models import Follower
from tests.campaigns.pictures import a_picture
from tests.lineage.documents import DATA
from tests.queries.growing import World
from tests.world import now

ALICE, BOB, CAROL, SUE = "Alice", "Bob", "Carol", "Sue"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `sends` is the JSON that is posted; without, it is a GET."""

    path: str
    who: str = ""
    sends: str = ""


def of(*paths: str, who: str = "") -> tuple[Ask, ...]:
    return tuple(Ask(path, who) for path in paths)


STAGES = tuple(f"the-{stage}" for stage in Stage if stage not in (Stage.OPEN, Stage.DRAFT, Stage.REVIEW))
SOME = ("bra", "promised", "the-released")
VERSIONS = ("tainted", "clean-plan", "child-1")
BRA, PLAN = ((DATA / name).read_text(encoding="utf-8") for name in ("bra.json", "bra-clean-plan.json"))
REPLACED = json.dumps({"file": json.loads(BRA), "replace": "bra-v1", "with": json.loads(PLAN), "on": "2023-07-05"})


def of_campaigns(ending: str) -> tuple[Ask, ...]:
    return of(*(f"/en/c/{slug}/{ending}" for slug in SOME))


def of_versions(ending: str) -> tuple[Ask, ...]:
    return of(*(f"/en/m/{slug}/{ending}" for slug in VERSIONS))


FOR_PROGRAMS = {
    "healthz": of("/healthz"),
    "readyz": of("/readyz"),
    "lineage_schema": of("/schemas/lineage-1.json"),
    "judge": (Ask("/api/v1/judge", sends=BRA),),
    "what_if_file": (Ask("/api/v1/what-if", sends=REPLACED),),
    "where_file": of("/api/v1/impact"),
    "licence_matrix_file": of("/api/v1/licences/matrix.json"),
    "licence_matrix_explained": of("/api/v1/licences/matrixseqexpl.json"),
    "what_if_answer": of("/api/v1/versions/tainted/what-if?by=clean-plan"),
    "api:openapi-json": of("/api/v1/openapi.json"),
    "api:campaigns": of("/api/v1/campaigns", "/api/v1/campaigns?stage=open"),
    "api:campaign": of("/api/v1/campaigns/bra", "/api/v1/campaigns/promised"),
    "api:updates": of("/api/v1/campaigns/bra/updates"),
    "api:ledger": of("/api/v1/campaigns/bra/ledger"),
    "api:version": of("/api/v1/versions/tainted"),
    "api:version_updates": of("/api/v1/versions/clean-plan/updates"),
    "ledger_file": of("/c/bra/ledger.csv", "/c/bra/ledger.jsonl", "/c/bra/ledger.beancount"),
    "oembed": of("/oembed?url={site}/en/c/bra/", "/oembed?url={site}/en/m/tainted/"),
    "campaign_badge": of("/c/bra/badge.svg"),
    "campaign_badge_json": of("/c/bra/badge.json"),
    "version_badge": of("/m/tainted/badge.svg"),
    "version_badge_json": of("/m/tainted/badge.json"),
    "update_picture": of("/c/bra/pictures/{picture}.webp", "/c/bra/pictures/{picture}.avif"),
    "site_picture": of("/en/picture.png"),
    "campaign_picture": of("/en/c/bra/picture.png", "/en/c/the-released/picture.png"),
    "version_picture": of("/en/m/tainted/picture.png"),
    "campaign_card": of_campaigns("card/"),
    "version_card": of_versions("card/"),
    "campaign_qr": of("/en/c/bra/qr.svg"),
    "site_feed": of("/en/feed.atom"),
    "site_feed_json": of("/en/feed.json"),
    "campaign_feed": of("/en/c/bra/feed.atom"),
    "campaign_feed_json": of("/en/c/bra/feed.json"),
    "version_feed": of("/en/m/clean-plan/feed.atom"),
    "site_calendar": of("/en/campaigns.ics"),
    "campaign_calendar": of("/en/c/bra/deadline.ics"),
}
FOR_GIVERS = {
    "home": of("/en/", "/ja/"),
    "how_it_works": of("/en/how-it-works/"),
    "terms": of("/en/terms/"),
    "privacy": of("/en/privacy/"),
    "refund_policy": of("/en/refunds/"),
    "commerce": of("/en/commerce/"),
    "contact": of("/en/contact/"),
    "campaigns": of("/en/c/", *(f"/en/c/?stage={group}" for group in ("open", "funded", "released", "over"))),
    "bundle": of("/en/c/bundle/?c=bra"),
    "campaign": (
        *of("/en/c/bra/", "/en/c/promised/", *(f"/en/c/{slug}/" for slug in STAGES)),
        *of("/en/c/bra/", who=ALICE),
        *of("/en/c/bra/", who=CAROL),
    ),
    "campaign_live": of_campaigns("live/"),
    "supporters": of_campaigns("supporters/"),
    "ledger": of_campaigns("ledger/"),
    "update": of("/en/c/bra/updates/1/", "/en/c/the-released/updates/1/"),
    "transparency": of("/en/transparency/"),
    "give": of("/en/c/bra/give/", "/en/c/promised/give/"),
    "match": of("/en/c/promised/match/"),
    "follow": of("/en/c/bra/follow/"),
    "thanks": of("/en/thanks/{coin}/", "/en/thanks/{bundle}/", "/en/thanks/{promise}/"),
    "take_back": of("/en/thanks/{coin}/take-back/", "/en/thanks/{promise}/take-back/"),
    "receipt": of("/en/thanks/{coin}/receipt/", "/en/thanks/{bundle}/receipt/"),
    "how_shown": of("/en/thanks/{coin}/shown/"),
    "follow_confirm": of("/en/follow/{following}/"),
    "unsubscribe": of("/en/follow/{follower}/stop/"),
    "me": of("/en/me/", who=CAROL),
    "receipts_of_year": of("/en/me/receipts-{year}.csv", who=CAROL),
}
FOR_MAKERS = {
    "my_campaigns": (*of("/en/me/campaigns/", who=ALICE), *of("/en/me/campaigns/", who=BOB)),
    "campaign_new": of("/en/campaigns/new/", "/en/campaigns/new/?model=tainted", who=ALICE),
    "campaign_edit": of("/en/campaigns/the-draft/edit/", who=ALICE),
    "campaign_tainted_version": of("/en/campaigns/the-draft/tainted/?q=child", who=ALICE),
    "campaign_clean_version": of("/en/campaigns/the-draft/clean/", who=ALICE),
    "campaign_preview": of("/en/campaigns/the-draft/preview/", "/en/campaigns/the-review/preview/", who=ALICE),
    "trainer_accept": of("/en/campaigns/asked/trainer/{asked}/", who=BOB),
    "training_begin": of("/en/campaigns/the-funded/training/", "/en/campaigns/the-unfunded/training/", who=BOB),
    "words_to_makers": of("/en/campaigns/bra/words/", who=ALICE),
    "update_new": of("/en/campaigns/bra/updates/new/", who=ALICE),
    "release": of("/en/campaigns/the-training/release/", who=BOB),
    "refunds": of("/en/campaigns/bra/refunds/", "/en/campaigns/bra/refunds/?pledge={coin_key}", who=ALICE),
    "give_up": of("/en/campaigns/the-training/give-up/", "/en/campaigns/the-abandoned/give-up/", who=BOB),
    "more_time": of("/en/campaigns/the-training/more-time/", who=BOB),
    "payee": of("/en/me/payouts/", who=BOB),
}
FOR_STAFF = {
    "alarms": of("/en/staff/alarms/", who=SUE),
    "pauses": of("/en/staff/pauses/", who=SUE),
    "payout_queue": of("/en/staff/payouts/", who=SUE),
    "payout_doubt": of("/en/staff/payouts/the-funded/doubt/", who=SUE),
    "staff_refunds": of("/en/staff/refunds/bra/", "/en/staff/refunds/bra/?pledge={coin_key}", who=SUE),
    "review_queue": of("/en/staff/review/", who=SUE),
    "review_decide": of("/en/staff/review/the-review/", who=SUE),
    "staff_mails": of("/en/staff/mails/", who=SUE),
    "staff_mail": of("/en/staff/mails/receipt/", who=SUE),
    "staff_mail_html": of("/en/staff/mails/receipt/ja/", who=SUE),
    "settle_dispute": of("/en/disputes/{dispute}/settle/", who=SUE),
    "import_lineage": of("/en/import/", who=SUE),
}
OF_LINEAGE = {
    "verdicts_explained": of("/en/verdicts/"),
    "evidence_file": of("/en/evidence/{evidence}/file"),
    "evidence": (*of("/en/evidence/{evidence}/"), *of("/en/evidence/{evidence}/", who=SUE)),
    "proposals": (
        *of("/en/proposals/?about=tainted"),
        *of("/en/proposals/", who=SUE),
        *of("/en/proposals/?of=mine", who=ALICE),
    ),
    "proposal": (*of("/en/proposals/{proposal}/"), *of("/en/proposals/{proposal}/", who=SUE)),
    "dispute": of(
        "/en/dispute/derivation/{derivation}/", "/en/dispute/grant/{grant}/", "/en/dispute/proposal/{proposal}/",
        who=ALICE,
    ),
    "versions": of("/en/m/", "/en/m/?q=a"),
    "version_file": of_versions("lineage.json"),
    "version_svg": of_versions("tree.svg"),
    "version_dot": of_versions("tree.dot"),
    "version_cyclonedx": of_versions("bom.cdx.json"),
    "version_spdx": of_versions("lineage.spdx.json"),
    "version_card_block": of_versions("card.yaml"),
    "version_card_markdown": of_versions("card.md"),
    "version_graphml": of_versions("tree.graphml"),
    "version_csv": of_versions("lineage.csv"),
    "what_if": of("/en/m/tainted/what-if/", "/en/m/bound-base/what-if/?by=clean-plan"),
    "repair": of_versions("repair/"),
    "version_verdicts": of_versions("verdicts/"),
    "version_texts": of_versions("licence-texts/"),
    "version_made": of_versions("made-from-it/"),
    "version_history": of_versions("history/"),
    "version": of_versions(""),
    "forecast": of("/en/forecast/", "/en/forecast/?base-0=tainted&base-1=bound-base"),
    "where_a_coin_frees": of("/en/where/"),
    "licences": of("/en/l/"),
    "licence_compare": of("/en/l/compare/?a=bound-licence&b=free-licence"),
    "licence_matrix": of("/en/l/matrix/", "/en/l/matrix/?l=bound-licence"),
    "licence_pair": of("/en/l/compatibility/?in=bound-licence&out=free-licence"),
    "licence": of("/en/l/bound-licence/", "/en/l/free-licence/"),
}  # fmt: skip
OF_ACCOUNTS = {
    "account_login": of("/en/accounts/login/"),
    "account_signup": of("/en/accounts/signup/"),
    "account_email": of("/en/accounts/email/", who=CAROL),
    "usersessions_list": of("/en/accounts/sessions/", who=CAROL),
    "mfa_index": of("/en/accounts/2fa/", who=CAROL),
}
MEASURED = {**FOR_PROGRAMS, **FOR_GIVERS, **FOR_MAKERS, **FOR_STAFF, **OF_LINEAGE, **OF_ACCOUNTS}

TAKES = "It takes what a form sends and leads on to a page that is measured."
EVENT = "Stripe tells it one event; there is no page."
LEADS = "It leads to a page that is measured, or away to Stripe."
PACKAGE = "A page of allauth's for one account, with nothing on it that could grow."
NOT_MEASURED = {
    **dict.fromkeys(
        ("set_language", "theme", "close_now", "renew_card", "follow_resume", "stop_follow", "campaign_withdraw",
         "campaign_pause", "campaign_resume", "alarm_close", "pause_site", "pause_giving", "payout_record",
         "payout_shortfall", "payout_left", "payout_payee", "campaign_send"),
        TAKES,
    ),
    **dict.fromkeys(("stripe_webhook", "stripe_account_webhook"), EVENT),
    **dict.fromkeys(("payee_open", "payee_back", "payee_again", "confirm_hold"), LEADS),
    **dict.fromkeys(("demo_mail", "demo_mail_html"), "They read files, and are there in a demo only."),
    "api:api-root": "Ninja's own name for the root of the API, where there is nothing.",
    **dict.fromkeys(
        ("account_logout", "account_inactive", "account_reauthenticate", "account_email_verification_sent",
         "account_change_password", "account_set_password", "account_reset_password",
         "account_confirm_login_code", "account_reset_password_from_key_done", "account_reset_password_from_key",
         "account_reset_password_done", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp",
         "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
         "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn",
         "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_login_webauthn"),
        PACKAGE,
    ),
}  # fmt: skip


def parts_of(world: World) -> dict[str, object]:
    """What stands in `{...}` of the addresses."""
    follower = Follower.objects.create(campaign=world.bra, email="new@example.com", asked_at=now())
    picture = a_picture(world.bra)
    tainted = world.bra.tainted_version
    assert tainted is not None
    proposal = world.evidence.proposals.order_by("position")[0]
    return {
        "site": settings.SITE_URL,
        "picture": f"{picture.sha256}-{picture.width}",
        "coin": world.coin.token,
        "coin_key": world.coin.pk,
        "bundle": world.bundle.token,
        "promise": world.promise.token,
        "following": sign(CONFIRM, follower, now()),
        "follower": follower.token,
        "year": now().year,
        "asked": world.asked.trainer_token,
        "evidence": world.evidence.sha256,
        "proposal": proposal.pk,
        "dispute": proposal.disputes.earliest("pk").pk,
        "derivation": tainted.parents.earliest("pk").pk,
        "grant": tainted.grants.earliest("pk").pk,
    }
