"""Whether, and by which way, a campaign's trainer may be paid: decided before the campaign opens."""

from django.conf import settings
from django.utils.translation import gettext

from campaigns import countries
from campaigns.countries import Answer, Way
from campaigns.models import Campaign


def check_eligibility(campaign: Campaign) -> Answer:
    """By the table of countries as it is now. A campaign that has opened keeps what was fixed then (`payout_way`)."""
    return countries.way_for(campaign.payee_country, platform=settings.PLATFORM_COUNTRY, currency=campaign.currency)


def trouble_with_payee(campaign: Campaign) -> str:
    """What is wrong, for the checklist of a draft; empty when the trainer can be paid."""
    if not campaign.payee_country:
        return gettext("Say in which country the trainer is paid.")
    if check_eligibility(campaign).way == Way.NONE:
        return gettext("We know no permitted way to pay a trainer there. Ask us before you go on.")
    return ""


def needs_a_word_of_the_staff(campaign: Campaign) -> bool:
    """Whether paying by hand was neither found to be possible nor to be impossible, so that a person decides."""
    return check_eligibility(campaign).needs_staff
