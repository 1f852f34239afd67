"""Put a mail into the outbox, in the same transaction as what it tells of."""

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
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                key=key,
                recipient=to,
                language=language,
                template=template,
                context=context or {},
                unsubscribe_url=unsubscribe_url,
                created_at=at,
                due_at=at,
            )
        ],
        ignore_conflicts=True,
    )
