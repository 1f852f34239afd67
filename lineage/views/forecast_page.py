"""What stands on the forecast page, gathered in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from lineage.forms.forecast import MOST_PLANS, DayForm, PlanForm, plan_forms, too_many
from lineage.models import Version
from lineage.verdicts import Asker, FamilyTooLarge, Ground, Prospect, StripItem, prospects

# Why Pony V7 waited: the same base under the licence of one day and of another, beside the base before it and the one
# that was taken in the end.
EXAMPLE = (
    ("sdxl-1.0", "2024-06-20"),
    ("sd3-medium", "2024-06-20"),
    ("sd3-medium", "2024-07-06"),
    ("auraflow", "2024-07-12"),
)
EXAMPLE_WHO = "paid-service"


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """`prospects` stand side by side; `rows` are the same by use. `says` is what is wrong with the whole."""

    plans: list[PlanForm]
    day: DayForm
    example: bool
    on: date
    says: str = ""
    prospects: tuple[Prospect, ...] = ()
    rows: list[tuple[str, list[tuple[int, StripItem, tuple[Ground, ...]]]]] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        return bool(self.says or self.day.errors or any(plan.errors for plan in self.plans))


def forecast_page(asked: QueryDict, today: date, asker: Asker | None) -> ForecastPage:
    """Nothing is judged where it is not known who asks (`asker` is None)."""
    example = not asked.get("base") and not asked.get("also") and _example_is_on_file()
    values = _example() if example else asked
    plans = plan_forms(values)
    day = DayForm({"on": today.isoformat(), **asked.dict()})
    if not all([day.is_valid(), *(plan.is_valid() for plan in plans)]) or asker is None:
        return ForecastPage(plans, day, example, today)
    on = day.cleaned_data["on"] or today
    if too_many(asked):
        says = _("Up to %(most)s models can be compared side by side. Leave out some of them.") % {"most": MOST_PLANS}
        return ForecastPage(plans, day, example, on, says)
    planned = [plan for form in plans if (plan := form.plan(on))]
    try:
        found = prospects(planned, asker.facts, on)
    except FamilyTooLarge:
        return ForecastPage(plans, day, example, on, _("These families are too large to be judged on a page."))
    return ForecastPage(plans, day, example, on, prospects=found, rows=_rows(found))


def _rows(found: tuple[Prospect, ...]) -> list[tuple[str, list[tuple[int, StripItem, tuple[Ground, ...]]]]]:
    """For each use: its key, and for each planned model its number, its answer and its reasons."""
    keys = [item.key for item, _grounds in found[0].answers] if found else []
    return [
        (key, [(number, *prospect.answers[row]) for number, prospect in enumerate(found, start=1)])
        for row, key in enumerate(keys)
    ]


def _example_is_on_file() -> bool:
    wanted = {slug for slug, _day in EXAMPLE}
    return Version.objects.filter(slug__in=wanted).count() == len(wanted)


def _example() -> QueryDict:
    values = QueryDict(mutable=True)
    for slug, day in EXAMPLE:
        values.appendlist("base", slug)
        values.appendlist("taken", day)
    return values
