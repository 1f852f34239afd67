"""Say that something on record or proposed is not so. What was said before stays beside it."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from lineage.actions.decide_proposal import AlreadyDecided, held, version_called
from lineage.actions.disputes_of import holding
from lineage.actions.who_may import has_a_say
from lineage.actions.write_log import write_log
from lineage.formats.statements import content_of
from lineage.models import Derivation, Dispute, Grant, LogEntry, Proposal
from lineage.records import derivation_of, grant_of

LONGEST = 2000
MOST_A_DAY = 50

Claim = Proposal | Derivation | Grant


class DisputeRefused(ValueError):
    """`errors` has a sentence for each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def dispute_claim(claim: Claim, *, says: str, by: User, at: datetime, link: str = "") -> Dispute:
    """Everybody may. Only if they have a say in the version, the claim is held to be possible until it is settled.

    Raises DisputeRefused, and AlreadyDecided for a proposal that is not open any more.
    """
    _check(says, link)
    with transaction.atomic():
        # The row of the person is held, so that two at once cannot both be the last that is allowed.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        today = Dispute.objects.filter(by=by, at__gt=at - timedelta(days=1)).count()
        if today >= MOST_A_DAY:
            raise DisputeRefused({"": _("You have disputed a great deal today. Go on tomorrow.")})
        dispute = _about(claim)
        dispute.says, dispute.link, dispute.by, dispute.at = says.strip(), link.strip(), by, at
        dispute.has_a_say = has_a_say(by, dispute.version)
        if dispute.has_a_say:
            dispute.was_certain = _hold_as_possible(dispute.derivation or dispute.grant)
        dispute.save()
        data: dict[str, object] = {"dispute": dispute.pk, "kind": dispute.kind, "has_a_say": dispute.has_a_say}
        write_log(LogEntry.Kind.CLAIM_DISPUTED, version=dispute.version, at=at, by=by, data=data)
    return dispute


def _about(claim: Claim) -> Dispute:
    """A dispute that says what it is about, with its row held."""
    if isinstance(claim, Proposal):
        here = held(claim)
        version = version_called(here.about) if here.kind != Proposal.Kind.LICENCE else None
        return Dispute(proposal=here, version=version, kind=here.kind, claim=here.content)
    try:
        if isinstance(claim, Grant):
            grant = Grant.objects.select_for_update(of=("self",)).select_related("version", "licence").get(pk=claim.pk)
            return Dispute(grant=grant, version=grant.version, kind="grant", claim=content_of(grant_of(grant)))
        rows = Derivation.objects.select_for_update(of=("self",)).select_related("parent", "child")
        made = rows.get(pk=claim.pk)
    except (Grant.DoesNotExist, Derivation.DoesNotExist) as error:
        raise AlreadyDecided(_("This is not on record any more.")) from error
    return Dispute(derivation=made, version=made.child, kind="derivation", claim=content_of(derivation_of(made)))


def _hold_as_possible(row: Derivation | Grant | None) -> bool:
    """Whether it was certain before the first of the disputes that are open now."""
    if row is None:
        return False
    was = row.certain or holding(row).filter(was_certain=True).exists()
    if row.certain:
        row.certain = False
        row.save(update_fields=["certain"])
    return was


def _check(says: str, link: str) -> None:
    errors: dict[str, str] = {}
    if not says.strip() or len(says.strip()) > LONGEST or "\0" in says:
        errors["says"] = _("Say what is not so and why, in at most %(most)s characters.") % {"most": LONGEST}
    address = link.strip()
    if address and not address.lower().startswith(("https://", "http://")):
        errors["link"] = _("An address begins with https:// or http://.")
    if len(address) > 500 or "\0" in address:
        errors["link"] = _("This address is too long. At most %(most)s characters are kept.") % {"most": 500}
    if errors:
        raise DisputeRefused(errors)
