"""A field for a day, as all pages of lineage ask for one."""

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

EARLIEST = date(2000, 1, 1)
LATEST = date(2100, 12, 31)


def day_field(label: "_StrOrPromise", help_text: "_StrOrPromise" = "") -> forms.DateField:
    """Empty is None, for the page to say what that means."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("This is not a date. Write it as year-month-day, such as 2024-07-05.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[_check],
    )


def _check(day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise forms.ValidationError(gettext_lazy("Choose a day between 2000 and 2100."))
