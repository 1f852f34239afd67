"""The form with which a trainer agrees."""

from django import forms
from django.utils.translation import gettext_lazy

from lineage.forms.in_words import FormInWords


class AcceptForm(FormInWords):
    shown_name = forms.CharField(
        label=gettext_lazy("Your name as others see it"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "It stands on the campaign's page and belongs to your account. Your address is never shown."
        ),
    )
