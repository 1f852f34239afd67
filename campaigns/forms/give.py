"""The form with which somebody gives. A plain `amount` with an `email` is enough; everything else can be left out."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from campaigns import money
from lineage.forms.in_words import FormInWords

OTHER = "other"
HOW_SHOWN = ("name", "anonymous", "hide_amount", "message", "message_private")
ABOUT_PROMISES = _("For what becomes of your promise, and to take it back. It is never shown.")


@dataclass(frozen=True, slots=True)
class Offer:
    """One amount to choose, with what becomes of it. All in minor units; the fees are estimates."""

    amount: int
    fee: int
    cover: int
    is_rest: bool = False

    @property
    def arrives(self) -> int:
        return self.amount - self.fee

    @property
    def with_cover(self) -> int:
        return self.amount + self.cover


def offer(amount: int, currency: str, *, is_rest: bool = False) -> Offer:
    fee, cover = money.estimated_fee(amount, currency), money.fee_to_cover(amount, currency)
    return Offer(amount, fee, cover, is_rest)


class PresetField(forms.ChoiceField):
    """Whatever was on the page when it was sent is understood: offers change while people fill in a form."""

    def valid_value(self, value: object) -> bool:
        return True


class GiveForm(FormInWords):
    """`preset` is a radio of the page; a filled `amount` wins over it. `cleaned_data["amount"]` is minor units."""

    preset = PresetField(required=False, widget=forms.RadioSelect, label=_("Amount"))
    amount = forms.CharField(
        required=False,
        max_length=64,
        label=_("Other amount"),
        # A placeholder that shows nothing lets the style sheet see whether something was typed.
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short", "placeholder": " "}
        ),
    )
    name = forms.CharField(
        required=False,
        max_length=60,
        label=_("Name to show"),
        help_text=_("Left empty, the supporters’ wall says “Somebody”."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    anonymous = forms.BooleanField(required=False, label=_("Give anonymously: do not show my name anywhere"))
    hide_amount = forms.BooleanField(required=False, label=_("Do not show my amount"))
    message = forms.CharField(
        required=False,
        max_length=200,
        label=_("A few words"),
        help_text=_("At most 200 characters."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    message_private = forms.BooleanField(required=False, label=_("Only the organiser and the trainer may read them"))
    email = forms.EmailField(
        max_length=254,
        label=_("Email address"),
        help_text=_("For your receipt, and to take the coin back. It is never shown."),
        error_messages={
            "required": _("Enter your email address: your receipt goes there."),
            "invalid": _("Check the email address: it should look like name@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    wants_updates = forms.BooleanField(required=False, label=_("Send me the updates of this campaign as well"))
    cover_fee = forms.BooleanField(required=False, label=_("Cover the payment fee too"))
    consent = forms.BooleanField(
        label=_("I agree to this. My card may be saved, and charged as it says."),
        error_messages={"required": _("Tick that you agree: without it no card can be saved.")},
    )
    form_nonce = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        currency: str,
        offers: tuple[Offer, ...],
        later: bool = False,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial={"form_nonce": secrets.token_urlsafe(24), **(initial or {})})
        self.currency = currency
        if not later:
            # What is charged at once is agreed to by paying it.
            del self.fields["consent"]
        else:
            self.fields["email"].help_text = ABOUT_PROMISES
        if currency == "JPY":
            self.fields["amount"].widget.attrs["inputmode"] = "numeric"
        self.offer(offers)

    def offer(self, offers: tuple[Offer, ...]) -> None:
        """The amounts to choose from, as they are now."""
        self.offers = offers
        preset = self.fields["preset"]
        assert isinstance(preset, PresetField)
        figures = [(money.plain(one.amount, self.currency), money.figure(one.amount, self.currency)) for one in offers]
        preset.choices = [*figures, (OTHER, gettext("Other amount"))]
        if self.is_bound and (chosen := self.data.get("preset", "")) not in dict(preset.choices):
            # What is offered no more is shown as if it had been typed: one of the choices always stands.
            self._show(preset=OTHER, amount=str(self.data.get("amount") or "").strip() or chosen)

    def clean_form_nonce(self) -> str:
        return self.cleaned_data["form_nonce"] or secrets.token_urlsafe(24)

    def clean(self) -> dict[str, object]:
        """An amount that was typed counts more than a radio that was left standing."""
        cleaned = dict(super().clean() or self.cleaned_data)
        typed = str(cleaned.get("amount") or "").strip()
        chosen = str(cleaned.get("preset") or "")
        if typed or "amount" in self.errors:
            self._show(preset=OTHER)
        try:
            cleaned["amount"] = money.parse(typed or ("" if chosen == OTHER else chosen), self.currency)
            self._echo(cleaned["amount"], typed=bool(typed))
        except money.AmountNotUnderstood:
            self.add_error("amount", amount_refused(self.currency))
        return cleaned

    def _echo(self, minor: int, *, typed: bool) -> None:
        """Should the page come back, it shows the amount as it was understood: as a radio where it is one."""
        if not typed:
            return
        plain = money.plain(minor, self.currency)
        known = any(one.amount == minor for one in self.offers)
        self._show(**({"preset": plain, "amount": ""} if known else {"amount": plain}))

    def _show(self, **fields: str) -> None:
        self.data = {**dict(self.data.items()), **fields}

    @property
    def is_shown(self) -> bool:
        """Whether anything is filled in of how the supporter is shown, or is wrong with it: then it is not folded."""
        return any(self[name].value() or self[name].errors for name in HOW_SHOWN)

    @property
    def radios(self) -> list[tuple[BoundWidget, Offer | None]]:
        """Each radio with what it offers; None beside the last, where one types."""
        return list(zip(self["preset"], (*self.offers, None), strict=True))


def amount_refused(currency: str) -> str:
    kind = money.CURRENCIES[currency]
    language = get_language() or "en"
    limits = {
        "least": money.with_code(kind.least, currency, language),
        "most": money.in_words(kind.most, currency, language),
    }
    if kind.digits == 0:
        return gettext("Enter a whole amount from %(least)s to %(most)s.") % limits
    return gettext("Enter an amount from %(least)s to %(most)s.") % limits
