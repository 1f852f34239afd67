"""Describe the clean version that a campaign wants to have made. Nobody has made it yet, so it is only planned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.actions.add_version import ParentLine, free_slug
from campaigns.actions.judge_plan import local_day
from campaigns.lifecycle import EDITABLE, NotPossibleNow
from campaigns.locks import hold_campaign
from campaigns.models import Campaign
from lineage.actions.carry_disputes import carry_disputes, disputes_of_grants
from lineage.actions.record_grant import record_grant
from lineage.actions.register_version import register_version
from lineage.actions.replace_plan import replace_plan
from lineage.models import Licence, Version


@dataclass(frozen=True, slots=True)
class PlannedVersion:
    """`same_maker`: it will come from the maker of the version that it replaces. No parents: trained from nothing."""

    name: str
    licence: Licence
    parents: Sequence[ParentLine]
    same_maker: bool = True


def plan_clean_version(campaign: Campaign, plan: PlannedVersion, *, at: datetime, by: User) -> Version:
    """A new plan takes the place of the draft's earlier one, under the same slug.

    A parent without a day will be obtained for the training, so its licence of today is what counts.
    Raises NotPossibleNow when it is no draft any more; VersionRefused and PlanRefused of lineage.
    """
    with transaction.atomic():
        draft = hold_campaign(campaign.pk)
        if draft.stage not in EDITABLE:
            raise NotPossibleNow("Only a draft can be changed.")
        today = local_day(draft, at)
        version = _planned_row(draft, plan, at=at, by=by)
        _grant(version, plan.licence, today, at=at, by=by)
        lines = [replace(line, obtained_on=line.obtained_on or today) for line in plan.parents]
        replace_plan(version, [line.as_document(version.slug) for line in lines], at=at, by=by)
        draft.clean_version, draft.changed_at = version, at
        draft.save(update_fields=["clean_version", "changed_at"])
    return version


def _planned_row(draft: Campaign, plan: PlannedVersion, *, at: datetime, by: User) -> Version:
    licensor = draft.tainted_version.licensor if plan.same_maker and draft.tainted_version else ""
    version = draft.clean_version
    if version is None or not version.planned:
        return register_version(
            slug=free_slug(plan.name), name=plan.name, licensor=licensor, planned=True, at=at, by=by
        )
    version.name, version.licensor = plan.name, licensor
    version.save(update_fields=["name", "licensor"])
    return version


def _grant(version: Version, licence: Licence, today: date, *, at: datetime, by: User) -> None:
    if version.grants.filter(licence=licence).exists():
        return
    disputes = disputes_of_grants(version)
    version.grants.all().delete()
    new = record_grant(version=version, licence=licence, starts_on=today, at=at, by=by)
    carry_disputes(disputes, [new], at=at, by=by)
