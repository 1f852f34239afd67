"""What a campaign's page says of its two models: which ways restrictions came, and what becomes possible.

Everything here asks `lineage.verdicts`; nothing is judged in this app.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from campaigns.models import Campaign, Promise
from lineage.engine import terms
from lineage.engine.document import Facts
from lineage.engine.inheritance import Item
from lineage.engine.verdicts import Answer
from lineage.verdicts import Record, Use, answer_of, chips, record_in, record_on

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
    gone: tuple[tuple[str, float | None], ...]
    changes: tuple[Change, ...]
    before: str
    after: str


def why(campaign: Campaign, *, at: datetime) -> Why | None:
    """None while a draft lacks one of its models. One reading of the family serves both."""
    tainted, clean = campaign.tainted_version, campaign.clean_version
    if tainted is None or clean is None:
        return None
    on = at.astimezone(ZoneInfo(campaign.zone)).date()
    today = record_on(tainted, on, beside=[clean.slug])
    then = record_in(today.file, clean, today.inheritance)
    gone = [item for item in today.restrictions if not campaign.promised_gone or item.term.id in campaign.promised_gone]
    ways = _ways(today, gone)
    return Why(
        record=today,
        ways=tuple(ways[:WAYS_SHOWN]),
        more=max(len(ways) - WAYS_SHOWN, 0),
        gone=_kinds(gone),
        changes=tuple(_change(promise, today, then) for promise in campaign.promises.all()),
        before=today.state,
        after=then.state,
    )


def _ways(record: Record, items: Iterable[Item]) -> list[Way]:
    """One way for each model that brings restrictions; the sure ones first, then the short ones."""
    by_origin: dict[str, list[Item]] = {}
    for item in items:
        by_origin.setdefault(item.origin, []).append(item)
    ways = []
    for group in by_origin.values():
        shortest = min((item.path for item in group), key=len)
        ways.append(Way(chips(record, shortest), _kinds(group), any(item.certain for item in group)))
    return sorted(ways, key=lambda way: (not way.certain, len(way.path), way.path))


def _kinds(items: Iterable[Item]) -> tuple[tuple[str, float | None], ...]:
    """Each kind of restriction once, with its tightest limit."""
    limits: dict[str, float | None] = {}
    for item in items:
        known, limit = limits.get(item.term.id), item.term.limit
        limits[item.term.id] = limit if known is None else known if limit is None else min(known, limit)
    return tuple(sorted(limits.items()))


def _change(promise: Promise, today: Record, then: Record) -> Change:
    """What was promised stands as it was promised; the engine only adds which duties go with it."""
    use = Use(promise.action, Facts(**promise.facts))
    after = promise.at_release or promise.planned
    return Change(promise, _shown(promise.before, answer_of(today, use)), _shown(after, answer_of(then, use)))


def _shown(kept: str, answer: Answer) -> Verdict:
    verdict = kept or answer.verdict
    codes = {reason.code for reason in answer.reasons}
    only_duties = verdict == answer.verdict == "conditional" and all(terms.is_obligation(code) for code in codes)
    return Verdict(verdict, len(codes) if only_duties else 0)
