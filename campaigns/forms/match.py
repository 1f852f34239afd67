"""The form with which somebody promises to match the coins of others."""

import secrets
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns import money
from campaigns.forms.amounts import refusal_of_amount
from lineage.forms.in_words import FormInWords


class MatchForm(FormInWords):
    """`cleaned_data["cap"]` is minor units: the most that the match may come to."""

    cap = forms.CharField(
        max_length=64,
        label=_("The most that you give"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"}),
        error_messages={"required": _("Enter the most that you give.")},
    )
    name = forms.CharField(
        required=False,
        max_length=60,
        label=_("Name to show"),
        help_text=_("Left empty, the supporters’ wall says “Somebody”."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    anonymous = forms.BooleanField(required=False, label=_("Give anonymously: do not show my name anywhere"))
    email = forms.EmailField(
        max_length=254,
        label=_("Email address"),
        help_text=_("For what becomes of your promise, and to take it back. It is never shown."),
        error_messages={
            "required": _("Enter your email address: what becomes of your promise is mailed to it."),
            "invalid": _("Check the email address: it should look like name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=_("I agree to this. My card may be saved, and charged as it says."),
        error_messages={"required": _("Tick that you agree: without it no card can be saved.")},
    )
    form_nonce = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        currency: str,
        most: int | None,
        initial: dict[str, object] | None = None,
    ) -> None:
        """`most` is the largest match that is possible now, in minor units; None for no limit but the currency's."""
        super().__init__(data, initial={"form_nonce": secrets.token_urlsafe(24), **(initial or {})})
        self.currency = currency
        if currency == "JPY":
            self.fields["cap"].widget.attrs["inputmode"] = "numeric"
        limit = money.figure(money.CURRENCIES[currency].most if most is None else most, currency)
        self.fields["cap"].help_text = _("In %(currency)s, up to %(most)s now.") % {"currency": currency, "most": limit}

    def clean_cap(self) -> int:
        try:
            return money.parse(self.cleaned_data["cap"], self.currency)
        except money.AmountNotUnderstood as error:
            raise forms.ValidationError(refusal_of_amount(error.reason, self.currency)) from error

    def clean_form_nonce(self) -> str:
        return self.cleaned_data["form_nonce"] or secrets.token_urlsafe(24)
