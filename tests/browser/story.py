"""What the pages show when they are looked at: the demo's whole story, a campaign in each stage, a family too large.

`Story.parts` are what addresses are made of; `Story.names` are of things and people, the same in every language.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User

from campaigns import demo
from campaigns.actions.begin_training import begin_training
from campaigns.actions.choose_tainted_version import choose_tainted_version
from campaigns.actions.follow_campaign import follow_campaign
from campaigns.actions.open_bundle_checkout import open_bundle_checkout
from campaigns.actions.raise_alarm import raise_alarm
from campaigns.actions.save_draft import save_draft
from campaigns.actions.send_for_review import send_for_review
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.actions.start_bundle import Coin, start_bundle
from campaigns.actions.start_draft import start_draft
from campaigns.actions.start_pledge import Giver
from campaigns.demo import Person
from campaigns.demo_texts import BRA
from campaigns.follow_links import CONFIRM, sign
from campaigns.lifecycle import Stage
from campaigns.models import Bundle, Campaign, Follower, Payout, Pledge, Update
from lineage.models import Derivation, Grant, Licence, Version
from tests.browser.ended_coins import ended_coins
from tests.browser.looking import NAMES
from tests.campaigns.creator.desk import close_as, draft_values
from tests.campaigns.pages import world
from tests.promises import an_all_or_nothing_campaign, promise
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, now, set_out

# A test says how many are too many, so that the page need not be as long as the longest.
TOO_MANY_TO_DRAW = 40


@dataclass(frozen=True)
class Story:
    parts: dict[str, str]
    names: tuple[str, ...]


def the_whole_story(stripe: Sandbox) -> Story:
    demo.tell_the_story(at=now())
    parts = {**work_under_way(), **coins_in_every_state(stripe), "bundle": a_paid_bundle(stripe).token}
    parts |= ended_coins(stripe)
    bra = Campaign.objects.get(slug="bra")
    follow_campaign(bra, email="kei@example.com", language="en", at=now())
    kei = Follower.objects.latest("pk")
    parts |= {"follower": kei.token, "following": sign(CONFIRM, kei, kei.asked_at)}
    parts["news"] = str(Update.objects.filter(campaign=bra, kind="progress").latest("number").number)
    raise_alarm(kind="failed-cards", key="cards:bra", detail={"campaign": "bra", "refused": 25}, at=now())
    return Story(parts=parts, names=names_of_things())


def coins_in_every_state(stripe: Sandbox) -> dict[str, str]:
    """Tokens of what was given: promised, waiting for its bank, on its way, let go, given back."""
    campaign = an_open_promise(stripe)
    asked = promise(stripe, campaign, 700, "Sora")
    Pledge.objects.filter(pk=asked.pk).update(
        confirm_until=now() + timedelta(days=2), failure="authentication_required"
    )
    bra = Campaign.objects.get(slug="bra")
    underway, expired = (set_out(bra, name=name, form_nonce=name) for name in ("Haru", "Aoi"))
    # Nobody pays these; what their pages say is all that counts here.
    Pledge.objects.filter(pk=expired.pk).update(state="expired", ended_at=now())
    paid = Pledge.objects.filter(campaign__slug="bra", state="paid").latest("pk")
    return {
        "coin": str(paid.pk),
        "token": paid.token,
        "promise": promise(stripe, campaign, 500, "Nagi").token,
        "asked": asked.token,
        "underway": underway.token,
        "expired": expired.token,
    }


def an_open_promise(stripe: Sandbox) -> Campaign:
    """An all-or-nothing campaign that is open, with a match."""
    campaign = an_all_or_nothing_campaign(
        "nothing-yet",
        **people(),
        **models_of_bra(),
        **titles("BRAの背景データも作り直す", "Make BRA’s backgrounds again, too"),
        promised_gone=["no-monetised-hosting"],
        deadline=now() + timedelta(days=20, hours=3),
    )
    promise_hosting(campaign)
    promise(stripe, campaign, 1_000, "Yuzu", matches_up_to=1_000)
    return campaign


def a_paid_bundle(stripe: Sandbox) -> Bundle:
    """Two coins with one payment."""
    told = (("BRAの手を直す", "Mend BRA’s hands"), ("BRAの小さな版", "A small BRA"))
    both = [
        an_open_campaign(
            f"{number}-of-two",
            **people(),
            **models_of_bra(),
            **titles(*words),
            promised_gone=["no-monetised-hosting"],
            deadline=now() + timedelta(days=23 + number),
        )
        for number, words in enumerate(told, start=1)
    ]
    giver = Giver(email="ren@example.com", language="en", name="Ren")
    bundle = start_bundle([Coin(one, 500) for one in both], giver, cover_fee=False, form_nonce="both", at=now())
    open_bundle_checkout(bundle, at=now())
    bundle.refresh_from_db()
    stripe.pay(bundle.session_id)
    return settle_bundle(bundle.pk, at=now())


def work_under_way() -> dict[str, str]:
    """A draft, a campaign that was sent, one that is funded, one in training."""
    organiser, trainer = demo.account(Person.ORGANISER), demo.account(Person.TRAINER)
    models = models_of_bra()
    funded = an_open_campaign(
        "funded-one",
        **people(),
        **models,
        **titles("BRAの学習データを公開する", "Open the data of BRA"),
        promised_gone=["no-monetised-hosting"],
    )
    promise_hosting(funded)
    portrait = Campaign.objects.get(slug="portrait-base")
    for campaign, amount in ((funded, 2_500), (portrait, 2_000)):
        for number in range(8):
            world.coin(campaign, now(), amount=amount, name=GIVERS[number % 4], message=SAID[number % 3])
        close_as(campaign, Stage.FUNDED)
    portrait.refresh_from_db()
    begin_training(portrait, at=now(), by=trainer)
    drafts = []
    for title in ("BRA draft", "BRA sent"):
        draft = start_draft(title=title, language="ja", at=now(), by=organiser)
        choose_tainted_version(draft, models["tainted_version"], at=now(), by=organiser)
        values = draft_values(trainer_email=trainer.email, language="ja", texts=DRAFTED)
        drafts.append(save_draft(draft, values, at=now(), by=organiser))
    draft, sent = drafts
    Campaign.objects.filter(pk=sent.pk).update(clean_version=models["clean_version"])
    sent = send_for_review(Campaign.objects.get(pk=sent.pk), at=now(), by=organiser)
    return {
        "pony": Version.objects.filter(slug__contains="pony").order_by("slug")[0].slug,
        "licence": Licence.objects.filter(slug__contains="dreamlike").order_by("slug")[0].slug,
        "draft": draft.slug,
        "sent": sent.slug,
        "acceptance": sent.trainer_token,
    }


def titles(japanese: str, english: str) -> dict[str, str]:
    return {"title": japanese, "title_other": english, "language": "ja"}


DRAFTED = {
    "title": "BRAの夜景もきれいにする",
    "title_other": "Clean BRA’s nights, too",
    "summary": "夜景の学習データを、出典の分かるものに入れ替えます。",
    "summary_other": "The pictures of nights are replaced by some whose sources are known.",
    "plan": BRA.texts["plan"],
    "plan_other": BRA.texts["plan_other"],
    "if_it_fails": BRA.texts["if_it_fails"],
    "if_it_fails_other": BRA.texts["if_it_fails_other"],
}


def promise_hosting(campaign: Campaign) -> None:
    campaign.promises.create(position=0, action="host", facts={"monetised": True}, before="blocked", planned="allowed")


def people() -> dict[str, User]:
    return {"organiser": demo.account(Person.ORGANISER), "trainer": demo.account(Person.TRAINER)}


def models_of_bra() -> dict[str, Version]:
    return {
        "tainted_version": Version.objects.get(slug="bra-v4"),
        "clean_version": Version.objects.get(slug="bra-clean-plan"),
    }


def names_of_things() -> tuple[str, ...]:
    named = [*Version.objects.values_list("name", "slug"), *Licence.objects.values_list("name", "slug")]
    roles = [person.capitalize() for person in demo.ROLES]
    roles += Version.objects.exclude(licensor="").values_list("licensor", flat=True)
    roles += Version.objects.exclude(claimed_label="").values_list("claimed_label", flat=True)
    roles += Campaign.objects.values_list("slug", flat=True)
    roles += User.objects.exclude(first_name="").values_list("first_name", flat=True)
    roles += Pledge.objects.exclude(name="").values_list("name", flat=True)
    found = [*NAMES, *roles, *(name for pair in named for name in pair)]
    return tuple(sorted(found, key=len, reverse=True))


def every_stage(at: datetime) -> Story:
    """BRA's campaign in every stage that everybody may see, and a model with more ancestors than can be drawn."""
    for name, (stage, coins, days) in STAGES.items():
        campaign = a_campaign_in(name, stage, at, coins=coins, days=days)
        if told := TOLD.get(name):
            told(campaign, at)
    a_family_too_large()
    return Story(parts={}, names=names_of_things())


def with_money_to_pay(story: Story, at: datetime) -> Story:
    """One part waits for the staff to pay it by hand; of another campaign they have to say how its trainer is paid."""
    Campaign.objects.filter(slug="training").update(payee_country="", payout_way="")
    payout = Payout.objects.create(
        campaign=Campaign.objects.get(slug="funded"),
        part="advance",
        way="by-hand",
        state="waiting_staff",
        currency="JPY",
        amount=9_000,
        planned_at=at,
    )
    return replace(story, parts={**story.parts, "payout": str(payout.pk)})


# Stage, coins of 2,500 yen, and how many days ago the deadline was (before zero: how many days are left).
STAGES: dict[str, tuple[Stage, int, int]] = {
    "new": (Stage.OPEN, 0, -6),
    "reached": (Stage.OPEN, 9, -3),
    "stopped": (Stage.PAUSED, 3, -3),
    "offline": (Stage.OPEN, 3, -3),
    "closing": (Stage.CLOSING, 8, 0),
    "funded": (Stage.FUNDED, 8, 1),
    "unfunded": (Stage.UNFUNDED, 2, 1),
    "training": (Stage.TRAINING, 8, 4),
    "late": (Stage.TRAINING, 8, 40),
    "released": (Stage.RELEASED, 8, 30),
    "doubted": (Stage.RELEASED, 8, 30),
    "abandoned": (Stage.ABANDONED, 8, 90),
    "cancelled": (Stage.CANCELLED, 2, 9),
}
SAID = ("", "応援しています!", "For the whole family tree.")
GIVERS = ("Mika", "ケンジ", "", "Sora")


def a_campaign_in(name: str, stage: Stage, at: datetime, *, coins: int, days: int) -> Campaign:
    before = at - timedelta(days=max(days, 0) + 7)
    closed = None if stage in (Stage.OPEN, Stage.PAUSED, Stage.CLOSING) else at - timedelta(days=days)
    campaign = an_open_campaign(
        name,
        **people(),
        **models_of_bra(),
        **BRA.texts,
        stage=stage,
        ceiling=None,
        language="ja",
        training_days=14,
        deadline=at - timedelta(days=days, minutes=3),
        closed_at=closed,
        giving_paused=name == "offline",
        promised_gone=["no-monetised-hosting", "team-size-max"],
        created_at=before,
        opened_at=before,
    )
    promise_hosting(campaign)
    for position, (item, other, amount) in enumerate(BRA.costs):
        campaign.costs.create(position=position, item=item, item_other=other, amount=amount)
    for number in range(coins):
        said = {"name": GIVERS[number % 4], "message": SAID[number % 3]}
        world.coin(campaign, before + timedelta(hours=number), amount=2_500, **said)
    world.tell(campaign, "opened", before, data={"goal": campaign.goal})
    return campaign


def it_closed(campaign: Campaign, at: datetime, *, raised: int = 20_000) -> None:
    assert campaign.closed_at
    report = world.close_report(campaign, raised)
    world.tell(campaign, str(report["outcome"]), campaign.closed_at, data=report)


def it_fell_short(campaign: Campaign, at: datetime) -> None:
    it_closed(campaign, at, raised=5_000)


def it_is_being_trained(campaign: Campaign, at: datetime) -> None:
    assert campaign.closed_at
    it_closed(campaign, at)
    world.tell(campaign, "training", campaign.closed_at + timedelta(days=1), data={"training_days": 14})


def it_was_released(campaign: Campaign, at: datetime) -> None:
    it_is_being_trained(campaign, at)
    before = [{"use": "sell-outputs", "verdict": "blocked"}, {"use": "personal", "verdict": "allowed"}]
    after = [{"use": "sell-outputs", "verdict": "allowed"}, {"use": "personal", "verdict": "allowed"}]
    gone = [{"term": "team-size-max", "limit": 10}]
    world.tell(campaign, "released", at - timedelta(days=9), data={"before": before, "after": after, "gone": gone})
    campaign.promises.update(at_release="allowed")


def it_is_in_doubt(campaign: Campaign, at: datetime) -> None:
    it_was_released(campaign, at)
    Campaign.objects.filter(pk=campaign.pk).update(doubted_at=at - timedelta(days=2))
    world.tell(campaign, "doubted", at - timedelta(days=2))


TOLD = {
    "funded": it_closed,
    "unfunded": it_fell_short,
    "training": it_is_being_trained,
    "late": it_is_being_trained,
    "released": it_was_released,
    "doubted": it_is_in_doubt,
    "abandoned": it_is_being_trained,
}


def a_family_too_large() -> None:
    """One merge of very many models, each under BRA's own licence."""
    licence = Grant.objects.filter(version__slug="bra-v4").latest("pk").licence
    models = Version.objects.bulk_create(
        Version(slug=f"part-{number:03}", name=f"Part {number}", added_at=now())
        for number in range(TOO_MANY_TO_DRAW + 1)
    )
    Grant.objects.bulk_create(Grant(version=one, licence=licence, starts_on=date(2022, 1, 1)) for one in models)
    merged, *parts = models
    Derivation.objects.bulk_create(
        Derivation(parent=one, child=merged, method="merge", obtained_on=date(2023, 1, 1)) for one in parts
    )
