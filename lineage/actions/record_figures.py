"""Record how often versions are taken, and what retraining them costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from lineage.actions.write_log import write_log
from lineage.formats.figures_table import FiguresLine, read_figures
from lineage.models import Figures, LogEntry, Version

FIELDS: Final = ("downloads", "counted_on", "downloads_source", "cost_usd", "cost_stated", "cost_source")
MOST_TOLD: Final = 1000


class FiguresRefused(ValueError):
    """The figures cannot be kept. `place` is the line and column, `says` a sentence that tells what to do."""

    def __init__(self, place: str, says: str) -> None:
        super().__init__(f"{place}: {says}" if place else says)
        self.place = place
        self.says = says


@dataclass(frozen=True, slots=True)
class FiguresRecorded:
    changed: int
    unchanged: int


def record_figures(lines: Sequence[FiguresLine], *, by: User | None, at: datetime) -> FiguresRecorded:
    """All lines or none; the same lines again change nothing, and write nothing into the log. Raises FiguresRefused."""
    slugs = {line.artefact for line in lines}
    with transaction.atomic():
        versions = Version.objects.in_bulk(slugs, field_name="slug")
        kept = {row.version_id: row for row in Figures.objects.select_for_update().filter(version__slug__in=slugs)}
        changed: dict[str, Figures] = {}
        said: dict[str, FiguresLine] = {}
        for line in lines:
            _refuse_twice(line, said)
            row = _told(line, versions.get(line.artefact), kept)
            if row is not None:
                changed[line.artefact] = row
        Figures.objects.bulk_create(
            changed.values(), update_conflicts=True, unique_fields=["version"], update_fields=FIELDS, batch_size=1000
        )
        if changed:
            told: dict[str, object] = {"versions": sorted(changed)[:MOST_TOLD], "number": len(changed)}
            write_log(LogEntry.Kind.FIGURES_RECORDED, at=at, by=by, data=told)
    return FiguresRecorded(len(changed), len(lines) - len(changed))


def record_figures_text(text: bytes | str, *, by: User | None, at: datetime) -> FiguresRecorded:
    """The same, of the text of a table. Raises FiguresUnreadable or FormatError too."""
    return record_figures(read_figures(text), by=by, at=at)


def _refuse_twice(line: FiguresLine, said: dict[str, FiguresLine]) -> None:
    other = said.setdefault(line.artefact, line)
    if other is not line:
        raise FiguresRefused(f"{line.place}, artefact", f"'{line.artefact}' stands in {other.place} too; keep one")


def _told(line: FiguresLine, version: Version | None, kept: dict[int, Figures]) -> Figures | None:
    """The row as it shall be, not saved yet; None if it is so already."""
    if version is None:
        says = f"there is no version '{line.artefact}' on record; put it on record first, or correct the id"
        raise FiguresRefused(f"{line.place}, artefact", says)
    row = kept.get(version.pk) or Figures(version=version)
    before = [getattr(row, field) for field in FIELDS]
    for field, value in line.given.items():
        setattr(row, field, value)
    _check(row, line.place)
    unchanged = [getattr(row, field) for field in FIELDS] == before
    return None if unchanged and row.pk else row


def _check(row: Figures, place: str) -> None:
    if row.downloads is not None and row.counted_on is None:
        raise FiguresRefused(f"{place}, counted_on", "say on which day the downloads were counted")
    if row.downloads is not None and not row.downloads_source:
        raise FiguresRefused(f"{place}, downloads_source", "say who counted the downloads")
    if row.cost_usd is not None and not row.cost_source:
        raise FiguresRefused(f"{place}, cost_source", "say who stated the cost, or how it was estimated")
    if row.cost_usd is None and row.cost_stated:
        raise FiguresRefused(f"{place}, cost_usd", "a cost that was stated is a number; write it, or cost_stated no")
