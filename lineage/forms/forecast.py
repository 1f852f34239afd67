"""What is asked on the forecast page: up to four planned models, and for which day."""

from collections.abc import Iterable
from datetime import date
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lineage.forms.days import day_field
from lineage.forms.in_words import FormInWords
from lineage.forms.version_field import VersionField
from lineage.verdicts import PlannedModel
from lineage.words.uses import METHODS

MOST_PLANS = 4
USUAL_METHOD = "finetune"
FIELDS = ("base", "also", "how", "taken")


class PlanForm(FormInWords):
    """One planned model. The fields of all have the same names, and lie beside each other in the address."""

    base = VersionField(label=gettext_lazy("Made from"))
    also = VersionField(label=gettext_lazy("and from"))
    how = forms.ChoiceField(label=gettext_lazy("How"), required=False, choices=list(METHODS.items()))
    taken = day_field(gettext_lazy("Taken on"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("also") and not cleaned.get("base") and "base" not in self.errors:
            self.add_error("base", _("Say what it is made from first; then what else goes in."))
        return cleaned

    def plan(self, today: date) -> PlannedModel | None:
        """None where no base was named. Only of a valid form."""
        cleaned = self.cleaned_data
        if not cleaned.get("base"):
            return None
        bases = dict.fromkeys(base for base in (cleaned["base"], cleaned["also"]) if base)
        return PlannedModel(tuple(bases), cleaned["how"] or USUAL_METHOD, cleaned["taken"] or today)


class DayForm(FormInWords):
    """For which day the answers are asked."""

    on = day_field(gettext_lazy("The answers as of"))


def plan_forms(asked: QueryDict) -> list[PlanForm]:
    """One form for each planned model that was asked about, and empty ones up to four.

    More than four are not made: `too_many` says so.
    """
    rows = list(zip_longest(*(asked.getlist(name) for name in FIELDS), fillvalue=""))[:MOST_PLANS]
    rows += [("", "", "", "")] * (MOST_PLANS - len(rows))
    return [_plan_form(number, row) for number, row in enumerate(rows, start=1)]


def too_many(asked: QueryDict) -> bool:
    """Whether more planned models were asked about than stand side by side."""
    return len([base for base in asked.getlist("base") if base.strip()]) > MOST_PLANS


def _plan_form(number: int, row: Iterable[str]) -> PlanForm:
    values = dict(zip(FIELDS, row, strict=True))
    return PlanForm({**values, "how": values["how"] or USUAL_METHOD}, auto_id=f"plan-{number}-%s")
