"""The form of a progress update."""

from django import forms
from django.utils.translation import gettext_lazy

from campaigns.forms.draft import LANGUAGES


class UpdateForm(forms.Form):
    language = forms.ChoiceField(
        label=gettext_lazy("Language that you write in"), choices=LANGUAGES, widget=forms.RadioSelect
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("Markdown: **bold**, lists with - at the start of a line, [text](https://address)."),
    )
