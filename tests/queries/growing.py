"""A world in which there is one of everything, and which grows in every direction that a page could show."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from campaigns.actions.raise_alarm import raise_alarm
from campaigns.lifecycle import Kind, Stage
from campaigns.models import (
    Alarm,
    Attempt,
    Bundle,
    Campaign,
    CardFailure,
    CloseRun,
    Dispute,
    Follower,
    FraudWarning,
    PayeeAccount,
    Payout,
    Pledge,
    SitePause,
    Update,
    UpdatePicture,
)
from lineage import models as lineage
from lineage.actions.record_figures import record_figures_text
from lineage.actions.weigh_catalogue import weigh_catalogue
from tests.campaigns.pages.world import close_report, coin, made_from, tell
from tests.campaigns.pictures import a_picture
from tests.lineage.proposals.world import brought, table
from tests.world import a_licence, a_person, a_version, an_open_campaign, now

CLOSED = (Stage.FUNDED, Stage.UNFUNDED, Stage.TRAINING, Stage.RELEASED, Stage.ABANDONED, Stage.CANCELLED)
USES = ("host", "sell-outputs", "personal")
FIGURES = "artefact,downloads,counted_on,downloads_source,cost_usd,cost_stated,cost_source\n"


@dataclass
class World:
    """Alice organises, Bob trains, Carol gives, Sue is on the staff. `grow` adds to everything that is here.

    `by_stage` has a campaign in each stage, all of whose parts grow; as many new campaigns come beside each of them.
    """

    bra: Campaign = field(default_factory=an_open_campaign)
    by_stage: dict[Stage, Campaign] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        a_person("Sue", is_staff=True)
        self.by_stage = {stage: self.campaign(f"the-{stage}", stage) for stage in Stage}
        self.by_stage[Stage.OPEN] = self.bra
        self.promised = self.campaign("promised", Stage.OPEN, kind=Kind.ALL_OR_NOTHING, ceiling=90_000)
        self.asked = self.campaign("asked", Stage.REVIEW, trainer=None, trainer_email="bob@example.com")
        self.coin, self.bundle = coin(self.bra, now(), supporter=a_person("Carol")), a_bundle()
        self.promise = a_promise(self.promised, 0)
        self.evidence = brought(table("free-base,tainted,merge,,"), by=a_person("Alice"))
        PayeeAccount.objects.create(user=a_person("Bob"), country="JP", idempotency_key="k", created_at=now())

    def campaign(self, slug: str, stage: Stage, **also: object) -> Campaign:
        closed = {"closed_at": now(), "deadline": now() - timedelta(days=1)} if stage in CLOSED else {}
        opened = {"opened_at": None, "trainer_accepted_at": None} if stage in (Stage.DRAFT, Stage.REVIEW) else {}
        pair = {"tainted_version": self.bra.tainted_version, "clean_version": self.bra.clean_version}
        return an_open_campaign(slug, stage=stage, **{**pair, **closed, **opened, **also})

    def grow(self, rounds: int) -> None:
        for number in (next(self.numbers) for _ in range(rounds)):
            more_models(self, number)
            more_proposals(self, number)
            more_campaigns(self, number)
            for campaign in {*self.by_stage.values(), self.promised, self.asked}:
                more_of_a_campaign(campaign, number)
            a_promise(self.promised, number)
            of_bundle = Campaign.objects.get(slug=f"open-{number}")
            coin(of_bundle, now(), amount=100, bundle=self.bundle, email=self.bundle.email)
            more_for_the_staff(self, number)
        weigh_catalogue(at=now(), on=now().date())


def more_campaigns(world: World, number: int) -> None:
    """In every stage, some of a kind; Carol follows them, and they are told of; one replaces a model of its own."""
    also: dict[Stage, dict[str, object]] = {
        Stage.OPEN: {"giving_paused": number % 2 == 0},
        Stage.FUNDED: {"doubted_at": now(), "payout_way": ""},
        Stage.REVIEW: {"trainer": None, "trainer_email": "bob@example.com"} if number % 2 else {},
    }
    made = [world.campaign(f"{stage}-{number}", stage, **also.get(stage, {})) for stage in Stage]
    made.append(world.campaign(f"promised-{number}", Stage.OPEN, kind=Kind.ALL_OR_NOTHING))
    child = lineage.Version.objects.get(slug=f"child-{number}")
    plan = a_version(f"plan-{number}", a_licence("free-licence", "use-list"), planned=True)
    made.append(world.campaign(f"of-child-{number}", Stage.OPEN, tainted_version=child, clean_version=plan))
    for campaign in made:
        Follower.objects.create(campaign=campaign, email="carol@example.com", asked_at=now(), confirmed_at=now())
        campaign.costs.create(position=0, item="Graphics cards", amount=100)
        campaign.promises.create(position=0, action="host", facts={"monetised": True})
        coin(campaign, now(), amount=100)
    coin(made[-1], now(), amount=100, supporter=a_person("Carol"))
    tell(made[2], Update.Kind.PROGRESS, now(), title="On", body="On.", language="en", author=a_person("Bob"))


def more_of_a_campaign(campaign: Campaign, number: int) -> None:
    """Costs, promises, news with a picture, coins that stay, go back or are disputed, followers, payouts."""
    at = now()
    campaign.costs.create(position=number, item="Graphics cards", amount=100)
    campaign.promises.create(position=number, action=USES[number % 3], facts={"team_size": number})
    if campaign.slug in ("bra", "the-released"):
        told = tell(campaign, Update.Kind.PROGRESS, at, title="On", body="On.", language="en", author=a_person("Bob"))
        a_copied_picture(told)
    carol = a_person("Carol") if campaign.slug == "bra" else None
    coin(campaign, at, amount=100, supporter=carol, email="carol@example.com", message="Good luck")
    coin(campaign, at, amount=100, message="For you alone", message_private=True, hide_amount=True, anonymous=True)
    coin(campaign, at, amount=100, role=Pledge.Role.ORGANISER, supporter=campaign.organiser)
    coin(campaign, at, amount=100, state=Pledge.State.REFUNDED, refunded=100, supporter=carol)
    going = coin(campaign, at, amount=100, supporter=carol)
    key = f"{campaign.pk}-{number}"
    Attempt.objects.create(
        pledge=going,
        kind=Attempt.Kind.REFUND,
        idempotency_key=key,
        parameters={},
        planned_at=at,
        amount=100,
        reason="abandoned" if campaign.stage == Stage.ABANDONED else "asked",
    )
    Dispute.objects.create(
        stripe_id=key, pledge=going, currency="JPY", amount=100, status="lost", opened_at=at, withdrawn=100, lost=100
    )
    FraudWarning.objects.create(stripe_id=key, pledge=going, kind="made_with_stolen_card", told_at=at)
    CardFailure.objects.create(stripe_id=key, campaign=campaign, pledge=going, code="declined", at=at)
    Follower.objects.create(campaign=campaign, email=f"dora-{number}@example.com", asked_at=at, confirmed_at=at)
    if campaign.stage in CLOSED:
        report = close_report(campaign, 20_000)
        done = {"started_at": at, "reason": "ceiling", "outcome": "funded", "finished_at": at, "report": report}
        CloseRun.objects.get_or_create(campaign=campaign, defaults=done)
        of_payout = {"way": "by-hand", "amount": 10, "currency": "JPY", "planned_at": at, "receipt": "Bank 1"}
        Payout.objects.create(campaign=campaign, part="further", state="sent", sent_at=at, **of_payout)


def more_for_the_staff(world: World, number: int) -> None:
    at = now()
    for kind in ("failed-cards", "shortfall", "money-left", "doubt"):
        detail = {"campaign": f"funded-{number}", "refused": 25, "left": 10, "missing": 10, "currency": "JPY"}
        raise_alarm(kind=kind, key=f"{kind}:{number}", detail=detail, at=at)
    Alarm.objects.create(kind="doubt", key=f"over:{number}", opened_at=at, seen_at=at, closed_at=at, closed_by="user 1")
    SitePause.objects.create(began_at=at, began_by="user 1", lifted_at=at, lifted_by=f"user {number}")
    funded = Campaign.objects.get(slug=f"funded-{number}")
    of_payout = {"campaign": funded, "way": "by-hand", "amount": 10, "currency": "JPY", "planned_at": at}
    Payout.objects.create(part="advance", state="waiting_staff", **of_payout)
    Payout.objects.create(part="remainder", state="sent", sent_at=at, receipt="Bank 1", **of_payout)


def more_models(world: World, number: int) -> None:
    """Around the model that is to be replaced: a parent, a child, a licence, a grant and words of its makers."""
    tainted, clean = world.bra.tainted_version, world.bra.clean_version
    assert tainted is not None and clean is not None
    bound = a_licence(f"bound-{number}", "no-monetised-hosting", "no-commercial-outputs")
    free, text = a_licence("free-licence"), lineage.Licence.objects.get(slug="bound-licence")
    parent = a_version(f"parent-{number}", bound)
    made_from(tainted, parent, "merge", 0.01)
    made_from(clean, a_version(f"free-parent-{number}", free), "merge", 0.01)
    child = a_version(f"child-{number}", free, tainted)
    a_version(f"made-of-clean-{number}", free, clean)
    for version in (tainted, clean, child):
        lineage.Grant.objects.create(version=version, licence=free, starts_on=date(2022, 2, number))
        lineage.Exemption.objects.create(version=version, term="team-size-max", actors=[f"actor-{number}"])
        lineage.Prohibition.objects.create(version=version, on=date(2023, 2, number))
    # The texts that pages of licences compare grow too, and so do the models under them.
    lineage.Term.objects.create(licence=text, position=number + 10, kind="team-size-max", limit=number)
    a_version(f"bound-{number}", text)
    lines = [f"{slug}-{number},{number},2026-01-01,Hub,{number},,made" for slug in ("parent", "child")]
    record_figures_text(FIGURES + "\n".join(lines) + "\n", by=None, at=now())


def more_proposals(world: World, number: int) -> None:
    """Open and decided ones, in the same file and in another; views that differ of each, and of what is on record."""
    bound, alice = f"parent-{number}", a_person("Alice")
    brought(table(f"{bound},clean-plan,merge,,", f"child-{number},tainted,merge,,"))
    first = world.evidence.proposals.order_by("position")[0]
    tainted = lineage.Version.objects.get(slug="tainted")
    lineage.Version.objects.filter(slug__in=["tainted", "clean-plan"]).update(added_by=alice)
    for position, state in enumerate(("open", "declined")):
        decided = {"decided_by": alice, "decided_at": now(), "reason": "No."} if state == "declined" else {}
        world.evidence.proposals.create(
            position=1_000 + 2 * number + position, kind=first.kind, about=first.about, content=first.content,
            certainty=first.certainty, state=state, **decided,
        )  # fmt: skip
    claims = ({"proposal": first}, {"derivation": tainted.parents.latest("pk")}, {"grant": tainted.grants.latest("pk")})
    for claim in (*claims, {"derivation": tainted.parents.earliest("pk")}, {"grant": tainted.grants.earliest("pk")}):
        kind = "grant" if "grant" in claim else "derivation"
        lineage.Dispute.objects.create(**claim, version=tainted, kind=kind, says="No.", by=alice, at=now())


def a_bundle() -> Bundle:
    return Bundle.objects.create(form_nonce="b", currency="JPY", email="carol@example.com", created_at=now())


def a_promise(campaign: Campaign, number: int) -> Pledge:
    """A saved card, and a match beside it."""
    at = now()
    saved = {
        "campaign": campaign, "currency": "JPY", "amount": 100, "state": Pledge.State.SAVED, "created_at": at,
        "saved_at": at, "consented_at": at, "payment_method_id": "pm", "supporter": a_person("Carol"),
    }  # fmt: skip
    of_match = {"role": Pledge.Role.MATCH, "matches_up_to": 200, "amount": 200}
    Pledge.objects.create(**{**saved, **of_match, "form_nonce": f"m{number}", "email": f"m{number}@example.com"})
    return Pledge.objects.create(**saved, form_nonce=f"s{number}", email=f"s{number}@example.com")


def a_copied_picture(told: Update) -> None:
    """To read and shrink each anew would take long; that it is the same file matters to nobody here."""
    first = UpdatePicture.objects.filter(campaign=told.campaign).first() or a_picture(told.campaign)
    files = [(file.kind, file.width, file.height, file.content) for file in first.files.all()]
    first.pk, first.update, first.role, first.position = None, told, UpdatePicture.Role.PLAIN, 1
    first.save()
    for kind, width, height, content in files:
        first.files.create(kind=kind, width=width, height=height, content=content)
