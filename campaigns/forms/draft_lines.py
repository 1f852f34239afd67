"""The lines of a draft: what the retraining costs, and which uses are promised."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import money
from campaigns.actions.save_draft import CostLine, PromisedUse
from campaigns.forms.amounts import refusal_of_amount
from campaigns.forms.folded_lines import FoldedLines
from campaigns.models import Campaign
from lineage.forms.in_words import FormInWords
from lineage.words.uses import ACTIONS

COST_LINES = 10
PROMISE_LINES = 6

MONETISED = [
    ("", gettext_lazy("not stated")),
    ("yes", gettext_lazy("earns money")),
    ("no", gettext_lazy("earns nothing")),
]


class CostForm(FormInWords):
    """One line of costs. An empty line is none, and so is one that was proposed and has no amount yet."""

    item = forms.CharField(label=gettext_lazy("Item"), max_length=120, required=False)
    item_other = forms.CharField(label=gettext_lazy("Item in the other language"), max_length=120, required=False)
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, currency: str = "JPY", proposed: frozenset[str] = frozenset(), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.proposed = proposed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed, item = cleaned.get("amount"), cleaned.get("item")
        if typed and not item:
            self.add_error("item", _("Say what this amount is for."))
        if item and not typed and item not in self.proposed:
            self.add_error("amount", _("Say how much it costs."))
        if typed:
            try:
                cleaned["amount"] = money.parse(typed, self.currency)
            except money.AmountNotUnderstood as error:
                self.add_error("amount", refusal_of_amount(error.reason, self.currency))
        return cleaned

    def line(self) -> CostLine | None:
        cleaned = self.cleaned_data
        if not cleaned.get("amount"):
            return None
        return CostLine(item=cleaned["item"], amount=cleaned["amount"], item_other=cleaned.get("item_other", ""))


class PromiseForm(FormInWords):
    """One promised use, and who is thought of. An empty line is none."""

    action = forms.ChoiceField(
        label=gettext_lazy("Use"), required=False, choices=[("", gettext_lazy("none")), *ACTIONS.items()]
    )
    team_size = forms.IntegerField(
        label=gettext_lazy("Size of the team"), required=False, min_value=1, max_value=100_000
    )
    monetised = forms.ChoiceField(label=gettext_lazy("The site or app"), required=False, choices=MONETISED)

    def use(self) -> PromisedUse | None:
        cleaned = self.cleaned_data
        if not cleaned.get("action"):
            return None
        facts: dict[str, int | bool] = {}
        if cleaned.get("team_size"):
            facts["team_size"] = cleaned["team_size"]
        if cleaned.get("monetised"):
            facts["monetised"] = cleaned["monetised"] == "yes"
        return PromisedUse(action=cleaned["action"], facts=facts)


CostFormSet = forms.formset_factory(
    CostForm, formset=FoldedLines, extra=COST_LINES, max_num=COST_LINES, absolute_max=COST_LINES
)
PromiseFormSet = forms.formset_factory(
    PromiseForm, formset=FoldedLines, extra=PROMISE_LINES, max_num=PROMISE_LINES, absolute_max=PROMISE_LINES
)


def typed_costs(campaign: Campaign) -> list[dict[str, object]]:
    return [
        {"item": cost.item, "item_other": cost.item_other, "amount": money.plain(cost.amount, campaign.currency)}
        for cost in campaign.costs.all()
    ]


def typed_promises(campaign: Campaign) -> list[dict[str, object]]:
    said = {True: "yes", False: "no", None: ""}
    return [
        {
            "action": promise.action,
            "team_size": promise.facts.get("team_size"),
            "monetised": said[promise.facts.get("monetised")],
        }
        for promise in campaign.promises.all()
    ]
