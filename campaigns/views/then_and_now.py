"""Updates as pages tell them: with their pictures, and with what the record said then and says now.

However many updates a page has, their families are read once, and each day is judged once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import prefetch_related_objects

from campaigns.actions.judge_plan import judged_day
from campaigns.models import Update, UpdatePicture
from lineage.models import Version
from lineage.verdicts import DayRecord, DayVerdict, FamilyTooLarge, records_of_days

LARGEST_FAMILY = 1_000
#: Pictures of about the same shape can be laid over each other; others stand side by side.
SAME_SHAPE = 0.02
#: How many pictures a page of many updates shows of the newest that has any.
FEW = 2


@dataclass(frozen=True, slots=True)
class ChangedUse:
    """One of the eight uses whose verdict is another one today."""

    use: str
    then: DayVerdict
    now: DayVerdict


@dataclass(frozen=True, slots=True)
class ThenAndNow:
    """`computed`: no record was kept then, so that day was judged by what is on record now."""

    then: DayRecord
    now: DayRecord
    computed: bool

    @property
    def changed(self) -> tuple[ChangedUse, ...]:
        both = ((use, then, self.now.verdicts.get(use)) for use, then in self.then.verdicts.items())
        return tuple(ChangedUse(use, then, now) for use, then, now in both if now is not None and now != then)

    @property
    def same(self) -> bool:
        return not self.changed and self.then.state == self.now.state


@dataclass(frozen=True, slots=True)
class Told:
    """`before` and `after` are the two sides of a comparison; `laid_over`: they have the same shape.

    `elsewhere`: how many more pictures stand on the update's own page.
    """

    update: Update
    pictures: tuple[UpdatePicture, ...]
    before: UpdatePicture | None
    after: UpdatePicture | None
    record: ThenAndNow | None
    elsewhere: int = 0

    @property
    def compared(self) -> int:
        """How many pictures the comparison has: two, or none."""
        return 2 if self.before is not None and self.after is not None else 0

    @property
    def laid_over(self) -> bool:
        if self.before is None or self.after is None:
            return False
        one, other = self.before.width / self.before.height, self.after.width / self.after.height
        return abs(one - other) <= SAME_SHAPE * other


def tell_updates(updates: Sequence[Update], *, at: datetime) -> list[Told]:
    """`updates` with their campaign at hand."""
    prefetch_related_objects(updates, "version", "pictures")
    judged = _judged(updates, at)
    return [_told(update, list(update.pictures.all()), judged, at) for update in updates]


def with_few_pictures(told: Sequence[Told]) -> list[Told]:
    """The newest first. It shows its comparison, or two pictures; the others say how many they have.

    So what pictures add to the weight of a page does not grow with what was told.
    """
    newest = next((one for one in told if one.compared or one.pictures), None)
    return [_with_few(one, FEW if one is newest else 0) for one in told]


def _with_few(told: Told, few: int) -> Told:
    pictures = told.pictures[: max(few - told.compared, 0)]
    elsewhere = len(told.pictures) - len(pictures)
    if told.compared > few:
        return replace(told, pictures=(), before=None, after=None, elsewhere=elsewhere + told.compared)
    return replace(told, pictures=pictures, elsewhere=elsewhere)


def tell_drafted(update: Update, pictures: Sequence[UpdatePicture], *, at: datetime) -> Told:
    """An update that is not published yet, as it will be told."""
    return _told(update, pictures, _judged([update], at), at)


def _told(
    update: Update,
    pictures: Sequence[UpdatePicture],
    judged: dict[tuple[str, date], DayRecord],
    at: datetime,
) -> Told:
    by_role = {picture.role: picture for picture in pictures}
    return Told(
        update,
        tuple(picture for picture in pictures if picture.role == UpdatePicture.Role.PLAIN),
        by_role.get(UpdatePicture.Role.BEFORE),
        by_role.get(UpdatePicture.Role.AFTER),
        _then_and_now(update, judged, at),
    )


def _then_and_now(update: Update, judged: dict[tuple[str, date], DayRecord], at: datetime) -> ThenAndNow | None:
    slug = update.version.slug
    now = judged.get((slug, _day(update, at)))
    if now is None:
        return None
    if update.record:
        return ThenAndNow(DayRecord.from_json(update.record), now, computed=False)
    return ThenAndNow(judged[slug, _day(update, update.published_at)], now, computed=True)


def _judged(updates: Iterable[Update], at: datetime) -> dict[tuple[str, date], DayRecord]:
    asked: set[tuple[Version, date]] = set()
    for update in updates:
        asked.add((update.version, _day(update, at)))
        if not update.record:
            asked.add((update.version, _day(update, update.published_at)))
    try:
        return records_of_days(asked, largest=LARGEST_FAMILY)
    except FamilyTooLarge:
        return {}


def _day(update: Update, moment: datetime) -> date:
    return judged_day(update.version, update.campaign.zone, moment)
