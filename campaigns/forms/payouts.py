"""The forms with which the staff record a payment and decide about doubts."""

from django import forms
from django.utils.translation import gettext_lazy

from campaigns.forms.draft import countries_to_choose
from lineage.forms.in_words import FormInWords


class AmountSeen(forms.IntegerField):
    """Minor units that a page showed; None for anything that no page of ours shows."""

    widget = forms.HiddenInput

    def clean(self, value: object) -> int | None:
        try:
            seen: int | None = super().clean(value)
        except forms.ValidationError:
            return None
        return seen


class ReceiptForm(FormInWords):
    """`amount` is what the page showed, so that nobody records another sum than they saw: then it is another amount,
    and no fault of a field that nobody sees."""

    amount = AmountSeen()
    receipt = forms.CharField(
        label=gettext_lazy("What proves it"),
        max_length=200,
        help_text=gettext_lazy("The bank’s reference. Staff and the trainer see it."),
        error_messages={"required": gettext_lazy("Say what proves the payment: the bank’s reference.")},
    )

    def show_amount(self, minor: int) -> None:
        """The page that it comes back on shows this amount, whatever the one before it showed."""
        self.data = {**dict(self.data.items()), self.add_prefix("amount"): str(minor)}


class PayeeForm(FormInWords):
    """Where and how the trainer is paid of a campaign that opened before this was asked."""

    country = forms.ChoiceField(label=gettext_lazy("Country of the trainer"), choices=countries_to_choose)
    way = forms.ChoiceField(
        label=gettext_lazy("How they are paid"),
        choices=[("by-hand", gettext_lazy("by bank transfer")), ("connect", gettext_lazy("through Stripe"))],
    )


class DoubtForm(FormInWords):
    """`do` is pay or do-not-pay."""

    do = forms.ChoiceField(choices=[("pay", "pay"), ("do-not-pay", "do-not-pay")], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It is kept with the decision."),
    )
