"""The three ways in which a file arrives: uploaded, pasted, or named by its address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lineage.formats.any_format import FORMATS
from lineage.forms.in_words import FormInWords
from lineage.ids import LONGEST, refusal_of
from lineage.words.claims import format_word

LONGEST_PASTE = 300_000


class SourceForm(FormInWords):
    """What all three ways ask: which version it is about, where the file does not say so itself."""

    about = forms.CharField(
        label=_("Which version it is about"),
        max_length=LONGEST,
        required=False,
        help_text=_("Its id. A table, a lineage file or a model of Civitai says so itself: leave it empty then."),
        widget=forms.TextInput(attrs={"list": "versions", "autocomplete": "off"}),
    )

    def clean_about(self) -> str:
        about = str(self.cleaned_data["about"])
        if about and (says := refusal_of(about)):
            raise forms.ValidationError(says)
        return about


class _WithFormat(SourceForm):
    format = forms.ChoiceField(label=_("What it is"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["format"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("find out by itself")), *((name, format_word(name)) for name in FORMATS)]


class UploadForm(_WithFormat):
    file = forms.FileField(
        label=_("File"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty. Choose another one."),
        },
        help_text=_("Of a file of weights only the header is kept, whatever its size; the rest is only counted."),
    )
    field_order = ("file", "about", "format")


class PasteForm(_WithFormat):
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_PASTE,
        strip=False,
        error_messages={"required": _("Paste the text.")},
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
        help_text=_("A model card, a recipe, JSON or CSV. What is longer than 300,000 letters comes as a file."),
    )
    field_order = ("text", "about", "format")


class AddressForm(SourceForm):
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        error_messages={"required": _("Give the address.")},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )
    field_order = ("url", "about")
