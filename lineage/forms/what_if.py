"""What is asked on the what-if page of a version."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lineage.forms.days import day_field
from lineage.forms.in_words import FormInWords
from lineage.forms.version_field import VersionField
from lineage.models import Version


class WhatIfForm(FormInWords):
    """Cleans to `by` (None is a clean stand-in) and `on`; what is left out has its usual value."""

    by = VersionField(
        label=gettext_lazy("Put in its place"),
        help_text=gettext_lazy("A model on file. Empty: a clean stand-in that inherits nothing and sets no terms."),
    )
    on = day_field(gettext_lazy("The answers as of"))

    def __init__(self, asked: Any, *, version: Version, today: date) -> None:
        super().__init__({"on": today.isoformat(), **asked})
        self.version, self.today = version, today

    def clean_by(self) -> Version | None:
        by: Version | None = self.cleaned_data["by"]
        if by is not None and by.pk == self.version.pk:
            raise forms.ValidationError(_("This is the model itself. Choose another one, or leave the field empty."))
        return by

    def clean_on(self) -> date:
        return self.cleaned_data["on"] or self.today
