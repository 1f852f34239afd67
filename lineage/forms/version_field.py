"""A field for a version on file: its id or its name, with suggestions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from lineage.models import Version

LONGEST = 200
SUGGESTED = 300


class VersionField(forms.CharField):
    """Cleans to a Version, or to None where nothing was typed. A plan is found by its id only."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"list": "versions", "autocomplete": "off"})
        super().__init__(**{"max_length": LONGEST, "required": False, "widget": widget, **options})

    def clean(self, value: object) -> "Version | None":
        typed = super().clean(value)
        return find_version(typed) if typed else None


def find_version(typed: str) -> Version:
    """By id, or by name where only one is called so. Raises ValidationError with what to do."""
    found = list(Version.objects.filter(slug=typed)[:1])
    found = found or list(Version.objects.filter(name__iexact=typed, planned=False)[:2])
    if not found:
        raise forms.ValidationError(
            _("No model “%(typed)s” is on file. Choose one from the list, or look for it under “Models and lineage”."),
            params={"typed": typed},
        )
    if len(found) > 1:
        raise forms.ValidationError(_("Several models have this name. Type the id of the one that you mean."))
    return found[0]


def suggested_versions() -> list[Version]:
    """The first of those on file, for the list under a field; any other can be typed."""
    return list(Version.objects.filter(planned=False).only("slug", "name").order_by("name", "slug")[:SUGGESTED])
