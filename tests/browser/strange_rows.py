"""Words that want to be code, in every field of every row: for the pages that only people who are signed in see."""

from collections.abc import Iterable
from itertools import cycle
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction

from campaigns.actions.follow_campaign import follow_campaign
from campaigns.actions.pause_site import lift_pause, pause_site
from campaigns.actions.post_update import WrittenUpdate, post_update
from campaigns.actions.raise_alarm import raise_alarm
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Payout
from lineage.actions.decline_proposal import decline_proposal
from lineage.actions.dispute_claim import dispute_claim
from lineage.models import Derivation, Fetch, Figures
from tests.campaigns.creator.desk import a_draft, close_as
from tests.campaigns.pictures import a_picture
from tests.faults.hostile_words import ALL, RUNNING
from tests.lineage.proposals.world import CARD, NOON, brought, mika, proposed, sora, the_parent_on_record
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, give, now

LABELS = ("campaigns", "lineage", "auth")
#: What people write, apart from what means something to programs: the pages of the site can show it.
SPOKEN = frozenset(
    (
        *("title", "title_other", "summary", "summary_other", "plan", "plan_other", "if_it_fails", "if_it_fails_other"),
        *("more_is_for", "more_is_for_other", "item", "item_other", "by", "reason", "name", "message", "body", "alt"),
        *("receipt", "error", "planned_by", "began_by", "lifted_by", "closed_by", "licensor", "claimed_label"),
        *("family", "spdx", "clause", "quote", "evidence", "place", "says", "answer", "downloads_source"),
        *("cost_source", "first_name", "last_name"),
    )
)
#: There a reason is a code of ours, and an error is not shown to people.
CODES = frozenset({"CloseRun", "Attempt", "Dispute.reason", "Permission", "Group", "ContentType"})


def strange_rows(stripe: Sandbox) -> None:
    """Campaigns in four stages, with all that hangs on them; each is known by its stage. Then the words come."""
    bra = an_open_campaign("open", goal=2_000, ceiling=90_000, summary="x", plan="x", if_it_fails="x", more_is_for="x")
    bra.costs.create(position=0, item="x", item_other="x", amount=2_000)
    give(stripe, bra, 2_000, message="x", user=a_person("Carol"))
    post_update(bra, WrittenUpdate("x", "x", "en", [a_picture(bra).pk]), at=now(), by=a_person("Bob"))
    follow_campaign(bra, email="dora@example.com", language="en", at=now())
    follow_campaign(bra, email="carol@example.com", language="en", at=now(), verified=True)
    funded = close_as(an_open_campaign("funded"), Stage.FUNDED)
    for part, state in (("advance", "waiting_staff"), ("remainder", "sent")):
        Payout.objects.create(
            campaign=funded, part=part, way="by-hand", state=state, amount=100, currency="JPY", planned_at=now(),
            receipt="x", error="x", planned_by="x", sent_at=now() if state == "sent" else None,
        )  # fmt: skip
    for slug, stage in (("draft", Stage.DRAFT), ("review", Stage.REVIEW)):
        waits = {"trainer": None, "trainer_accepted_at": None, "trainer_email": "bob@example.com"}
        also: dict[str, Any] = waits if stage == Stage.REVIEW else {}
        Campaign.objects.filter(pk=a_draft().pk).update(slug=slug, stage=stage, summary_other="x", **also)
    pause_site(at=now(), by="x", reason="x")
    lift_pause(at=now(), by="x")
    raise_alarm(kind="event", key="event:x", at=now(), detail={RUNNING[0]: RUNNING[4], "campaign": "open"})
    what_is_said_of_models()
    say_strange_words(SPOKEN)


def what_is_said_of_models() -> None:
    made = the_parent_on_record()
    Derivation.objects.filter(pk=made.pk).update(evidence="x")
    evidence = brought(CARD, name="README.md", about="bra-v4")
    dispute_claim(made, says="x", by=mika(), at=NOON)
    decline_proposal(proposed("derivation"), reason="x", by=sora(), at=NOON)
    Figures.objects.create(version=made.child, downloads=1, counted_on=NOON.date(), downloads_source="x")
    Fetch.objects.create(url="https://example.com/x", asked_by=sora(), asked_at=NOON, evidence=evidence)


def say_strange_words(only: Iterable[str] = ()) -> int:
    """Into `only` these fields where they say something already; else into all of every row. How many took them."""
    # The third breaks out of an attribute as well as of a text.
    words, taken = cycle(RUNNING[2:3] if only else [one for one in ALL if "xss(" in one]), 0
    for model in (model for label in LABELS for model in apps.get_app_config(label).get_models()):
        for field in model._meta.concrete_fields:
            codes = CODES & {model.__name__, f"{model.__name__}.{field.name}"}
            if not _holds_words(field) or (only and (codes or field.name not in only)):
                continue
            taken += sum(_told(row, field, next(words), bool(only)) for row in model._default_manager.all()[:4])
    return taken


def _holds_words(field: models.Field[Any, Any]) -> bool:
    plain = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return plain and not field.choices and not field.unique and field.name not in ("password", "trainer_token")


def _told(row: models.Model, field: models.Field[Any, Any], word: str, where_it_speaks: bool) -> bool:
    """Whether the row took it: what only grows, and what has a form of its own, cannot."""
    if where_it_speaks and not getattr(row, field.name):
        return False
    text = ("\n\n".join(ALL) if not field.max_length or field.max_length >= 2_000 else word)[: field.max_length]
    value: object = {word: [word]} if isinstance(field, models.JSONField) else text
    try:
        with transaction.atomic():
            return bool(type(row)._default_manager.filter(pk=row.pk).update(**{field.name: value}))
    except DatabaseError:
        return False
