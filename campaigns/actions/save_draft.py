"""Keep what was typed into a draft, complete or not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.lifecycle import EDITABLE, Kind, NotPossibleNow
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Cost, Promise
from campaigns.models.campaigns import new_token

TERMS = (
    "kind",
    "currency",
    "goal",
    "ceiling",
    "coin",
    "declared_match",
    "payee_country",
    "advance_percent",
    "deadline",
    "zone",
    "promised_gone",
)


@dataclass(frozen=True, slots=True)
class CostLine:
    """`amount` is in minor units of the campaign's currency."""

    item: str
    amount: int
    item_other: str = ""


@dataclass(frozen=True, slots=True)
class PromisedUse:
    """A use of the calculus, with the facts of the one who asks."""

    action: str
    facts: dict[str, int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftValues:
    """Everything that the form of a draft holds. Amounts are minor units; `trainer_email` is empty for "myself".

    `shown_name` is the organiser's, and empty where it shall stay as it is.
    """

    language: str
    currency: str
    texts: dict[str, str]
    goal: int | None
    ceiling: int | None
    coin: int | None
    deadline: datetime | None
    zone: str
    training_days: int | None
    trainer_email: str
    shown_name: str = ""
    promised_gone: Sequence[str] = ()
    costs: Sequence[CostLine] = ()
    promises: Sequence[PromisedUse] = ()
    kind: str = Kind.KEEP
    declared_match: int | None = None
    payee_country: str = ""
    advance_percent: int = 50


def save_draft(campaign: Campaign, values: DraftValues, *, at: datetime, by: User) -> Campaign:
    """Raises NotPossibleNow when it is no draft any more: what was sent, and what is open, is not edited."""
    with transaction.atomic():
        draft = hold_campaign(campaign.pk)
        if draft.stage not in EDITABLE:
            raise NotPossibleNow("Only a draft can be changed.")
        for name, text in values.texts.items():
            setattr(draft, name, text)
        for name in TERMS:
            setattr(draft, name, getattr(values, name))
        draft.promised_gone = list(values.promised_gone)
        draft.language, draft.training_days, draft.changed_at = values.language, values.training_days, at
        _name_trainer(draft, values.trainer_email, organiser_emails=_addresses(draft.organiser))
        draft.save()
        if values.shown_name:
            User.objects.filter(pk=draft.organiser_id).update(first_name=values.shown_name)
        _write_lines(draft, values)
    return draft


def _name_trainer(draft: Campaign, email: str, *, organiser_emails: set[str]) -> None:
    """Another trainer needs another link, and has accepted nothing yet."""
    email = "" if email.lower() in organiser_emails else email
    if email.lower() != draft.trainer_email.lower():
        draft.trainer, draft.trainer_accepted_at, draft.trainer_token = None, None, new_token()
    draft.trainer_email = email


def _addresses(user: User) -> set[str]:
    return {user.email.lower()} - {""}


def _write_lines(draft: Campaign, values: DraftValues) -> None:
    draft.costs.all().delete()
    Cost.objects.bulk_create(
        Cost(campaign=draft, position=position, item=line.item, item_other=line.item_other, amount=line.amount)
        for position, line in enumerate(values.costs, start=1)
    )
    draft.promises.all().delete()
    Promise.objects.bulk_create(
        Promise(campaign=draft, position=position, action=use.action, facts=use.facts)
        for position, use in enumerate(values.promises, start=1)
    )
