"""The form with which somebody asks for a campaign's updates."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FollowForm(forms.Form):
    email = forms.EmailField(
        max_length=254,
        label=_("E-mail address"),
        error_messages={
            "required": _("Enter the e-mail address that the updates shall go to."),
            "invalid": _("Check the shape of the e-mail address."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
