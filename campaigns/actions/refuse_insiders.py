"""Whoever runs an all-or-nothing campaign must not fill it: beyond the match that was declared, they give nothing."""

from typing import Protocol

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User

from campaigns.actions.refuse_abuse import PledgeRefused
from campaigns.lifecycle import is_charged_at_the_close
from campaigns.models import Campaign, Pledge

# A match that is still at its page counts as well: two of them at once must not pass what was declared.
MAY_MATCH = (*Pledge.UNDER_WAY, *Pledge.PROMISED, Pledge.State.PAID)


class Comer(Protocol):
    @property
    def email(self) -> str: ...
    @property
    def user(self) -> User | None: ...


def refuse_insiders(campaign: Campaign, giver: Comer, *, matches_up_to: int | None) -> None:
    """Raises PledgeRefused for the organiser and the trainer: `organiser-only-matches` for a coin for an
    all-or-nothing campaign, `match-too-large` (with what is left as its room) for a match above the declared one.

    They are known by their accounts and by their addresses, with or without a +tag. Of two matches sent at once both
    may pass, unless the campaign is held.
    """
    if matches_up_to is None and not is_charged_at_the_close(campaign.kind):
        return
    accounts, addresses = _insiders(campaign)
    if (giver.user is None or giver.user.pk not in accounts) and _mailbox(giver.email) not in addresses:
        return
    if matches_up_to is None:
        raise PledgeRefused("organiser-only-matches")
    left = match_left(campaign)
    if matches_up_to > left:
        raise PledgeRefused("match-too-large", left)


def match_left(campaign: Campaign) -> int:
    """How much of the declared match the organiser and the trainer have not promised yet."""
    accounts, addresses = _insiders(campaign)
    matches = Pledge.objects.filter(campaign=campaign, role=Pledge.Role.MATCH, state__in=MAY_MATCH)
    mine = (one for one in matches if one.supporter_id in accounts or _mailbox(one.email) in addresses)
    return max((campaign.declared_match or 0) - sum(one.amount for one in mine), 0)


def _insiders(campaign: Campaign) -> tuple[set[int], set[str]]:
    """The keys of their accounts, and every mailbox that is theirs or was given for them."""
    people = [person for person in (campaign.organiser, campaign.trainer) if person is not None]
    addresses = {campaign.trainer_email, *(person.email for person in people)}
    addresses |= set(EmailAddress.objects.filter(user__in=people).values_list("email", flat=True))
    return {person.pk for person in people}, {_mailbox(address) for address in addresses if address.strip()}


def _mailbox(address: str) -> str:
    """Where mail to it arrives, in small letters: almost everywhere alice+coins@example.com is alice@example.com."""
    name, at, where = address.strip().lower().rpartition("@")
    return f"{name.partition('+')[0] or name}{at}{where}"
