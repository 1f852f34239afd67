"""The form with which somebody asks for a campaign's updates."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lineage.forms.in_words import FormInWords


class FollowForm(FormInWords):
    email = forms.EmailField(
        max_length=254,
        label=_("Email address"),
        error_messages={
            "required": _("Enter the email address that the updates shall go to."),
            "invalid": _("Check the email address: it should look like name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
