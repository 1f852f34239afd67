"""The lines that say from what a version was made, or will be."""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.actions.add_version import ParentLine
from campaigns.forms.folded_lines import FoldedLines
from lineage.forms.in_words import FormInWords
from lineage.models import Derivation, Version
from lineage.words.uses import METHODS

PARENT_LINES = 6
SUGGESTED = 300


class ParentForm(FormInWords):
    """One parent. An empty line is none."""

    parent = forms.CharField(
        label=gettext_lazy("Made from"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "versions", "autocomplete": "off"}),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How"), required=False, choices=[("", gettext_lazy("choose")), *METHODS.items()]
    )
    obtained_on = forms.DateField(
        label=gettext_lazy("Obtained on"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    share = forms.CharField(
        label=gettext_lazy("Share in %"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    unsure = forms.BooleanField(label=gettext_lazy("not certain"), required=False)

    def clean_parent(self) -> Version | None:
        typed = self.cleaned_data["parent"].strip()
        return find_version(typed) if typed else None

    def clean_share(self) -> float | None:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["share"]).strip().removesuffix("%").strip()
        if not typed:
            return None
        try:
            share = Decimal(typed)
        except InvalidOperation:
            share = Decimal(-1)
        if not share.is_finite() or not 0 < share <= 100:
            raise forms.ValidationError(_("A share is a number above 0 and up to 100. Leave it empty if unknown."))
        return float(share / 100)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("parent") and not cleaned.get("method"):
            self.add_error("method", _("Choose how it was made from this."))
        said = any(cleaned.get(name) for name in ("method", "obtained_on", "share", "unsure"))
        if said and "parent" in cleaned and not cleaned["parent"]:
            self.add_error("parent", _("Say from which model, or empty the line."))
        return cleaned

    def line(self) -> ParentLine | None:
        cleaned = self.cleaned_data
        if not cleaned.get("parent"):
            return None
        return ParentLine(
            parent=cleaned["parent"],
            method=cleaned["method"],
            obtained_on=cleaned["obtained_on"],
            share=cleaned["share"],
            certain=not cleaned["unsure"],
        )


ParentFormSet = forms.formset_factory(
    ParentForm, formset=FoldedLines, extra=PARENT_LINES, max_num=PARENT_LINES, absolute_max=PARENT_LINES
)


def find_version(typed: str) -> Version:
    """By its id, or by its name where only one has it. Raises ValidationError with what to do."""
    found = list(Version.objects.filter(slug=typed)[:1]) or list(Version.objects.filter(name__iexact=typed)[:2])
    if not found:
        raise forms.ValidationError(
            _("No model “%(typed)s” is on file. Choose one from the list, or add it first."), params={"typed": typed}
        )
    if len(found) > 1:
        raise forms.ValidationError(_("Several models have this name. Write the id of the one that you mean."))
    if found[0].planned:
        raise forms.ValidationError(
            _(
                "This model is only planned: nothing can be made from it yet. Write the models that were really used, "
                "or put it on record as made first."
            )
        )
    return found[0]


def suggested_versions() -> list[Version]:
    """For the list under the fields; whoever means another one can type its id."""
    return list(Version.objects.filter(planned=False).only("slug", "name").order_by("name")[:SUGGESTED])


def lines_of(forms: Iterable[ParentForm]) -> list[ParentLine]:
    """The lines that were filled in, of a valid set of forms."""
    return [line for form in forms if (line := form.line())]


def typed_parents(derivations: Iterable[Derivation]) -> list[dict[str, object]]:
    """Derivations as the lines show them."""
    return [
        {
            "parent": row.parent.slug,
            "method": row.method,
            "obtained_on": row.obtained_on,
            "share": "" if row.share is None else f"{row.share * 100:g}",
            "unsure": not row.certain,
        }
        for row in derivations
    ]
