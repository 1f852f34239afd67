"""Judge the clean version of a campaign: is its lineage clean, are the promised restrictions gone, do promises hold?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.models import Campaign, Promise
from lineage.engine.document import Facts
from lineage.engine.terms import severity
from lineage.models import Version
from lineage.verdicts import Objection, Record, Use, answer_of, clean_or_why_in, record_on, records_on

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
    return _judged(campaign, *_both_records(campaign, on))


def judge_plans(campaigns: Iterable[Campaign], *, at: datetime) -> dict[int, Judgement]:
    """By the campaign's key, each judged on its own local day; each has both its versions.

    The families are read once for all. That it costs the same for however many, the promises must be at hand.
    """
    days = {campaign: local_day(campaign, at) for campaign in campaigns}
    records = records_on((version, on) for campaign, on in days.items() for version in _both(campaign))
    return {
        campaign.pk: _judged(campaign, *(records[version.slug, on] for version in _both(campaign)))
        for campaign, on in days.items()
    }


def refuse_unclean(campaign: Campaign, *, on: date) -> None:
    """Raises PlanNotClean."""
    judgement = judge_plan(campaign, on=on)
    if not judgement.good:
        raise PlanNotClean(judgement)


def answer_promises(campaign: Campaign, *, on: date) -> tuple[AnsweredPromise, ...]:
    return _answered(campaign, *_both_records(campaign, on))


def default_promised_gone(tainted: Version, *, on: date) -> list[str]:
    """The restrictions that it inherits for certain; where none is certain, all that are possible."""
    return _gone_by_default(record_on(tainted, on))


def _judged(campaign: Campaign, tainted: Record, clean: Record) -> Judgement:
    answered = _answered(campaign, tainted, clean)
    return Judgement(
        objections=clean_or_why_in(clean, campaign.promised_gone or _gone_by_default(tainted)),
        weak=tuple(a for a in answered if severity(a.after) > _worst_that_is_kept(a.promise)),
    )


def _answered(campaign: Campaign, tainted: Record, clean: Record) -> tuple[AnsweredPromise, ...]:
    return tuple(
        AnsweredPromise(promise, before=_verdict(tainted, promise), after=_verdict(clean, promise))
        for promise in campaign.promises.all()
    )


def _gone_by_default(tainted: Record) -> list[str]:
    certain = [item.term.id for item in tainted.restrictions if item.certain]
    return sorted(set(certain or [item.term.id for item in tainted.restrictions]))


def _worst_that_is_kept(promise: Promise) -> int:
    """Once planned, a promise is kept by a verdict that is no worse than planned."""
    return severity(promise.planned) if promise.planned else GOOD


def _verdict(record: Record, promise: Promise) -> str:
    return answer_of(record, Use(promise.action, Facts(**promise.facts))).verdict


def _both_records(campaign: Campaign, on: date) -> tuple[Record, Record]:
    """Of the model to replace and of its clean version; their families are read once."""
    tainted, clean = _both(campaign)
    records = records_on([(tainted, on), (clean, on)])
    return records[tainted.slug, on], records[clean.slug, on]


def _both(campaign: Campaign) -> tuple[Version, Version]:
    assert campaign.tainted_version is not None and campaign.clean_version is not None, "a complete draft has both"
    return campaign.tainted_version, campaign.clean_version
