"""Mails that waited, perhaps for days while a mail server was away, and that nobody wants any more."""

from datetime import datetime

from campaigns.actions.tell_followers import FOR_SUPPORTERS
from campaigns.lifecycle import GIVING
from campaigns.models import Campaign, Follower, OutboxMessage

REMINDER = "deadline_near"


def overtaken(message: OutboxMessage, *, at: datetime) -> str:
    """Why it is not sent any more; empty where it is."""
    if message.template == REMINDER and not _can_still_give(message, at=at):
        return "The campaign no longer collects."
    return "The reader has stopped these mails." if _has_stopped(message) else ""


def _can_still_give(message: OutboxMessage, *, at: datetime) -> bool:
    return Campaign.objects.filter(slug=message.context.get("slug"), stage__in=GIVING, deadline__gt=at).exists()


def _has_stopped(message: OutboxMessage) -> bool:
    """The address by which a list is ended names the one who follows: …/follow/<token>/stop/."""
    if not message.unsubscribe_url or message.context.get("kind") in FOR_SUPPORTERS:
        # Who also gave hears of their money in this same mail, and by no other.
        return False
    token = message.unsubscribe_url.rstrip("/").removesuffix("/stop").rpartition("/")[2]
    return Follower.objects.filter(token=token, unsubscribed_at__isnull=False).exists()
