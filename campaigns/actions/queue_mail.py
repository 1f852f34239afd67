"""Put mails into the outbox, in the same transaction as what they tell of."""

from collections.abc import Sequence
from datetime import datetime

from campaigns.models import OutboxMessage


def queue_mail(
    *,
    key: str,
    to: str,
    language: str,
    template: str,
    at: datetime,
    context: dict[str, object] | None = None,
    unsubscribe_url: str = "",
) -> None:
    """Once per `key` ("receipt:pledge:42"). `template` names templates/mail/<template>.txt; `context` is JSON.

    Nothing is sent here: the clock delivers what is due (`deliver_outbox`).
    """
    mail = a_mail(
        key=key,
        to=to,
        language=language,
        template=template,
        at=at,
        context=context,
        unsubscribe_url=unsubscribe_url,
    )
    queue_mails([mail])


def a_mail(
    *,
    key: str,
    to: str,
    language: str,
    template: str,
    at: datetime,
    context: dict[str, object] | None = None,
    unsubscribe_url: str = "",
) -> OutboxMessage:
    """A mail as `queue_mail` describes it, not written yet."""
    return OutboxMessage(
        key=key,
        recipient=to,
        language=language,
        template=template,
        context=context or {},
        unsubscribe_url=unsubscribe_url,
        created_at=at,
        due_at=at,
    )


def queue_mails(mails: Sequence[OutboxMessage]) -> None:
    """Each once per its key."""
    OutboxMessage.objects.bulk_create(mails, ignore_conflicts=True)
