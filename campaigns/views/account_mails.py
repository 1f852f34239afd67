"""The mails of accounts (confirm an address, a new password, what was changed), in the look of all other mails.

allauth decides when one is sent; the words are ours, in templates/mail/account/. Whoever waits for a code gets it at
once. What only tells that something was changed goes through the outbox, so that a mail server that is away keeps
nobody from a new password.
"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from campaigns.actions.queue_mail import queue_mail
from campaigns.letters import as_html, as_text, write_letter
from campaigns.sharing.plain_text import one_line

CHANGED = "account/changed"
#: The letter for each of allauth's mails, by the last word of its template.
LETTERS = {
    "email_confirmation": "account/confirm_address",
    "email_confirmation_signup": "account/confirm_address",
    "account_already_exists": "account/account_exists",
    "unknown_account": "account/unknown_account",
    "password_reset_key": "account/new_password",
    "password_reset_code": "account/new_password",
    "login_code": "account/sign_in_code",
    "email_changed": CHANGED,
    "email_confirm": CHANGED,
    "email_deleted": CHANGED,
    "password_changed": CHANGED,
    "password_reset": CHANGED,
    "password_set": CHANGED,
    "recovery_codes_generated": CHANGED,
    "totp_activated": CHANGED,
    "totp_deactivated": CHANGED,
    "webauthn_added": CHANGED,
    "webauthn_removed": CHANGED,
}
LONGEST = 300
PASSED_ON = ("code", "email", "from_email", "to_email", "deleted_email", "ip", "user_agent")


class AccountMails(DefaultAccountAdapter):  # type: ignore[misc]
    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: Mapping[str, object],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """A mail for which we have no words yet goes out in allauth's."""
        event = template_prefix.rpartition("/")[2]
        if event not in LETTERS:
            message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
            return message
        language = (get_language() or settings.LANGUAGE_CODE)[:2]
        letter = write_letter(LETTERS[event], told(event, context), language=language)
        to = [email] if isinstance(email, str) else email
        said = {"Auto-Submitted": "auto-generated", "Content-Language": language, **(headers or {})}
        mail = EmailMultiAlternatives(letter.subject, as_text(letter), self.get_from_email(), to, headers=said)
        mail.reply_to = [settings.CONTACT_EMAIL] if settings.CONTACT_EMAIL else []
        mail.attach_alternative(as_html(letter), "text/html")
        return mail

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: Mapping[str, object] | None = None,
        email: str | None = None,
    ) -> None:
        """To `email`, which is the old address where that was changed, or to the account's own."""
        event, at = template_prefix.rpartition("/")[2], timezone.now()
        to = email or EmailAddress.objects.get_primary_email(user)
        if event not in LETTERS or not to or not app_settings.EMAIL_NOTIFICATIONS:
            super().send_notification_mail(template_prefix, user, context, email)
            return
        seen = {"ip": self.get_client_ip(self.request), "user_agent": self.request.headers.get("User-Agent", "")[:200]}
        queue_mail(
            key=f"account:{user.pk}:{event}:{at.isoformat()}",
            to=to,
            language=(get_language() or settings.LANGUAGE_CODE)[:2],
            template=LETTERS[event],
            at=at,
            context=told(event, {"timestamp": at, **seen, **(context or {})}),
        )


def told(event: str, context: Mapping[str, object]) -> dict[str, object]:
    """What the words need of allauth's context, and nothing else of it; `event` is email_changed and the like."""
    given = {name: one_line(str(context.get(name) or ""), LONGEST) for name in PASSED_ON}
    addresses = {name: _ours(str(value)) for name, value in context.items() if name.endswith("_url") and value}
    when = context.get("timestamp")
    at = when.isoformat() if isinstance(when, datetime) else ""
    reset = {"password_reset_url": settings.SITE_URL + reverse("account_reset_password")}
    return {**reset, **given, **addresses, "event": event, "at": at, "zone": settings.TIME_ZONE}


def _ours(address: str) -> str:
    """The address on our own site, whatever host the request named: a link with a key leads nowhere else."""
    parts = urlsplit(address)
    return settings.SITE_URL + parts._replace(scheme="", netloc="").geturl()
