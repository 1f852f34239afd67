"""The clean version is made: register it as it really is, judge it, and only then call it released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.actions.add_version import ParentLine
from campaigns.actions.judge_plan import PlanNotClean, answer_promises, judge_plan, judged_day
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.publish_update import publish_update
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Promise, Update
from lineage.actions.release_version import release_version
from lineage.actions.replace_plan import replace_plan
from lineage.models import Licence, Version
from lineage.verdicts import record_on, strip_on


@dataclass(frozen=True, slots=True)
class MadeVersion:
    """What was really made. A parent without a day was obtained on a day that nobody knows."""

    sha256: str
    published_on: date
    licence: Licence
    parents: Sequence[ParentLine]
    url: str = ""


def release_clean_version(campaign: Campaign, made: MadeVersion, *, at: datetime, by: User) -> Update:
    """funded or training -> released. Refused whole: what was planned stays on record until all is well.

    Raises NotPossibleNow, PlanNotClean (with the paths that taint it), ReleaseRefused and PlanRefused of lineage.
    """
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        if held.stage not in (Stage.FUNDED, Stage.TRAINING):
            raise NotPossibleNow("A clean version is released once the campaign is funded.")
        version = held.clean_version
        assert version is not None, "what is funded has a planned version"
        replace_plan(version, [line.as_document(version.slug) for line in made.parents], at=at, by=by)
        release_version(
            version,
            sha256=made.sha256,
            published_on=made.published_on,
            licence=made.licence,
            url=made.url,
            at=at,
            by=by,
        )
        on = judged_day(version, held.zone, at)
        judgement = judge_plan(held, on=on)
        if not judgement.good:
            raise PlanNotClean(judgement)
        _store_verdicts(held, on=on)
        _take_the_steps(held, at=at, by=by)
        update = publish_update(held, Update.Kind.RELEASED, at=at, author=by, data=_what_changed(held, on=on))
    campaign.refresh_from_db()
    return update


def _store_verdicts(campaign: Campaign, *, on: date) -> None:
    for answered in answer_promises(campaign, on=on):
        Promise.objects.filter(pk=answered.promise.pk).update(at_release=answered.after)


def _take_the_steps(campaign: Campaign, *, at: datetime, by: User) -> None:
    """Who never said that training began has trained all the same."""
    if campaign.stage == Stage.FUNDED:
        move_campaign(campaign, Stage.TRAINING, at=at, by=f"user {by.pk}", reason="released straight away")
    move_campaign(campaign, Stage.RELEASED, at=at, by=f"user {by.pk}")


def _what_changed(campaign: Campaign, *, on: date) -> dict[str, object]:
    """The uses before and after, and the restrictions that are gone, each with the way on which it came."""
    tainted, clean = campaign.tainted_version, campaign.clean_version
    assert tainted is not None and clean is not None
    left = {item.term.id for item in record_on(clean, on).restrictions}
    gone = [item for item in record_on(tainted, on).restrictions if item.term.id not in left]
    return {
        "sha256": clean.sha256,
        "promises": list(campaign.promises.values("action", "facts", "before", "planned", "at_release")),
        "before": _verdicts(tainted, on),
        "after": _verdicts(clean, on),
        "gone": [
            {
                "term": item.term.id,
                "limit": item.term.limit,
                "licence": item.licence,
                "origin": item.origin,
                "path": list(item.path),
            }
            for item in gone
        ],
    }


def _verdicts(version: Version, on: date) -> list[dict[str, object]]:
    """`duties` counts the things to keep where nothing else stands in the way of a use."""
    return [
        {"use": item.key, "verdict": item.verdict, "duties": item.duties if item.only_duties else 0}
        for item in strip_on(version, on)
    ]
