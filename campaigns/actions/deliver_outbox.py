"""Send the mails that are due: claimed by a lease, written down when sent, tried again with patience."""

import logging
import time
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from campaigns.actions.overtaken_mail import overtaken
from campaigns.letters import as_html, as_text, write_letter
from campaigns.letters.whole_headers import MailWithWholeHeaders
from campaigns.models import OutboxMessage

LEASE = timedelta(minutes=2)
MOST_SECONDS = 30  # Well within the lease, which begins with the sweep.
MOST_TRIES = 25  # Four days: a mail server may be away over a weekend.
log = logging.getLogger(__name__)


def deliver_outbox(*, at: datetime, most: int = 50) -> int:
    """How many mails were sent. A mail server that is away costs nothing but time.

    Each mail is claimed when its turn has come, so that a slow server never holds one beyond its lease.
    """
    sent, began = 0, time.monotonic()
    while sent < most and time.monotonic() - began < MOST_SECONDS:
        message = _claim(at=at)
        if message is None:
            break
        reason = overtaken(message, at=at)
        if reason:
            OutboxMessage.objects.filter(pk=message.pk).update(given_up_at=at, leased_until=None, error=reason)
            continue
        try:
            compose(message).send()
        except Exception as error:
            # The server's refusal, or a mail that cannot be composed: neither may keep back the others.
            _put_off(message, error, at=at)
            continue
        OutboxMessage.objects.filter(pk=message.pk).update(sent_at=at, leased_until=None, error="")
        sent += 1
    return sent


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail of an outbox row, as plain text and as HTML, both made of the one letter."""
    letter = write_letter(
        message.template, message.context, language=message.language, stop_url=message.unsubscribe_url
    )
    headers = {
        "Message-ID": f"<outbox-{message.pk}@{_domain()}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
        **(_of_a_list(message) if message.unsubscribe_url else {}),
    }
    mail = MailWithWholeHeaders(letter.subject, as_text(letter), to=[message.recipient], headers=headers)
    mail.reply_to = [settings.CONTACT_EMAIL] if settings.CONTACT_EMAIL else []
    mail.attach_alternative(as_html(letter), "text/html")
    return mail


def _of_a_list(message: OutboxMessage) -> dict[str, str]:
    """How a mail program ends these mails by itself (RFC 8058) and keeps them apart; the web page comes first."""
    ways = [f"<{message.unsubscribe_url}>"]
    if settings.UNSUBSCRIBE_EMAIL:
        about = quote(f"unsubscribe {message.unsubscribe_url}", safe="")
        ways.append(f"<mailto:{settings.UNSUBSCRIBE_EMAIL}?subject={about}>")
    headers = {"List-Unsubscribe": ", ".join(ways)}
    if message.unsubscribe_url.startswith("https://"):
        # RFC 8058 offers the one click over HTTPS alone.
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    slug = slugify(str(message.context.get("slug", "")))
    return {**headers, "List-Id": f"<{slug}.updates.{_domain()}>"} if slug else headers


def _claim(*, at: datetime) -> OutboxMessage | None:
    with transaction.atomic():
        due = OutboxMessage.objects.select_for_update(skip_locked=True).filter(
            Q(leased_until__isnull=True) | Q(leased_until__lte=at),
            due_at__lte=at,
            sent_at__isnull=True,
            given_up_at__isnull=True,
        )
        message = due.first()
        if message is not None:
            message.leased_until, message.tries = at + LEASE, message.tries + 1
            message.save(update_fields=["leased_until", "tries"])
    return message


def _put_off(message: OutboxMessage, error: Exception, *, at: datetime) -> None:
    last = message.tries >= MOST_TRIES
    log.warning("Mail %s was not taken (%s)", message.pk, type(error).__name__)
    OutboxMessage.objects.filter(pk=message.pk).update(
        leased_until=None,
        due_at=at + timedelta(seconds=min(30 * 2 ** min(message.tries, 12), 6 * 3600)),
        given_up_at=at if last else None,
        error=str(error)[:300],
    )


def _domain() -> str:
    return settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0]
