"""What the eight uses were judged on some day, small enough to be kept: for whoever tells what was known when."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from lineage.engine.document import LineageFile
from lineage.engine.inheritance import solve
from lineage.engine.writing import write
from lineage.models import Version
from lineage.records import lineage_of
from lineage.verdicts.record import Record, record_in
from lineage.verdicts.strip import StripItem, answer_of, eight_uses


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """`duties` counts what is to be kept where duties are all that stands beside a use."""

    verdict: str
    duties: int = 0


@dataclass(frozen=True, slots=True)
class DayRecord:
    """A version on a day: its state, the verdicts by use, and the sha256 of the lineage that they were made from."""

    on: date
    state: str
    lineage: str
    verdicts: Mapping[str, DayVerdict]

    def to_json(self) -> dict[str, object]:
        kept = {use: [one.verdict, one.duties] for use, one in self.verdicts.items()}
        return {"on": self.on.isoformat(), "state": self.state, "lineage": self.lineage, "verdicts": kept}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        told = {use: DayVerdict(str(verdict), int(duties)) for use, (verdict, duties) in kept["verdicts"].items()}
        # PostgreSQL keeps the keys of an object in an order of its own.
        verdicts = {use: told[use] for use, _ in eight_uses() if use in told}
        return cls(date.fromisoformat(kept["on"]), kept["state"], kept["lineage"], verdicts)


def records_of_days(
    asked: Iterable[tuple[Version, date]], *, largest: int | None = None
) -> dict[tuple[str, date], DayRecord]:
    """By slug and day, as one person who sells images asks. Few queries: the families are read once for all.

    Each day is solved once, however many versions are asked for on it.

    A day that has passed is judged by what is on record now. Raises FamilyTooLarge.
    """
    asked = sorted(set(asked), key=lambda one: (one[1], one[0].slug))
    if not asked:
        return {}
    file = lineage_of({version.slug for version, _ in asked}, largest=largest)
    digest = _digest(file)
    by_day: dict[date, list[Version]] = {}
    for version, on in asked:
        by_day.setdefault(on, []).append(version)
    found = {}
    for on, versions in by_day.items():
        inheritance = solve(file, on)
        for version in versions:
            found[version.slug, on] = _told(record_in(file, version, inheritance), digest)
    return found


def record_of_day(version: Version, on: date, *, largest: int | None = None) -> DayRecord:
    """The same for one. Raises FamilyTooLarge."""
    return records_of_days([(version, on)], largest=largest)[version.slug, on]


def _told(record: Record, digest: str) -> DayRecord:
    verdicts = {}
    for key, use in eight_uses():
        given = answer_of(record, use)
        item = StripItem(key, use, given.verdict, given, lenient=given.verdict)
        verdicts[key] = DayVerdict(given.verdict, item.duties if item.only_duties else 0)
    return DayRecord(record.on, str(record.state), digest, verdicts)


def _digest(file: LineageFile) -> str:
    return hashlib.sha256(write(file).encode()).hexdigest()
