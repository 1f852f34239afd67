"""The form of a draft. What is missing is no error here: drafts are kept as they are. Only what makes no sense is."""

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import money
from campaigns.countries import COUNTRIES
from campaigns.forms.amounts import refusal_of_amount
from campaigns.lifecycle import Kind
from campaigns.models import Campaign
from lineage.forms.in_words import FormInWords
from lineage.words import term_word

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

TEXTS = ("title", "summary", "plan", "if_it_fails", "more_is_for")
AMOUNTS = ("goal", "ceiling", "coin", "declared_match")
ADVANCE = 50

LANGUAGES = [("ja", "日本語"), ("en", "English")]
KINDS = [
    (Kind.KEEP.value, gettext_lazy("Keep what you raise")),
    (Kind.ALL_OR_NOTHING.value, gettext_lazy("All or nothing")),
]
CURRENCIES = [("JPY", gettext_lazy("Japanese yen (JPY)")), ("USD", gettext_lazy("US dollars (USD)"))]


class NewDraftForm(FormInWords):
    """All that a draft needs to begin."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=120,
        help_text=gettext_lazy("What will be clean, in a few words. You can change it until it opens."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language that you write in"), choices=LANGUAGES, widget=forms.RadioSelect
    )
    model = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput())
    costs = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput())


def cents_of(costs: str) -> list[int | None]:
    """The prices of the steps of a repair plan, as its page hands them on: `15000,,2500`. What is no price is none."""
    prices = (part.strip() for part in costs.split(",")[:40])
    return [int(part) if part.isascii() and part.isdecimal() and len(part) <= 10 else None for part in prices]


def zones() -> list[tuple[str, str]]:
    """The time zones of places, by name."""
    places = (zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((zone, zone) for zone in sorted(places))]


def countries_to_choose() -> list[tuple[str, str]]:
    """The countries of the table, by their names in the reader's language. One that is not there is not permitted."""
    named = sorted((_(country.name), code) for code, country in COUNTRIES.items())
    return [("", _("choose")), *((code, name) for name, code in named)]


def _text(label: "_StrOrPromise", longest: int, *, rows: int = 0, help: "_StrOrPromise" = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget, help_text=help)


def _amount(label: "_StrOrPromise", help: "_StrOrPromise" = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short"})
    return forms.CharField(label=label, max_length=40, required=False, widget=widget, help_text=help)


class DraftForm(FormInWords):
    """Amounts are cleaned to minor units, the day and the zone to `deadline` in UTC."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language that you write in"), choices=LANGUAGES, widget=forms.RadioSelect
    )
    title = _text(gettext_lazy("Title"), 120)
    title_other = _text(gettext_lazy("Title in the other language"), 120)
    summary = _text(gettext_lazy("Summary"), 300, rows=3, help=gettext_lazy("One or two sentences, shown on cards."))
    summary_other = _text(gettext_lazy("Summary in the other language"), 300, rows=3)
    plan = _text(
        gettext_lazy("Plan"),
        20_000,
        rows=14,
        help=gettext_lazy("What is trained again, on which base, with which data, and how long it takes. Markdown."),
    )
    plan_other = _text(gettext_lazy("Plan in the other language"), 20_000, rows=10)
    if_it_fails = _text(
        gettext_lazy("If the training fails"),
        2_000,
        rows=4,
        help=gettext_lazy("What then happens to the money and to the work that was done."),
    )
    if_it_fails_other = _text(gettext_lazy("If the training fails, in the other language"), 2_000, rows=4)
    more_is_for = _text(
        gettext_lazy("What more is for"),
        300,
        rows=2,
        help=gettext_lazy("Needed when there is no ceiling: what is done with more than the goal."),
    )
    more_is_for_other = _text(gettext_lazy("What more is for, in the other language"), 300, rows=2)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of campaign"),
        choices=KINDS,
        required=False,
        initial=Kind.KEEP.value,
        widget=forms.RadioSelect,
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=CURRENCIES)
    goal = _amount(gettext_lazy("Goal"), gettext_lazy("The least that the work needs."))
    ceiling = _amount(
        gettext_lazy("Ceiling"),
        gettext_lazy("The most that you ask for: the campaign closes when it is reached. Leave it empty for none."),
    )
    coin = _amount(gettext_lazy("One coin"), gettext_lazy("The amount that is offered first."))
    declared_match = _amount(
        gettext_lazy("I match one for one up to"),
        gettext_lazy(
            "For every coin of others you add as much yourself, up to this sum. Your card is saved when it is open, "
            "and charged at the close for what it came to. Leave it empty for none."
        ),
    )
    payee_country = forms.ChoiceField(
        label=gettext_lazy("Country where the trainer is paid"),
        required=False,
        choices=countries_to_choose,
        help_text=gettext_lazy("It decides whether, and by which way, the money can be paid out."),
    )
    advance_percent = forms.IntegerField(
        label=gettext_lazy("Advance, in percent"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=gettext_lazy("Paid when the goal is reached; the rest when the clean version is released."),
    )
    deadline_day = forms.DateField(
        label=gettext_lazy("Closes at the end of this day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        help_text=gettext_lazy("At 23:59:59 in the time zone below; 60 days from now at most."),
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zones)
    shown_name = _text(
        gettext_lazy("Your name as others see it"),
        60,
        help=gettext_lazy("It stands on the campaign's page and belongs to your account. Your address is never shown."),
    )
    training_days = forms.IntegerField(
        label=gettext_lazy("Days of training"),
        required=False,
        min_value=1,
        max_value=365,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    trainer_email = forms.EmailField(
        label=gettext_lazy("Email address of the trainer"),
        required=False,
        help_text=gettext_lazy(
            "Leave it empty if you train the model yourself. Anybody else is asked by email and must agree."
        ),
    )
    promised_gone = forms.MultipleChoiceField(
        label=gettext_lazy("Restrictions that will be gone"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked means: all that the model inherits for certain."),
    )

    def __init__(self, *args: Any, restrictions: tuple[str, ...] = (), **kwargs: Any) -> None:
        """`restrictions` are the kinds that the chosen version inherits: only they can be promised gone."""
        super().__init__(*args, **kwargs)
        field = self.fields["promised_gone"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(term, term_word(term)) for term in restrictions]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        currency = cleaned.get("currency")
        if currency:
            for name in AMOUNTS:
                self._clean_amount(name, currency)
        goal, ceiling = cleaned.get("goal"), cleaned.get("ceiling")
        if isinstance(goal, int) and isinstance(ceiling, int) and ceiling < goal:
            self.add_error("ceiling", _("The ceiling is below the goal. Raise it, or leave it empty."))
        match = cleaned.get("declared_match")
        if isinstance(match, int) and isinstance(ceiling, int) and match > ceiling:
            self.add_error("declared_match", _("The match is above the ceiling. Lower it, or raise the ceiling."))
        if ceiling is not None and goal is None and not self.errors:
            self.add_error("goal", _("A ceiling needs a goal."))
        self._clean_deadline(cleaned.get("deadline_day"), cleaned.get("zone"))
        return cleaned

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Kind.KEEP.value

    def clean_advance_percent(self) -> int:
        given: int | None = self.cleaned_data["advance_percent"]
        return ADVANCE if given is None else given

    def _clean_amount(self, name: str, currency: str) -> None:
        typed = self.cleaned_data.get(name) or ""
        try:
            self.cleaned_data[name] = money.parse(typed, currency) if typed else None
        except money.AmountNotUnderstood as error:
            self.add_error(name, refusal_of_amount(error.reason, currency))

    def _clean_deadline(self, day: date | None, zone: str | None) -> None:
        if day is not None and not 2000 <= day.year <= 2100:
            self.add_error("deadline_day", _("Choose a day within the next 60 days."))
        elif zone:
            self.cleaned_data["deadline"] = None if day is None else end_of_day(day, zone)


def end_of_day(day: date, zone: str) -> datetime:
    """The last second of a day in a zone, in UTC. Where a clock shows it twice, it is the later one."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).replace(fold=1).astimezone(UTC)


def typed_values(campaign: Campaign) -> dict[str, object]:
    """A draft as its form shows it."""
    values: dict[str, object] = {name: getattr(campaign, name) for name in TEXTS}
    values |= {f"{name}_other": getattr(campaign, f"{name}_other") for name in TEXTS}
    for name in AMOUNTS:
        minor = getattr(campaign, name)
        values[name] = "" if minor is None else money.plain(minor, campaign.currency)
    local = campaign.local_deadline
    return values | {
        "language": campaign.language,
        "kind": campaign.kind,
        "currency": campaign.currency,
        "payee_country": campaign.payee_country,
        "advance_percent": campaign.advance_percent,
        "zone": campaign.zone,
        "deadline_day": local.date() if local else None,
        "shown_name": campaign.organiser.first_name,
        "training_days": campaign.training_days,
        "trainer_email": campaign.trainer_email,
        "promised_gone": campaign.promised_gone,
    }
