"""The whole page of a draft: its form and its lines, read together and kept together."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.http import QueryDict

from campaigns.actions.save_draft import DraftValues, save_draft
from campaigns.forms.draft import TEXTS, DraftForm, typed_values
from campaigns.forms.draft_lines import COST_LINES, CostFormSet, PromiseFormSet, typed_costs, typed_promises
from campaigns.models import Campaign
from campaigns.money import CURRENCIES


class DraftPage:
    """Bound to what was posted, or showing what is on file."""

    def __init__(
        self,
        campaign: Campaign,
        posted: QueryDict | None = None,
        *,
        restrictions: tuple[str, ...],
        proposed: Sequence[dict[str, object]] = (),
    ) -> None:
        """`proposed` are lines of costs that nobody has filled in yet: shown, and none as long as they are not."""
        self.campaign = campaign
        currency = campaign.currency if posted is None else posted.get("currency", "")
        # A line that is posted as it stands on file must count as filled in, so posted lines have no initial values.
        on_file = posted is None
        self.form = DraftForm(posted, initial=typed_values(campaign), restrictions=restrictions)
        self.costs = CostFormSet(
            posted,
            prefix="cost",
            initial=[*typed_costs(campaign), *proposed][:COST_LINES] if on_file else None,
            form_kwargs={
                "currency": currency if currency in CURRENCIES else campaign.currency,
                "proposed": frozenset(str(line["item"]) for line in proposed),
            },
        )
        promises = typed_promises(campaign) if on_file else None
        self.promises = PromiseFormSet(posted, prefix="promise", initial=promises)

    def is_valid(self) -> bool:
        # All three are asked, so that all errors are shown at once.
        return all([self.form.is_valid(), self.costs.is_valid(), self.promises.is_valid()])

    def keep(self, *, at: datetime, by: User) -> Campaign:
        """What the three say, kept. Only after `is_valid`; raises NotPossibleNow."""
        cleaned = self.form.cleaned_data
        texts = {name: cleaned[name] for text in TEXTS for name in (text, f"{text}_other")}
        values = DraftValues(
            language=cleaned["language"],
            kind=cleaned["kind"],
            currency=cleaned["currency"],
            texts=texts,
            goal=cleaned["goal"],
            ceiling=cleaned["ceiling"],
            coin=cleaned["coin"],
            declared_match=cleaned["declared_match"],
            payee_country=cleaned["payee_country"],
            advance_percent=cleaned["advance_percent"],
            deadline=cleaned["deadline"],
            zone=cleaned["zone"],
            training_days=cleaned["training_days"],
            trainer_email=cleaned["trainer_email"],
            shown_name=cleaned["shown_name"],
            promised_gone=cleaned["promised_gone"],
            costs=[line for form in self.costs if (line := form.line())],
            promises=[use for form in self.promises if (use := form.use())],
        )
        return save_draft(self.campaign, values, at=at, by=by)
