"""What a campaign's page says of its two models: which ways restrictions came, and what becomes possible.

Everything here asks `lineage.verdicts`; nothing is judged in this app.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.models import Campaign, Promise
from lineage.engine import terms
from lineage.engine.document import Facts
from lineage.models import Version
from lineage.verdicts import Ground, Record, Source, Use, answer_of, inherited_restrictions, record_in, record_on

WAYS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Way:
    """One way by which restrictions came: from the model that brought them down to the tainted one."""

    path: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, float | None], ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """One verdict to show. `duties` counts what is to be kept where duties are all that stands beside it."""

    verdict: str
    duties: int


@dataclass(frozen=True, slots=True)
class Change:
    """A promised use: what one may do with the model today, and with the clean version."""

    promise: Promise
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class Why:
    """`more` counts the ways that are not shown; the states are those of the two models today."""

    record: Record
    ways: tuple[Way, ...]
    more: int
    changes: tuple[Change, ...]
    before: str
    after: str


def why(campaign: Campaign, *, at: datetime) -> Why | None:
    """None while a draft lacks one of its models. One reading of the family serves both."""
    tainted, clean = campaign.tainted_version, campaign.clean_version
    if tainted is None or clean is None:
        return None
    today = record_on(tainted, _day(campaign, at), beside=[clean.slug])
    then = record_in(today.file, clean, today.inheritance)
    promised = campaign.promised_gone
    gone = [ground for ground in inherited_restrictions(today) if not promised or ground.code in promised]
    ways = _ways(gone)
    return Why(
        record=today,
        ways=tuple(ways[:WAYS_SHOWN]),
        more=max(len(ways) - WAYS_SHOWN, 0),
        changes=_changes(campaign, today, then),
        before=today.state,
        after=then.state,
    )


def changes_of(campaigns: Iterable[Campaign], *, at: datetime, largest: int) -> dict[int, tuple[Change, ...]]:
    """The same changes by the keys of many campaigns. Their families are read once for each day that they are on.

    A draft that lacks one of its models is left out. Raises FamilyTooLarge when all together are more than `largest`.
    """
    by_day: dict[date, list[tuple[Campaign, Version, Version]]] = {}
    for one in campaigns:
        if one.tainted_version is not None and one.clean_version is not None:
            by_day.setdefault(_day(one, at), []).append((one, one.tainted_version, one.clean_version))
    found = {}
    for on, those in by_day.items():
        slugs = [version.slug for _, *both in those for version in both]
        read = record_on(those[0][1], on, beside=slugs, largest=largest)
        for one, *both in those:
            today, then = (record_in(read.file, version, read.inheritance) for version in both)
            found[one.pk] = _changes(one, today, then)
    return found


def _day(campaign: Campaign, at: datetime) -> date:
    return at.astimezone(ZoneInfo(campaign.zone)).date()


def _changes(campaign: Campaign, today: Record, then: Record) -> tuple[Change, ...]:
    return tuple(_change(promise, today, then) for promise in campaign.promises.all())


def _ways(grounds: Iterable[Ground]) -> list[Way]:
    """One way for each model that brings restrictions; the sure ones first, then the short ones."""
    found: dict[str, list[tuple[Ground, Source]]] = {}
    for ground in grounds:
        for source in ground.sources:
            slug, _ = source.origin
            found.setdefault(slug, []).append((ground, source))
    ways = [
        Way(
            path=min((source.path for _, source in brought), key=len),
            terms=tuple(sorted({(ground.code, ground.limit) for ground, _ in brought}, key=str)),
            certain=any(source.certain for _, source in brought),
        )
        for brought in found.values()
    ]
    return sorted(ways, key=lambda way: (not way.certain, len(way.path), way.path))


def _change(promise: Promise, today: Record, then: Record) -> Change:
    """What was promised stands as it was promised; the engine only adds which duties go with it."""
    use = Use(promise.action, Facts(**promise.facts))
    after = promise.at_release or promise.planned
    return Change(promise, _shown(promise.before, today, use), _shown(after, then, use))


def _shown(kept: str, record: Record, use: Use) -> Verdict:
    answer = answer_of(record, use)
    verdict = kept or answer.verdict
    codes = {reason.code for reason in answer.reasons}
    only_duties = verdict == answer.verdict == "conditional" and all(terms.is_obligation(code) for code in codes)
    return Verdict(verdict, len(codes) if only_duties else 0)
