"""Figures of one's own: what somebody may tell of themselves, so that the limits of licences can be held against it."""

import unicodedata
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lineage.engine.document import Facts
from lineage.forms.in_words import FormInWords
from lineage.verdicts import OWN, Asker

YES_OR_NO: Final = [("", _("not stated")), ("yes", _("yes")), ("no", _("no"))]
LARGEST: Final = 10**12
_LONGEST: Final = 30
_SAID: Final[dict[str, bool | None]] = {"yes": True, "no": False, "": None}
_BETWEEN_DIGITS: Final = str.maketrans("", "", ", _'$¥円人枚")
_RANGE: Final = _("Write a whole number from 0 to 1,000,000,000,000, or leave it empty.")


class FigureField(forms.IntegerField):
    """A whole number as people write one: with commas, or in full-width digits. Empty is None: not known."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            min_value=0,
            max_value=LARGEST,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "30"}),
            error_messages={
                "invalid": _("Write a whole number, such as 20000, or leave it empty."),
                "min_value": _RANGE,
                "max_value": _RANGE,
            },
        )

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).translate(_BETWEEN_DIGITS)
            # Django takes 20.000 for 20; many who write so mean twenty thousand.
            if "." in value or len(value) > _LONGEST:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class OwnFigures(FormInWords):
    """What is left empty is not known, and an answer that hangs on it says what to tell."""

    team_size = FigureField(_("People in the team"))
    annual_revenue_usd = FigureField(_("Revenue a year, in US dollars"))
    monthly_active_users = FigureField(_("Users a month"))
    images_per_month = FigureField(_("Images a month"))
    monetised = forms.ChoiceField(
        label=_("Does the website or app earn money?"), required=False, choices=YES_OR_NO, initial=""
    )
    commercial = forms.ChoiceField(label=_("Is the use commercial?"), required=False, choices=YES_OR_NO, initial="")

    @property
    def asker(self) -> Asker:
        """Only of a valid form."""
        told = self.cleaned_data
        return Asker(
            OWN,
            Facts(
                team_size=told["team_size"],
                annual_revenue_usd=told["annual_revenue_usd"],
                monthly_active_users=told["monthly_active_users"],
                images_per_month=told["images_per_month"],
                monetised=_SAID[told["monetised"]],
                commercial=told["commercial"] == "yes",
            ),
        )
