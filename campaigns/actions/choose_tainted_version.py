"""Say which version a campaign is to replace."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.actions.judge_plan import local_day
from campaigns.lifecycle import EDITABLE, NotPossibleNow
from campaigns.locks import hold_campaign
from campaigns.models import Campaign
from lineage.models import Version
from lineage.verdicts import record_on


class VersionNotChosen(Exception):
    """This version cannot be the one to replace; the message says why."""


def choose_tainted_version(campaign: Campaign, version: Version, *, at: datetime, by: User) -> Campaign:
    """Raises NotPossibleNow when it is no draft any more, VersionNotChosen for a version that nobody made yet."""
    if version.planned:
        raise VersionNotChosen(_("This version is only planned: nobody has made it yet. Choose one that exists."))
    with transaction.atomic():
        draft = hold_campaign(campaign.pk)
        if draft.stage not in EDITABLE:
            raise NotPossibleNow("Only a draft can be changed.")
        _carry_licensor_over(draft, version)
        inherited = {item.term.id for item in record_on(version, local_day(draft, at)).restrictions}
        draft.tainted_version = version
        draft.promised_gone = [term for term in draft.promised_gone if term in inherited]
        draft.changed_at = at
        draft.save(update_fields=["tainted_version", "promised_gone", "changed_at"])
    return draft


def _carry_licensor_over(draft: Campaign, version: Version) -> None:
    """A plan "by the same maker" follows the choice of the version that it replaces."""
    plan, before = draft.clean_version, draft.tainted_version
    if plan is not None and before is not None and plan.planned and plan.licensor == before.licensor:
        plan.licensor = version.licensor
        plan.save(update_fields=["licensor"])
