"""The prices of the steps of a repair plan, in US dollars."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from lineage.forms.in_words import FormInWords
from lineage.verdicts import RepairStep

_AMOUNT = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")


class PriceField(forms.CharField):
    """US dollars as people write them, cleaned to cents; None where nothing was typed."""

    def clean(self, value: object) -> int | None:
        typed = super().clean(value)
        plain = re.sub(r"US\$|USD|[$,\s]", "", unicodedata.normalize("NFKC", typed))
        if not plain:
            return None
        if not _AMOUNT.fullmatch(plain):
            raise forms.ValidationError(_("Write an amount in US dollars, such as 150 or 149.50, or leave it empty."))
        return int(Decimal(plain) * 100)


class PricesForm(FormInWords):
    """One field for each step. `prices` are cents by slug, where they were stated."""

    def __init__(self, asked: Any, steps: Iterable[RepairStep]) -> None:
        super().__init__(asked)
        self.slugs = {f"price-{number}": step.slug for number, step in enumerate(steps, start=1)}
        for name in self.slugs:
            widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"})
            self.fields[name] = PriceField(label=_("Price in US dollars"), max_length=40, required=False, widget=widget)

    @property
    def prices(self) -> dict[str, int]:
        """Only of a valid form."""
        said = {slug: self.cleaned_data.get(name) for name, slug in self.slugs.items()}
        return {slug: price for slug, price in said.items() if price is not None}
