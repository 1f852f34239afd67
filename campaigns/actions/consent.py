"""What somebody agrees to when a card is saved for the close, in words that are kept with the pledge."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, override

from campaigns import money
from campaigns.lifecycle import Kind
from campaigns.models import Campaign

# A new one for every change of what is agreed to; the texts that were agreed to are kept.
VERSION = "2026-11"
# The holds begin at the close and end within four days of the first. Only then are they captured, and a day is left
# for it: Stripe may be away, and the close may begin late.
CHARGED_WITHIN = timedelta(days=5)
TIME_TO_CAPTURE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Consent:
    """The text that was shown and ticked, in its language, and the version of its terms."""

    version: str
    text: str


def latest_charge_day(campaign: Campaign) -> date:
    """The last day, where the campaign is, on which a saved card may be charged."""
    local = campaign.local_deadline
    assert local is not None, "a campaign that takes promises has a deadline"
    return (local + CHARGED_WITHIN).date()


def charged_until(campaign: Campaign) -> datetime:
    """When that day is over."""
    day_after = latest_charge_day(campaign) + timedelta(days=1)
    return datetime.combine(day_after, time.min, ZoneInfo(campaign.zone))


def holds_are_asked_until(campaign: Campaign) -> datetime:
    """When the last hold may be asked for, so that it can still be captured on a day that was agreed to."""
    return charged_until(campaign) - TIME_TO_CAPTURE


def consent_for(
    campaign: Campaign, amount: int | None, covered_fee: int, language: str, *, matches_up_to: int | None = None
) -> Consent:
    """What to agree to for this amount. Without an amount (or with a match up to 0) it is worded for one that is
    still to be typed in."""
    with override(language):
        parts = (
            _what_is_charged(campaign, amount, covered_fee, matches_up_to, language),
            _when_it_is_charged(campaign, language, is_match=matches_up_to is not None),
            gettext(
                "Nothing is charged before the close. Until the deadline you can take it back by the link in your "
                "email; your card is then removed."
            ),
            gettext("The card is saved at Stripe, is used for nothing else, and you need not be there for the charge."),
        )
        # Sentences in Japanese stand without a space between them.
        return Consent(VERSION, ("" if language.startswith("ja") else " ").join(parts))


def _what_is_charged(
    campaign: Campaign, amount: int | None, covered_fee: int, matches_up_to: int | None, language: str
) -> str:
    names = {"campaign": campaign.heading}
    if matches_up_to is not None:
        typed = money.in_words(matches_up_to, campaign.currency, language) if matches_up_to else ""
        most = typed or gettext("the sum that I enter here")
        return gettext(
            "I agree that my card is saved and charged once for “%(campaign)s”, one for one for what others give, and "
            "no more than %(most)s."
        ) % {**names, "most": most}
    if amount is None:
        words = gettext(
            "I agree that my card is saved and charged once for “%(campaign)s”, with the amount that I enter here and "
            "the fee if I chose to cover it."
        )
        return words % names
    total = money.in_words(amount + covered_fee, campaign.currency, language)
    if covered_fee:
        fee = money.in_words(covered_fee, campaign.currency, language)
        return gettext(
            "I agree that my card is saved and charged %(total)s once for “%(campaign)s”, of which %(fee)s is for the "
            "payment fee."
        ) % {**names, "total": total, "fee": fee}
    return gettext("I agree that my card is saved and charged %(total)s once for “%(campaign)s”.") % {
        **names,
        "total": total,
    }


def _when_it_is_charged(campaign: Campaign, language: str, *, is_match: bool) -> str:
    day = date_format(latest_charge_day(campaign), "DATE_FORMAT")
    if is_match and campaign.kind == Kind.KEEP:
        return gettext("It is charged after the close, on %(day)s at the latest.") % {"day": day}
    goal = money.in_words(campaign.goal or 0, campaign.currency, language)
    return gettext(
        "It is charged after the close, on %(day)s at the latest, and only if the campaign reaches its goal of "
        "%(goal)s; otherwise nothing is charged."
    ) % {"day": day, "goal": goal}
