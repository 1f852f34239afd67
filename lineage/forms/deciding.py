"""What is asked of somebody who decides, disputes or settles. What is right is checked by the actions."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from lineage.forms.in_words import FormInWords
from lineage.models import Dispute

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def _long(label: "_StrOrPromise", empty: "_StrOrPromise", help_text: "_StrOrPromise", *, rows: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2000,
        error_messages={"required": empty},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class AcceptForm(FormInWords):
    certain = forms.BooleanField(
        label=_("I have checked it: it is certain"),
        required=False,
        help_text=_("Without this it counts as possible, and the answers that hang on it stay unclear."),
    )
    with_needed = forms.BooleanField(
        label=_("Put on record with it what it names and what is not on record yet"), required=False
    )


class DeclineForm(FormInWords):
    reason = _long(_("Reason"), _("Give a reason."), _("Everybody can read it."), rows=2)


class DisputeForm(FormInWords):
    says = _long(
        _("What is not so, and why"),
        _("Say what is not so, and why."),
        _("At most 2,000 characters. It is shown beside what it is about."),
        rows=4,
    )
    link = forms.CharField(
        label=_("Address of a source"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )


class SettleForm(FormInWords):
    outcome = forms.ChoiceField(
        label=_("How it is settled"),
        choices=[
            (Dispute.Outcome.STANDS, _("What was said stands")),
            (Dispute.Outcome.GIVEN_UP, _("What was said is given up: it goes from the record")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is settled.")},
    )
    answer = _long(_("Answer"), _("Say how it was settled."), _("Everybody can read it."), rows=3)


class WithdrawForm(FormInWords):
    answer = _long(_("Why you take it back"), _("Say why you take it back."), _("Everybody can read it."), rows=2)
