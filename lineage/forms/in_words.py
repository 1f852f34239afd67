"""A form that says what is missing by its name. Every form of ours is one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _


class FormInWords(forms.Form):
    """Where a field has no words of its own for being empty, its label is in what is said; Django's words name nothing.

    The summary above a form lists what is wrong without the fields, so that each sentence must stand alone.
    """

    def add_error(self, field: str | None, error: Any) -> None:
        if field is not None and names_nothing(error):
            error = ValidationError(what_is_missing(self[field]), code="required")
        super().add_error(field, error)


def names_nothing(error: object) -> bool:
    """Whether it is Django's own word for an empty field."""
    if not isinstance(error, ValidationError) or getattr(error, "code", None) != "required":
        return False
    return bool(error.message == forms.Field.default_error_messages["required"])


def what_is_missing(asked: BoundField) -> str:
    """What is to be done with an empty field."""
    label = {"label": asked.label}
    if isinstance(asked.field, forms.BooleanField):
        return _("Tick “%(label)s”.") % label
    if isinstance(asked.field, forms.FileField):
        return _("Choose a file for “%(label)s”.") % label
    if isinstance(asked.field, forms.ChoiceField):
        return _("Choose something for “%(label)s”.") % label
    return _("Fill in “%(label)s”.") % label
