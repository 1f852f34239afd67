"""What stands on the page of a repair plan, gathered in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.forms import BoundField
from django.utils.translation import gettext as _

from lineage.engine.inheritance import State
from lineage.forms.repair import PricesForm
from lineage.models import Version
from lineage.verdicts import (
    Asker,
    ComparedUse,
    FamilyTooLarge,
    NotRepairable,
    Repair,
    RepairStep,
    repair_of,
    strip_after,
    strip_of,
)


@dataclass(frozen=True, slots=True)
class RepairPage:
    """`says` is why there is no plan. `steps` are those of the plan, each with the field for its price."""

    on: date
    says: str = ""
    repair: Repair | None = None
    form: PricesForm | None = None
    steps: tuple[tuple[RepairStep, BoundField], ...] = ()
    after: State = "clean"
    uses: tuple[ComparedUse, ...] = ()


def repair_page(version: Version, asked: Mapping[str, str], on: date, asker: Asker) -> RepairPage:
    try:
        repair = repair_of(version, on)
    except NotRepairable as error:
        return RepairPage(on, says=str(error))
    except FamilyTooLarge:
        return RepairPage(on, says=_("This family is too large to be planned on a page."))
    form = PricesForm(asked, repair.steps)
    if form.is_valid() and form.prices:
        repair = repair.priced(form.prices)
    after, strip = strip_after(repair, asker)
    both = zip(strip_of(repair.record, asker), strip, strict=True)
    return RepairPage(
        on,
        repair=repair,
        form=form,
        steps=tuple((step, form[f"price-{number}"]) for number, step in enumerate(repair.steps, start=1)),
        after=after,
        uses=tuple(ComparedUse(one, other) for one, other in both),
    )
