"""The story of the demo, told through the same actions that people use, and paid through the sandbox.

Every step looks first whether it was taken, so that the story may be told again after it was interrupted.
"""

import json
import urllib.parse
import urllib.request
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command

from campaigns import stripe_inbox
from campaigns.actions.accept_training import accept_training
from campaigns.actions.add_picture import PictureLine, add_picture, describe_pictures
from campaigns.actions.approve_campaign import approve_campaign
from campaigns.actions.choose_tainted_version import choose_tainted_version
from campaigns.actions.consent import consent_for
from campaigns.actions.open_checkout import open_checkout
from campaigns.actions.post_update import WrittenUpdate, post_update
from campaigns.actions.save_draft import CostLine, DraftValues, PromisedUse, save_draft
from campaigns.actions.send_for_review import send_for_review
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_draft import start_draft
from campaigns.actions.start_pledge import Giver, start_pledge
from campaigns.demo_pictures import cut_stone, rough_stone
from campaigns.demo_texts import BRA, NEWS, PORTRAIT, PROMISES, SUPPORTERS, SURE, News, Story
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Pledge
from lineage.actions.weigh_catalogue import weigh_if_changed
from lineage.models import Version

PASSWORD = "one coin for the demo"  # noqa: S105 - of accounts that exist only on a demo's loopback
FILES = ("bra.json", "bra-clean-plan.json", "portrait-base-plan.json", "pony.json")
PLANNED = ("bra-clean-plan", "bra-clean-plan-new-half", "portrait-base-plan")
NEVER_MADE = ("pony-v6.9", "pony-v7-on-sd3")
ZONE = ZoneInfo("Asia/Tokyo")
CLOSES_AFTER = timedelta(minutes=10)
MATCHER = "Haruka Minami"


class Person:
    """The demo's accounts, by their role."""

    ORGANISER = "organiser"
    TRAINER = "trainer"
    STAFF = "staff"
    NEWCOMER = "newcomer"


ROLES = {
    Person.ORGANISER: "organises the BRA campaign",
    Person.TRAINER: "will train the clean version: begin it, write updates, release",
    Person.STAFF: "approves campaigns",
    Person.NEWCOMER: "has done nothing yet: open a campaign of your own",
}
# Invented people; the organiser gives under the same name.
NAMES = {
    Person.ORGANISER: MATCHER,
    Person.TRAINER: "Riku Asano",
    Person.STAFF: "Nao Kijima",
    Person.NEWCOMER: "Emi Tachibana",
}


def tell_the_story(*, at: datetime) -> None:
    """Lineage, people, and two open campaigns: 19,500 of 20,000 yen paid for BRA, cards saved for the other."""
    people = {role: account(role) for role in ROLES}
    for name in FILES:
        call_command("import_lineage", str(settings.BASE_DIR / "lineage" / "data" / name), stdout=StringIO())
    # A lineage file tells of what exists; that these are only planned, and an illustration, is said here.
    Version.objects.filter(slug__in=PLANNED, released_at=None).update(planned=True, illustration=True)
    Version.objects.filter(slug__in=NEVER_MADE, released_at=None).update(planned=True)
    call_command("import_figures", str(settings.BASE_DIR / "lineage" / "data" / "figures.csv"), stdout=StringIO())
    weigh_if_changed(at=at)
    bra, portrait = opened(BRA, people, at=at), opened(PORTRAIT, people, at=at)
    for campaign in (bra, portrait):
        told(campaign, NEWS[campaign.slug], people[Person.TRAINER], at=at)
    organiser = people[Person.ORGANISER]
    half = Giver(
        email=organiser.email, language="ja", name="南はるか", message="半分は主催者が出します。", user=organiser
    )
    matcher = Giver(email=organiser.email, language="en", name=MATCHER, message="I double every coin.", user=organiser)
    paid(bra, half, 10_000, "organiser", at=at)
    for number in range(len(SUPPORTERS)):
        paid(bra, supporter(number), 500, f"supporter-{number}", at=at)
    closes_in_ten_minutes(portrait, at=at)
    promised(portrait, matcher, 10_000, "organiser", SURE, at=at, is_match=True)
    for number, amount, card in PROMISES:
        promised(portrait, supporter(number), amount, f"supporter-{number}", card, at=at)
    stripe_inbox.handle_due(at=datetime.now(tz=UTC))


def account(role: str) -> User:
    """An account with a verified address, made once; the password is the same for all, and printed by the demo."""
    email = f"{role}@demo.example"
    person, made = User.objects.get_or_create(
        username=role, defaults={"email": email, "first_name": NAMES[role], "is_staff": role == Person.STAFF}
    )
    if made:
        person.set_password(PASSWORD)
        person.is_superuser = role == Person.STAFF
        person.save(update_fields=["password", "is_superuser"])
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def accounts_text() -> str:
    """What the demo prints of its accounts."""
    lines = [f"  {role}@demo.example".ljust(28) + does for role, does in ROLES.items()]
    return "\n".join([f"Accounts (password for each: {PASSWORD}):", *lines]) + "\n"


def opened(story: Story, people: dict[str, User], *, at: datetime) -> Campaign:
    """A campaign on its whole way: drafted, sent, accepted by its trainer, approved, open."""
    campaign = Campaign.objects.filter(slug=story.slug).first() or drafted(story, people[Person.ORGANISER], at=at)
    if campaign.stage == Stage.DRAFT:
        save_draft(campaign, values_of(story, people, at=at), at=at, by=campaign.organiser)
        choose_tainted_version(campaign, Version.objects.get(slug=story.tainted), at=at, by=campaign.organiser)
        Campaign.objects.filter(pk=campaign.pk).update(clean_version=Version.objects.get(slug=story.clean))
        campaign = send_for_review(campaign, at=at, by=campaign.organiser)
    if campaign.stage == Stage.REVIEW:
        accept_training(campaign, token=campaign.trainer_token, user=people[Person.TRAINER], at=at)
        campaign = approve_campaign(campaign, at=at, by=people[Person.STAFF])
    return campaign


def drafted(story: Story, organiser: User, *, at: datetime) -> Campaign:
    campaign = start_draft(title=story.texts["title"], language=story.language, at=at, by=organiser)
    Campaign.objects.filter(pk=campaign.pk).update(slug=story.slug)
    campaign.refresh_from_db()
    return campaign


def values_of(story: Story, people: dict[str, User], *, at: datetime) -> DraftValues:
    return DraftValues(
        language=story.language,
        kind=story.kind,
        currency=story.currency,
        texts=story.texts,
        goal=story.goal,
        ceiling=story.ceiling,
        coin=story.coin,
        declared_match=story.declared_match,
        deadline=end_of_day(at, story.days),
        zone=ZONE.key,
        training_days=14,
        payee_country=story.payee_country,
        trainer_email=people[Person.TRAINER].email,
        costs=[CostLine(item, amount, other) for item, other, amount in story.costs],
        promises=[
            PromisedUse("host", {"monetised": True}),
            PromisedUse("sell-outputs", {"team_size": 11}),
            PromisedUse("sell-weights"),
        ],
    )


def told(campaign: Campaign, news: News, by: User, *, at: datetime) -> None:
    """One update with two pictures to compare, told once."""
    if campaign.updates.filter(title=news.title).exists():
        return
    pictures = [add_picture(campaign, draw(), at=at, by=by) for draw in (rough_stone, cut_stone)]
    lines = zip(pictures, news.pictures, ("before", "after"), strict=True)
    describe_pictures(campaign, {picture.pk: PictureLine(alt, role) for picture, alt, role in lines}, by=by)
    written = WrittenUpdate(news.title, news.body, news.language, [picture.pk for picture in pictures])
    post_update(campaign, written, at=at, by=by)


def supporter(number: int) -> Giver:
    name, message, anonymous, language = SUPPORTERS[number]
    email = f"supporter-{number + 1}@demo.example"
    return Giver(email=email, language=language, name=name, message=message, anonymous=anonymous)


def paid(campaign: Campaign, who: Giver, amount: int, nonce: str, *, at: datetime) -> None:
    """One pledge, paid on the sandbox as its page would; what the ledger says of it is told by the ordinary way."""
    if campaign.stage != Stage.OPEN:
        return
    pledge = start_pledge(campaign, who, amount=amount, cover_fee=False, form_nonce=f"demo-{nonce}", at=at)
    if pledge.state == Pledge.State.PAID:
        return
    open_checkout(pledge, at=at)
    pledge.refresh_from_db()
    if pledge.state == Pledge.State.CHECKOUT:
        pay_at_the_sandbox(pledge.session_id)
    settle_pledge(pledge.pk, at=datetime.now(tz=UTC))


def closes_in_ten_minutes(campaign: Campaign, *, at: datetime) -> None:
    """Once, at the first start: a restart moves nothing, and neither does it undo that the staff closed it."""
    soon = at + CLOSES_AFTER
    Campaign.objects.filter(pk=campaign.pk, stage=Stage.OPEN, deadline__gt=soon).update(deadline=soon)
    campaign.refresh_from_db()


def promised(
    campaign: Campaign, who: Giver, amount: int, nonce: str, card: str, *, at: datetime, is_match: bool = False
) -> None:
    """A card saved on the sandbox as its page would, to be charged at the close; or a match of up to `amount`."""
    told = Pledge.objects.filter(campaign=campaign, form_nonce=f"demo-{nonce}").exclude(state__in=Pledge.UNDER_WAY)
    over = campaign.stage != Stage.OPEN or campaign.deadline is None or campaign.deadline <= at
    if over or told.exists():
        return
    cap = amount if is_match else None
    consent = consent_for(campaign, amount, 0, who.language, matches_up_to=cap)
    pledge = start_pledge(
        campaign,
        who,
        amount=amount,
        cover_fee=False,
        form_nonce=f"demo-{nonce}",
        at=at,
        matches_up_to=cap,
        consent=consent,
    )
    open_checkout(pledge, at=at)
    pledge.refresh_from_db()
    if pledge.state == Pledge.State.CHECKOUT:
        pay_at_the_sandbox(pledge.session_id, card)
    settle_pledge(pledge.pk, at=datetime.now(tz=UTC))


def pay_at_the_sandbox(session_id: str, card: str = SURE) -> None:
    """As somebody would on its page. A bank that asks its cardholder there is told yes."""
    address = f"{settings.STRIPE_API_BASE}/_control/checkout_sessions/{session_id}/complete"
    body = urllib.parse.urlencode({"card": card, "authenticate": "pass"}).encode()
    with urllib.request.urlopen(address, data=body, timeout=20) as answer:  # noqa: S310 - the demo's own sandbox
        json.load(answer)


def end_of_day(at: datetime, days: int) -> datetime:
    day = at.astimezone(ZONE).date() + timedelta(days=days)
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZONE)
