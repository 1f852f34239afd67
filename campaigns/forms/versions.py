"""The forms with which a draft gets its two versions, and the trainer registers what was made."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lineage.actions.register_version import plain_hash, refusal_of_hash
from lineage.forms.in_words import FormInWords
from lineage.forms.licence_field import LicenceField
from lineage.models import Licence, Version

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def _day(label: "_StrOrPromise", *, missing: "_StrOrPromise" = "") -> forms.DateField:
    """A day that may be left open, unless there is something to say where it is `missing`."""
    return forms.DateField(
        label=label,
        required=bool(missing),
        error_messages={"required": missing},
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
    )


def _licence(*, required: bool, empty: "_StrOrPromise") -> LicenceField:
    return LicenceField(
        label=gettext_lazy("Licence"),
        queryset=Licence.objects.all(),
        to_field_name="slug",
        required=required,
        empty_label=empty,
        error_messages={"required": gettext_lazy("Choose the licence under which it is offered.")},
    )


class VersionForm(FormInWords):
    """A version that somebody made, described by hand."""

    name = forms.CharField(label=gettext_lazy("Name with version"), max_length=200)
    url = forms.URLField(
        label=gettext_lazy("Address of its page"), required=False, max_length=500, assume_scheme="https"
    )
    licensor = forms.CharField(
        label=gettext_lazy("Who offers it"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("The name under which its maker publishes."),
    )
    published_on = _day(gettext_lazy("Published on"))
    licence = _licence(required=False, empty=gettext_lazy("not known, or not in this list"))
    sha256 = forms.CharField(
        label=gettext_lazy("SHA-256 of the file"),
        max_length=70,
        required=False,
        help_text=gettext_lazy("64 digits. It tells everybody which file is meant."),
    )
    undisclosed_parents = forms.BooleanField(
        label=gettext_lazy("It was also made from models that are not known"), required=False
    )

    def clean_url(self) -> str:
        return web_address(self.cleaned_data["url"])

    def clean_sha256(self) -> str:
        return known_hash(self.cleaned_data["sha256"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("licence") and "published_on" in cleaned and not cleaned["published_on"]:
            self.add_error("published_on", _("A licence stands from the day of publication. Give that day."))
        return cleaned


class LineageFileForm(FormInWords):
    """A lineage file, pasted."""

    file = forms.CharField(
        label=gettext_lazy("Lineage file"),
        max_length=500_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
        help_text=gettext_lazy('JSON that begins with "format": "genseki-lineage/1".'),
    )


class CleanVersionForm(FormInWords):
    """The version that shall be made."""

    name = forms.CharField(label=gettext_lazy("Name with version"), max_length=200)
    licence = _licence(required=True, empty=gettext_lazy("choose"))
    same_maker = forms.BooleanField(
        label=gettext_lazy("It will be published by the maker of the model that it replaces"),
        required=False,
        initial=True,
    )
    from_scratch = forms.BooleanField(
        label=gettext_lazy("It will be trained from scratch: it has no parents"), required=False
    )


class ReleaseForm(FormInWords):
    """The version that was made."""

    sha256 = forms.CharField(
        label=gettext_lazy("SHA-256 of the file"),
        max_length=70,
        error_messages={"required": gettext_lazy("Give the SHA-256 of the file: it says which file is released.")},
        help_text=gettext_lazy("64 digits: on Linux and macOS, sha256sum FILE or shasum -a 256 FILE prints them."),
    )
    published_on = _day(gettext_lazy("Published on"), missing=gettext_lazy("Give the day on which it was published."))
    url = forms.URLField(
        label=gettext_lazy("Address where it is published"), required=False, max_length=500, assume_scheme="https"
    )
    licence = _licence(required=True, empty=gettext_lazy("choose"))
    from_scratch = forms.BooleanField(
        label=gettext_lazy("It was trained from scratch: it has no parents"), required=False
    )

    def __init__(self, *args: Any, version: Version | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version

    def clean_url(self) -> str:
        return web_address(self.cleaned_data["url"])

    def clean_sha256(self) -> str:
        return known_hash(self.cleaned_data["sha256"], but=self.version)


def web_address(typed: str) -> str:
    """Addresses become links on pages, so other schemes are refused."""
    if typed and not typed.startswith(("https://", "http://")):
        raise forms.ValidationError(_("An address begins with https:// or http://."))
    return typed


def known_hash(typed: str, *, but: Version | None = None) -> str:
    digest = plain_hash(typed)
    if says := refusal_of_hash(digest, but=but):
        raise forms.ValidationError(says)
    return digest


def add_refusals(form: forms.Form, errors: Mapping[str, str | list[str]]) -> None:
    """What lineage refuses is said beside the field it is about, or above the form where the form has no such field."""
    for name, says in errors.items():
        form.add_error(name if name in form.fields else None, says)


def agree_on_parents(form: forms.Form, lines: Sequence[object]) -> bool:
    """Either there are parents, or somebody says that there are none; silence would be judged as clean."""
    scratch = form.cleaned_data["from_scratch"]
    if not lines and not scratch:
        form.add_error(None, _("Say from which models it is made, or tick that it is trained from scratch."))
    if lines and scratch:
        form.add_error("from_scratch", _("It has parents below, so it is not trained from scratch."))
    return form.is_valid()
