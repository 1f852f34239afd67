"""A form for each kind of statement, filled with what is proposed: what is put on record instead.

`FIELDS` of each form names its fields by those of the lineage file, so that a refusal stands beside the right one.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lineage.engine.document import LineageFileError
from lineage.engine.json_text import parse
from lineage.engine.terms import TERMS
from lineage.formats.training_metadata import ANY_EARLIER_DAY
from lineage.forms.days import day_field
from lineage.forms.deciding import AcceptForm
from lineage.forms.licence_field import LicenceField
from lineage.forms.version_field import find_version
from lineage.models import Licence
from lineage.words.terms import term_word
from lineage.words.uses import METHODS


class AmendForm(AcceptForm):
    """`content` is the statement as proposed; after `is_valid`, `amended` is the whole new one."""

    FIELDS: ClassVar[dict[str, str]] = {}

    reason = forms.CharField(
        label=gettext_lazy("Why it is changed"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Everybody can read it."),
    )

    def __init__(self, data: Any = None, *, content: Mapping[str, Any]) -> None:
        self.content = content
        initial = {field: self.shown(content.get(key)) for key, field in self.FIELDS.items()}
        super().__init__(data, initial=initial)
        self.order_fields([*self.FIELDS.values(), "certain", "with_needed", "reason"])

    def shown(self, value: object) -> object:
        return value

    def value(self, key: str, cleaned: Any) -> Any:
        return cleaned.isoformat() if isinstance(cleaned, date) else cleaned

    @property
    def amended(self) -> dict[str, Any]:
        """Fields of the statement that the form does not have stay as they were proposed."""
        typed = {key: self.value(key, self.cleaned_data[field]) for key, field in self.FIELDS.items()}
        kept = {key: value for key, value in self.content.items() if key not in typed}
        return kept | {key: value for key, value in typed.items() if value not in (None, "", [])}

    def refuse(self, errors: Mapping[str, str]) -> None:
        """What an action refused, beside the field it is about, or above the form."""
        for key, says in errors.items():
            field = self.FIELDS.get(key.split(".")[0].split("[")[0], key)
            self.add_error(
                field if field in self.fields else None, says if field in self.fields or not key else f"{key}: {says}"
            )


class VersionName(forms.CharField):
    """A version by its id or name, cleaned to its id. What was proposed may stay, on record or not."""

    def __init__(self, label: Any) -> None:
        widget = forms.TextInput(attrs={"list": "versions", "autocomplete": "off"})
        super().__init__(label=label, max_length=200, widget=widget)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        return typed if typed == self.initial or not typed else find_version(typed).slug


class ArtefactForm(AmendForm):
    FIELDS = {
        key: key
        for key in ("id", "name", "licensor", "published_on", "sha256", "url", "undisclosed_parents", "claimed_label")
    }

    id = forms.CharField(
        label=gettext_lazy("Id"), max_length=120, help_text=gettext_lazy("It is the address of its page.")
    )
    name = forms.CharField(label=gettext_lazy("Name with version"), max_length=200)
    licensor = forms.CharField(label=gettext_lazy("Who offers it"), max_length=120, required=False)
    published_on = day_field(gettext_lazy("Published on"))
    sha256 = forms.CharField(label=gettext_lazy("SHA-256 of the file"), max_length=70, required=False)
    url = forms.CharField(label=gettext_lazy("Address of its page"), max_length=500, required=False)
    undisclosed_parents = forms.BooleanField(
        label=gettext_lazy("It was also made from models that are not known"), required=False
    )
    claimed_label = forms.CharField(label=gettext_lazy("What its label says"), max_length=200, required=False)


class GrantForm(AmendForm):
    FIELDS = {"artefact": "artefact", "licence": "licence", "from": "starts", "until": "until", "optional": "optional"}

    artefact = VersionName(gettext_lazy("Version"))
    licence = LicenceField(
        label=gettext_lazy("Licence text"),
        queryset=Licence.objects.all(),
        to_field_name="slug",
        empty_label=gettext_lazy("choose the dated text that is meant"),
        error_messages={"required": gettext_lazy("Choose the dated text that is meant.")},
    )
    starts = day_field(gettext_lazy("From this day"))
    until = day_field(gettext_lazy("Until before this day"), gettext_lazy("Empty: it still stands."))
    optional = forms.BooleanField(label=gettext_lazy("It is an offer that one must accept"), required=False)

    def __init__(self, data: Any = None, *, content: Mapping[str, Any]) -> None:
        super().__init__(data, content=content)
        self.fields["artefact"].initial = content.get("artefact")
        self.fields["starts"].required = True

    def value(self, key: str, cleaned: Any) -> Any:
        return cleaned.slug if isinstance(cleaned, Licence) else super().value(key, cleaned)


class DerivationForm(AmendForm):
    FIELDS = {key: key for key in ("child", "parent", "method", "obtained_on", "share")}

    child = VersionName(gettext_lazy("Version"))
    parent = VersionName(gettext_lazy("Made from"))
    method = forms.ChoiceField(label=gettext_lazy("How"), choices=list(METHODS.items()))
    obtained_on = day_field(gettext_lazy("Taken on"), gettext_lazy("Empty: nobody knows the day."))
    obtained_until = day_field(
        gettext_lazy("Or taken before this day"),
        gettext_lazy("With it, the day above begins a span of days; without a day above, any earlier day is possible."),
    )
    share = forms.FloatField(
        label=pgettext_lazy("part of a merge", "Share"),
        required=False,
        min_value=0,
        max_value=1,
        help_text=gettext_lazy("From 0 to 1; a half is 0.5. Empty: not known."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, content: Mapping[str, Any]) -> None:
        super().__init__(data, content=content)
        self.order_fields(["child", "parent", "method", "obtained_on", "obtained_until"])
        for name in ("child", "parent"):
            self.fields[name].initial = content.get(name)
        when = content.get("obtained_on")
        if isinstance(when, dict):
            first = when["from"] if when["from"] != ANY_EARLIER_DAY.isoformat() else None
            self.initial["obtained_on"], self.initial["obtained_until"] = first, when["until"]

    @property
    def amended(self) -> dict[str, Any]:
        until = self.cleaned_data["obtained_until"]
        first = self.cleaned_data["obtained_on"] or (until and ANY_EARLIER_DAY)
        when = {"from": first.isoformat(), "until": until.isoformat()} if until else first and first.isoformat()
        # The field must be there, even where nobody knows the day.
        return super().amended | {"obtained_on": when}


class ExemptionForm(AmendForm):
    FIELDS = {"artefact": "artefact", "term": "term", "actors": "actors"}

    artefact = VersionName(gettext_lazy("Version"))
    term = forms.ChoiceField(label=gettext_lazy("Term"))
    actors = forms.CharField(
        label=gettext_lazy("Who is exempt"), max_length=1000, help_text=gettext_lazy("Names, with commas between them.")
    )

    def __init__(self, data: Any = None, *, content: Mapping[str, Any]) -> None:
        super().__init__(data, content=content)
        self.fields["artefact"].initial = content.get("artefact")
        field = self.fields["term"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(term, term_word(term)) for term in sorted(TERMS)]

    def shown(self, value: object) -> object:
        return ", ".join(value) if isinstance(value, list) else value

    def value(self, key: str, cleaned: Any) -> Any:
        if key == "actors":
            return [actor.strip() for actor in cleaned.split(",") if actor.strip()]
        return super().value(key, cleaned)


class ProhibitionForm(AmendForm):
    FIELDS = {"artefact": "artefact", "on": "on"}

    artefact = VersionName(gettext_lazy("Version"))
    on = day_field(gettext_lazy("Forbidden on"))

    def __init__(self, data: Any = None, *, content: Mapping[str, Any]) -> None:
        super().__init__(data, content=content)
        self.fields["artefact"].initial = content.get("artefact")
        self.fields["on"].required = True


class LicenceForm(AmendForm):
    """A text with all its terms, as the lineage file writes it: the staff read the text beside it."""

    FIELDS = {"text": "text"}

    text = forms.CharField(
        label=gettext_lazy("The licence as a lineage file writes it"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "mono"}),
    )

    def __init__(self, data: Any = None, *, content: Mapping[str, Any]) -> None:
        super().__init__(data, content=content)
        self.initial["text"] = json.dumps(dict(content), ensure_ascii=False, indent=1)

    def clean_text(self) -> dict[str, Any]:
        try:
            value = parse(self.cleaned_data["text"])
        except LineageFileError as error:
            raise forms.ValidationError(str(error)) from error
        if not isinstance(value, dict):
            raise forms.ValidationError(_("This must be an object: it begins with { and ends with }."))
        return value

    @property
    def amended(self) -> dict[str, Any]:
        return dict(self.cleaned_data["text"])


FORMS: dict[str, type[AmendForm]] = {
    "artefact": ArtefactForm,
    "licence": LicenceForm,
    "grant": GrantForm,
    "derivation": DerivationForm,
    "exemption": ExemptionForm,
    "prohibition": ProhibitionForm,
}
