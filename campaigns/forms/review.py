"""The form with which the staff give a campaign back."""

from django import forms
from django.utils.translation import gettext_lazy

from lineage.forms.in_words import FormInWords


class ReturnForm(FormInWords):
    reason = forms.CharField(
        label=gettext_lazy("What has to be mended"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The organiser gets this by email."),
    )
