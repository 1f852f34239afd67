"""Begin a draft: nobody but its organiser and the staff can see it."""

import secrets
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.text import slugify

from campaigns import money
from campaigns.lifecycle import Stage
from campaigns.models import Campaign

MOST_DRAFTS = 20


class TooManyDrafts(Exception):
    """One person has a great many unfinished drafts."""


def start_draft(*, title: str, language: str, at: datetime, by: User) -> Campaign:
    """Raises TooManyDrafts. The slug comes from the title and never changes: links to it stay."""
    if Campaign.objects.filter(organiser=by, stage=Stage.DRAFT).count() >= MOST_DRAFTS:
        raise TooManyDrafts
    currency = "JPY" if language == "ja" else "USD"
    return Campaign.objects.create(
        slug=_free_slug(title),
        organiser=by,
        title=title,
        language=language,
        currency=currency,
        coin=money.CURRENCIES[currency].presets[0],
        created_at=at,
        changed_at=at,
    )


def _free_slug(title: str) -> str:
    """The Latin letters of a title where there are some; a few random ones where not, or where it is taken."""
    plain = slugify(title)[:60].strip("-")
    if len(plain) >= 3 and not Campaign.objects.filter(slug=plain).exists():
        return plain
    return f"{plain or 'campaign'}-{secrets.token_hex(3)}"
