"""The form of a progress update, and of the pictures that go with it."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.draft import LANGUAGES
from campaigns.markdown import LONGEST
from campaigns.models import UpdatePicture
from lineage.forms.in_words import FormInWords

ROLES = (
    (UpdatePicture.Role.PLAIN, _("A picture by itself")),
    (UpdatePicture.Role.BEFORE, _("Before: made with the model of today")),
    (UpdatePicture.Role.AFTER, _("After: made with the clean version")),
)
TAKEN = "image/jpeg,image/png,image/webp"


class PicturesInput(forms.FileInput):
    allow_multiple_selected = True


class UpdateForm(FormInWords):
    """`unfinished`: what is sent along with pictures, or to go on writing, need not be complete yet."""

    title = forms.CharField(label=_("Title"), max_length=120, error_messages={"required": _("Give it a title.")})
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={
            "required": _("Write a few words."),
            "max_length": _("A text has 20,000 characters at most. This one has %(show_value)d."),
        },
    )
    language = forms.ChoiceField(label=_("Language that you write in"), choices=LANGUAGES, widget=forms.RadioSelect)
    pictures = forms.FileField(
        label=_("Add pictures"),
        required=False,
        widget=PicturesInput(attrs={"accept": TAKEN, "multiple": True}),
        help_text=_(
            "JPEG, PNG or WebP, up to 8 MB each, six at most. They are drawn again in a web size: where and with what "
            "a photograph was taken is not kept."
        ),
    )
    form_nonce = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None, unfinished: bool = False) -> None:
        super().__init__(data, initial={"form_nonce": secrets.token_urlsafe(24), **(initial or {})})
        if unfinished:
            self._ask_for_words(False)
            self.full_clean()
            # Read without them; shown as what they are: to be filled in before it is published.
            self._ask_for_words(True)

    def _ask_for_words(self, required: bool) -> None:
        self.fields["title"].required = self.fields["body"].required = required

    def clean_form_nonce(self) -> str:
        return self.cleaned_data["form_nonce"] or secrets.token_urlsafe(24)


class PictureForm(FormInWords):
    """What one picture shows, and which part it has."""

    alt = forms.CharField(
        label=_("What it shows, in plain words"),
        max_length=300,
        required=False,
        help_text=_("For whoever cannot see it, or cannot load it."),
    )
    role = forms.ChoiceField(label=_("Part"), choices=ROLES)

    def __init__(self, picture: UpdatePicture, data: Any = None) -> None:
        initial = {"alt": picture.alt, "role": picture.role}
        super().__init__(data, prefix=f"picture-{picture.pk}", initial=initial)
        self.picture = picture
        # An empty one is kept while somebody is still writing, and refused only when it is to be published.
        self.fields["alt"].required = data is None

    def mark(self, field: str, says: str) -> None:
        """Show beside a field why the picture cannot be published as it is kept."""
        self.data = {self.add_prefix(name): value for name, value in self.initial.items()}
        self.is_bound, self.fields["alt"].required = True, False
        self.full_clean()
        self.fields["alt"].required = True
        self.add_error(field, says)
