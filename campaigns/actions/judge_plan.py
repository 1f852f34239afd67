"""Judge the clean version of a campaign: is its lineage clean, are the promised restrictions gone, do promises hold?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.models import Campaign, Promise
from lineage.engine.document import Facts
from lineage.engine.terms import severity
from lineage.models import Version
from lineage.verdicts import Objection, Use, clean_or_why, record_on, verdict_on

# What can be promised is what one may do, be it with duties.
GOOD = severity("conditional")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What stands in the way; empty when nothing does. `weak` are promises that the plan does not keep."""

    objections: tuple[Objection, ...]
    weak: "tuple[AnsweredPromise, ...]"

    @property
    def good(self) -> bool:
        return not self.objections and not self.weak


@dataclass(frozen=True, slots=True)
class AnsweredPromise:
    """A promised use with its verdict before and as planned (or as made)."""

    promise: Promise
    before: str
    after: str


class PlanNotClean(Exception):
    """The version cannot do what is promised of it. `judgement` says why, with paths and cures."""

    def __init__(self, judgement: Judgement) -> None:
        codes = [objection.code for objection in judgement.objections]
        codes += [f"promise {answered.promise.action} is {answered.after}" for answered in judgement.weak]
        super().__init__(", ".join(codes))
        self.judgement = judgement


def local_day(campaign: Campaign, at: datetime) -> date:
    """The day it is for the campaign: verdicts are asked for days, and days belong to a zone."""
    return at.astimezone(ZoneInfo(campaign.zone)).date()


def judged_day(version: Version, zone: str, moment: datetime) -> date:
    """The day of which a version is judged when somebody looks at that moment, in a campaign's zone.

    The maker's calendar may be a day ahead of the campaign's: what is made is judged as published at the earliest.
    """
    day = moment.astimezone(ZoneInfo(zone)).date()
    # Before it was released it was a plan, and is judged as it was planned for that day. What has no such moment, and
    # is no plan, was made when it was put on record.
    is_made = not version.planned and (version.released_at is None or version.released_at <= moment)
    return max(day, version.published_on) if is_made and version.published_on else day


def judge_plan(campaign: Campaign, *, on: date) -> Judgement:
    """Judged on that day, strictly. The campaign has both its versions."""
    tainted, clean = _both(campaign)
    gone = campaign.promised_gone or default_promised_gone(tainted, on=on)
    answered = answer_promises(campaign, on=on)
    return Judgement(
        objections=tuple(clean_or_why(clean, on, gone)),
        weak=tuple(a for a in answered if severity(a.after) > _worst_that_is_kept(a.promise)),
    )


def refuse_unclean(campaign: Campaign, *, on: date) -> None:
    """Raises PlanNotClean."""
    judgement = judge_plan(campaign, on=on)
    if not judgement.good:
        raise PlanNotClean(judgement)


def answer_promises(campaign: Campaign, *, on: date) -> tuple[AnsweredPromise, ...]:
    tainted, clean = _both(campaign)
    return tuple(
        AnsweredPromise(promise, before=_verdict(tainted, promise, on), after=_verdict(clean, promise, on))
        for promise in campaign.promises.all()
    )


def default_promised_gone(tainted: Version, *, on: date) -> list[str]:
    """The restrictions that it inherits for certain; where none is certain, all that are possible."""
    restrictions = record_on(tainted, on).restrictions
    certain = [item.term.id for item in restrictions if item.certain]
    return sorted(set(certain or [item.term.id for item in restrictions]))


def _worst_that_is_kept(promise: Promise) -> int:
    """Once planned, a promise is kept by a verdict that is no worse than planned."""
    return severity(promise.planned) if promise.planned else GOOD


def _verdict(version: Version, promise: Promise, on: date) -> str:
    facts = Facts(**promise.facts)
    return verdict_on(version, Use(promise.action, facts), on).verdict


def _both(campaign: Campaign) -> Sequence[Version]:
    assert campaign.tainted_version is not None and campaign.clean_version is not None, "a complete draft has both"
    return campaign.tainted_version, campaign.clean_version
