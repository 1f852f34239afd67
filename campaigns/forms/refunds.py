"""The forms with which money is given back by people, and with which work is given up or gets more time."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from campaigns.money import AmountNotUnderstood, parse
from lineage.forms.in_words import FormInWords


class RefundForm(FormInWords):
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept with the refund for the staff. The supporter does not see it."),
    )


class StaffRefundForm(RefundForm):
    amount = forms.CharField(
        label=gettext_lazy("How much"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Leave it empty to give back everything that is left."),
    )
    field_order = ("amount", "note")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean_amount(self) -> int | None:
        typed = self.cleaned_data["amount"]
        if not typed:
            return None
        try:
            return parse(typed, self.currency)
        except AmountNotUnderstood as error:
            raise forms.ValidationError(
                gettext_lazy("This is no amount that can be given back. Write it in figures.")
            ) from error


class GiveUpForm(FormInWords):
    reason = forms.CharField(
        label=gettext_lazy("Why the work is given up"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("It is published as an update, and every supporter gets it by email."),
    )


class MoreTimeForm(FormInWords):
    days = forms.IntegerField(
        label=gettext_lazy("Days more"),
        min_value=1,
        max_value=60,
        help_text=gettext_lazy("60 at most at a time, counted from the day that stands now."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it takes longer"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("It is published as an amendment, and every supporter gets it by email."),
    )

    @property
    def more(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])
