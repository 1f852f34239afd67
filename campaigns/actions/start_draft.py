"""Begin a draft: nobody but its organiser and the staff can see it."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify

from campaigns import money
from campaigns.actions.choose_tainted_version import choose_tainted_version
from campaigns.actions.save_draft import CostLine
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Cost
from lineage.models import Version

MOST_DRAFTS = 20
# Addresses beside those of campaigns: /c/bundle/.
TAKEN = ("bundle",)


class TooManyDrafts(Exception):
    """One person has a great many unfinished drafts."""


def start_draft(
    *,
    title: str,
    language: str,
    at: datetime,
    by: User,
    tainted: Version | None = None,
    plan: str = "",
    costs: Sequence[CostLine] = (),
) -> Campaign:
    """The slug comes from the title and never changes: links to it stay.

    With `tainted`, it starts as a campaign to replace that version; `plan` and `costs` are the first proposals.
    Raises TooManyDrafts, and VersionNotChosen where nobody has made that version yet.
    """
    if Campaign.objects.filter(organiser=by, stage=Stage.DRAFT).count() >= MOST_DRAFTS:
        raise TooManyDrafts
    currency = first_currency(language)
    with transaction.atomic():
        draft = Campaign.objects.create(
            slug=_free_slug(title),
            organiser=by,
            title=title,
            language=language,
            currency=currency,
            coin=money.CURRENCIES[currency].presets[0],
            plan=plan,
            created_at=at,
            changed_at=at,
        )
        Cost.objects.bulk_create(
            Cost(campaign=draft, position=position, item=line.item, item_other=line.item_other, amount=line.amount)
            for position, line in enumerate(costs, start=1)
        )
        return choose_tainted_version(draft, tainted, at=at, by=by) if tainted else draft


def first_currency(language: str) -> str:
    """The currency with which a draft begins; it can be changed."""
    return "JPY" if language == "ja" else "USD"


def _free_slug(title: str) -> str:
    """The Latin letters of a title where there are some; a few random ones where not, or where it is taken."""
    plain = slugify(title)[:60].strip("-")
    if len(plain) >= 3 and plain not in TAKEN and not Campaign.objects.filter(slug=plain).exists():
        return plain
    return f"{plain or 'campaign'}-{secrets.token_hex(3)}"
