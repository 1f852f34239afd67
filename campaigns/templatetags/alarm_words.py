"""What an alarm is about, in words: on the staff's page and in the mail to them."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext_lazy as _

from campaigns.models import Alarm

register = template.Library()

# What it is, and what to do.
KINDS = {
    "failed-cards": (
        _("Many cards are refused"),
        _(
            "Somebody may be trying stolen cards. Where giving was paused, look at the pledges of the last minutes "
            "before you lift the pause below; it is not paused again by itself for an hour."
        ),
    ),
    "event": (
        _("An event of Stripe’s could not be handled"),
        _("Read the reason, put it right, then take the event up again: manage.py process_events --failed."),
    ),
    "wrong-mode": (
        _("A live event came to a test site, or the other way round"),
        _("Look at the webhook’s secret and at the secret key: both must be of one mode. Nothing was taken in."),
    ),
    "selfcheck": (
        _("The books break one of their rules"),
        _("Look at the rows that are named. Correct the ledger with new entries only, never by changing old ones."),
    ),
    "waiting": (_("Something waits for a person"), _("Look at the rows that are named.")),
    "dispute": (
        _("A payment is disputed"),
        _("Answer in Stripe’s dashboard before the evidence is due. The amount is frozen until the last word."),
    ),
    "fraud-warning": (
        _("A payment is probably fraud"),
        _("Look at what was done about it in the admin. A dispute costs more than a refund."),
    ),
    "refund-failed": (
        _("A refund could not be paid out"),
        _("The money is with us again. Ask the supporter for another way, and write down what was done."),
    ),
    "payout": (
        _("A payout needs you"),
        _("Read what Stripe says, put it right on the staff’s page for payouts, and it goes on."),
    ),
    "below-nothing": (
        _("A campaign has less than nothing"),
        _("More was paid out than it has left. What can be got back from the trainer is asked for by itself."),
    ),
    "shortfall": (
        _("Money is missing after a payout"),
        _("Ask the trainer for it. After a week without a decision the platform bears it."),
    ),
    "doubt": (
        _("A clean version is in doubt"),
        _("It was released, and is not judged clean any more. Decide on the staff’s page whether the rest is paid."),
    ),
    "money-left": (
        _("Money came in after everything was paid out"),
        _("A refund bounced, or a dispute was won. Decide on the staff’s page for payouts where it goes."),
    ),
    "payee": (
        _("Nobody has said where a trainer is paid"),
        _("The campaign opened before this was asked. Say it on the staff’s page for payouts; nothing is paid before."),
    ),
    "reconcile": (
        _("Our books and Stripe’s differ"),
        _("manage.py reconcile --fix takes in what we have missed. What remains after it needs a person."),
    ),
}


@register.filter
def alarm_title(alarm: Alarm | str) -> str:
    """Of an alarm or its kind; a kind without words is shown as it is."""
    kind = alarm if isinstance(alarm, str) else alarm.kind
    return str(KINDS[kind][0]) if kind in KINDS else kind


@register.filter
def alarm_advice(alarm: Alarm) -> str:
    return str(KINDS[alarm.kind][1]) if alarm.kind in KINDS else ""


@register.filter
def told(value: object) -> str:
    """A detail of an alarm on one line."""
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


@register.filter
def who(by: str, names: Mapping[str, str]) -> str:
    """Of a member of the staff, "user 7", the name; other words, as "clock", stay."""
    return names.get(by, by)


@register.simple_tag
def open_alarms() -> int:
    """How many alarms need a person: for the staff's menu alone, so nobody else's page asks for it."""
    return Alarm.objects.filter(closed_at__isnull=True).count()
