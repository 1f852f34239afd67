"""The form with which somebody gives to several campaigns at once: a tick and an amount for each, and who gives."""

import copy
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import money
from campaigns.forms.amounts import refusal_of_amount
from campaigns.forms.give import GiveForm
from campaigns.models import Campaign
from lineage.forms.in_words import FormInWords

# What is asked of whoever gives one coin is asked in the same words here.
ALIKE = ("name", "anonymous", "hide_amount", "message", "message_private", "email", "cover_fee", "form_nonce")


TICK = "with_"


@dataclass(frozen=True, slots=True)
class Choice:
    """A campaign that can be chosen, and the amount that stands in its field: a coin, or the rest to its ceiling."""

    campaign: Campaign
    coin: int


@dataclass(frozen=True, slots=True)
class Line:
    """A choice as the page shows it."""

    campaign: Campaign
    tick: BoundField
    amount: BoundField


class BundleForm(FormInWords):
    """`cleaned_data["coins"]` is {campaign's key: minor units} of what was ticked, and is never empty."""

    wants_updates = forms.BooleanField(required=False, label=_("Send me the updates of these campaigns as well"))

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        currency: str,
        choices: Sequence[Choice],
        chosen: Sequence[int] = (),
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial={"form_nonce": secrets.token_urlsafe(24), **(initial or {})})
        self.currency = currency
        self.choices = tuple(choices)
        for choice in self.choices:
            self._ask_for(choice, is_chosen=choice.campaign.pk in chosen)
        for name in ALIKE:
            self.fields[name] = copy.deepcopy(GiveForm.base_fields[name])

    def _ask_for(self, choice: Choice, *, is_chosen: bool) -> None:
        key, heading = choice.campaign.pk, choice.campaign.heading
        self.fields[f"{TICK}{key}"] = forms.BooleanField(required=False, initial=is_chosen, label=heading)
        mode = "numeric" if self.currency == "JPY" else "decimal"
        self.fields[f"amount_{key}"] = forms.CharField(
            required=False,
            max_length=64,
            initial=money.plain(choice.coin, self.currency),
            label=gettext("Amount for %(campaign)s") % {"campaign": heading},
            widget=forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off", "class": "short"}),
        )

    def clean_form_nonce(self) -> str:
        return self.cleaned_data["form_nonce"] or secrets.token_urlsafe(24)

    def clean(self) -> dict[str, object]:
        """Amounts beside what was not ticked are left alone: they only stand there."""
        cleaned = dict(super().clean() or self.cleaned_data)
        coins: dict[int, int] = {}
        for key in (choice.campaign.pk for choice in self.choices):
            if not cleaned.get(f"{TICK}{key}"):
                continue
            try:
                coins[key] = money.parse(str(cleaned.get(f"amount_{key}") or ""), self.currency)
            except money.AmountNotUnderstood as wrong:
                self.add_error(f"amount_{key}", refusal_of_amount(wrong.reason, self.currency))
        if self._ticked_in_vain():
            says = gettext(
                "A campaign that you ticked takes no coins any more, or not in this currency. Nothing was charged. "
                "Look at what is ticked now, and send it again."
            )
            self.add_error(None, says)
        if not coins and not self.errors:
            self.add_error(None, gettext("Tick the campaigns that you want to give to."))
        cleaned["coins"] = coins
        return cleaned

    def _ticked_in_vain(self) -> bool:
        """Whether a campaign was ticked on the page that is not offered any more: it must not be left out unsaid."""
        ticks = {name for name in self.data if name.startswith(TICK)}
        return not ticks <= {f"{TICK}{choice.campaign.pk}" for choice in self.choices}

    @property
    def lines(self) -> list[Line]:
        keys = ((choice.campaign, choice.campaign.pk) for choice in self.choices)
        return [Line(campaign, self[f"{TICK}{key}"], self[f"amount_{key}"]) for campaign, key in keys]
